// Overlap of two sets of boxes, matched one to one.
import { bestMatching } from './assignment.ts';
import { type Box, boxIou } from './boxes.ts';

/**
 * Sum of the overlaps of the best one-to-one matching over the larger number of boxes: missed and surplus boxes count 0.
 * 1 where there are none on either side.
 */
export function matchedIou(prediction: readonly Box[], reference: readonly Box[]): number {
  const most = Math.max(prediction.length, reference.length);
  if (most === 0) return 1;
  const overlaps = prediction.map((said) => reference.map((right) => boxIou(said, right)));
  return bestMatching(overlaps, reference.length).total / most;
}
