// Masks of single structures, packed one at a time into as few label layers as their overlaps allow.
import { OverreadError } from '../domain/errors.ts';
import { cornerDistance, type Grid, sameGrid } from '../domain/geometry.ts';
import type { RawAnnotation, RawLabel } from '../domain/volume.ts';

interface Layer {
  readonly data: Uint8Array;
  readonly labels: RawLabel[];
}

/** Collects masks; `add` copies a mask's voxels, so that only one mask need be in memory beside the layers. */
export interface MaskStack {
  /**
   * Adds a structure: every voxel that is not 0. An empty mask is kept as a label without voxels (looked for and
   * absent). Throws `geometry-mismatch` when its grid is not that of the first mask.
   */
  add(name: string, grid: Grid, mask: ArrayLike<number>): void;
  layers(): RawAnnotation['layers'];
  /** The grid of the first mask, once there is one. */
  grid(): Grid | undefined;
}

/** Labels in one layer: values 1…255. */
const MOST_LABELS = 255;

/** An empty stack. `toleranceMm` is how far the corners of two masks' grids may lie apart. Default 0.01 mm. */
export function maskStack(options: { readonly toleranceMm?: number } = {}): MaskStack {
  const layers: Layer[] = [];
  let common: Grid | undefined;
  return {
    add(name, grid, mask) {
      if (common === undefined) common = grid;
      else if (!sameGrid(common, grid, options.toleranceMm ?? 0.01)) throw differs(name, common, grid);
      const [from, to] = extent(mask);
      let layer = layers.find(
        ({ data, labels }) => labels.length < MOST_LABELS && !overlaps(data, mask, from, to),
      );
      if (layer === undefined) {
        layer = { data: new Uint8Array(mask.length), labels: [] };
        layers.push(layer);
      }
      const value = layer.labels.length + 1;
      for (let i = from; i < to; i++) if (mask[i] !== 0) layer.data[i] = value;
      layer.labels.push({ value, name });
    },
    layers: () => layers,
    grid: () => common,
  };
}

/** First voxel of a mask and one past its last: what lies outside need not be walked again. */
function extent(mask: ArrayLike<number>): [number, number] {
  let from = 0;
  while (from < mask.length && mask[from] === 0) from++;
  let to = mask.length;
  while (to > from && mask[to - 1] === 0) to--;
  return [from, to];
}

function overlaps(layer: Uint8Array, mask: ArrayLike<number>, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (layer[i] !== 0 && mask[i] !== 0) return true;
  return false;
}

function differs(name: string, common: Grid, grid: Grid): OverreadError {
  const same = common.shape.every((n, axis) => n === grid.shape[axis]);
  const how = same
    ? `lies ${cornerDistance(common, grid).toFixed(2)} mm from the case's other masks`
    : `has ${grid.shape.join(' × ')} voxels where the case's other masks have ${common.shape.join(' × ')}`;
  return new OverreadError('geometry-mismatch', `The mask ${name} ${how}: resample it onto their grid.`);
}
