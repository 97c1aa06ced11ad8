// The grid of a stack of planes: RAS+ affine with the true slice offset (tilt included), gaps found and counted.
import { OverreadError } from '../../domain/errors.ts';
import { type Grid, gridOf, type Vec3 } from '../../domain/geometry.ts';
import type { FrameRef } from './groups.ts';
import { normalOf, type Plane } from './plane.ts';

export interface StackGeometry {
  readonly grid: Grid;
  /** For each frame, its slice index; indices that no frame has are missing slices. */
  readonly slice: readonly number[];
  readonly missing: readonly number[];
  /** Angle between the slice step and the slice normal, in degrees. */
  readonly tilt: number;
  readonly notes: readonly string[];
}

/** A position further than this share of a step from its place makes the stack irregular. */
const IRREGULAR = 0.1;
/** Below this share, rounding in the header explains it and nothing is said. */
const ROUNDING = 0.02;

const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const length = (a: Vec3) => Math.hypot(...a);

/**
 * Affine of voxel indices (column i, row j, slice k) to RAS+ mm; DICOM's own axes point left and posterior.
 * @param step from one slice to the next, in DICOM's axes
 */
export function affineOf(plane: Plane, step: Vec3): number[] {
  const o = plane.orientation ?? [1, 0, 0, 0, 1, 0];
  const [betweenRows, betweenColumns] = plane.spacing ?? [1, 1];
  const p = plane.position ?? [0, 0, 0];
  const row = (n: 0 | 1 | 2, sign: number) => [
    sign * o[n] * betweenColumns,
    sign * o[n + 3] * betweenRows,
    sign * step[n],
    sign * p[n],
  ];
  // Adding 0 turns −0 into 0, which would show in printed headers.
  return [...row(0, -1), ...row(1, -1), ...row(2, 1), 0, 0, 0, 1].map((value) => value + 0);
}

function lineOf(
  positions: readonly Vec3[],
  base: number,
): { slice: number[]; missing: number[]; step: Vec3; worst: number } {
  const along = positions.map((p) => length(subtract(p, positions[0])));
  const slice = along.map((distance) => Math.round(distance / base));
  const last = slice[slice.length - 1];
  const span = subtract(positions[positions.length - 1], positions[0]);
  const step: Vec3 = [span[0] / last, span[1] / last, span[2] / last];
  let worst = 0;
  for (const [n, p] of positions.entries()) {
    const expected: Vec3 = [0, 1, 2].map((c) => positions[0][c] + slice[n] * step[c]) as unknown as Vec3;
    worst = Math.max(worst, length(subtract(p, expected)));
  }
  const present = new Set(slice);
  const missing = Array.from({ length: last + 1 }, (_, n) => n).filter((n) => !present.has(n));
  return { slice, missing, step, worst: present.size < slice.length ? Infinity : worst };
}

/** Usual distance between neighbours: the median of the lower half, which gaps cannot raise. */
function usualStep(positions: readonly Vec3[]): number {
  const steps = positions.slice(1).map((p, n) => length(subtract(p, positions[n])));
  const sorted = steps.sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** Grid of frames without position: numbered slices, unit step unless a thickness is given. */
function placeless(frames: readonly FrameRef[], columns: number, rows: number): StackGeometry {
  const [{ plane }] = frames;
  const notes: string[] = [];
  if (plane.spacing === undefined) notes.push('no pixel spacing is given: 1 mm is assumed');
  if (frames.length > 1)
    notes.push('no usable slice positions are given: frames are stacked 1 mm apart in their order');
  else if (plane.position === undefined) notes.push('no position in the patient is given');
  const oriented = { ...plane, orientation: plane.orientation };
  const n = normalOf(plane.orientation ?? [1, 0, 0, 0, 1, 0]);
  const step =
    frames.length === 1 && plane.thickness !== undefined && plane.thickness > 0 ? plane.thickness : 1;
  const affine = affineOf(oriented, [n[0] * step, n[1] * step, n[2] * step]);
  const grid = gridOf([columns, rows, frames.length], affine);
  return { grid, slice: frames.map((_, k) => k), missing: [], tilt: 0, notes };
}

/**
 * Lays a stack out on a regular grid. Slices missing in between keep their places.
 * @param acceptIrregular spread unevenly spaced slices evenly instead of refusing them
 * @throws `geometry-invalid` for slices that share a place or whose spacing varies
 */
export function stackGeometry(
  frames: readonly FrameRef[],
  name: string,
  acceptIrregular: boolean,
): StackGeometry {
  const [{ instance, plane }] = frames;
  const { rows, columns } = instance;
  const positions = frames.map((frame) => frame.plane.position);
  const placed = positions.filter((p) => p !== undefined);
  if (placed.length < frames.length || plane.orientation === undefined || frames.length === 1)
    return placeless(frames, columns, rows);
  const base = usualStep(placed);
  const notes: string[] = [];
  if (!(base > 1e-3))
    throw new OverreadError(
      'geometry-invalid',
      `${name} has several slices at one place that nothing tells apart: split the series.`,
    );
  let found = lineOf(placed, base);
  const deviation = found.worst / base;
  if (deviation > IRREGULAR) {
    const steps = placed.slice(1).map((p, n) => length(subtract(p, placed[n])));
    const range = `${Math.min(...steps).toFixed(3)} to ${Math.max(...steps).toFixed(3)} mm`;
    if (!acceptIrregular)
      throw new OverreadError(
        'geometry-invalid',
        `${name} has slices ${range} apart: read it with --accept-irregular (acceptIrregular) to spread them evenly, or resample it first.`,
        { details: { smallestStep: Math.min(...steps), largestStep: Math.max(...steps) } },
      );
    notes.push(`slices are ${range} apart and were spread evenly`);
    const span = subtract(placed[placed.length - 1], placed[0]);
    const last = placed.length - 1;
    const step: Vec3 = [span[0] / last, span[1] / last, span[2] / last];
    found = { slice: placed.map((_, n) => n), missing: [], step, worst: 0 };
  } else if (deviation > ROUNDING)
    notes.push(`slice positions deviate by up to ${found.worst.toFixed(3)} mm from even spacing`);
  const { slice, missing, step } = found;
  if (missing.length > Math.max(frames.length, 10))
    throw new OverreadError(
      'geometry-invalid',
      `${name} misses ${missing.length} slices between the ${frames.length} there are: check that it is one complete series.`,
    );
  const n = normalOf(plane.orientation);
  const cosine = Math.abs(n[0] * step[0] + n[1] * step[1] + n[2] * step[2]) / length(step);
  const tilt = (Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
  const shape: Vec3 = [columns, rows, slice[slice.length - 1] + 1];
  return { grid: gridOf(shape, affineOf(plane, step)), slice, missing, tilt, notes };
}
