// Vectors in a plain .npy array: one row for each picture of the folder, in the order of their names.
import { basename } from 'node:path';
import { sha256 } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { type Encoder, openEncoder } from '../../../experts/encoders/encoder.ts';
import { unit } from '../../../experts/encoders/vectors.ts';
import { openData, readWhole } from '../../../records/data-root.ts';
import { npyHead, npyValues } from '../../../records/npy.ts';

const ROWS = /^embeddings\/(.+\.npy)$/i;

/**
 * Opens what `openEncoder` opens, and "embeddings/FILE.npy" for pictures of these names, which must be all of them.
 * Throws `file-corrupt` when the array has not a row for each name.
 */
export async function openVectors(written: string, names: readonly string[]): Promise<Encoder> {
  const path = ROWS.exec(written)?.[1];
  if (path === undefined) return openEncoder(written);
  const name = basename(path);
  const data = await openData(path);
  const bytes = await readWhole(data, name, 2 ** 32 - 1);
  await data.close?.();
  const head = npyHead(bytes, name);
  const [count, dims] = head.shape;
  if (head.shape.length !== 2 || head.fortran || !head.dtype.startsWith('f') || count !== names.length)
    throw new OverreadError(
      'file-corrupt',
      `${name} is ${head.shape.join(' × ')} (${head.dtype}) and there are ${names.length} pictures: give floats in C order, one row for each picture in the order of their names.`,
    );
  const values = npyValues(
    head,
    bytes.subarray(head.length, head.length + count * dims * head.itemBytes),
    name,
  );
  if (values.length !== count * dims)
    throw new OverreadError('file-truncated', `${name} ends within its rows: copy it again.`);
  const rows = values as Float32Array | Float64Array;
  const places = new Map(names.map((picture, at) => [picture, at]));
  return {
    id: written,
    hash: sha256(bytes),
    logitScale: 1,
    async encodeImage({ name: picture = '' }) {
      const at = places.get(picture);
      if (at === undefined)
        throw new OverreadError('file-not-found', `${name} has no row for "${basename(picture)}".`);
      return unit(rows.subarray(at * dims, (at + 1) * dims), `"${basename(picture)}"`);
    },
    async encodeText() {
      throw new OverreadError('not-allowed', `${name} holds vectors of pictures only.`);
    },
  };
}
