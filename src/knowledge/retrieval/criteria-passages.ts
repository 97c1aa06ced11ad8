// The built-in clinical criteria as passages, each with the source that it comes from.
import { contentHash } from '../../domain/content-hash.ts';
import type { Passage } from '../../domain/expert.ts';
import { criteriaSet } from '../criteria.ts';

/** @param set "guideline" (the default), "published" or "radgpt"; throws `bad-argument` for another */
export function criteriaPassages(set = 'guideline'): {
  readonly passages: readonly Passage[];
  readonly hash: string;
} {
  const { id: setId, version, criteria } = criteriaSet(set);
  const passages = criteria.map(({ id, title, statement, source }) => ({
    id: `${setId}/${id}`,
    text: `${title}. ${statement}`,
    source,
  }));
  return { passages, hash: contentHash({ setId, version, passages }) };
}
