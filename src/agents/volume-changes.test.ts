import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import type { Volume } from '../domain/volume.ts';
import { mirroredSide, shuffledSlices } from './volume-changes.ts';

/** Voxel (i, j, k) holds a number of its own. The affines put the world's axes onto the voxel axes in turn. */
const AFFINES = {
  RAS: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  LPS: [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  IPL: [0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 1],
  SRA: [0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1],
};

function volumeOf(shape: readonly [number, number, number], axes: keyof typeof AFFINES): Volume {
  const data = Int32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, index) => index);
  return {
    grid: gridOf(shape, AFFINES[axes]),
    data,
    units: 'HU',
    source: { format: 'test', hash: '', axes, notes: [] },
  };
}

const anyVolume = fc
  .tuple(
    fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 6 }))) as fc.Arbitrary<
      [number, number, number]
    >,
    fc.constantFrom(...(Object.keys(AFFINES) as (keyof typeof AFFINES)[])),
  )
  .map(([shape, axes]) => volumeOf(shape, axes));

describe('mirrored volumes', () => {
  it('a volume mirrored twice is itself', () => {
    fc.assert(
      fc.property(anyVolume, (volume) => {
        expect(mirroredSide(mirroredSide(volume)).data).toEqual(volume.data);
      }),
    );
  });
  it('in a volume stored IPL the last axis runs left, so whole slices change places', () => {
    const mirrored = mirroredSide(volumeOf([2, 1, 3], 'IPL'));
    expect([...mirrored.data]).toEqual([4, 5, 2, 3, 0, 1]);
  });
  it('in a volume stored RAS every row turns round', () => {
    expect([...mirroredSide(volumeOf([3, 2, 1], 'RAS')).data]).toEqual([2, 1, 0, 5, 4, 3]);
  });
});

describe('shuffled volumes', () => {
  it('every axial slice is kept whole and none is lost', () => {
    fc.assert(
      fc.property(anyVolume, fc.string(), (volume, seed) => {
        const shuffled = shuffledSlices(volume, seed);
        expect([...shuffled.data].sort((a, b) => a - b)).toEqual([...volume.data]);
        const axial = { RAS: 2, LPS: 2, IPL: 0, SRA: 0 }[volume.source.axes] ?? 2;
        const { shape } = volume.grid;
        // The place of a voxel within its slice does not change, and one slice goes to one slice.
        const placeOf = (index: number) => {
          const at = [
            index % shape[0],
            Math.floor(index / shape[0]) % shape[1],
            Math.floor(index / shape[0] / shape[1]),
          ];
          const [slice] = at.splice(axial, 1);
          return { slice, within: at.join() };
        };
        const target = new Map<number, number>();
        shuffled.data.forEach((from, to) => {
          const before = placeOf(from);
          const after = placeOf(to);
          expect(after.within).toBe(before.within);
          expect(target.get(before.slice) ?? after.slice).toBe(after.slice);
          target.set(before.slice, after.slice);
        });
      }),
    );
  });
});
