// Reads a case's scan into shared memory. Runs in a thread of its own.
import type { CaseSource } from '../../../domain/case.ts';
import { OverreadError } from '../../../domain/errors.ts';
import type { VoxelArray } from '../../../domain/volume.ts';
import { type CaseFiles, type CaseSources, caseFiles } from '../../../tools/case-files.ts';
import { sampleTypeOf } from './cut.ts';
import { firstWindow } from './facts.ts';
import type { CaseFilesAt } from './job.ts';
import { type LoadedImage, shared } from './loaded.ts';

/** One object per benchmark folder, since a source's cases are listed once for each. */
const folders = new Map<
  string,
  { readonly benchmark: CaseSources; readonly sources: Map<string, CaseSource> }
>();

export function filesOf({ path, record, source }: CaseFilesAt): CaseFiles | undefined {
  let folder = folders.get(path);
  if (folder === undefined) {
    const sources = new Map<string, CaseSource>();
    folder = { benchmark: { path, source: (id) => sources.get(id) }, sources };
    folders.set(path, folder);
  }
  folder.sources.set(record.id, source);
  return caseFiles(folder.benchmark, record);
}

/** Errors: what reading the case's files throws; `file-not-found` for masks only. */
export async function loadImage(at: CaseFilesAt): Promise<LoadedImage> {
  const volume = await filesOf(at)?.volume();
  if (volume === undefined)
    throw new OverreadError('file-not-found', 'The scan of this case is gone: put it back where it was.');
  const data = shared(volume.data);
  const range = rangeOf(data);
  return {
    grid: volume.grid,
    units: volume.units,
    data,
    type: sampleTypeOf(data, range),
    range,
    window: firstWindow(data, volume.units),
    bytes: data.byteLength,
  };
}

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
