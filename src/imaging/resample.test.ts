import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Affine, gridOf, type Vec3, voxelToWorld } from '../domain/geometry.ts';
import { isotropicGrid, resample } from './resample.ts';

const diagonal = (sizes: Vec3, origin: Vec3): Affine => [
  ...[sizes[0], 0, 0, origin[0]],
  ...[0, sizes[1], 0, origin[1]],
  ...[0, 0, sizes[2], origin[2]],
  ...[0, 0, 0, 1],
];

function tilted(angle: number, sizes: Vec3, origin: Vec3): Affine {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [
    ...[c * sizes[0], -s * sizes[1], 0, origin[0]],
    ...[s * sizes[0], c * sizes[1], 0, origin[1]],
    ...[0, 0, sizes[2], origin[2]],
    ...[0, 0, 0, 1],
  ];
}

const size = fc.double({ min: 0.4, max: 5, noNaN: true });
const origins = fc.tuple(size, size, size).map(([x, y, z]): Vec3 => [x, y, z]);
const sizes = origins;

/** Voxels of f(world) = 2x − 3y + 0.5z + 1. */
function plane(affine: Affine, shape: Vec3): Float64Array {
  const out = new Float64Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++) {
        const [x, y, z] = voxelToWorld(affine, [i, j, k]);
        out[at++] = 2 * x - 3 * y + 0.5 * z + 1;
      }
  return out;
}

