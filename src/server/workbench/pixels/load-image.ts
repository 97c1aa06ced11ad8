// Reads a case's scan into shared memory. Runs in a thread of its own.
import type { CaseSource } from '../../../domain/case.ts';
import { OverreadError } from '../../../domain/errors.ts';
import type { VoxelArray } from '../../../domain/volume.ts';
import type { VoxelSink } from '../../../imaging/limits.ts';
import { WINDOWS } from '../../../imaging/slices.ts';
import { type CaseFiles, type CaseSources, caseFiles } from '../../../tools/case-files.ts';
import { sampleTypeOf } from './cut.ts';
import { firstWindow, HOUNSFIELD_RANGE } from './facts.ts';
import type { CaseFilesAt } from './job.ts';
import { type LoadedImage, shared } from './loaded.ts';
import type { Progress } from './opening.ts';

/** One object per benchmark folder, since a source's cases are listed once for each. */
const folders = new Map<
  string,
  { readonly benchmark: CaseSources; readonly sources: Map<string, CaseSource> }
>();

/** Layouts keep the options that they are given, so it is one object that hands on to whoever reads now. */
let follower: VoxelSink | undefined;
const sink: VoxelSink = {
  begin: (image) => follower?.begin(image),
  filled: (bytes) => follower?.filled(bytes),
};

export function filesOf({ path, record, source }: CaseFilesAt): CaseFiles | undefined {
  let folder = folders.get(path);
  if (folder === undefined) {
    const sources = new Map<string, CaseSource>();
    folder = { benchmark: { path, source: (id) => sources.get(id) }, sources };
    folders.set(path, folder);
  }
  folder.sources.set(record.id, source);
  return caseFiles(folder.benchmark, record, { sink });
}

/** Errors: what reading the case's files throws; `file-not-found` for masks only. */
export async function loadImage(at: CaseFilesAt, progress?: Progress): Promise<LoadedImage> {
  follower = progress && early(at, progress);
  const volume = await filesOf(at)?.volume();
  follower = undefined;
  if (volume === undefined)
    throw new OverreadError('file-not-found', 'The scan of this case is gone: put it back where it was.');
  const data = shared(volume.data);
  const { grid, units } = volume;
  const narrow = data instanceof Int16Array || data instanceof Int8Array || data instanceof Uint8Array;
  const range = units === 'HU' && narrow ? HOUNSFIELD_RANGE : rangeOf(data);
  return {
    grid,
    units,
    data,
    type: sampleTypeOf(data, range),
    range: units === 'HU' ? HOUNSFIELD_RANGE : range,
    window: firstWindow(data, units),
    bytes: data.byteLength,
  };
}

/** Tells of a CT's slices as they come: of other scans the window is known only with the last voxel. */
function early({ record }: CaseFilesAt, progress: Progress): VoxelSink {
  let from = 0;
  let size = 1;
  let total = 0;
  let told = 0;
  return {
    begin(image) {
      const Voxels = EARLY[image.type as keyof typeof EARLY];
      // Slices of another file than the benchmark's must not be kept under its name.
      if (Voxels === undefined || image.modality?.toUpperCase() !== 'CT' || image.hash !== record.imageHash)
        return undefined;
      const memory = new SharedArrayBuffer(image.length);
      const [ni, nj, nk] = image.grid.shape;
      ({ from } = image);
      size = Voxels.BYTES_PER_ELEMENT;
      total = ni * nj * nk;
      progress.arriving({
        grid: image.grid,
        units: 'HU',
        data: new (Voxels as VoxelsOver)(memory, from, total),
        type: image.type === 'float32' ? 'float32' : 'int16',
        range: HOUNSFIELD_RANGE,
        window: WINDOWS.abdomen,
      });
      return new Uint8Array(memory);
    },
    filled(bytes) {
      const voxels = Math.floor((bytes - from) / size);
      // A message for each of a few hundredths, not for each chunk.
      if (voxels < total && voxels - told < total / 100) return;
      told = voxels;
      progress.arrived(voxels);
    },
  };
}

type VoxelsOver = new (memory: ArrayBufferLike, from: number, length: number) => VoxelArray;

const EARLY = { int8: Int8Array, uint8: Uint8Array, int16: Int16Array, float32: Float32Array } as const;

/** Least and greatest finite value; [0, 0] where there is none. */
export function rangeOf(data: VoxelArray): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value !== Number.POSITIVE_INFINITY) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}
