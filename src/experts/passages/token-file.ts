// Token vectors that were computed elsewhere, one JSON line for each text or picture: late interaction with any model.
import { basename } from 'node:path';
import * as z from 'zod';
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { type TokenRows, tokenRows } from '../../knowledge/retrieval/late-interaction.ts';
import { type MemoryBudget, memoryBudget } from '../../knowledge/retrieval/memory.ts';
import type { TokenEncoder } from '../../knowledge/retrieval/passage-index.ts';
import { openData } from '../../records/data-root.ts';
import { jsonlRecords } from '../../records/jsonl.ts';

const rows = z.array(z.array(z.number()).min(1)).min(1);
const line = z.union([
  z.object({ text: z.string(), tokens: rows }),
  /** SHA-256 of the bytes, or the id of the passage whose picture it is. */
  z.object({ image: z.string(), tokens: rows }),
  /** Whether texts and pictures share a space. Default true, as encoders of pages have it. */
  z.object({ joint: z.boolean() }),
]);

/** Reads {"text" | "image", "tokens": [[…], …]} lines. Errors: `file-not-found`, `file-corrupt`, `limit-exceeded`. */
export async function openTokenFile(
  path: string,
  memory: MemoryBudget = memoryBudget(),
): Promise<TokenEncoder> {
  const data = await openData(path);
  const name = basename(path);
  if (!(await data.has(name)))
    throw new OverreadError('bad-argument', `"${name}" is a folder: name the .jsonl file of token vectors.`);
  const source = await data.open(name);
  const texts = new Map<string, TokenRows>();
  const pictures = new Map<string, TokenRows>();
  let joint = true;
  let record = 0;
  for await (const { value } of jsonlRecords(source)) {
    record++;
    const read = line.safeParse(value);
    if (!read.success)
      throw new OverreadError(
        'file-corrupt',
        `Line ${record} of ${name} holds no token vectors: write {"text" | "image", "tokens": [[…], …]} as JSON.`,
      );
    if ('joint' in read.data) {
      joint = read.data.joint;
      continue;
    }
    const made = tokenRows(read.data.tokens);
    memory.take(4 * made.data.length);
    if ('text' in read.data) texts.set(read.data.text, made);
    else pictures.set(read.data.image, made);
  }
  const missing = (what: string) =>
    new OverreadError(
      'file-not-found',
      `${name} has no token vectors of ${what}: compute them with its encoder.`,
    );
  return {
    id: `tokens/${name}`,
    hash: sha256(await source.read(0, source.size)),
    joint,
    ...(texts.size === 0
      ? {}
      : {
          async text(wanted: readonly string[]) {
            return wanted.map((text) => {
              const found = texts.get(text) ?? texts.get(text.trim());
              if (found === undefined) throw missing(`"${text.slice(0, 80)}"`);
              return found;
            });
          },
        }),
    ...(pictures.size === 0
      ? {}
      : {
          async picture({ bytes, name: id = '' }: { readonly bytes: Uint8Array; readonly name?: string }) {
            const found = pictures.get(sha256(bytes)) ?? pictures.get(id);
            if (found === undefined) throw missing(id === '' ? 'a picture' : `"${id.slice(0, 80)}"`);
            return found;
          },
        }),
  };
}
