// The content hash of a benchmark: what it is made of and what it asks, independent of path, clock and pixels drawn.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/content-hash.ts';
import type { Key, Question } from '../domain/question.ts';

type Many<T> = AsyncIterable<T> | Iterable<T>;

/**
 * SHA-256 over the canonical JSON (RFC 8785) of {keys, questions, sources}, fed piece by piece: keys and questions in
 * file order, source hashes sorted. The member names are in canonical order already.
 */
export async function benchmarkHash(parts: {
  keys: Many<Key>;
  questions: Many<Question>;
  sources: readonly string[];
}): Promise<string> {
  const hash = createHash('sha256');
  async function list(name: string, items: Many<unknown>): Promise<void> {
    hash.update(`"${name}":[`);
    let first = true;
    for await (const item of items) {
      hash.update(`${first ? '' : ','}${canonicalJson(item)}`);
      first = false;
    }
    hash.update(']');
  }
  hash.update('{');
  await list('keys', parts.keys);
  hash.update(',');
  await list('questions', parts.questions);
  hash.update(',');
  await list('sources', [...parts.sources].sort());
  hash.update('}');
  return hash.digest('hex');
}
