// Writes a label map as a binary DICOM segmentation: several segments, overlaps allowed, empty slices left out.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Grid, Vec3 } from '../domain/geometry.ts';
import type { StructureId } from '../domain/structures.ts';
import { type DicomCode, segmentCodes } from './dicom/segment-codes.ts';
import { encodeSegmentation } from './dicom/segmentation-dataset.ts';
import { writeWhole } from './write-nifti.ts';

/** One label of a layer, as RawAnnotation and Annotation both have it. */
export interface SegLabel {
  readonly value: number;
  readonly name?: string;
  readonly structure?: StructureId;
  /** Overrides what `structure` or `name` says of category and type. */
  readonly category?: DicomCode;
  readonly type?: DicomCode;
  /** 0–255 each. */
  readonly rgb?: readonly [number, number, number];
}

export interface SegSource {
  readonly grid: Grid;
  readonly layers: readonly {
    readonly data: ArrayLike<number>;
    readonly labels: readonly SegLabel[];
  }[];
}

/** The images that the segmentation was drawn on, as far as they are known. */
export interface SegReferences {
  readonly studyInstanceUid?: string;
  readonly seriesInstanceUid?: string;
  readonly frameOfReferenceUid?: string;
  /** One for each slice of the grid along k, when known. */
  readonly instances?: readonly { readonly sopClassUid: string; readonly sopInstanceUid: string }[];
  /** Written as they are: leave them out of anything that is to be shared. */
  readonly patient?: {
    readonly id?: string;
    readonly name?: string;
    readonly birthDate?: string;
    readonly sex?: string;
  };
}

export interface WriteDicomSegOptions {
  readonly references?: SegReferences;
  /** UIDs to use. Default: derived from the content, so that the same mask gives the same file. */
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
  /** ContentDate and ContentTime, which the standard wants. Default 1970-01-01T00:00:00Z, for identical bytes. */
  readonly contentDate?: Date;
  /** Series description. Default "Segmentation". */
  readonly description?: string;
  /** Name of the algorithm when one drew it; absent: drawn by hand. */
  readonly algorithm?: string;
}

/** A segment's voxels as the encoder wants them. */
export interface SegmentMask {
  readonly number: number;
  readonly label: string;
  readonly category: DicomCode;
  readonly type: DicomCode;
  readonly rgb?: readonly [number, number, number];
  readonly data: ArrayLike<number>;
  readonly value: number;
}

/** A UID under 2.25 from 128 bits of a hash (PS3.5 B.2). */
export function uidFrom(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('\u0000')).digest('hex');
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`)}`;
}

/** Unit row and column directions and the slice step of a grid, in DICOM's axes (left, posterior, superior). */
export function planeAxes(grid: Grid): { orientation: number[]; step: Vec3; origin: Vec3 } {
  const { affine: a, spacing } = grid;
  const column = (c: number): Vec3 => [-a[c], -a[4 + c], a[8 + c]];
  const i = column(0).map((value) => value / spacing[0]);
  const j = column(1).map((value) => value / spacing[1]);
  if (!(Math.abs(i[0] * j[0] + i[1] * j[1] + i[2] * j[2]) < 1e-3))
    throw new OverreadError(
      'geometry-invalid',
      'A DICOM segmentation needs slices with square corners, and this grid is sheared within them: write it on the grid of its images.',
    );
  return { orientation: [...i, ...j], step: column(2), origin: column(3) };
}

function masksOf({ layers }: SegSource): SegmentMask[] {
  const masks: SegmentMask[] = [];
  for (const { data, labels } of layers)
    for (const label of labels) {
      const { value, name, structure, rgb } = label;
      const codes = segmentCodes(structure ?? name ?? '');
      masks.push({
        number: masks.length + 1,
        label: (name ?? structure ?? `label ${value}`).replace(/[\\\p{Cc}]/gu, ' ').slice(0, 64),
        category: label.category ?? codes.category,
        type: label.type ?? codes.type,
        ...(rgb === undefined ? {} : { rgb }),
        data,
        value,
      });
    }
  return masks;
}

/**
 * The file's bytes: a multi-frame BINARY segmentation in explicit VR little endian. Segments are numbered from 1 in
 * the order of layers and labels; a label without a voxel is a segment without a frame.
 * @throws `bad-argument` for a mask without labels or of the wrong size, `geometry-invalid` for sheared slices
 */
export function dicomSegBytes(source: SegSource, options: WriteDicomSegOptions = {}): Uint8Array {
  const [ni, nj, nk] = source.grid.shape;
  for (const { data } of source.layers)
    if (data.length !== ni * nj * nk)
      throw new OverreadError(
        'bad-argument',
        `A grid of ${ni} × ${nj} × ${nk} voxels needs as many labels, and there are ${data.length}.`,
      );
  const masks = masksOf(source);
  if (masks.length === 0 || masks.length > 65535)
    throw new OverreadError(
      'bad-argument',
      `A segmentation holds 1 to 65535 segments, and there are ${masks.length}.`,
    );
  const { references = {} } = options;
  const { instances } = references;
  if (instances !== undefined && instances.length !== nk)
    throw new OverreadError(
      'bad-argument',
      `There are ${nk} slices and ${instances.length} source images: give one for each.`,
    );
  const content = createHash('sha256').update(canonicalJson({ grid: source.grid, references }));
  for (const { data, labels } of source.layers) {
    const view = data as Uint8Array;
    content.update(canonicalJson(labels));
    content.update(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }
  const hash = content.digest('hex');
  return encodeSegmentation(source.grid, masks, {
    ...options,
    references,
    planes: planeAxes(source.grid),
    contentDate: options.contentDate ?? new Date(0),
    study: references.studyInstanceUid ?? uidFrom('study', hash),
    series: options.seriesInstanceUid ?? uidFrom('series', hash, options.description ?? ''),
    instance: options.sopInstanceUid ?? uidFrom('instance', hash, options.description ?? ''),
    frameOfReference: references.frameOfReferenceUid ?? uidFrom('frame', canonicalJson(source.grid)),
    dimensions: uidFrom('dimensions', hash),
  });
}

/** Writes a segmentation to `path`; what was there is replaced only once the new file is whole. */
export async function writeDicomSeg(
  path: string,
  source: SegSource,
  options: WriteDicomSegOptions = {},
): Promise<void> {
  await writeWhole(path, dicomSegBytes(source, options));
}
