import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisCodes, gridOf, invert, type Vec3, voxelToWorld } from '../domain/geometry.ts';
import { toRas } from './canonical.ts';

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** Grids of any axis order, flip and spacing, with up to some 20° of obliquity. */
const grids = fc
  .record({
    order: fc.constantFrom(...ORDERS),
    signs: fc.tuple(fc.constantFrom(-1, 1), fc.constantFrom(-1, 1), fc.constantFrom(-1, 1)),
    spacing: fc.tuple(fc.constantFrom(0.5, 1, 3), fc.constantFrom(0.7, 2), fc.constantFrom(1, 5)),
    tilt: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
    shape: fc.tuple(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 70 }),
    ),
  })
  .map(({ order, signs, spacing, tilt, shape }) => {
    const columns = order.map((world, voxel) => {
      const unit = [0, 0, 0];
      unit[world] = signs[voxel] * spacing[voxel];
      const [x, y, z] = unit;
      return [x, y * Math.cos(tilt) - z * Math.sin(tilt), y * Math.sin(tilt) + z * Math.cos(tilt)];
    });
    const rows = [0, 1, 2].flatMap((row) => [...columns.map((column) => column[row]), 17 * row - 20]);
    return gridOf(shape as Vec3, [...rows, 0, 0, 0, 1]);
  });

describe('toRas', () => {
  it('gives RAS order and leaves every voxel where it is in the patient', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const [ni, nj, nk] = grid.shape;
        const data = Int32Array.from({ length: ni * nj * nk }, (_, i) => i);
        const ras = toRas(grid, data);
        expect(axisCodes(ras.grid.affine)).toBe('RAS');
        const back = invert(grid.affine) ?? [];
        const [mi, mj, mk] = ras.grid.shape;
        for (let at = 0; at < data.length; at += Math.max(1, Math.floor(data.length / 50))) {
          const voxel: Vec3 = [at % mi, Math.floor(at / mi) % mj, Math.floor(at / (mi * mj))];
          expect(voxel[2]).toBeLessThan(mk);
          const [i, j, k] = voxelToWorld(back, voxelToWorld(ras.grid.affine, voxel)).map(Math.round);
          expect(ras.data[at]).toBe(i + ni * (j + nj * k));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is idempotent, and a RAS grid keeps its arrays', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const data = new Uint8Array(grid.shape[0] * grid.shape[1] * grid.shape[2]);
        const once = toRas(grid, data);
        const twice = toRas(once.grid, once.data);
        expect(twice.grid).toBe(once.grid);
        expect(twice.data).toBe(once.data);
      }),
    );
  });

  it('turns IPL, the order of KiTS, as written out by hand', () => {
    // i runs to the feet, j to the back, k to the left; 2 × 2 × 2 voxels numbered in memory order.
    const grid = gridOf([2, 2, 2], [0, 0, -1, 10, 0, -1, 0, 20, -5, 0, 0, 30, 0, 0, 0, 1]);
    const ras = toRas(grid, Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
    expect([...ras.data]).toEqual([7, 3, 5, 1, 6, 2, 4, 0]);
    expect(ras.grid.affine).toEqual([1, 0, 0, 9, 0, 1, 0, 19, 0, 0, 5, 25, 0, 0, 0, 1]);
    expect(ras.grid.spacing).toEqual([1, 1, 5]);
  });
});
