// What a read says of itself where nothing can be compared.
import type { ScoringRow } from '../../../domain/scoring-row.ts';
import type { Outcome } from '../shapes/reads.ts';

export function unscored({ status }: Pick<ScoringRow, 'status'>): { outcome: Outcome; score: null } {
  return { outcome: status === 'answered' ? 'unscored' : status, score: null };
}
