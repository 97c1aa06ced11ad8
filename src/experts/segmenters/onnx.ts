// A segmentation network of the user's own as an ONNX file, run on this machine.
import { basename } from 'node:path';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { axisCodes } from '../../domain/geometry.ts';
import type { RawAnnotation } from '../../domain/volume.ts';
import { isotropicGrid, resample } from '../../imaging/resample.ts';
import { openOnnx } from '../encoders/onnx.ts';
import { axesOption, labelsByOnnx, type Normalisation, type OnnxVolumeOptions } from '../onnx-volume.ts';
import { inlineScheme, predictedAnnotation } from '../predicted-masks.ts';
import type { Segmenter, SegmenterPlugin } from '../segmenter.ts';

const OPTIONS = {
  model: 'the .onnx file; its first input takes one channel',
  labels: 'what its channels mean, 0 being background, e.g. 1:liver+2:liver_tumor',
  scheme: 'instead of labels, a label scheme by name or a JSON file',
  norm: 'none, minmax (of the scan, to 0…1), zscore, or LOW..HIGH: clipped and scaled to 0…1 (default none)',
  axes: 'orientation that it was trained in, e.g. RAS (default: as the scan is stored)',
  order: 'tensor dimensions: kji as a NIfTI file lies in memory, or ijk as nibabel’s arrays (default kji)',
  layout: 'ncdhw or ndhwc (default ncdhw)',
  mm: 'edge of the cubic voxels that it was trained on (default: the scan’s own voxels)',
  patch: 'voxels along i, j, k of one input, e.g. 96x96x96 (default: the whole scan at once)',
  overlap: 'share of a patch that is covered again by the next, 0 to 0.9 (default 0.5)',
  output: 'name of its output (default: the first)',
  threshold: 'for one channel: the value from which on a voxel is label 1 (default 0.5; 0 for logits)',
} as const;

function normOf(text: string | undefined): Normalisation {
  if (text === undefined || text === 'none') return { kind: 'none' };
  if (text === 'minmax' || text === 'zscore') return { kind: text };
  const [low, high] = text.split('..').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (text.split('..').length === 2 && high > low) return { kind: 'range', low, high };
  throw new OverreadError('bad-argument', `onnx: norm is ${OPTIONS.norm}.`);
}

function oneOf<T extends string>(
  name: keyof typeof OPTIONS,
  value: string | undefined,
  all: readonly T[],
): T {
  const found = value === undefined ? all[0] : all.find((each) => each === value);
  if (found !== undefined) return found;
  throw new OverreadError('bad-argument', `onnx: ${name} is ${OPTIONS[name]}.`);
}

function numberOf(
  name: keyof typeof OPTIONS,
  value: string | undefined,
  usual: number,
  low: number,
  high: number,
) {
  const number = value === undefined ? usual : value === '' ? Number.NaN : Number(value);
  if (number >= low && number <= high) return number;
  throw new OverreadError('bad-argument', `onnx: ${name} is ${OPTIONS[name]}.`);
}

function patchOf(text: string | undefined): readonly [number, number, number] | undefined {
  if (text === undefined) return undefined;
  const [i, j, k, more] = text.split('x').map(Number);
  if (more === undefined && [i, j, k].every((size) => Number.isInteger(size) && size > 0 && size <= 1024))
    return [i, j, k];
  throw new OverreadError('bad-argument', `onnx: patch is ${OPTIONS.patch}.`);
}

async function create(options: Readonly<Record<string, string>>): Promise<Segmenter> {
  const { model: path, scheme, labels, output } = options;
  if (path === undefined)
    throw new OverreadError('bad-argument', 'Name the network: --segmenter onnx:FILE.onnx,labels=1:liver.');
  const meaning = inlineScheme(labels) ?? scheme;
  if (meaning === undefined)
    throw new OverreadError(
      'bad-argument',
      'A network gives numbers: say what they mean with labels=1:liver+2:liver_tumor or scheme=NAME.',
    );
  const axes = axesOption(options.axes);
  const how: OnnxVolumeOptions = {
    ...(axes === undefined ? {} : { axes }),
    order: oneOf('order', options.order, ['kji', 'ijk']),
    layout: oneOf('layout', options.layout, ['ncdhw', 'ndhwc']),
    norm: normOf(options.norm),
    ...(options.patch === undefined ? {} : { patch: patchOf(options.patch) }),
    overlap: numberOf('overlap', options.overlap, 0.5, 0, 0.9),
    ...(output === undefined ? {} : { output }),
    threshold: numberOf('threshold', options.threshold, 0.5, -1e9, 1e9),
  };
  const mm = options.mm === undefined ? undefined : numberOf('mm', options.mm, 1, 0.05, 50);
  const model = await openOnnx(path);
  const id = `onnx:${basename(path)}`;
  const hash = contentHash({
    ...{ segmenter: 'onnx', model: model.hash, how, mm: mm ?? null },
    ...{ labels: labels ?? null, scheme: scheme ?? null },
  });
  return {
    id,
    hash,
    async segment({ volume, signal }) {
      if (volume === undefined)
        throw new OverreadError('expert-failed', `${id} needs the scan, and this case has masks only.`);
      const seen = mm === undefined ? volume : resample(volume, isotropicGrid(volume.grid, mm), 'linear');
      let data = await labelsByOnnx(model, seen, { ...how, ...(signal === undefined ? {} : { signal }) });
      if (mm !== undefined)
        data = Uint16Array.from(resample({ ...seen, data }, volume.grid, 'nearest', { outside: 0 }).data);
      const present = new Set<number>(data);
      const wanted = typeof meaning === 'string' ? [] : meaning.labels.flatMap(({ value }) => value ?? []);
      const values = [...new Set([...present, ...wanted])].filter((value) => value > 0).sort((a, b) => a - b);
      const raw: RawAnnotation = {
        grid: volume.grid,
        layers: [{ data, labels: values.map((value) => ({ value })) }],
        source: {
          format: 'onnx',
          hash: contentHash([hash, volume.source.hash]),
          axes: axisCodes(volume.grid.affine),
          notes: [],
        },
      };
      return predictedAnnotation(raw, meaning, { segmenter: id, hash });
    },
    close: () => model.close(),
  };
}

const onnx: SegmenterPlugin = {
  id: 'onnx',
  summary: 'a segmentation network as an ONNX file, run on this machine',
  positional: 'model',
  options: OPTIONS,
  create,
};

export default onnx;
