// How well two masks agree: overlap, and distances between their surfaces.
import type { Grid } from '../domain/geometry.ts';
import type { StructureId } from '../domain/structures.ts';
import type { Annotation } from '../domain/volume.ts';
import { squaredDistances } from './distance-transform.ts';
import { drawnMasks, regionsOf } from './regions.ts';
import { type Bounds, boundsOf, emptyRuns, overlapCount, type RunSet, union, voxelCount } from './runs.ts';

export interface MaskAgreement {
  readonly voxels: readonly [number, number];
  /** 1 when both masks are empty. */
  readonly dice: number;
  readonly jaccard: number;
  /** Volume of `b` minus volume of `a`, as a share of `a`; null when `a` is empty. */
  readonly volumeDifference: number | null;
  /** Distances in mm between surface voxel centres; null when either mask is empty. */
  readonly surface: SurfaceAgreement | null;
}

export interface SurfaceAgreement {
  /** Largest distance from either surface to the other (Hausdorff). */
  readonly hausdorff: number;
  /** The larger of the two directed 95th percentiles. */
  readonly hd95: number;
  /** Mean over the surface voxels of both masks. */
  readonly mean: number;
  /** Share of the surface voxels of both masks within `toleranceMm` of the other surface. */
  readonly nsd: number;
}

export interface CompareOptions {
  /** For the normalised surface distance, in mm. Default 2. */
  readonly toleranceMm?: number;
}

/** Agreement of two masks on one grid. A surface voxel has a voxel face towards the outside (or the grid's end). */
export function compareMasks(a: RunSet, b: RunSet, grid: Grid, options: CompareOptions = {}): MaskAgreement {
  const na = voxelCount(a);
  const nb = voxelCount(b);
  const both = overlapCount(a, b);
  return {
    voxels: [na, nb],
    dice: na + nb === 0 ? 1 : (2 * both) / (na + nb),
    jaccard: na + nb === 0 ? 1 : both / (na + nb - both),
    volumeDifference: na === 0 ? null : (nb - na) / na,
    surface: na === 0 || nb === 0 ? null : surfaceAgreement(a, b, grid, options.toleranceMm ?? 2),
  };
}

/** Agreement of each structure that either annotation was looked for, on one grid. */
export function compareAnnotations(
  a: Annotation,
  b: Annotation,
  options: CompareOptions = {},
): Map<StructureId, MaskAgreement> {
  const of = (annotation: Annotation) =>
    new Map(regionsOf(drawnMasks(annotation), annotation.grid).regions.map((r) => [r.structure, r.runs]));
  const left = of(a);
  const right = of(b);
  const nothing = emptyRuns(a.grid.shape);
  return new Map(
    [...new Set([...left.keys(), ...right.keys()])].map((id) => [
      id,
      compareMasks(left.get(id) ?? nothing, right.get(id) ?? nothing, a.grid, options),
    ]),
  );
}

function surfaceAgreement(a: RunSet, b: RunSet, grid: Grid, toleranceMm: number): SurfaceAgreement {
  const bounds = boundsOf(union(a, b)) as Bounds;
  const size = [0, 1, 2].map((axis) => bounds.max[axis] - bounds.min[axis] + 1) as [number, number, number];
  const sa = surfaceOf(a, bounds, size);
  const sb = surfaceOf(b, bounds, size);
  const there = distances(sa, squaredDistances(sb, size, grid.spacing));
  const back = distances(sb, squaredDistances(sa, size, grid.spacing));
  const total = there.length + back.length;
  const sum = (values: Float64Array) => values.reduce((s, v) => s + v, 0);
  const within = (values: Float64Array) => values.filter((v) => v <= toleranceMm + 1e-9).length;
  return {
    hausdorff: Math.max(there[there.length - 1], back[back.length - 1]),
    hd95: Math.max(quantile(there, 0.95), quantile(back, 0.95)),
    mean: (sum(there) + sum(back)) / total,
    nsd: (within(there) + within(back)) / total,
  };
}

/** 1 for surface voxels, within a box. */
function surfaceOf(
  runs: RunSet,
  bounds: Bounds,
  [sx, sy, sz]: readonly [number, number, number],
): Uint8Array {
  const [ni, nj] = runs.shape;
  const mask = new Uint8Array(sx * sy * sz);
  for (let r = 0; r < runs.start.length; r++) {
    const row = Math.floor(runs.start[r] / ni);
    const k = Math.floor(row / nj);
    const base = ((k - bounds.min[2]) * sy + (row - k * nj - bounds.min[1])) * sx - bounds.min[0];
    mask.fill(1, base + runs.start[r] - row * ni, base + runs.end[r] - row * ni);
  }
  const surface = new Uint8Array(mask.length);
  for (let z = 0, p = 0; z < sz; z++)
    for (let y = 0; y < sy; y++)
      for (let x = 0; x < sx; x++, p++) {
        if (mask[p] === 0) continue;
        const inner =
          x > 0 &&
          y > 0 &&
          z > 0 &&
          x < sx - 1 &&
          y < sy - 1 &&
          z < sz - 1 &&
          mask[p - 1] + mask[p + 1] + mask[p - sx] + mask[p + sx] + mask[p - sx * sy] + mask[p + sx * sy] ===
            6;
        if (!inner) surface[p] = 1;
      }
  return surface;
}

/** Distances in mm of the surface voxels, ascending. */
function distances(surface: Uint8Array, squares: Float64Array): Float64Array {
  const out: number[] = [];
  for (let p = 0; p < surface.length; p++) if (surface[p] === 1) out.push(Math.sqrt(squares[p]));
  return Float64Array.from(out).sort();
}

function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
