// From voxels as a file stores them to a Volume or a RawAnnotation, the same way for every file format.
import { contentHash } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import { type Affine, axisCodes, determinant, gridOf, type Vec3 } from '../domain/geometry.ts';
import type { RawAnnotation, RawLabel, SourceInfo, Volume, VoxelArray } from '../domain/volume.ts';
import type { ReadOptions } from './limits.ts';
import { occupiedSpans, rememberSpans, type Spans } from './occupied.ts';
import { countNotFinite, labelsOf, labelsPresent, rescaled, unitsOf } from './voxels.ts';

/** One 3D image as a format's parser leaves it. */
export interface StoredImage {
  /** Format id. */
  readonly format: string;
  /** Base name of the file, for messages. */
  readonly name: string;
  readonly shape: Vec3;
  readonly affine: Affine;
  readonly data: VoxelArray;
  /** Where `data` may be anything but 0, when its reader knows. */
  readonly spans?: Spans;
  /** Real value = stored × slope + inter. Default 1 and 0. */
  readonly slope?: number;
  readonly inter?: number;
  /** SHA-256 of each file that was read. */
  readonly hashes: readonly string[];
  readonly notes: readonly string[];
  /** Names that the file itself gives to label values. */
  readonly labelNames?: ReadonlyMap<number, string>;
}

/** One file's own hash, or the hash over the sorted hashes of several. */
export function combinedHash(hashes: readonly string[]): string {
  return hashes.length === 1 ? hashes[0] : contentHash([...hashes].sort());
}

function sourceOf(stored: StoredImage, extra: readonly (string | undefined)[]): SourceInfo {
  return {
    format: stored.format,
    hash: combinedHash(stored.hashes),
    axes: axisCodes(stored.affine),
    notes: [...stored.notes, ...extra.filter((note) => note !== undefined)],
  };
}

/** An image: real values, unit decided, voxels that are not finite kept and counted in a note. */
export function volumeFrom(stored: StoredImage, options: ReadOptions): Volume {
  const data = rescaled(stored.data, stored.slope ?? 1, stored.inter ?? 0);
  const notFinite = countNotFinite(data);
  const { units, note } = unitsOf(data, options.modality);
  const counted = notFinite > 0 ? `${notFinite} voxels are NaN or infinite and were kept.` : undefined;
  return {
    grid: gridOf(stored.shape, stored.affine),
    data,
    units,
    source: sourceOf(stored, [counted, note]),
  };
}

/** A label map. Throws `voxels-not-finite` or `format-unsupported` when its voxels cannot be labels. */
export function annotationFrom(stored: StoredImage): RawAnnotation {
  const values = rescaled(stored.data, stored.slope ?? 1, stored.inter ?? 0);
  // What is stored as 0 stays 0 without an intercept.
  const spans = ((stored.inter ?? 0) === 0 ? stored.spans : undefined) ?? occupiedSpans(values);
  const data = labelsOf(values, stored.name, spans);
  rememberSpans(data, spans);
  return {
    grid: gridOf(stored.shape, stored.affine),
    layers: [{ data, labels: namedLabels(labelsPresent(data, spans), stored.labelNames) }],
    source: sourceOf(stored, []),
  };
}

/** Labels that occur, and those the file names though they do not. */
export function namedLabels(
  present: readonly RawLabel[],
  names: ReadonlyMap<number, string> | undefined,
): RawLabel[] {
  if (names === undefined) return [...present];
  const values = new Set([...present.map(({ value }) => value), ...names.keys()]);
  return [...values]
    .sort((a, b) => a - b)
    .map((value) => {
      const name = names.get(value);
      return name === undefined ? { value } : { value, name };
    });
}

/** Throws `geometry-invalid` when an affine is not finite or flattens space. */
export function checkAffine(affine: Affine, name: string): void {
  const d = determinant(affine);
  if (affine.every(Number.isFinite) && Number.isFinite(d) && d !== 0) return;
  throw new OverreadError(
    'geometry-invalid',
    `${name} has a geometry that maps voxels onto no volume: write it again.`,
  );
}
