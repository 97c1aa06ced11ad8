import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisCodes, compose, gridOf, invert, obliquity, sameGrid, voxelToWorld } from './geometry.ts';

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** Rotation by `deg` about the superior axis, unit spacing. */
function rotated(deg: number): number[] {
  const c = Math.cos((deg * Math.PI) / 180);
  const s = Math.sin((deg * Math.PI) / 180);
  return [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
}

describe('affines', () => {
  it('the identity grid is RAS and unrotated', () => {
    expect(axisCodes(IDENTITY)).toBe('RAS');
    expect(obliquity(IDENTITY)).toBe(0);
  });
  it('KiTS volumes run inferior, posterior, left', () => {
    expect(axisCodes([0, 0, -0.9, 0, 0, -0.9, 0, 0, -5, 0, 0, 0, 0, 0, 0, 1])).toBe('IPL');
  });
  it('obliquity of a rotated grid is the rotation angle', () => {
    expect(obliquity(rotated(12))).toBeCloseTo(12, 9);
  });
  it('an affine after its inverse is the identity', () => {
    const millimetres = fc.double({ min: -500, max: 500, noNaN: true });
    const spacing = fc.double({ min: 0.2, max: 8, noNaN: true });
    const turn = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(turn, spacing, spacing, spacing, millimetres, millimetres, (angle, x, y, z, tx, ty) => {
        const scale = [x, 0, 0, tx, 0, y, 0, ty, 0, 0, z, 0, 0, 0, 0, 1];
        const affine = compose(rotated(angle), scale);
        const product = compose(affine, invert(affine) ?? []);
        for (let i = 0; i < 16; i++) expect(product[i]).toBeCloseTo(IDENTITY[i], 8);
      }),
    );
  });
  it('a singular matrix has no inverse', () => {
    expect(invert(new Array(16).fill(0))).toBeUndefined();
  });
  it('a grid shifted by half a voxel is not the same grid', () => {
    const shifted = [...IDENTITY];
    shifted[3] = 0.5;
    expect(sameGrid(gridOf([4, 4, 4], IDENTITY), gridOf([4, 4, 4], shifted), 0.1)).toBe(false);
    expect(voxelToWorld(shifted, [1, 2, 3])).toEqual([1.5, 2, 3]);
  });
});
