// Is a benchmark folder whole and unchanged? Every file is read and the content hash computed again.
import { basename, join } from 'node:path';
import { caseRecord } from '../domain/case.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import { FILES, measurementRecord, openBenchmark } from './benchmark-folder.ts';
import { benchmarkHasher } from './benchmark-hash.ts';
import { readJsonl } from './jsonl.ts';
import { eachKey } from './keys.ts';

/**
 * Checks canaries, records, references between files, and the content hash.
 * @param passphrase for encrypted keys.
 * Throws `benchmark-invalid` (or `key-locked`) for the first thing that is wrong.
 */
export async function verifyBenchmark(path: string, passphrase?: string): Promise<{ contentHash: string }> {
  const benchmark = await openBenchmark(path);
  const { manifest } = benchmark;
  const wrong = (sentence: string) =>
    new OverreadError('benchmark-invalid', `${basename(path)}: ${sentence}; build the benchmark again.`);
  const asked = new Set<string>();
  async function* questions(): AsyncGenerator<Question> {
    for await (const question of benchmark.eachQuestion()) {
      if (asked.has(question.id)) throw wrong(`question ${question.id} is there twice`);
      if (!benchmark.cases.has(question.caseId))
        throw wrong(`question ${question.id} is about an unknown case`);
      asked.add(question.id);
      yield question;
    }
  }
  const answered = new Set<string>();
  const hasher = benchmarkHasher();
  for await (const key of eachKey(path, passphrase)) {
    if (answered.has(key.questionId)) throw wrong(`the key of ${key.questionId} is there twice`);
    answered.add(key.questionId);
    hasher.key(key);
  }
  for await (const _ of readJsonl(join(path, FILES.cases), caseRecord, manifest.canary));
  for await (const _ of readJsonl(join(path, FILES.measurements), measurementRecord, manifest.canary));
  const contentHash = await hasher.finish(questions(), manifest.sources);
  if (asked.size !== answered.size || [...asked].some((id) => !answered.has(id)))
    throw wrong('questions and keys do not belong to one another');
  if (contentHash !== manifest.contentHash)
    throw wrong('the content hash is not the one of benchmark.json, so questions or keys were changed');
  return { contentHash };
}
