// Axis-aligned boxes in any number of dimensions: overlap measures of detection.

/**
 * A box between two corners in continuous coordinates (pixels, voxels or mm; the caller says which), so its side is
 * max − min. An inclusive voxel box from 3 to 7 is min 3, max 8.
 */
export interface Box {
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/** A predicted box beside the true one; null when the reply held none. */
export interface BoxPair {
  readonly prediction: Box | null;
  readonly reference: Box;
}

/** Area or volume; 0 for a box whose corners are the wrong way round. */
export function boxSize({ min, max }: Box): number {
  return min.reduce((size, low, axis) => size * Math.max(0, max[axis] - low), 1);
}

export function intersectionSize(a: Box, b: Box): number {
  return a.min.reduce(
    (size, low, axis) => size * Math.max(0, Math.min(a.max[axis], b.max[axis]) - Math.max(low, b.min[axis])),
    1,
  );
}

/** Intersection over union; 0 when both boxes are empty. */
export function boxIou(a: Box, b: Box): number {
  const both = intersectionSize(a, b);
  const either = boxSize(a) + boxSize(b) - both;
  return either > 0 ? both / either : 0;
}

/** IoU minus the share of the common hull that neither box fills: −1 (far apart) to 1. */
export function boxGiou(a: Box, b: Box): number {
  const both = intersectionSize(a, b);
  const either = boxSize(a) + boxSize(b) - both;
  const hull = boxSize({
    min: a.min.map((low, axis) => Math.min(low, b.min[axis])),
    max: a.max.map((high, axis) => Math.max(high, b.max[axis])),
  });
  return hull > 0 ? (either > 0 ? both / either : 0) - (hull - either) / hull : 0;
}

/** What one box shares with another, each as a share: of both (F1), of the prediction, of the truth. */
export function boxOverlap(
  prediction: Box,
  reference: Box,
): { f1: number; precision: number; recall: number } {
  const both = intersectionSize(prediction, reference);
  const [p, r] = [boxSize(prediction), boxSize(reference)];
  return {
    f1: p + r > 0 ? (2 * both) / (p + r) : 0,
    precision: p > 0 ? both / p : 0,
    recall: r > 0 ? both / r : 0,
  };
}
