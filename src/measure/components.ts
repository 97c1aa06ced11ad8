// Connected components of a mask, by union-find over runs.
import { type Affine, voxelToWorld } from '../domain/geometry.ts';
import { centroidOf, type RunSet, rowIndexOf } from './runs.ts';

export interface Component {
  readonly runs: RunSet;
  readonly voxels: number;
}

/** Components of the same mask are asked for more than once: by the kidneys' sides, then by their diameters. */
const remembered = new WeakMap<RunSet, ComponentList>();

interface ComponentList {
  readonly components: Component[];
  readonly dropped: number;
  readonly droppedVoxels: number;
}

/**
 * The 26-connected components (voxels that share a face, an edge or a corner belong together) in scan order.
 * @param minVoxels components with fewer voxels are counted in `dropped` and not built.
 */
export function components26(runs: RunSet, minVoxels = 1): ComponentList {
  const known = minVoxels <= 1 ? remembered.get(runs) : undefined;
  if (known !== undefined) return known;
  const found = label26(runs, minVoxels);
  if (minVoxels <= 1) remembered.set(runs, found);
  return found;
}

/** Memory that every search for components takes in turn: nothing of it outlives the search. */
const scratches: Int32Array[] = [];

function scratch(n: number, length: number): Int32Array {
  if (length > LARGEST_SCRATCH) return new Int32Array(length);
  if (scratches[n] === undefined || scratches[n].length < length)
    scratches[n] = new Int32Array(Math.max(4096, length));
  return scratches[n].subarray(0, length);
}

const LARGEST_SCRATCH = 2 ** 18;

function label26(runs: RunSet, minVoxels: number): ComponentList {
  const count = runs.start.length;
  const parent = scratch(0, count);
  for (let r = 0; r < count; r++) parent[r] = r;
  const root = (r: number): number => {
    let x = r;
    while (parent[x] !== x) {
      parent[x] = parent[parent[x]];
      x = parent[x];
    }
    return x;
  };
  const index = rowIndexOf(runs);
  const ni = runs.shape[0];
  const { height, depth, first } = index;
  const nj = runs.shape[1];
  // Joins the runs of row `a` with those of row `b` whose columns overlap when widened by one voxel.
  const join = (a: number, b: number, rowA: number, rowB: number): void => {
    let p = first[a];
    let q = first[b];
    const shift = (rowA - rowB) * ni;
    while (p < first[a + 1] && q < first[b + 1]) {
      const start = runs.start[q] + shift;
      const end = runs.end[q] + shift;
      if (parent[p] !== parent[q] && start <= runs.end[p] && runs.start[p] <= end) {
        const x = root(p);
        const y = root(q);
        if (x < y) parent[y] = x;
        else if (y < x) parent[x] = y;
      }
      if (runs.end[p] < end) p++;
      else q++;
    }
  };
  for (let k = 0; k < depth; k++)
    for (let j = 0; j < height; j++) {
      const row = k * height + j;
      if (first[row] === first[row + 1]) continue;
      const grid = (k + index.k0) * nj + (j + index.j0);
      if (j > 0) join(row, row - 1, grid, grid - 1);
      if (k > 0) {
        const below = row - height;
        join(row, below, grid, grid - nj);
        if (j > 0) join(row, below - 1, grid, grid - nj - 1);
        if (j + 1 < height) join(row, below + 1, grid, grid - nj + 1);
      }
    }
  return gather(runs, parent, root, minVoxels);
}

function gather(
  runs: RunSet,
  parent: Int32Array,
  root: (r: number) => number,
  minVoxels: number,
): ComponentList {
  const count = runs.start.length;
  const voxels = scratch(1, count).fill(0);
  const size = scratch(2, count).fill(0);
  for (let r = 0; r < count; r++) {
    const top = root(r);
    parent[r] = top;
    voxels[top] += runs.end[r] - runs.start[r];
    size[top]++;
  }
  const slot = scratch(3, count).fill(-1);
  const built: { start: Int32Array; end: Int32Array; filled: number; voxels: number }[] = [];
  let dropped = 0;
  let droppedVoxels = 0;
  for (let r = 0; r < count; r++) {
    if (parent[r] !== r) continue;
    // One component: the mask itself, with all that is known of it.
    if (size[r] === count && voxels[r] >= minVoxels)
      return { components: [{ runs, voxels: voxels[r] }], dropped: 0, droppedVoxels: 0 };
    if (voxels[r] < minVoxels) {
      dropped++;
      droppedVoxels += voxels[r];
      continue;
    }
    slot[r] = built.length;
    built.push({
      start: new Int32Array(size[r]),
      end: new Int32Array(size[r]),
      filled: 0,
      voxels: voxels[r],
    });
  }
  for (let r = 0; r < count; r++) {
    const s = slot[parent[r]];
    if (s < 0) continue;
    const target = built[s];
    target.start[target.filled] = runs.start[r];
    target.end[target.filled++] = runs.end[r];
  }
  const components = built.map(({ start, end, voxels: n }) => ({
    runs: { shape: runs.shape, start, end },
    voxels: n,
  }));
  // A component is its own only one.
  for (const component of components)
    remembered.set(component.runs, { components: [component], dropped: 0, droppedVoxels: 0 });
  return { components, dropped, droppedVoxels };
}

/** Largest first; among equals the lowest, most posterior, most left in the patient. */
export function inPatientOrder(components: readonly Component[], affine: Affine): Component[] {
  return components
    .map((component) => ({ component, at: voxelToWorld(affine, centroidOf(component.runs)) }))
    .sort(
      (a, b) =>
        b.component.voxels - a.component.voxels ||
        [2, 1, 0].map((axis) => a.at[axis] - b.at[axis]).find((d) => Math.abs(d) > 1e-6) ||
        0,
    )
    .map(({ component }) => component);
}
