// The content hash of a benchmark: what it is made of and what it asks, independent of path, clock and pixels drawn.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/content-hash.ts';
import type { Key, Question } from '../domain/question.ts';

export interface BenchmarkHasher {
  /** All keys, in file order, before `finish`. */
  key(key: Key): void;
  /** Hexadecimal SHA-256. Questions in file order; source hashes in any. */
  finish(
    questions: AsyncIterable<Question> | Iterable<Question>,
    sources: readonly string[],
  ): Promise<string>;
}

/**
 * SHA-256 over the canonical JSON (RFC 8785) of {keys, questions, sources}, fed piece by piece so that nothing has to
 * fit in memory; the member names are in canonical order already.
 */
export function benchmarkHasher(): BenchmarkHasher {
  const hash = createHash('sha256').update('{"keys":[');
  let first = true;
  const add = (value: unknown) => {
    hash.update(`${first ? '' : ','}${canonicalJson(value)}`);
    first = false;
  };
  return {
    key: add,
    async finish(questions, sources) {
      hash.update('],"questions":[');
      first = true;
      for await (const question of questions) add(question);
      hash.update('],"sources":[');
      first = true;
      for (const source of [...sources].sort()) add(source);
      return hash.update(']}').digest('hex');
    },
  };
}
