// Counts against counts.

/** A picture's count; null when no number could be read from the reply. */
export interface CountPair {
  readonly prediction: number | null;
  readonly reference: number;
}

/** The error of a count. An unread one costs the whole count, and at least 1, so that silence never pays. */
export function countError({ prediction, reference }: CountPair): number {
  return prediction === null ? Math.max(1, Math.abs(reference)) : Math.abs(prediction - reference);
}
