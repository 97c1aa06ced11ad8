import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricContract } from '../metric.contract.ts';
import countMae from '../metrics/count-mae.ts';
import countMse from '../metrics/count-mse.ts';
import f1 from '../metrics/point-f1-10px.ts';
import near from '../metrics/point-nearest-10px.ts';
import mae from '../metrics/point-nearest-mae.ts';
import rmse from '../metrics/point-nearest-rmse.ts';
import { assign } from './assignment.ts';
import { matchPoints, type Point, type PointSets } from './points.ts';

describe('the assignment', () => {
  it('costs as little as scipy.optimize.linear_sum_assignment finds', () => {
    const cost = Array.from({ length: 5 }, (_, i) =>
      Array.from({ length: 7 }, (_, j) => (i * 7 + j * j * 3 + i * j * 5) % 23),
    );
    // scipy 1.10.1: columns 0 4 2 3 6, total 10.
    expect(assign(cost, 7).reduce((sum, column, row) => sum + cost[row][column], 0)).toBe(10);
    const turned = Array.from({ length: 7 }, (_, j) => cost.map((row) => row[j]));
    const rows = assign(turned, 5);
    expect(rows.filter((column) => column < 0)).toHaveLength(2);
    expect(rows.reduce((sum, column, row) => sum + (column < 0 ? 0 : turned[row][column]), 0)).toBe(10);
  });

  it('is no dearer than any other one-to-one choice', () => {
    const orders = (n: number): number[][] =>
      n === 0
        ? [[]]
        : orders(n - 1).flatMap((order) => order.concat(n - 1).map((_, at) => order.toSpliced(at, 0, n - 1)));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((n) =>
          fc.array(fc.array(fc.integer({ min: -9, max: 30 }), { minLength: n, maxLength: n }), {
            minLength: n,
            maxLength: n,
          }),
        ),
        (cost) => {
          const total = (order: readonly number[]) => order.reduce((sum, c, r) => sum + cost[r][c], 0);
          const found = assign(cost, cost.length);
          expect(new Set(found).size).toBe(cost.length);
          expect(total(found)).toBe(Math.min(...orders(cost.length).map(total)));
        },
      ),
    );
  });
});

const points = (...list: Point[]): Point[] => list;
const inputs: PointSets[] = [
  { prediction: points([0, 0], [100, 100]), reference: points([3, 4], [100, 100]) },
  { prediction: points([0, 0]), reference: points([0, 0], [50, 50], [90, 90]) },
  { prediction: points([0, 0], [0, 20]), reference: points([0, 12]) },
  { prediction: [], reference: points([1, 1]) },
  { prediction: points([7, 7]), reference: [] },
];
const perfect: PointSets[] = [{ prediction: points([5, 5], [9, 1]), reference: points([9, 1], [5, 5]) }];
for (const metric of [mae, rmse, near]) metricContract(metric, { inputs, perfect });
metricContract(f1, { inputs, perfect });

describe('points', () => {
  it('the published distances do not see points that were missed; the matched F1 does', () => {
    const one: PointSets = { prediction: points([0, 0]), reference: points([0, 0], [50, 50], [90, 90]) };
    expect(mae.of([mae.item(one)])).toBe(0);
    expect(near.of([near.item(one)])).toBe(1);
    expect(f1.of([f1.item(one)])).toBe(0.5);
  });

  it('leave out pictures without points on a side as published, and count them in the F1', () => {
    expect(mae.item(inputs[3])).toBeNull();
    expect(f1.of([f1.item(inputs[3])])).toBe(0);
    expect(f1.of([f1.item(inputs[4])])).toBe(0);
  });

  it('one true point cannot be found twice', () => {
    const twice: PointSets = { prediction: points([10, 10], [11, 11]), reference: points([10, 10]) };
    expect(matchPoints(twice, 10)).toEqual({ matched: 1, predicted: 2, actual: 1 });
    expect(near.of([near.item(twice)])).toBe(1);
  });

  it('prefer more pairs to nearer pairs', () => {
    // Nearest first would pair 0 with 1 and leave 9.5 without a partner within reach of −8.
    const chain: PointSets = { prediction: points([0, 0], [9.5, 0]), reference: points([1, 0], [-8, 0]) };
    expect(matchPoints(chain, 10).matched).toBe(2);
  });

  it('10 px apart is not less than 10 px apart', () => {
    expect(matchPoints({ prediction: points([0, 0]), reference: points([10, 0]) }, 10).matched).toBe(0);
  });

  it('the root mean square weighs large errors more: 0 and 10 px give 5 and √50', () => {
    const sets: PointSets = { prediction: points([0, 0], [10, 0]), reference: points([0, 0]) };
    expect(mae.of([mae.item(sets)])).toBe(5);
    expect(rmse.of([rmse.item(sets)])).toBeCloseTo(Math.sqrt(50), 12);
  });
});

const counts = [
  { prediction: 3, reference: 5 },
  { prediction: 4, reference: 4 },
  { prediction: null, reference: 6 },
  { prediction: 9, reference: 0 },
];
metricContract(countMae, { inputs: counts, perfect: counts.slice(1, 2) });
metricContract(countMse, { inputs: counts, perfect: counts.slice(1, 2) });
it('counts: errors 2, 0, 6 and 9 are 4.25 on average and 30.25 squared', () => {
  expect(countMae.of(counts.map(countMae.item))).toBe(4.25);
  expect(countMse.of(counts.map(countMse.item))).toBe(30.25);
});
