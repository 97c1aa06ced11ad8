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
      const bytes = mask instanceof Uint8Array ? mask : Uint8Array.from(mask, (v) => (v === 0 ? 0 : 1));
      const runs = runsOf(bytes);
      let layer = layers.find(({ data, labels }) => labels.length < MOST_LABELS && isFree(data, bytes, runs));
      if (layer === undefined) {
        layer = { data: new Uint8Array(bytes.length), labels: [] };
        layers.push(layer);
      }
      const value = layer.labels.length + 1;
      for (let run = 0; run < runs.length; run += 2)
        for (let i = runs[run]; i < runs[run + 1]; i++) if (bytes[i] !== 0) layer.data[i] = value;
      layer.labels.push({ value, name });
    },
    layers: () => layers,
    grid: () => common,
  };
}

/** Zeros at least this long end a run: shorter gaps cost more to note than to walk. */
const GAP = 64;

/**
 * Stretches of memory that hold all of a mask's voxels, as [start, end, start, end …]. Structures fill a few per cent
 * of a scan, so everything after this pass (four voxels at a time) touches only those.
 */
function runsOf(mask: Uint8Array): number[] {
  const runs: number[] = [];
  const head = Math.min(mask.length, (4 - (mask.byteOffset % 4)) % 4);
  const count = (mask.length - head) >> 2;
  const words = count === 0 ? new Int32Array() : new Int32Array(mask.buffer, mask.byteOffset + head, count);
  let end = Number.NEGATIVE_INFINITY;
  const mark = (from: number, to: number) => {
    if (from - end <= GAP) runs[runs.length - 1] = to;
    else runs.push(from, to);
    end = to;
  };
  for (let i = 0; i < head; i++) if (mask[i] !== 0) mark(i, i + 1);
  for (let word = 0; word < count; word++) if (words[word] !== 0) mark(head + 4 * word, head + 4 * word + 4);
  for (let i = head + 4 * count; i < mask.length; i++) if (mask[i] !== 0) mark(i, i + 1);
  return runs;
}

function isFree(layer: Uint8Array, mask: Uint8Array, runs: readonly number[]): boolean {
  for (let run = 0; run < runs.length; run += 2)
    for (let i = runs[run]; i < runs[run + 1]; i++) if (layer[i] !== 0 && mask[i] !== 0) return false;
  return true;
}

function differs(name: string, common: Grid, grid: Grid): OverreadError {
  const same = common.shape.every((n, axis) => n === grid.shape[axis]);
  const how = same
    ? `lies ${cornerDistance(common, grid).toFixed(2)} mm from the case's other masks`
    : `has ${grid.shape.join(' × ')} voxels where the case's other masks have ${common.shape.join(' × ')}`;
  return new OverreadError('geometry-mismatch', `The mask ${name} ${how}: resample it onto their grid.`);
}
