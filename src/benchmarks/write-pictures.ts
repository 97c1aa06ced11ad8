// The pictures of a release as readers are shown them, written out for encoders that work elsewhere.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../domain/content-hash.ts';
import { shownPicture } from '../imaging/shown-picture.ts';
import type { DataRoot } from '../records/source.ts';
import { chosenRecords } from './chosen-records.ts';
import type { PublishedBenchmark } from './published.ts';
import { type PublishedOptions, recordOptions } from './published-source.ts';

/**
 * Writes each picture once, as HASH.png or HASH.jpg, and pictures.jsonl with {image, name, item} for each showing:
 * vectors under these names are what `encoder@embeddings/…` looks for.
 */
export async function writePictures(
  plugin: PublishedBenchmark,
  data: DataRoot,
  chosen: PublishedOptions,
  out: string,
): Promise<{ readonly pictures: number; readonly items: number }> {
  await mkdir(out, { recursive: true });
  const written = new Set<string>();
  const lines: string[] = [];
  let items = 0;
  for await (const { item } of chosenRecords(plugin, data, recordOptions(plugin, chosen))) {
    items++;
    for (const part of item.prompt) {
      if (part.type !== 'image') continue;
      const { name } = part.image;
      const { bytes, mediaType } = await shownPicture(await part.image.load(), name);
      const hash = sha256(bytes);
      const image = `${hash}.${mediaType === 'image/png' ? 'png' : 'jpg'}`;
      if (!written.has(hash)) await writeFile(join(out, image), bytes);
      written.add(hash);
      lines.push(JSON.stringify({ image, name, item: item.id }));
    }
  }
  await writeFile(join(out, 'pictures.jsonl'), lines.map((line) => `${line}\n`).join(''));
  return { pictures: written.size, items };
}
