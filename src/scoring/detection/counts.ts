// Counts against counts.

/** A picture's count; null when no number could be read from the reply. */
export interface CountPair {
  readonly prediction: number | null;
  readonly reference: number;
}

/** The error of a count: an unread one is taken for 0, so that it costs what is there and is never left out. */
export function countError({ prediction, reference }: CountPair): number {
  return Math.abs((prediction ?? 0) - reference);
}
