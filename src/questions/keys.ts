// The keys of a benchmark: opened by scoring, the gold executor and reviewers only.
import { join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../domain/errors.ts';
import { type Key, key as keySchema } from '../domain/question.ts';
import { FILES, readManifest } from './benchmark-folder.ts';
import { corrupt, type JsonlWriter, parseLine, readJsonl, writeJsonl } from './jsonl.ts';
import { type KeyEncryption, keyEncryption, keyOpener, keySealer } from './key-encryption.ts';

const sealed = z.object({ sealed: z.string() });
/** Keys in one encrypted block. */
const BLOCK = 256;

/**
 * Every key of a benchmark by question id.
 * @param passphrase needed when the keys are encrypted.
 * Throws `key-locked` without or with a wrong passphrase, `benchmark-invalid` for damaged lines.
 */
export async function openKeys(path: string, passphrase?: string): Promise<Map<string, Key>> {
  const keys = new Map<string, Key>();
  for await (const key of eachKey(path, passphrase)) keys.set(key.questionId, key);
  return keys;
}

/** The keys in file order. */
export async function* eachKey(path: string, passphrase?: string): AsyncGenerator<Key> {
  const { canary, keyEncryption: declared } = readManifest(path);
  const file = join(path, FILES.keys);
  if (declared === 'none') {
    yield* readJsonl(file, keySchema, canary);
    return;
  }
  const parameters = keyEncryption.safeParse(declared);
  if (!parameters.success)
    throw new OverreadError(
      'benchmark-invalid',
      'benchmark.json does not say how the keys are encrypted: build the benchmark again.',
    );
  if (passphrase === undefined || passphrase === '')
    throw new OverreadError('key-locked', 'The keys of this benchmark are encrypted: give the passphrase.');
  const unseal = keyOpener(passphrase, parameters.data);
  let number = 1;
  const blocks = readJsonl(file, sealed, canary);
  let next = await blocks.next();
  if (next.done) throw corrupt(file, 2, 'no key block follows the canary');
  while (!next.done) {
    const { sealed: line } = next.value;
    next = await blocks.next();
    number++;
    for (const text of unseal(line, next.done === true).split('\n'))
      if (text !== '') yield parseLine(file, number, text, keySchema);
  }
}

/** Writes keys in order, plainly or in encrypted blocks. */
export function writeKeys(
  file: string,
  canary: string,
  encryption?: { passphrase: string; parameters: KeyEncryption },
): JsonlWriter {
  const writer = writeJsonl(file, canary);
  if (encryption === undefined) return writer;
  const seal = keySealer(encryption.passphrase, encryption.parameters);
  let block: string[] = [];
  return {
    async write(key) {
      // A full block is sealed only once another key follows: the last block is sealed by `close`.
      if (block.length === BLOCK) {
        await writer.write({ sealed: seal(block.join('\n'), false) });
        block = [];
      }
      block.push(JSON.stringify(key));
    },
    async close() {
      await writer.write({ sealed: seal(block.join('\n'), true) });
      await writer.close();
    },
  };
}
