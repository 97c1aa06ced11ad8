// A folder of items as checks write it: what a run reads as items of one's own.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One item; further fields (options, answer, pictures, boxes, materials, facets …) as in a folder of one's own. */
export interface WrittenItem {
  readonly id: string;
  readonly question: string;
  readonly [field: string]: unknown;
}

/** Writes items.jsonl into `folder`, which is made where it is missing; pictures are the caller's to write. */
export async function writeItemsFile(folder: string, items: readonly object[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'items.jsonl'), items.map((item) => `${JSON.stringify(item)}\n`).join(''));
}
