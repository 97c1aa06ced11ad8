// A scan through an ONNX network: voxels in the order and scale that it was trained on, whole or in overlapping patches.
import { OverreadError } from '../domain/errors.ts';
import { type Grid, orientationOf } from '../domain/geometry.ts';
import type { VoxelArray } from '../domain/volume.ts';
import type { OnnxModel, OnnxTensor } from './encoders/onnx.ts';

/** How voxels are scaled. A range is clipped and becomes 0…1. */
export type Normalisation =
  | { readonly kind: 'none' | 'minmax' | 'zscore' }
  | { readonly kind: 'range'; readonly low: number; readonly high: number };

export interface OnnxVolumeOptions {
  /** Axis codes that the network's i, j, k run along, such as "RAS"; absent: as the scan is stored. */
  readonly axes?: string;
  /** Tensor dimensions from slowest to fastest: kji is a NIfTI file's memory order, ijk is numpy's of nibabel. */
  readonly order: 'kji' | 'ijk';
  readonly layout: 'ncdhw' | 'ndhwc';
  readonly norm: Normalisation;
  /** Voxels along i, j, k of one input; absent: the whole scan at once. Smaller scans are filled up with 0. */
  readonly patch?: readonly [number, number, number];
  /** Share of a patch that its neighbour covers again, 0…0.9. */
  readonly overlap: number;
  /** Name of the output; absent: the first. */
  readonly output?: string;
  /** For a network with one channel: a voxel is label 1 from this value on. */
  readonly threshold: number;
  readonly signal?: AbortSignal;
}

/** Voxel [a, b, c] of the tensor lies at start + a·step0 + b·step1 + c·step2 of the scan. */
interface Walk {
  readonly shape: readonly [number, number, number];
  readonly start: number;
  readonly step: readonly [number, number, number];
}

const LETTERS = { R: [0, 1], L: [0, -1], A: [1, 1], P: [1, -1], S: [2, 1], I: [2, -1] } as const;

/** Throws `bad-argument` for letters that are no orientation. */
export function axesOption(text: string | undefined): string | undefined {
  if (text === undefined || text === '' || text === 'stored') return undefined;
  const code = text.toUpperCase();
  const worlds = [...code].map((letter) => LETTERS[letter as keyof typeof LETTERS]?.[0]);
  if (code.length === 3 && [0, 1, 2].every((world) => worlds.includes(world as 0 | 1 | 2))) return code;
  throw new OverreadError('bad-argument', `axes is an orientation such as RAS or LPS, not "${text}".`);
}

function walkOf(grid: Grid, { axes, order }: Pick<OnnxVolumeOptions, 'axes' | 'order'>): Walk {
  const strides = [1, grid.shape[0], grid.shape[0] * grid.shape[1]];
  const { axis, sign } = orientationOf(grid.affine);
  let start = 0;
  const dims = [0, 1, 2].map((at) => {
    if (axes === undefined) return { size: grid.shape[at], step: strides[at] };
    const [world, towards] = LETTERS[axes[at] as keyof typeof LETTERS];
    const voxel = axis.indexOf(world);
    const forward = sign[voxel] === towards;
    if (!forward) start += (grid.shape[voxel] - 1) * strides[voxel];
    return { size: grid.shape[voxel], step: forward ? strides[voxel] : -strides[voxel] };
  });
  const [x, y, z] = order === 'kji' ? dims.toReversed() : dims;
  return { shape: [x.size, y.size, z.size], start, step: [x.step, y.step, z.step] };
}

function scaled(data: VoxelArray, norm: Normalisation): Float32Array {
  const out = new Float32Array(data.length);
  let low = 0;
  let width = 1;
  if (norm.kind === 'range') {
    low = norm.low;
    width = norm.high - norm.low;
  } else if (norm.kind === 'minmax') {
    let high = Number.NEGATIVE_INFINITY;
    low = Number.POSITIVE_INFINITY;
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    width = high - low;
  } else if (norm.kind === 'zscore') {
    for (const value of data) low += value / data.length;
    let square = 0;
    for (const value of data) square += (value - low) ** 2 / data.length;
    width = Math.sqrt(square);
  }
  if (!(width > 0)) width = 1;
  const clipped = norm.kind === 'range';
  for (let at = 0; at < data.length; at++) {
    const value = (data[at] - low) / width;
    out[at] = clipped ? Math.min(1, Math.max(0, value)) : value;
  }
  return out;
}

/** Where patches of `size` begin along `length`, the last one ending with it. */
export function patchStarts(length: number, size: number, overlap: number): number[] {
  if (length <= size) return [0];
  const stride = Math.max(1, Math.floor(size * (1 - overlap)));
  const starts: number[] = [];
  for (let at = 0; at + size < length; at += stride) starts.push(at);
  starts.push(length - size);
  return starts;
}

/**
 * Labels on the scan's own grid and in its own order: the likeliest channel of each voxel, or 0 and 1 by the threshold
 * where there is one channel, or whole numbers where the network gives labels itself. Patches' outputs are averaged.
 * Errors: `expert-failed` for outputs of another size, `cancelled` between patches.
 */
