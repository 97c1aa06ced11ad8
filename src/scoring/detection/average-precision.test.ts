import { describe, expect, it } from 'vitest';
import { metricContract } from '../metric.contract.ts';
import type { Metric } from '../metric.ts';
import mapAllPoint from '../metrics/map-all-point.ts';
import mapCoco from '../metrics/map-coco.ts';
import map50AllPoint from '../metrics/map50-all-point.ts';
import map50Coco from '../metrics/map50-coco.ts';
import map75AllPoint from '../metrics/map75-all-point.ts';
import map75Coco from '../metrics/map75-coco.ts';
import type { BoxSets, LabelledBox, MatchedBoxes } from './average-precision.ts';

const at = (x: number, label = 'cell', side = 10): LabelledBox => ({
  box: { min: [x, 0], max: [x + side, 10] },
  label,
});
const sure = (score: number, box: LabelledBox) => ({ ...box, score });

const inputs: BoxSets[] = [
  { prediction: [sure(0.9, at(0)), sure(0.8, at(200))], reference: [at(0), at(100)] },
  { prediction: [sure(0.7, at(1))], reference: [at(0)] },
  { prediction: [], reference: [at(0, 'nucleus')] },
  { prediction: [sure(0.6, at(30, 'debris'))], reference: [] },
];
const perfect: BoxSets[] = [
  { prediction: [at(0), at(50, 'nucleus')], reference: [at(0), at(50, 'nucleus')] },
];
const value = (metric: Metric<BoxSets, MatchedBoxes>, sets: readonly BoxSets[]) =>
  metric.of(sets.map((one) => metric.item(one)));

for (const metric of [mapCoco, map50Coco, map75Coco, mapAllPoint, map50AllPoint, map75AllPoint])
  metricContract(metric, { inputs, perfect });

describe('average precision', () => {
  // Three true boxes; from the surest down: right, wrong, right. Precision 1, 1/2, 2/3 at recall 1/3, 1/3, 2/3.
  const worked: BoxSets[] = [
    { prediction: [sure(0.9, at(0)), sure(0.8, at(200))], reference: [at(0), at(100)] },
    { prediction: [sure(0.7, at(0))], reference: [at(0)] },
  ];

  it('with 101 points: 34 levels at 1 and 33 at 2/3', () => {
    expect(value(map50Coco, worked)).toBeCloseTo(56 / 101, 12);
  });

  it('with all points: 1/3 at 1 and 1/3 at 2/3', () => {
    expect(value(map50AllPoint, worked)).toBeCloseTo(5 / 9, 12);
  });

  it('a box found twice is found once', () => {
    const twice = [{ prediction: [sure(0.9, at(0)), sure(0.8, at(0))], reference: [at(0)] }];
    expect(value(map50AllPoint, twice)).toBe(1);
    const early = [
      { prediction: [sure(0.9, at(0)), sure(0.8, at(1)), sure(0.7, at(100))], reference: [at(0), at(100)] },
    ];
    expect(value(map50AllPoint, early)).toBeCloseTo(1 / 2 + 1 / 2 / 1.5, 12);
  });

  it('an IoU of 9/11 counts for thresholds up to 0.80: seven of ten', () => {
    const near = [{ prediction: [at(1)], reference: [at(0)] }];
    expect(value(map75Coco, near)).toBe(1);
    expect(value(mapCoco, near)).toBeCloseTo(0.7, 12);
  });

  it('is the mean over labels that have a true box; an invented label costs nothing there', () => {
    const two = [{ prediction: [at(0), at(0, 'debris')], reference: [at(0), at(50, 'nucleus')] }];
    expect(value(map50Coco, two)).toBe(0.5);
    expect(value(map50Coco, [{ prediction: [at(0)], reference: [] }])).toBeNull();
  });
});
