// Points in a picture against true points: nearest distances as published, and a one-to-one match that charges misses.
import { assign } from './assignment.ts';

export type Point = readonly [number, number];

/** All points of one picture, in pixels. An unparsed reply has no predicted points. */
export interface PointSets {
  readonly prediction: readonly Point[];
  readonly reference: readonly Point[];
}

const apart = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** For each predicted point the distance to the nearest true one; null when either side has no point. */
export function nearestDistances({ prediction, reference }: PointSets): number[] | null {
  if (prediction.length === 0 || reference.length === 0) return null;
  return prediction.map((p) => Math.min(...reference.map((r) => apart(p, r))));
}

export interface Matched {
  readonly matched: number;
  readonly predicted: number;
  readonly actual: number;
}

/**
 * The one-to-one match with the most pairs less than `tolerance` px apart (of those the one with the smallest
 * distances). Points without a partner on either side stay in the counts.
 */
export function matchPoints({ prediction, reference }: PointSets, tolerance: number): Matched {
  // A pair too far apart costs more than all good pairs together can save.
  const far = tolerance * (Math.min(prediction.length, reference.length) + 1);
  const cost = prediction.map((p) =>
    reference.map((r) => {
      const distance = apart(p, r);
      return distance < tolerance ? distance : far;
    }),
  );
  const partner = reference.length === 0 ? [] : assign(cost, reference.length);
  return {
    matched: partner.filter((column, row) => column >= 0 && cost[row][column] < tolerance).length,
    predicted: prediction.length,
    actual: reference.length,
  };
}

/** F1 of summed matches; null when there are no points on either side at all. */
export function pointF1(items: readonly Matched[]): number | null {
  let matched = 0;
  let all = 0;
  for (const item of items) {
    matched += item.matched;
    all += item.predicted + item.actual;
  }
  return all === 0 ? null : (2 * matched) / all;
}
