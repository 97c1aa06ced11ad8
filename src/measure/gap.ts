// The smallest gap between two masks, by two hierarchies of boxes over their runs.
import type { Grid } from '../domain/geometry.ts';
import type { RunSet } from './runs.ts';

/** Boxes over consecutive runs: level 0 holds one run each, every further level eight boxes of the one below. */
export interface BoxTree {
  readonly levels: readonly Int32Array[];
}

const FAN = 8;

/** The same organ is asked for its distance to many lesions. */
const remembered = new WeakMap<RunSet, BoxTree>();

/** Six numbers per box: lowest and highest voxel index along i, j, k. */
export function boxTree(runs: RunSet): BoxTree {
  const tree = remembered.get(runs) ?? treeOf(runs);
  remembered.set(runs, tree);
  return tree;
}

function treeOf(runs: RunSet): BoxTree {
  const count = runs.start.length;
  const [ni, nj] = runs.shape;
  const leaves = new Int32Array(count * 6);
  for (let r = 0; r < count; r++) {
    const row = Math.floor(runs.start[r] / ni);
    const k = Math.floor(row / nj);
    const at = r * 6;
    leaves[at] = runs.start[r] - row * ni;
    leaves[at + 1] = runs.end[r] - 1 - row * ni;
    leaves[at + 2] = row - k * nj;
    leaves[at + 3] = row - k * nj;
    leaves[at + 4] = k;
    leaves[at + 5] = k;
  }
  const levels = [leaves];
  for (let below = leaves; below.length > 6; ) {
    const n = Math.ceil(below.length / 6 / FAN);
    const level = new Int32Array(n * 6);
    for (let b = 0; b < n; b++) {
      const to = Math.min(below.length / 6, (b + 1) * FAN);
      level.set(below.subarray(b * FAN * 6, b * FAN * 6 + 6), b * 6);
      for (let c = b * FAN + 1; c < to; c++)
        for (let side = 0; side < 6; side += 2) {
          const low = below[c * 6 + side];
          const high = below[c * 6 + side + 1];
          if (low < level[b * 6 + side]) level[b * 6 + side] = low;
          if (high > level[b * 6 + side + 1]) level[b * 6 + side + 1] = high;
        }
    }
    levels.push(level);
    below = level;
  }
  return { levels };
}

/**
 * Smallest distance in mm between the voxel boxes of two masks: 0 when two voxels share a face, edge or corner, or
 * when the masks overlap. Voxel axes are taken as orthogonal. Infinity when either mask is empty.
 */
export function smallestGap(a: BoxTree, b: BoxTree, { spacing }: Grid): number {
  const top = (tree: BoxTree) => tree.levels.length - 1;
  if (a.levels[0].length === 0 || b.levels[0].length === 0) return Infinity;
  const gap = (x: Int32Array, p: number, y: Int32Array, q: number): number => {
    let square = 0;
    for (let axis = 0; axis < 3; axis++) {
      const s = 2 * axis;
      const apart = Math.max(x[p * 6 + s] - y[q * 6 + s + 1], y[q * 6 + s] - x[p * 6 + s + 1]) - 1;
      if (apart > 0) square += (apart * spacing[axis]) ** 2;
    }
    return square;
  };
  let best = Infinity;
  // Depth first, nearest pair of boxes first, so that most of the rest is cut off at once.
  const visit = (la: number, p: number, lb: number, q: number, bound: number): void => {
    if (bound >= best) return;
    if (la === 0 && lb === 0) {
      best = bound;
      return;
    }
    const splitA = la > 0 && (lb === 0 || la >= lb);
    const level = splitA ? a.levels[la - 1] : b.levels[lb - 1];
    const from = (splitA ? p : q) * FAN;
    const to = Math.min(level.length / 6, from + FAN);
    const children: { child: number; square: number }[] = [];
    for (let c = from; c < to; c++) {
      const square = splitA ? gap(level, c, b.levels[lb], q) : gap(a.levels[la], p, level, c);
      if (square < best) children.push({ child: c, square });
    }
    children.sort((u, v) => u.square - v.square);
    for (const { child, square } of children)
      if (splitA) visit(la - 1, child, lb, q, square);
      else visit(la, p, lb - 1, child, square);
  };
  const ta = top(a);
  const tb = top(b);
  visit(ta, 0, tb, 0, gap(a.levels[ta], 0, b.levels[tb], 0));
  return Math.sqrt(best);
}
