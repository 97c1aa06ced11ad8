import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Vec3, voxelToWorld } from '../../domain/geometry.ts';
import { stacksOf } from './groups.ts';
import { instanceOf } from './instance.ts';
import { parseDicom } from './parse.ts';
import { normalOf, planesOf } from './plane.ts';
import { stackGeometry } from './stack-geometry.ts';
import { ctSlice, dicomBytes, type Sample } from './testing/dicom-sample.ts';

const source = { name: 'x', path: 'x', read: async () => new Uint8Array() };
const instance = (sample: Sample) => instanceOf(parseDicom(dicomBytes(sample), 'x'), source);

/** Row and column directions from three angles. */
function directions(a: number, b: number, c: number): number[] {
  const [sa, ca, sb, cb, sc, cc] = [
    Math.sin(a),
    Math.cos(a),
    Math.sin(b),
    Math.cos(b),
    Math.sin(c),
    Math.cos(c),
  ];
  return [ca * cb, sa * cb, -sb, ca * sb * sc - sa * cc, sa * sb * sc + ca * cc, cb * sc];
}

describe('the grid of a stack', () => {
  it('takes every voxel where its own slice says, for any direction, spacing, tilt and file order', () => {
    const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
    const millimetres = fc.double({ min: -300, max: 300, noNaN: true });
    const spacing = fc.double({ min: 0.3, max: 6, noNaN: true });
    const shear = fc.double({ min: -0.3, max: 0.3, noNaN: true });
    const scene = fc.record({
      a: angle,
      b: angle,
      c: angle,
      x: millimetres,
      y: millimetres,
      z: millimetres,
      step: spacing,
      rows: spacing,
      columns: spacing,
      shear,
    });
    fc.assert(
      fc.property(scene, fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), (s, order) => {
        const o = directions(s.a, s.b, s.c);
        const n = normalOf(o);
        const position = (k: number) =>
          [s.x, s.y, s.z].map((v, axis) => v + k * s.step * (n[axis] + s.shear * o[3 + axis]));
        const slices = order.map((k) =>
          instance(
            ctSlice(
              { position: position(k), orientation: o, instance: k + 1 },
              { '00280030': ['DS', [s.rows, s.columns].join('\\')] },
            ),
          ),
        );
        const [stack, ...others] = stacksOf(slices);
        expect(others).toEqual([]);
        const { grid, slice, missing, tilt } = stackGeometry(stack.frames, 'x', false);
        expect(missing).toEqual([]);
        expect(tilt).toBeCloseTo((Math.atan(Math.abs(s.shear)) * 180) / Math.PI, 4);
        for (const [at, { instance: found }] of stack.frames.entries()) {
          const k = found.instanceNumber - 1;
          const p = position(k);
          // Three columns and two rows along, in DICOM's axes, then to RAS+.
          const there = p.map((v, axis) => v + 3 * s.columns * o[axis] + 2 * s.rows * o[3 + axis]);
          const world = voxelToWorld(grid.affine, [3, 2, slice[at]] as Vec3);
          expect(Math.hypot(world[0] + there[0], world[1] + there[1], world[2] - there[2])).toBeLessThan(
            1e-6,
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('slices at twice the step leave room for those that are missing, wherever they are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 18 }), { maxLength: 5 }), (gaps) => {
        const kept = Array.from({ length: 21 }, (_, k) => k).filter((k) => !gaps.includes(k));
        const slices = kept.map((k) => instance(ctSlice({ position: [0, 0, 2.5 * k], instance: k + 1 })));
        const { grid, missing } = stackGeometry(stacksOf(slices)[0].frames, 'x', false);
        expect(grid.shape[2]).toBe(21);
        expect(missing).toEqual([...gaps].sort((a, b) => a - b));
      }),
      { numRuns: 40 },
    );
  });
});

describe('planes', () => {
  const planes = (sample: Sample, frames: number) => planesOf(parseDicom(dicomBytes(sample), 'x'), frames);

  it('a dose grid lies at offsets along its normal', () => {
    const dose = ctSlice(
      { position: [1, 2, 3] },
      { '3004000c': ['DS', '0\\2.5\\5'], '00280008': ['IS', '3'] },
    );
    expect(planes(dose, 3).map(({ position }) => position)).toEqual([
      [1, 2, 3],
      [1, 2, 5.5],
      [1, 2, 8],
    ]);
  });

  it('an ultrasound region gives centimetres for each pixel', () => {
    const { '00280030': _, ...plain } = ctSlice();
    const region: Sample = { '00186024': ['US', 3], '0018602c': ['FD', 0.02], '0018602e': ['FD', 0.03] };
    expect(
      planes({ ...plain, '00186011': ['SQ', [region]] }, 1)[0].spacing?.map((mm) => +mm.toFixed(9)),
    ).toEqual([0.3, 0.2]);
    // Two calibrated regions: neither holds for the whole picture.
    expect(planes({ ...plain, '00186011': ['SQ', [region, region]] }, 1)[0].spacing).toBeUndefined();
  });

  it('directions that are not perpendicular, and spacings that are not positive, are not believed', () => {
    expect(planes(ctSlice({ orientation: [1, 0, 0, 1, 0, 0] }), 1)[0].orientation).toBeUndefined();
    expect(planes(ctSlice({ orientation: [0, 0, 0, 0, 0, 0] }), 1)[0].orientation).toBeUndefined();
    expect(planes(ctSlice({}, { '00280030': ['DS', '0\\1'] }), 1)[0].spacing).toBeUndefined();
  });
});
