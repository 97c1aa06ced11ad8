// Average precision of boxes over pictures: COCO's matching, with its 101-point or the all-point area.
import type { Metric } from '../metric.ts';
import { type Box, boxIou } from './boxes.ts';

export interface LabelledBox {
  readonly box: Box;
  readonly label: string;
}

/** All boxes of one picture. */
export interface BoxSets {
  /** Without a score all are taken as equally sure, in the order given. */
  readonly prediction: readonly (LabelledBox & { readonly score?: number })[];
  readonly reference: readonly LabelledBox[];
}

interface Detection {
  readonly score: number;
  /** Per threshold: found a true box that no surer detection had. */
  readonly hit: readonly boolean[];
}

/** A picture's detections matched, by label. */
export interface MatchedBoxes {
  readonly labels: readonly {
    readonly label: string;
    readonly actual: number;
    readonly detections: readonly Detection[];
  }[];
}

/** IoU 0.50, 0.55 … 0.95. */
export const COCO_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, n) => (50 + 5 * n) / 100);

/** Detections of a picture and label that count; COCO drops those after the 100 surest. */
const MOST = 100;

/**
 * Matches a picture's boxes label by label: detections from the surest down, each takes the free true box that it
 * overlaps most, if by at least the threshold; of equals the later one, as COCO's evaluator does.
 */
export function matchBoxes({ prediction, reference }: BoxSets, thresholds: readonly number[]): MatchedBoxes {
  const labels = [...new Set([...reference, ...prediction].map(({ label }) => label))];
  return {
    labels: labels.map((label) => {
      const truth = reference.filter((one) => one.label === label);
      const found = prediction
        .filter((one) => one.label === label)
        .sort((a, b) => (b.score ?? 1) - (a.score ?? 1))
        .slice(0, MOST);
      const overlaps = found.map(({ box }) => truth.map((one) => boxIou(box, one.box)));
      const byThreshold = thresholds.map((threshold) => hits(overlaps, truth.length, threshold));
      return {
        label,
        actual: truth.length,
        detections: found.map(({ score }, at) => ({
          score: score ?? 1,
          hit: byThreshold.map((hit) => hit[at]),
        })),
      };
    }),
  };
}

function hits(overlaps: readonly (readonly number[])[], truths: number, threshold: number): boolean[] {
  const taken = new Uint8Array(truths);
  return overlaps.map((row) => {
    let best = Math.min(threshold, 1 - 1e-10);
    let found = -1;
    for (let t = 0; t < truths; t++)
      if (taken[t] === 0 && row[t] >= best) {
        best = row[t];
        found = t;
      }
    if (found >= 0) taken[found] = 1;
    return found >= 0;
  });
}

export type Area = '101-point' | 'all-point';

/**
 * Mean over labels that have a true box, and over thresholds, of the area under precision against recall. Null without
 * true boxes.
 */
export function meanAveragePrecision(
  items: readonly MatchedBoxes[],
  thresholds: number,
  area: Area,
): number | null {
  const byLabel = new Map<string, { actual: number; detections: Detection[] }>();
  for (const { labels } of items)
    for (const { label, actual, detections } of labels) {
      const sum = byLabel.get(label) ?? { actual: 0, detections: [] };
      sum.actual += actual;
      for (const detection of detections) sum.detections.push(detection);
      byLabel.set(label, sum);
    }
  let total = 0;
  let n = 0;
  for (const { actual, detections } of byLabel.values()) {
    if (actual === 0) continue;
    // Stable: equally sure ones stay in the order of pictures.
    detections.sort((a, b) => b.score - a.score);
    for (let t = 0; t < thresholds; t++, n++)
      total += averagePrecision(
        detections.map(({ hit }) => hit[t]),
        actual,
        area,
      );
  }
  return n === 0 ? null : total / n;
}

/** Area under precision against recall of detections from the surest down, precision made to fall only. */
function averagePrecision(hit: readonly boolean[], actual: number, area: Area): number {
  const recall = new Float64Array(hit.length);
  const precision = new Float64Array(hit.length);
  let right = 0;
  for (let at = 0; at < hit.length; at++) {
    if (hit[at]) right++;
    recall[at] = right / actual;
    precision[at] = right / (at + 1);
  }
  for (let at = hit.length - 2; at >= 0; at--) precision[at] = Math.max(precision[at], precision[at + 1]);
  let sum = 0;
  if (area === 'all-point') {
    for (let at = 0; at < hit.length; at++)
      sum += (recall[at] - (at > 0 ? recall[at - 1] : 0)) * precision[at];
    return sum;
  }
  for (let step = 0, at = 0; step <= 100; step++) {
    while (at < hit.length && recall[at] < step / 100) at++;
    if (at === hit.length) break;
    sum += precision[at];
  }
  return sum / 101;
}

/** A named variant of mean average precision. */
export function mapMetric(
  id: string,
  summary: string,
  thresholds: readonly number[],
  area: Area,
): Metric<BoxSets, MatchedBoxes> {
  return {
    id,
    summary,
    source:
      area === '101-point'
        ? 'COCO evaluation (Lin et al., 2014): 101-point interpolation, at most 100 detections per picture'
        : 'Pascal VOC 2010 and later: area under the whole interpolated curve; matching as in COCO',
    better: 'higher',
    range: [0, 1],
    item: (sets) => matchBoxes(sets, thresholds),
    of: (items) => meanAveragePrecision(items, thresholds.length, area),
  };
}