export async function labelsByOnnx(
  model: OnnxModel,
  { grid, data }: { readonly grid: Grid; readonly data: VoxelArray },
  options: OnnxVolumeOptions,
): Promise<Uint16Array> {
  const walk = walkOf(grid, options);
  const [n0, n1, n2] = walk.shape;
  const values = scaled(data, options.norm);
  const given = options.patch;
  const size: readonly [number, number, number] =
    given === undefined ? walk.shape : options.order === 'kji' ? [given[2], given[1], given[0]] : given;
  const starts = walk.shape.map((length, dim) => patchStarts(length, size[dim], options.overlap));
  const voxels = size[0] * size[1] * size[2];
  const several = starts.some((each) => each.length > 1);
  let sums: Float32Array | undefined;
  let counts: Uint16Array | undefined;
  let channels = 0;
  const labels = new Uint16Array(data.length);
  const sourceAt = (a: number, b: number, c: number) =>
    walk.start + a * walk.step[0] + b * walk.step[1] + c * walk.step[2];
  for (const a0 of starts[0])
    for (const b0 of starts[1])
      for (const c0 of starts[2]) {
        if (options.signal?.aborted)
          throw new OverreadError('cancelled', `${model.name} was stopped with the run.`);
        const [ra, rb, rc] = [
          Math.min(size[0], n0 - a0),
          Math.min(size[1], n1 - b0),
          Math.min(size[2], n2 - c0),
        ];
        const input = new Float32Array(voxels);
        for (let a = 0; a < ra; a++)
          for (let b = 0; b < rb; b++) {
            let to = (a * size[1] + b) * size[2];
            let from = sourceAt(a0 + a, b0 + b, c0);
            for (let c = 0; c < rc; c++, from += walk.step[2]) input[to++] = values[from];
          }
        const result = await outputOf(model, input, size, options);
        if (channels !== 0 && result.channels !== channels) throw oddOutput(model, result.dims);
        channels = result.channels;
        const { at } = result;
        if (!several) {
          eachVoxel(ra, rb, rc, (a, b, c) => {
            const voxel = (a * size[1] + b) * size[2] + c;
            labels[sourceAt(a0 + a, b0 + b, c0 + c)] = labelAt(
              (channel) => at(voxel, channel),
              channels,
              result.whole,
              options.threshold,
            );
          });
          continue;
        }
        if (result.whole)
          throw new OverreadError(
            'expert-failed',
            `${model.name} gives labels, which patches cannot be averaged of: leave patch away.`,
          );
        sums ??= new Float32Array(data.length * channels);
        counts ??= new Uint16Array(data.length);
        const [total, seen] = [sums, counts];
        eachVoxel(ra, rb, rc, (a, b, c) => {
          const voxel = (a * size[1] + b) * size[2] + c;
          const source = sourceAt(a0 + a, b0 + b, c0 + c);
          seen[source]++;
          for (let channel = 0; channel < channels; channel++)
            total[source * channels + channel] += at(voxel, channel);
        });
      }
  if (sums !== undefined && counts !== undefined) {
    const [total, seen] = [sums, counts];
    for (let source = 0; source < labels.length; source++)
      labels[source] = labelAt(
        (channel) => total[source * channels + channel] / seen[source],
        channels,
        false,
        options.threshold,
      );
  }
  return labels;
}

function eachVoxel(
  na: number,
  nb: number,
  nc: number,
  visit: (a: number, b: number, c: number) => void,
): void {
  for (let a = 0; a < na; a++) for (let b = 0; b < nb; b++) for (let c = 0; c < nc; c++) visit(a, b, c);
}

function labelAt(
  scoreOf: (channel: number) => number,
  channels: number,
  whole: boolean,
  threshold: number,
): number {
  if (whole) return scoreOf(0);
  if (channels === 1) return scoreOf(0) >= threshold ? 1 : 0;
  let best = 0;
  let most = scoreOf(0);
  for (let channel = 1; channel < channels; channel++) {
    const value = scoreOf(channel);
    if (value > most) {
      most = value;
      best = channel;
    }
  }
  return best;
}

interface Output {
  readonly channels: number;
  /** Labels, not scores. */
  readonly whole: boolean;
  readonly dims: readonly number[];
  at(voxel: number, channel: number): number;
}

async function outputOf(
  model: OnnxModel,
  input: Float32Array,
  size: readonly [number, number, number],
  { layout, output }: OnnxVolumeOptions,
): Promise<Output> {
  const dims = layout === 'ncdhw' ? [1, 1, ...size] : [1, ...size, 1];
  const outputs = await model.run({ [model.inputs[0]]: { type: 'float32', data: input, dims } });
  const name = output ?? model.outputs[0];
  const tensor: OnnxTensor | undefined = outputs[name];
  if (tensor === undefined)
    throw new OverreadError(
      'expert-failed',
      `${model.name} has no output "${name}": it has ${model.outputs.join(', ')}.`,
    );
  const { data, type } = tensor;
  const voxels = input.length;
  const channels = data.length / voxels;
  if (!Number.isInteger(channels) || channels < 1) throw oddOutput(model, tensor.dims);
  const whole = type !== 'float32' && type !== 'float64';
  if (whole && channels !== 1) throw oddOutput(model, tensor.dims);
  const at =
    layout === 'ncdhw'
      ? (voxel: number, channel: number) => Number(data[channel * voxels + voxel])
      : (voxel: number, channel: number) => Number(data[voxel * channels + channel]);
  return { channels, whole, dims: tensor.dims, at };
}

function oddOutput(model: OnnxModel, dims: readonly number[]): OverreadError {
  return new OverreadError(
    'expert-failed',
    `${model.name} gives ${dims.join('×')} values, which is no score for each voxel of its input: check order, layout and patch.`,
  );
}
