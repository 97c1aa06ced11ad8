// Errors that segmenters make, applied to a mask on purpose: a shifted boundary, a missed component, an invented one.
import { determinant, type Grid, type Vec3 } from '../domain/geometry.ts';
import type { Random } from '../domain/random.ts';
import { components26 } from '../measure/components.ts';
import { type Bounds, boundsOf, type RunSet } from '../measure/runs.ts';
import { squaredDistances } from './distance.ts';

/** A cut-out of a grid: inclusive bounds, and the mask in it, i fastest. */
interface Box {
  readonly min: Vec3;
  readonly shape: Vec3;
  readonly inside: Uint8Array;
}

function boxOf(runs: RunSet, bounds: Bounds, margin: Vec3): Box {
  const [ni, nj] = runs.shape;
  const min = bounds.min.map((low, axis) => Math.max(0, low - margin[axis])) as unknown as Vec3;
  const max = bounds.max.map((high, axis) => Math.min(runs.shape[axis] - 1, high + margin[axis]));
  const shape: Vec3 = [max[0] - min[0] + 1, max[1] - min[1] + 1, max[2] - min[2] + 1];
  const inside = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let r = 0; r < runs.start.length; r++) {
    const start = runs.start[r];
    const i = start % ni;
    const j = Math.floor(start / ni) % nj;
    const k = Math.floor(start / (ni * nj));
    const at = i - min[0] + shape[0] * (j - min[1] + shape[1] * (k - min[2]));
    inside.fill(1, at, at + runs.end[r] - start);
  }
  return { min, shape, inside };
}

/** Calls `visit` with each changed voxel's index in the grid. */
function changed(
  box: Box,
  grid: Grid,
  test: (index: number) => boolean,
  visit: (voxel: number) => void,
): void {
  const [ni, nj] = grid.shape;
  const [bi, bj, bk] = box.shape;
  for (let k = 0, p = 0; k < bk; k++)
    for (let j = 0; j < bj; j++) {
      const row = box.min[0] + ni * (j + box.min[1] + nj * (k + box.min[2]));
      for (let i = 0; i < bi; i++, p++) if (test(p)) visit(row + i);
    }
}

/**
 * Moves a mask's boundary by `mm`: outwards where positive, inwards where negative, equally far in every direction.
 * Distances run between voxel centres, so a shift below the spacing does nothing. The volume's face is no boundary.
 * @param gained called with each voxel that the mask takes, @param lost with each that it gives up.
 */
export function shiftBoundary(
  runs: RunSet,
  grid: Grid,
  mm: number,
  gained: (voxel: number) => void,
  lost: (voxel: number) => void,
): void {
  const bounds = boundsOf(runs);
  if (bounds === undefined || mm === 0) return;
  const reach = Math.abs(mm);
  // One voxel more than the shift, so that an erosion sees the outside.
  const margin = grid.spacing.map((s) => Math.ceil(reach / s) + 1) as unknown as Vec3;
  const box = boxOf(runs, bounds, margin);
  // A hair of slack, so that 3 × 0.7 mm is not past 2.1 mm.
  const limit = (reach + 1e-6) ** 2;
  if (mm > 0) {
    const distance = squaredDistances(box.inside, box.shape, grid.spacing);
    changed(box, grid, (p) => box.inside[p] === 0 && distance[p] <= limit, gained);
  } else {
    const distance = squaredDistances(
      box.inside.map((v) => 1 - v),
      box.shape,
      grid.spacing,
    );
    changed(box, grid, (p) => box.inside[p] !== 0 && distance[p] <= limit, lost);
  }
}

/** Drops each 26-connected component with probability `share`. */
export function dropComponents(
  runs: RunSet,
  share: number,
  random: Random,
  lost: (voxel: number) => void,
): number {
  let dropped = 0;
  for (const { runs: component } of components26(runs).components) {
    if (random.next() >= share) continue;
    dropped++;
    for (let r = 0; r < component.start.length; r++)
      for (let voxel = component.start[r]; voxel < component.end[r]; voxel++) lost(voxel);
  }
  return dropped;
}

/**
 * Puts a ball of `radius` mm around a seeded voxel of `host` (an organ), as far as it lies inside the host.
 * Nothing happens in an empty host.
 */
export function inventComponent(
  host: RunSet,
  grid: Grid,
  radius: number,
  random: Random,
  gained: (voxel: number) => void,
): void {
  const total = host.start.reduce((sum, start, r) => sum + host.end[r] - start, 0);
  if (total === 0 || determinant(grid.affine) === 0) return;
  let pick = random.int(total);
  let r = 0;
  while (pick >= host.end[r] - host.start[r]) {
    pick -= host.end[r] - host.start[r];
    r++;
  }
  const [ni, nj] = grid.shape;
  const centre = positionOf(host.start[r] + pick, ni, nj);
  for (let run = 0; run < host.start.length; run++)
    for (let voxel = host.start[run]; voxel < host.end[run]; voxel++) {
      const at = positionOf(voxel, ni, nj);
      const squared = at.reduce(
        (sum, index, axis) => sum + ((index - centre[axis]) * grid.spacing[axis]) ** 2,
        0,
      );
      if (squared <= radius * radius) gained(voxel);
    }
}

function positionOf(voxel: number, ni: number, nj: number): [number, number, number] {
  return [voxel % ni, Math.floor(voxel / ni) % nj, Math.floor(voxel / (ni * nj))];
}
