// An encoder of nothing but class means: thumbnails of pictures, and for each caption the mean of its training pictures.
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { PublishedBenchmark } from '../../src/benchmarks/published.ts';
import { questionOf, recordOptions } from '../../src/benchmarks/published-source.ts';
import { openData } from '../../src/records/data-root.ts';
import { memoryBlobs } from '../../src/storage/blobs.ts';
import type { PublishedSet } from './sets.ts';

const EDGE = 8;

async function thumbnail(bytes: Uint8Array): Promise<number[]> {
  const raw = await sharp(bytes)
    .toColourspace('srgb')
    .resize(EDGE, EDGE, { fit: 'fill' })
    .removeAlpha()
    .raw()
    .toBuffer();
  return Array.from(raw, (value) => value / 255 - 0.5);
}

/**
 * Writes the vectors of a set's pictures, by the hash of what is shown, and of its captions. Training pictures make the
 * means; those of the split that is read are only encoded. All are taken from the training mean.
 */
export async function writeClassMeans(
  plugin: PublishedBenchmark,
  { split, columns = {} }: PublishedSet,
  path: string,
  file: string,
): Promise<void> {
  const data = await openData(path);
  const blobs = memoryBlobs();
  const images = new Map<string, number[]>();
  const sums = new Map<string, { sum: number[]; n: number }>();
  const all = { sum: new Array<number>(EDGE * EDGE * 3).fill(0), n: 0 };
  const add = (to: { sum: number[]; n: number }, vector: readonly number[]) => {
    for (const [at, value] of vector.entries()) to.sum[at] += value;
    to.n++;
  };
  for (const part of ['train', split]) {
    for await (const record of plugin.records(data, recordOptions(plugin, { split: part, columns }))) {
      const { prompt = [] } = await questionOf(record.item, blobs);
      const picture = prompt.find((one) => one.type === 'image');
      const bytes = picture === undefined ? undefined : await blobs.get(picture.hash);
      if (picture === undefined || bytes === undefined) continue;
      const vector = await thumbnail(bytes);
      if (part === split) images.set(picture.hash, vector);
      else {
        const letter = plugin.oracle(record, 'choice');
        const caption = record.item.options.find((option) => option.letter === letter)?.text ?? letter;
        const of = sums.get(caption) ?? { sum: new Array<number>(vector.length).fill(0), n: 0 };
        sums.set(caption, of);
        add(of, vector);
        add(all, vector);
      }
      await blobs.delete(picture.hash);
    }
  }
  const centred = (vector: readonly number[]) => vector.map((value, at) => value - all.sum[at] / all.n);
  const lines = [
    { logitScale: 10 },
    ...[...images].map(([image, vector]) => ({ image, embedding: centred(vector) })),
    ...[...sums].map(([text, { sum, n }]) => ({ text, embedding: centred(sum.map((value) => value / n)) })),
  ];
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
