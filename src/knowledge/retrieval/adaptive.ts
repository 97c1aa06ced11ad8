// Adaptive k: how many of the nearest are near enough to be shown.

/** As in the released script of MMed-RAG. */
export const DEFAULT_THRESHOLD = 1.5;

/**
 * How many of falling scores to keep: while the first over the i-th is below `threshold`, at most `cap`. The first is
 * always kept; a score of 0 or less is never near enough beside a positive one.
 * @example adaptiveCount([30, 28, 12, 11], { cap: 5 }) // 2: 30 / 12 is no less than 1.5
 */
export function adaptiveCount(
  scores: readonly number[],
  { threshold = DEFAULT_THRESHOLD, cap }: { readonly threshold?: number; readonly cap: number },
): number {
  const most = Math.min(Math.max(0, Math.floor(cap)), scores.length);
  if (most === 0) return 0;
  for (let at = 1; at < most; at++) if (!(scores[at] > 0 && scores[0] / scores[at] < threshold)) return at;
  return most;
}
