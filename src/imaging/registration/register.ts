// Rigid registration of two images of one patient: from coarse to fine, by Powell's method.
import { OverreadError } from '../../domain/errors.ts';
import { compose, type Grid, gridOf, invert, type Vec3, voxelToWorld } from '../../domain/geometry.ts';
import type { VoxelArray } from '../../domain/volume.ts';
import { resample } from '../resample.ts';
import { type Compared, comparer, type Likeness } from './likeness.ts';
import { powell } from './powell.ts';
import { type FloatImage, levelsOf, shrunk, smoothed } from './pyramid.ts';
import { type Rigid, rigidAffine, turnDegrees } from './rigid.ts';

export interface Registered {
  readonly grid: Grid;
  readonly data: VoxelArray;
}

export interface RegisterOptions {
  /** "ncc" (default) for images of one modality, "mi" where intensities mean something else. */
  readonly likeness?: Likeness;
  /** Voxels of the finest level. Default 65 536. */
  readonly finest?: number;
  /** Largest turn that is tried at first, in degrees. Default 30 for flat images, 0 for volumes. */
  readonly turns?: number;
}

export interface Registration {
  /** Takes points of the fixed image (mm) to the moving one. */
  readonly transform: Rigid;
  /** The one angle by which it turns, 0…180°; negative where a flat image turns from +y to +x. */
  readonly degrees: number;
  readonly likeness: Likeness;
  /** At the finest level, untouched and aligned; the untouched pair shares its middle. */
  readonly before: Compared;
  readonly after: Compared;
  readonly evaluations: number;
}

function asFloat(image: Registered, level: Vec3): FloatImage {
  return smoothed(shrunk(image, level));
}

function middleOf({ shape, affine }: Grid): Vec3 {
  return voxelToWorld(affine, [(shape[0] - 1) / 2, (shape[1] - 1) / 2, (shape[2] - 1) / 2]);
}

/**
 * The rigid transform under which two images are most alike. Flat images (one voxel along k) move in their plane.
 * NaN marks what belongs to no image. Starts from the images' middles laid upon one another and, for volumes, from
 * their own world frame.
 * Throws `geometry-mismatch` for a flat image with a volume, and `bad-argument` for images too small to be aligned.
 */
export function registerRigid(
  fixed: Registered,
  moving: Registered,
  options: RegisterOptions = {},
): Registration {
  const flat = fixed.grid.shape[2] === 1;
  if (flat !== (moving.grid.shape[2] === 1))
    throw new OverreadError(
      'geometry-mismatch',
      'A picture and a volume cannot be aligned: give two of a kind.',
    );
  if (
    [fixed, moving].some(({ grid: { shape } }) =>
      shape.some((n, axis) => n < (axis === 2 ? (flat ? 1 : 4) : 8)),
    )
  )
    throw new OverreadError(
      'bad-argument',
      'An image of fewer than 8 × 8 pixels cannot be aligned: give a larger one.',
    );
  const likeness = options.likeness ?? 'ncc';
  const finest = options.finest ?? 65_536;
  const centre = middleOf(fixed.grid);
  const toMiddle = middleOf(moving.grid).map((x, axis) => x - centre[axis]);
  const rigidOf = (p: readonly number[]): Rigid =>
    flat
      ? { angles: [0, 0, p[0]], shift: [p[1], p[2], toMiddle[2]], centre }
      : { angles: [p[0], p[1], p[2]], shift: [p[3], p[4], p[5]], centre };
  const levels = levelsOf(fixed.grid, finest);
  const movingLevels = levelsOf(moving.grid, finest);
  const middle = flat ? [0, toMiddle[0], toMiddle[1]] : [0, 0, 0, ...toMiddle];
  let starts = startsOf(middle, flat, options.turns ?? (flat ? 30 : 0));
  let evaluations = 0;
  let compare: (p: readonly number[]) => Compared = () => ({ likeness: -1, overlap: 0 });
  let found: readonly number[] = middle;
  for (const [number, level] of levels.entries()) {
    // Levels of both from the finest backwards: the images may differ in size.
    const movingLevel = movingLevels[Math.max(0, movingLevels.length - (levels.length - number))];
    const [f, m] = [asFloat(fixed, level), asFloat(moving, movingLevel)];
    const of = comparer(f, m, likeness);
    compare = (p) => of(rigidAffine(rigidOf(p)));
    const pixel = Math.max(...f.grid.spacing.slice(0, flat ? 2 : 3));
    const reach = Math.max(...f.grid.shape.map((n, axis) => (n * f.grid.spacing[axis]) / 2));
    // An angle that moves the border by as much as a shift does.
    const steps = flat
      ? [pixel / reach, pixel, pixel]
      : [pixel, pixel, pixel].map((mm) => mm / reach).concat(pixel, pixel, pixel);
    const tried = starts
      .map((start) => ({ start, value: compare(start).likeness }))
      .sort((a, b) => b.value - a.value)
      .slice(0, number === 0 ? 4 : 1)
      .map(({ start }) =>
        powell((p) => -compare(p).likeness, start, {
          steps: number === 0 ? steps.map((step) => 2 * step) : steps,
          precision: number === levels.length - 1 ? 0.005 : 0.05,
        }),
      );
    evaluations += starts.length + tried.reduce((sum, each) => sum + each.evaluations, 0);
    found = tried.sort((a, b) => a.value - b.value)[0].at;
    starts = [[...found]];
  }
  const transform = rigidOf(found);
  return {
    transform,
    degrees: flat ? (found[0] * 180) / Math.PI : turnDegrees(transform),
    likeness,
    before: compare(middle),
    after: compare(found),
    evaluations,
  };
}

/** Parameters to begin with: turned pictures, shifted ones, and the world frame that volumes may share. */
function startsOf(middle: readonly number[], flat: boolean, turns: number): number[][] {
  const angles = [0];
  for (let degrees = 10; degrees <= turns; degrees += 10) angles.push(degrees, -degrees);
  const radians = angles.map((degrees) => (degrees * Math.PI) / 180);
  if (flat) return radians.map((angle) => [angle, middle[1], middle[2]]);
  return [[0, 0, 0, 0, 0, 0], ...radians.map((angle) => [0, 0, angle, middle[3], middle[4], middle[5]])];
}

/** The moving image on the fixed one's grid, linearly; `outside` where it has nothing (NaN for floats). */
export function aligned(moving: Registered, fixed: Grid, transform: Rigid, outside: number): Registered {
  const back = invert(rigidAffine(transform));
  if (back === undefined) throw new RangeError('A rigid transform can be inverted.');
  const data = moving.data instanceof Float32Array ? moving.data : Float32Array.from(moving.data);
  const grid = gridOf(moving.grid.shape, compose(back, moving.grid.affine));
  return resample({ grid, data }, fixed, 'linear', { outside });
}
