// Pixels with geometry, and the label maps drawn on them.
import type { Grid } from './geometry.ts';
import type { StructureId } from './structures.ts';

/** Memory order everywhere: i fastest, then j, then k (as NIfTI stores it). */
export type VoxelArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

export type IntensityUnit = 'HU' | 'SUV' | 'arbitrary';

/** A scan. `data` holds real values: a file's slope and intercept are already applied. */
export interface Volume {
  readonly grid: Grid;
  readonly data: VoxelArray;
  readonly units: IntensityUnit;
  /** Where it came from, for provenance; never a patient's name. */
  readonly source: SourceInfo;
}

export interface SourceInfo {
  /** Format id, e.g. "nifti", "dicom-series". */
  readonly format: string;
  /** SHA-256 of the file's bytes (of the sorted per-file hashes for a series). */
  readonly hash: string;
  /** Axis codes and transform as stored, e.g. "IPL". */
  readonly axes: string;
  /** Said once each: e.g. "scl_slope is NaN and was read as 1", "2 slices are missing". */
  readonly notes: readonly string[];
  /** DICOM-like facts that may be shown: modality, phase, scanner maker, tilt in degrees … */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/** A 2D image with interleaved channels, row by row from the top left. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array | Uint16Array | Float32Array;
  /** mm per pixel (row spacing = y, column spacing = x), when the file says. */
  readonly spacing?: readonly [number, number];
}

/** One value of a label map, as its file names it. */
export interface RawLabel {
  readonly value: number;
  /** The source's own name ("kidney_left.nii.gz" → "kidney_left"); undefined when it only has a number. */
  readonly name?: string;
}

/** An annotation as read from files, before a label scheme gives its labels canonical structures. */
export interface RawAnnotation {
  readonly grid: Grid;
  readonly layers: readonly {
    readonly data: Uint8Array | Uint16Array | Int32Array;
    readonly labels: readonly RawLabel[];
  }[];
  readonly source: SourceInfo;
  /** Scheme the layout implies, when it does (e.g. "kits23", "totalsegmentator"). */
  readonly impliedScheme?: string;
}

export interface LabelLayer {
  readonly data: Uint8Array | Uint16Array | Int32Array;
  readonly labels: readonly {
    readonly value: number;
    readonly structure: StructureId;
    readonly name: string;
  }[];
}

/** Where a mask came from; recorded in every read that used it. */
export type MaskOrigin =
  | { readonly kind: 'annotated' }
  | { readonly kind: 'predicted'; readonly segmenter: string; readonly hash: string };

/** Annotation with canonical structures. Layers may overlap one another; labels of one layer do not. */
export interface Annotation {
  readonly grid: Grid;
  readonly layers: readonly LabelLayer[];
  /** Structures that were looked for. One of them without a voxel is *absent*; any other is *unknown*. */
  readonly annotated: readonly StructureId[];
  readonly scheme: string;
  readonly origin: MaskOrigin;
  /** Labels that the scheme does not know: named, never guessed. */
  readonly unknown: readonly { readonly value: number; readonly name?: string; readonly voxels: number }[];
  readonly source: SourceInfo;
}
