// What is held in memory of an open case: a scan's voxels and its masks, over memory that threads share.
import type { Grid } from '../../../domain/geometry.ts';
import type { IntensityUnit, VoxelArray } from '../../../domain/volume.ts';
import type { DisplayWindow } from '../../../imaging/slices.ts';
import type { ScanStructure } from '../shapes/scan.ts';

/** What is known of a scan besides its voxels. */
export interface ImageFacts {
  /** As the file stores it: index order, affine and all. */
  readonly grid: Grid;
  readonly units: IntensityUnit;
  /** How its slices are sent: whole numbers of 16 bits where they are such, else 32-bit floats. */
  readonly type: 'int16' | 'float32';
  /** Least and greatest finite value, [0, 0] where there is none; of CT what scanners tell apart. */
  readonly range: readonly [number, number];
  /** To begin with. */
  readonly window: DisplayWindow;
}

export interface LoadedImage extends ImageFacts {
  readonly data: VoxelArray;
  /** Memory that it holds. */
  readonly bytes: number;
}

export interface LoadedMasks {
  /** The scan's own grid, or the annotation's where there is no scan. */
  readonly grid: Grid;
  /** Labels of each layer; what has no structure is 0. */
  readonly layers: readonly (Uint8Array | Uint16Array)[];
  readonly type: 'uint8' | 'uint16';
  /** From the widest to the most particular: tissue, organs, vessels, parts, lesions. */
  readonly structures: readonly ScanStructure[];
  readonly bytes: number;
}

/** The same bytes where threads can share them; what is shared already is not copied. */
export function shared<T extends VoxelArray>(data: T): T {
  if (data.buffer instanceof SharedArrayBuffer) return data;
  const memory = new SharedArrayBuffer(data.byteLength);
  const copy = new (data.constructor as new (buffer: SharedArrayBuffer) => T)(memory);
  (copy as unknown as { set(from: T): void }).set(data);
  return copy;
}
