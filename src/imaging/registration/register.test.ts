// Known transforms are found again, on images sampled from formulas and on images that scipy has resampled.
import { describe, expect, it } from 'vitest';
import { compose, type Grid, gridOf, invert, type Vec3, voxelToWorld } from '../../domain/geometry.ts';
import { random } from '../../domain/random.ts';
import { nibabel, pythonWithNibabel } from '../testing/nibabel.ts';
import { powell } from './powell.ts';
import { levelsOf, shrunk } from './pyramid.ts';
import { aligned, type Registered, registerRigid } from './register.ts';
import { type Rigid, rigidAffine, turnDegrees } from './rigid.ts';

/** A smooth scene of blobs about a middle, as a function of mm; no symmetry. */
function scene(seed: string, reach: Vec3, middle: Vec3): (p: Vec3) => number {
  const draw = random(seed);
  const blobs = Array.from({ length: 14 }, () => ({
    at: reach.map((r, axis) => middle[axis] + draw.uniform(-0.6, 0.6) * r),
    width: draw.uniform(0.08, 0.25) * reach[0],
    height: draw.uniform(40, 200),
  }));
  return (p) =>
    blobs.reduce((sum, { at, width, height }) => {
      const square = at.reduce((d, x, axis) => d + (p[axis] - x) ** 2, 0);
      return sum + height * Math.exp(-square / (2 * width * width));
    }, 0);
}

function sample(grid: Grid, value: (p: Vec3) => number): Registered {
  const [ni, nj, nk] = grid.shape;
  const data = new Float32Array(ni * nj * nk);
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++) data[at++] = value(voxelToWorld(grid.affine, [i, j, k]));
  return { grid, data };
}

const diagonal = ([x, y, z]: Vec3, at: Vec3 = [0, 0, 0]) => [
  x,
  0,
  0,
  at[0],
  0,
  y,
  0,
  at[1],
  0,
  0,
  z,
  at[2],
  0,
  0,
  0,
  1,
];
const rad = (degrees: number) => (degrees * Math.PI) / 180;

/** Largest distance in mm between where two transforms take the fixed grid's corners. */
function cornerError(a: Rigid, b: Rigid, grid: Grid): number {
  let worst = 0;
  for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const p = voxelToWorld(
      grid.affine,
      [0, 1, 2].map((axis) => ((corner >> axis) & 1) * (grid.shape[axis] - 1)) as unknown as Vec3,
    );
    const [u, v] = [voxelToWorld(rigidAffine(a), p), voxelToWorld(rigidAffine(b), p)];
    worst = Math.max(worst, Math.hypot(u[0] - v[0], u[1] - v[1], u[2] - v[2]));
  }
  return worst;
}

const flatGrid = gridOf([160, 128, 1], diagonal([0.8, 0.8, 1]));
const flatMiddle: Vec3 = [63.6, 50.8, 0];

describe('rigid registration of pictures', () => {
  it.each([
    [0, 0, 0],
    [7.3, 5.2, -3.7],
    [-18, -9.5, 6.1],
    [27, 3, 14],
  ])('finds a turn of %s° and a shift of %s, %s mm again, to a tenth of a pixel', (degrees, x, y) => {
    const truth: Rigid = { angles: [0, 0, rad(degrees)], shift: [x, y, 0], centre: flatMiddle };
    const value = scene('flat', [64, 51, 0], flatMiddle);
    const moving = sample(flatGrid, value);
    const fixed = sample(flatGrid, (p) => value(voxelToWorld(rigidAffine(truth), p)));
    for (const likeness of ['ncc', 'mi'] as const) {
      const found = registerRigid(fixed, moving, { likeness });
      // Mutual information of 32 bins is flatter about its top.
      expect(cornerError(found.transform, truth, flatGrid)).toBeLessThan(likeness === 'ncc' ? 0.08 : 0.4);
      if (likeness === 'ncc') expect(found.after.likeness).toBeGreaterThan(0.999);
    }
  });
  it('by mutual information, sees through another contrast; by correlation it would not', () => {
    const truth: Rigid = { angles: [0, 0, rad(6)], shift: [4, -3, 0], centre: flatMiddle };
    const value = scene('contrast', [64, 51, 0], flatMiddle);
    const moving = sample(flatGrid, value);
    // Bright becomes dark, and the middle of the range brightest.
    const fixed = sample(flatGrid, (p) => {
      const bright = value(voxelToWorld(rigidAffine(truth), p));
      return 200 * Math.sin(bright / 60);
    });
    const found = registerRigid(fixed, moving, { likeness: 'mi' });
    expect(cornerError(found.transform, truth, flatGrid)).toBeLessThan(0.8);
  });
  it('aligned images differ by less than a hundredth of what they did', () => {
    const truth: Rigid = { angles: [0, 0, rad(5)], shift: [6, 2, 0], centre: flatMiddle };
    const value = scene('residual', [64, 51, 0], flatMiddle);
    const moving = sample(flatGrid, value);
    const fixed = sample(flatGrid, (p) => value(voxelToWorld(rigidAffine(truth), p)));
    const { transform } = registerRigid(fixed, moving);
    const back = aligned(moving, flatGrid, transform, Number.NaN);
    let [before, after, n] = [0, 0, 0];
    for (let at = 0; at < fixed.data.length; at++) {
      if (Number.isNaN(back.data[at])) continue;
      before += Math.abs(moving.data[at] - fixed.data[at]);
      after += Math.abs(back.data[at] - fixed.data[at]);
      n++;
    }
    expect(n).toBeGreaterThan(0.8 * fixed.data.length);
    expect(after).toBeLessThan(before / 100);
  });
  it('refuses a picture with a volume, and images too small', () => {
    const tiny = sample(gridOf([4, 4, 1], diagonal([1, 1, 1])), () => 1);
    expect(() => registerRigid(tiny, tiny)).toThrow(/fewer than 8/);
    const solid = sample(gridOf([16, 16, 16], diagonal([1, 1, 1])), () => 1);
    expect(() =>
      registerRigid(
        sample(flatGrid, () => 1),
        solid,
      ),
    ).toThrow(/picture and a volume/);
  });
});

