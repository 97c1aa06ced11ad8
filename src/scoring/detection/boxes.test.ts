import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricContract } from '../metric.contract.ts';
import giou from '../metrics/giou.ts';
import iou from '../metrics/iou.ts';
import { type Box, type BoxPair, boxGiou, boxIou, boxOverlap } from './boxes.ts';

const square = (x: number, y: number, side: number): Box => ({ min: [x, y], max: [x + side, y + side] });
const anyBox = (axes: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 40 })), {
      minLength: axes,
      maxLength: axes,
    })
    .map((sides): Box => ({ min: sides.map(([low]) => low), max: sides.map(([low, side]) => low + side) }));

describe('boxes', () => {
  it('overlap by a quarter of each: 25 shared of 175', () => {
    expect(boxIou(square(0, 0, 10), square(5, 5, 10))).toBeCloseTo(25 / 175, 12);
    // Their hull is 15 × 15.
    expect(boxGiou(square(0, 0, 10), square(5, 5, 10))).toBeCloseTo(25 / 175 - 50 / 225, 12);
  });

  it('in three dimensions overlap by volume: two cubes of 8 that share 1', () => {
    const cube = (at: number): Box => ({ min: [at, at, at], max: [at + 2, at + 2, at + 2] });
    expect(boxIou(cube(0), cube(1))).toBeCloseTo(1 / 15, 12);
    expect(boxGiou(cube(0), cube(1))).toBeCloseTo(1 / 15 - 12 / 27, 12);
  });

  it('that do not touch are told apart by GIoU only', () => {
    const [near, far] = [square(11, 0, 10), square(90, 0, 10)];
    expect(boxIou(square(0, 0, 10), near)).toBe(0);
    expect(boxGiou(square(0, 0, 10), near)).toBeCloseTo(-10 / 210, 12);
    expect(boxGiou(square(0, 0, 10), far)).toBeCloseTo(-0.8, 12);
  });

  it('with corners the wrong way round are empty', () => {
    const turned: Box = { min: [10, 10], max: [0, 0] };
    expect(boxIou(turned, square(0, 0, 10))).toBe(0);
    expect(boxIou(turned, turned)).toBe(0);
  });

  it('share F1 = 2 IoU / (1 + IoU), and are symmetric and bounded', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(2, 3).chain((n) => fc.tuple(anyBox(n), anyBox(n))),
        ([a, b]) => {
          const overlap = boxIou(a, b);
          expect(boxIou(b, a)).toBeCloseTo(overlap, 12);
          expect(boxOverlap(a, b).f1).toBeCloseTo((2 * overlap) / (1 + overlap), 12);
          expect(boxGiou(a, b)).toBeLessThanOrEqual(overlap + 1e-12);
          expect(boxGiou(a, b)).toBeGreaterThanOrEqual(-1);
          const [p, r] = [boxOverlap(a, b), boxOverlap(b, a)];
          expect(p.precision).toBeCloseTo(r.recall, 12);
        },
      ),
    );
  });
});

const inputs: BoxPair[] = [
  { prediction: square(0, 0, 10), reference: square(0, 0, 10) },
  { prediction: square(0, 0, 10), reference: square(5, 5, 10) },
  { prediction: square(0, 0, 10), reference: square(40, 0, 10) },
  { prediction: null, reference: square(0, 0, 10) },
];
metricContract(iou, { inputs, perfect: inputs.slice(0, 1) });
metricContract(giou, { inputs, perfect: inputs.slice(0, 1) });
it('a missing box costs as much as it can', () => {
  expect(iou.of([iou.item(inputs[0]), iou.item(inputs[3])])).toBe(0.5);
  expect(giou.of([giou.item(inputs[0]), giou.item(inputs[3])])).toBe(0);
});
