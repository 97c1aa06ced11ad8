import { describe, expect, it } from 'vitest';
import { gridOf, type Vec3 } from '../../domain/geometry.ts';
import { emptyRuns, runsByValue } from '../../measure/runs.ts';
import { metricContract } from '../metric.contract.ts';
import dice from '../metrics/dice.ts';
import hd95 from '../metrics/hd95.ts';
import nsd1 from '../metrics/nsd-1mm.ts';
import nsd2 from '../metrics/nsd-2mm.ts';
import nsd3 from '../metrics/nsd-3mm.ts';
import type { MaskPair } from './masks.ts';

const grid = gridOf([20, 12, 8], [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1]);

/** A block of 6 × 6 × 4 voxels from `corner`. */
function block([x, y, z]: Vec3): MaskPair['prediction'] {
  const [ni, nj, nk] = grid.shape;
  const data = new Uint8Array(ni * nj * nk);
  for (let k = z; k < z + 4; k++)
    for (let j = y; j < y + 6; j++) data.fill(1, (k * nj + j) * ni + x, (k * nj + j) * ni + x + 6);
  return runsByValue(data, grid.shape).get(1) ?? emptyRuns(grid.shape);
}
const nothing = emptyRuns(grid.shape);
const pair = (prediction: MaskPair['prediction'], reference: MaskPair['reference']): MaskPair => ({
  prediction,
  reference,
  grid,
});
const inputs = [
  pair(block([2, 2, 2]), block([2, 2, 2])),
  pair(block([4, 2, 2]), block([2, 2, 2])),
  pair(nothing, block([2, 2, 2])),
  pair(block([2, 2, 2]), nothing),
];
for (const metric of [dice, hd95, nsd1, nsd2, nsd3])
  metricContract(metric, { inputs, perfect: inputs.slice(0, 1) });

describe('masks', () => {
  it('moved by two of six columns share two thirds', () => {
    expect(dice.item(inputs[1])).toBeCloseTo(2 / 3, 12);
  });

  it('moved by 4 mm have surfaces at most 4 mm apart: the end faces, 48 of 128 surface voxels', () => {
    expect(hd95.item(inputs[1])).toBe(4);
    // 6·6·4 − 4·4·2 = 112 surface voxels each; none is farther than 4 mm, some are 0 mm away.
    expect(nsd3.item(inputs[1])).toBeLessThan(1);
    expect(nsd2.item(inputs[1])).toBeLessThanOrEqual(nsd3.item(inputs[1]));
  });

  it('missed or invented cost the most there is: 0 overlap, the grid’s diagonal in mm', () => {
    const diagonal = Math.hypot(19 * 2, 11, 7 * 3);
    for (const one of [inputs[2], inputs[3]]) {
      expect(dice.item(one)).toBe(0);
      expect(nsd2.item(one)).toBe(0);
      expect(hd95.item(one)).toBeCloseTo(diagonal, 12);
    }
    expect([dice.item(pair(nothing, nothing)), nsd1.item(pair(nothing, nothing))]).toEqual([1, 1]);
    expect(hd95.item(pair(nothing, nothing))).toBe(0);
  });
});