describe('rigid registration of volumes', () => {
  it('finds three turns and three shifts between grids of unequal voxels, to a quarter of a voxel', () => {
    const fixedGrid = gridOf([56, 48, 32], diagonal([1.2, 1.2, 2], [-30, 10, 5]));
    const movingGrid = gridOf([48, 48, 40], diagonal([-1.5, -1.3, 1.7], [38, 70, 2]));
    const centre = voxelToWorld(fixedGrid.affine, [27.5, 23.5, 15.5]);
    const value = scene('solid', [32, 28, 30], centre);
    const truth: Rigid = { angles: [rad(4), rad(-6), rad(9)], shift: [3, -2.4, 4.2], centre };
    const moving = sample(movingGrid, value);
    const fixed = sample(fixedGrid, (p) => value(voxelToWorld(rigidAffine(truth), p)));
    const found = registerRigid(fixed, moving);
    expect(cornerError(found.transform, truth, fixedGrid)).toBeLessThan(0.4);
    expect(found.degrees).toBeCloseTo(turnDegrees(truth), 0);
  });
});

describe.skipIf(pythonWithNibabel === undefined)('images that scipy resampled (skipped without it)', () => {
  it('are brought back by the transform that scipy was given', () => {
    const value = scene('scipy', [64, 51, 0], flatMiddle);
    const original = sample(flatGrid, value);
    const truth: Rigid = { angles: [0, 0, rad(-11)], shift: [2.5, 7.25, 0], centre: flatMiddle };
    const inverse = invert(flatGrid.affine) ?? [];
    const map = compose(inverse, compose(rigidAffine(truth), flatGrid.affine));
    const turned = nibabel<number[]>(
      `from scipy import ndimage
a = np.array(input['data']).reshape(${flatGrid.shape[1]}, ${flatGrid.shape[0]})
m = input['map']
out = ndimage.affine_transform(a, [[m[5], m[4]], [m[1], m[0]]], offset=[m[7], m[3]], order=3, mode='nearest')
print(json.dumps(out.ravel().tolist()))`,
      { data: [...original.data], map },
    );
    const fixed = { grid: flatGrid, data: Float32Array.from(turned) };
    const found = registerRigid(fixed, original);
    expect(cornerError(found.transform, truth, flatGrid)).toBeLessThan(0.16);
  });
});

describe('what registration stands on', () => {
  it('block means keep the middle of each block where it was', () => {
    const ramp = sample(gridOf([8, 4, 1], diagonal([2, 3, 1], [10, 20, 0])), ([x, y]) => x + 10 * y) as {
      grid: Grid;
      data: Float32Array;
    };
    const { grid, data } = shrunk(ramp, [2, 2, 1]);
    expect(grid.shape).toEqual([4, 2, 1]);
    // A mean of a linear ramp over a block is its value at the block's middle.
    const [x, y] = voxelToWorld(grid.affine, [1, 1, 0]);
    expect(data[4 + 1]).toBeCloseTo(x + 10 * y, 4);
  });
  it('levels end at the voxels allowed and grow finer', () => {
    const levels = levelsOf(gridOf([512, 512, 1], diagonal([1, 1, 1])), 65_536);
    expect(levels.at(-1)).toEqual([2, 2, 1]);
    expect(levels[0][0]).toBeGreaterThan(levels[1][0]);
  });
  it('Powell’s method finds the bottom of Rosenbrock’s valley', () => {
    const valley = ([x, y]: readonly number[]) => 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    const { at, value } = powell(valley, [-1.2, 1], {
      steps: [0.5, 0.5],
      precision: 1e-4,
      maxEvaluations: 3000,
    });
    expect(value).toBeLessThan(1e-3);
    expect(at[0]).toBeCloseTo(1, 1);
  });
});
