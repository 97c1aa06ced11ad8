// An encoder that has done its work already: vectors of pictures, by content hash or file name, and of texts, from a file.
import { basename } from 'node:path';
import * as z from 'zod';
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { openData } from '../../records/data-root.ts';
import { jsonlRecords } from '../../records/jsonl.ts';
import { npzArray } from '../../records/npz.ts';
import type { ByteSource } from '../../records/source.ts';
import type { Encoder } from './encoder.ts';
import { unit } from './vectors.ts';

const line = z.union([
  z.object({ image: z.string(), embedding: z.array(z.number()).min(1) }),
  z.object({ text: z.string(), embedding: z.array(z.number()).min(1) }),
  z.object({ logitScale: z.number().positive() }),
]);

interface Vectors {
  readonly images: Map<string, Float32Array>;
  readonly texts: Map<string, Float32Array>;
  logitScale: number;
}

/** "folder/HASH.png", as pictures are written out to be embedded, is called by its hash; any other name by itself. */
function keyOf(image: string): string {
  return /^(?:.*\/)?([0-9a-f]{64})(?:\.\w+)?$/.exec(image)?.[1] ?? image;
}

/** CLIP's, learnt and then held. */
const DEFAULT_SCALE = 100;

/**
 * Opens a .jsonl of {"image": sha256 or file name, "embedding": […]} and {"text": …, "embedding": […]} lines (and one
 * {"logitScale": …}), or a .npz with `image_names`, `image_embeddings` and, for choosing, `texts`, `text_embeddings`.
 */
export async function openEmbeddings(path: string): Promise<Encoder> {
  const data = await openData(path);
  const name = basename(path);
  if (!(await data.has(name)))
    throw new OverreadError(
      'bad-argument',
      `"${name}" is a folder: name the .jsonl or .npz file of vectors.`,
    );
  const source = await data.open(name);
  const vectors: Vectors = { images: new Map(), texts: new Map(), logitScale: DEFAULT_SCALE };
  if (/\.npz$/i.test(name)) await fromArrays(source, vectors);
  else await fromLines(source, vectors);
  const hash = sha256(await source.read(0, source.size));
  await data.close?.();
  const { images, texts, logitScale } = vectors;
  return {
    id: `embeddings/${path}`,
    hash,
    logitScale,
    async encodeImage({ bytes, name: file = '' }) {
      const found = images.get(sha256(bytes)) ?? images.get(file) ?? images.get(basename(file));
      if (found !== undefined) return found;
      throw new OverreadError(
        'file-not-found',
        `${name} has no embedding of ${file === '' ? 'a picture' : `"${basename(file)}"`}: compute it, and name it by the SHA-256 of the picture’s bytes.`,
      );
    },
    encodeText: async (wanted) =>
      wanted.map((text) => {
        const found = texts.get(text);
        if (found !== undefined) return found;
        throw new OverreadError(
          texts.size === 0 ? 'not-allowed' : 'file-not-found',
          `${name} has no embedding of the text "${text.slice(0, 80)}": compute it with the same encoder.`,
        );
      }),
  };
}

async function fromLines(source: ByteSource, vectors: Vectors): Promise<void> {
  for await (const { value, next } of jsonlRecords(source)) {
    const said = line.safeParse(value);
    if (!said.success)
      throw new OverreadError(
        'file-corrupt',
        `${source.name}, record ${next.index}: it has neither an image nor a text with its embedding.`,
      );
    const row = said.data;
    if ('logitScale' in row) vectors.logitScale = row.logitScale;
    else if ('image' in row)
      vectors.images.set(keyOf(row.image), unit(row.embedding, `"${basename(row.image)}"`));
    else vectors.texts.set(row.text, unit(row.embedding, `"${row.text.slice(0, 60)}"`));
  }
}

async function fromArrays(source: ByteSource, { images, texts }: Vectors): Promise<void> {
  await fill(source, 'image_names', 'image_embeddings', images);
  const hasTexts = await npzArray(source, 'texts').then(
    () => true,
    () => false,
  );
  if (hasTexts) await fill(source, 'texts', 'text_embeddings', texts);
}

async function fill(
  source: ByteSource,
  namesAt: string,
  vectorsAt: string,
  into: Map<string, Float32Array>,
): Promise<void> {
  const names = await npzArray(source, namesAt);
  const { shape, data } = await npzArray(source, vectorsAt);
  const [rows, width] = shape;
  if (shape.length !== 2 || rows !== names.data.length || typeof data[0] === 'string')
    throw new OverreadError(
      'file-corrupt',
      `${source.name}: ${vectorsAt} is ${shape.join(' × ')}, and ${namesAt} names ${names.data.length}: give one row for each name.`,
    );
  const values = data as ArrayLike<number>;
  for (let row = 0; row < rows; row++) {
    const name = String(names.data[row]);
    const vector = Array.from({ length: width }, (_, at) => values[row * width + at]);
    into.set(namesAt === 'texts' ? name : keyOf(name), unit(vector, `"${basename(name)}"`));
  }
}