describe('resample', () => {
  it('onto its own grid changes nothing, straight or tilted, nearest or linear', () => {
    fc.assert(
      fc.property(
        sizes,
        origins,
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.boolean(),
        (step, origin, angle, linear) => {
          const grid = gridOf([5, 4, 3], tilted(angle, step, origin));
          const data = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * 12.9898) * 1000);
          const same = resample({ grid, data }, grid, linear ? 'linear' : 'nearest');
          same.data.forEach((value, i) => {
            expect(value).toBeCloseTo(data[i], 2);
          });
          if (!linear) expect(same.data).toEqual(data);
        },
      ),
    );
  });

  it('linear interpolation gives a linear field back exactly, wherever the new grid lies inside', () => {
    fc.assert(
      fc.property(sizes, origins, fc.double({ min: -0.4, max: 0.4, noNaN: true }), (step, origin, angle) => {
        const affine = tilted(0.2, step, origin);
        const shape: Vec3 = [9, 8, 7];
        const from = { grid: gridOf(shape, affine), data: plane(affine, shape) };
        const centre = voxelToWorld(affine, [4, 3.5, 3]);
        // A small grid round the middle, turned by another angle: all of it lies inside.
        const small = Math.min(...step) / 2;
        const target = tilted(
          angle,
          [small, small, small],
          [centre[0] - small, centre[1] - small, centre[2] - small],
        );
        const to = gridOf([3, 3, 3], target);
        const expected = plane(target, [3, 3, 3]);
        resample(from, to, 'linear').data.forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i], 6);
        });
      }),
    );
  });

  it('flipping axes and the straight path agree with the general one', () => {
    const from = {
      grid: gridOf([4, 5, 6], diagonal([1, 2, 3], [0, 0, 0])),
      data: Float64Array.from({ length: 120 }, (_, i) => (i * 37) % 101),
    };
    const target = diagonal([-0.6, 0.9, -1.7], [3, 1, 14]);
    // A turn too small to move anything, but enough to leave the straight path.
    const turned = target.map((v, i) => (i === 1 ? 1e-5 : v));
    for (const kind of ['nearest', 'linear'] as const) {
      const straight = resample(from, gridOf([5, 8, 8], target), kind).data;
      const general = resample(from, gridOf([5, 8, 8], turned), kind).data;
      straight.forEach((value, i) => {
        expect(general[i]).toBeCloseTo(value, 2);
      });
    }
  });

  it('nearest keeps labels: no value appears that was not there', () => {
    const grid = gridOf([6, 6, 6], diagonal([1, 1, 1], [0, 0, 0]));
    const data = Uint8Array.from({ length: 216 }, (_, i) => (i % 3 === 0 ? 7 : i % 5 === 0 ? 200 : 0));
    const { data: out } = resample(
      { grid, data },
      gridOf([9, 4, 13], diagonal([0.6, 1.4, 0.4], [-0.2, 0.1, 0])),
      'nearest',
    );
    expect(out).toBeInstanceOf(Uint8Array);
    expect(new Set(out)).toEqual(new Set([0, 7, 200]));
  });

  it('outside takes the given value, half a voxel beyond the last centre the border', () => {
    const from = { grid: gridOf([2, 1, 1], diagonal([1, 1, 1], [0, 0, 0])), data: Int16Array.of(10, 20) };
    const line = gridOf([8, 1, 1], diagonal([0.5, 1, 1], [-1, 0, 0]));
    expect([...resample(from, line, 'linear', { outside: -1024 }).data]).toEqual([
      -1024, 10, 10, 15, 20, 20, -1024, -1024,
    ]);
    expect([...resample(from, line, 'nearest', { outside: -1024 }).data]).toEqual([
      -1024, 10, 10, 20, 20, 20, -1024, -1024,
    ]);
  });

  it('NaN does not spread to voxels that it has no share in', () => {
    const straight = gridOf([3, 3, 3], diagonal([1, 1, 1], [0, 0, 0]));
    const data = Float32Array.from({ length: 27 }, (_, i) => (i % 2 === 1 ? Number.NaN : i));
    expect(resample({ grid: straight, data }, straight, 'linear').data).toEqual(data);
    // A turn by 90° leaves the straight path, and every centre on a voxel.
    const turned = gridOf([3, 3, 3], [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    const { data: out } = resample({ grid: straight, data }, turned, 'linear');
    for (let k = 0; k < 3; k++)
      for (let j = 0; j < 3; j++)
        for (let i = 0; i < 3; i++) expect(out[i + 3 * j + 9 * k]).toBe(data[j + 3 * i + 9 * k]);
  });

  it('keeps what else belongs to a volume', () => {
    const grid = gridOf([2, 1, 1], diagonal([1, 1, 1], [0, 0, 0]));
    expect(resample({ grid, data: new Int16Array(2), units: 'HU' }, grid, 'nearest').units).toBe('HU');
  });

  it('a singular affine is an error', () => {
    const flat = { grid: gridOf([1, 1, 1], new Array(16).fill(0)), data: new Uint8Array(1) };
    expect(() => resample(flat, flat.grid, 'nearest')).toThrow(/inverted/);
  });
});

describe('isotropicGrid', () => {
  it('covers the same box: outer faces coincide to half a millimetre', () => {
    fc.assert(
      fc.property(sizes, origins, (step, origin) => {
        const grid = gridOf([20, 30, 10], tilted(0.3, step, origin));
        const cubes = isotropicGrid(grid);
        for (const spacing of cubes.spacing) expect(spacing).toBeCloseTo(1, 9);
        const first = voxelToWorld(grid.affine, [-0.5, -0.5, -0.5]);
        voxelToWorld(cubes.affine, [-0.5, -0.5, -0.5]).forEach((value, axis) => {
          expect(value).toBeCloseTo(first[axis], 9);
        });
        cubes.shape.forEach((n, axis) => {
          expect(Math.abs(n - grid.shape[axis] * step[axis])).toBeLessThanOrEqual(0.5 + 1e-9);
        });
      }),
    );
  });

  it('a 5 mm KiTS grid becomes millimetre cubes', () => {
    const grid = gridOf([29, 512, 512], [0, 0, -0.976562, 0, 0, -0.976562, 0, 0, -5, 0, 0, 0, 0, 0, 0, 1]);
    expect(isotropicGrid(grid).shape).toEqual([145, 500, 500]);
  });
});
