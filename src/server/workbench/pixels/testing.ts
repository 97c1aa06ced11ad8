// For tests: a benchmark of phantoms that are stored in several ways, and a service over it.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Affine, compose, type Grid, gridOf } from '../../../domain/geometry.ts';
import type { Annotation, Volume, VoxelArray } from '../../../domain/volume.ts';
import { niftiBytes } from '../../../imaging/write-nifti.ts';
import { type Phantom, phantomCohort } from '../../../phantoms/cohort.ts';
import { openBenchmark } from '../../../questions/benchmark-folder.ts';
import { buildBenchmark } from '../../../questions/build.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { openStore } from '../../../storage/store.ts';
import type { WorkbenchContext } from '../context.ts';
import { newLibrary } from '../library/library.ts';

/** A case as it is to lie on disk. */
export interface StoredCase {
  readonly id: string;
  readonly annotation: Annotation;
  /** Absent: masks only. */
  readonly volume?: { readonly grid: Grid; readonly data: VoxelArray };
  /** Bytes of the scan's file instead of those of `volume`. */
  readonly bytes?: Uint8Array;
}

export interface StoredBenchmark {
  readonly folder: string;
  /** The benchmark's folder, and its id in the workbench. */
  readonly path: string;
  readonly id: string;
  /** Case ids by the names that the cases were stored under. */
  readonly caseIds: ReadonlyMap<string, string>;
}

/** The scan's file of a case. */
export const scanFile = (folder: string, id: string): string => join(folder, 'scans', id, 'ct.nii.gz');

/** Writes the cases as folders of masks and builds a benchmark of them. */
export async function storedBenchmark(cases: readonly StoredCase[]): Promise<StoredBenchmark> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-pixels-'));
  const pack = (image: { grid: Grid; data: VoxelArray }) => gzipSync(niftiBytes(image), { level: 1 });
  for (const { id, annotation, volume, bytes } of cases) {
    const masks = join(folder, 'scans', id, 'segmentations');
    mkdirSync(masks, { recursive: true });
    if (volume !== undefined) writeFileSync(scanFile(folder, id), bytes ?? pack(volume));
    for (const { data, labels } of annotation.layers)
      for (const { value, structure } of labels)
        writeFileSync(
          join(masks, `${structure}.nii.gz`),
          pack({ grid: annotation.grid, data: Uint8Array.from(data, (v) => (v === value ? 1 : 0)) }),
        );
  }
  const path = join(folder, 'benchmark');
  await buildBenchmark({ source: join(folder, 'scans'), out: path, scheme: 'phantom', workers: 1 });
  const { manifest, cases: records, source } = await openBenchmark(path);
  return {
    folder,
    path,
    id: manifest.contentHash.slice(0, 16),
    caseIds: new Map([...records.keys()].map((caseId) => [source(caseId)?.item ?? '', caseId])),
  };
}

/** Coarse, so that many fit into a test; unequal along all axes once their order changes. */
const SHAPE = [60, 56, 48] as const;

/** The first phantom of a seed, its voxels stored along `axes`. */
export function phantomAlong(axes: string, seed = 3): Phantom {
  const [phantom] = phantomCohort({ seed, cases: 1, axes, shape: SHAPE });
  return phantom;
}

/** The same voxels lying askew in space: turned about the patient's long axis, and tilted. Degrees. */
export function turned(
  { volume, annotation }: { readonly volume: Volume; readonly annotation: Annotation },
  about: number,
  tilt: number,
): { volume: Volume; annotation: Annotation } {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [c, s] = [Math.cos(radians(about)), Math.sin(radians(about))];
  const [ct, st] = [Math.cos(radians(tilt)), Math.sin(radians(tilt))];
  const spin: Affine = [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const lean: Affine = [1, 0, 0, 0, 0, ct, -st, 0, 0, st, ct, 0, 0, 0, 0, 1];
  const grid = gridOf(volume.grid.shape, compose(compose(lean, spin), volume.grid.affine));
  return { volume: { ...volume, grid }, annotation: { ...annotation, grid } };
}

/** Enough of a workbench for its pixels. */
export async function pixelContext(folders: readonly string[]): Promise<WorkbenchContext> {
  const store = await openStore(':memory:');
  const blobs = memoryBlobs();
  const context: Pick<WorkbenchContext, 'store' | 'blobs' | 'library' | 'signal' | 'onProblem'> = {
    store,
    blobs,
    library: newLibrary(store, blobs, { folders }),
    signal: new AbortController().signal,
    onProblem: () => {},
  };
  return context as WorkbenchContext;
}
