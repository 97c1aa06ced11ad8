// MetaImage: .mha, and .mhd with its data file.
import { basename } from 'node:path';
import { sha256 } from '../../domain/content-hash.ts';
import { axisCodes, gridOf } from '../../domain/geometry.ts';
import type { VoxelArray } from '../../domain/volume.ts';
import { detachedFile } from '../detached.ts';
import { fileSize, gunzipExactly, readFileBytes, readRange, tooShort } from '../file-bytes.ts';
import type { Format } from '../format.ts';
import { checkSize, READ_LIMITS, type ReadOptions } from '../limits.ts';
import { isMeta, META_HEADER_BYTES, type MetaHeader, parseMeta } from '../metaimage-header.ts';
import { annotationFrom, type StoredImage, volumeFrom } from '../stored-image.ts';
import { textVoxels } from '../text-voxels.ts';
import { BYTES_PER_VOXEL, voxelsOf } from '../voxels.ts';

async function headerOf(path: string): Promise<MetaHeader> {
  const head = await readRange(path, 0, Math.min(await fileSize(path), META_HEADER_BYTES));
  return parseMeta(head, basename(path));
}

async function readStored(path: string, options: ReadOptions): Promise<StoredImage> {
  const header = await headerOf(path);
  const name = basename(path);
  const [i, j, k] = header.shape;
  const count = i * j * k;
  checkSize(name, count, BYTES_PER_VOXEL[header.type], options);
  const dataPath = header.dataFile === undefined ? path : detachedFile(path, header.dataFile);
  const file = await readFileBytes(dataPath, options.maxBytes ?? READ_LIMITS.maxBytes);
  const hashes = [sha256(file)];
  if (dataPath !== path) hashes.push(sha256(await readFileBytes(path, META_HEADER_BYTES)));
  const stored = dataPath === path ? file.subarray(header.dataStart) : file;
  return {
    format: 'metaimage',
    name,
    shape: header.shape,
    affine: header.affine,
    data: await decoded(stored, header, count, name, options),
    hashes,
    notes: header.notes,
  };
}

async function decoded(
  stored: Uint8Array,
  header: MetaHeader,
  count: number,
  name: string,
  options: ReadOptions,
): Promise<VoxelArray> {
  const expected = count * BYTES_PER_VOXEL[header.type];
  if (!header.binary) return textVoxels(stored, count, header.type, name);
  let bytes = stored;
  if (header.compressed) bytes = (await gunzipExactly(stored, expected, name, options)).bytes;
  else if (header.headerSize > 0) bytes = stored.subarray(header.headerSize);
  // HeaderSize −1: the voxels are the last bytes of the file.
  else if (header.headerSize < 0 && stored.length >= expected)
    bytes = stored.subarray(stored.length - expected);
  if (bytes.length < expected) throw tooShort(name, expected, bytes.length);
  return voxelsOf(bytes.subarray(0, expected), header.type, header.littleEndian, name);
}

const metaimage: Format = {
  id: 'metaimage',
  summary: 'MetaImage (.mha, .mhd with its data file; raw, zlib or text)',
  sniff(head, name, isDirectory) {
    if (isDirectory) return 0;
    return isMeta(head) ? 0.95 : /\.(mha|mhd)$/i.test(name) ? 0.5 : 0;
  },
  readVolume: async (path, options) => volumeFrom(await readStored(path, options), options),
  readAnnotation: async (path, options) => annotationFrom(await readStored(path, options)),
  async probe(path) {
    const header = await headerOf(path);
    const { shape, spacing, affine } = gridOf(header.shape, header.affine);
    return {
      format: 'metaimage',
      shape,
      spacing,
      affine,
      axes: axisCodes(affine),
      dataType: header.type,
      holds: 'either',
      notes: header.notes,
    };
  },
};

export default metaimage;
