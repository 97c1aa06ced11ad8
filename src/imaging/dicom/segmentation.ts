// DICOM SEG objects: binary, fractional and label-map segmentations, overlapping, sparse or tiled, to an annotation.
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { axisCodes, type Grid } from '../../domain/geometry.ts';
import type { RawAnnotation, RawLabel } from '../../domain/volume.ts';
import { checkSize, type ReadOptions } from '../limits.ts';
import { firstItem, items, number, numbers, text } from './attributes.ts';
import { labelLayers } from './label-layers.ts';
import { type DicomFile, parseDicom } from './parse.ts';
import { planesOf } from './plane.ts';
import { segmentationGrid } from './segmentation-grid.ts';
import { openFrames, type StoredFrames } from './stored-samples.ts';

export interface SegmentationOptions extends ReadOptions {
  /** Share of the largest fraction from which a voxel of a fractional segmentation counts. Default 0.5. */
  readonly threshold?: number;
}

/** A segment as the object describes it. */
interface Segment extends RawLabel {
  readonly name?: string;
}

function segmentsOf(file: DicomFile): Segment[] {
  return items(file, '00620002').map((item, index) => {
    const property = firstItem(item, '0062000f');
    const name = text(item, '00620005') ?? (property && text(property, '00080104'));
    return { value: number(item, '00620004', 'US') ?? index + 1, ...(name === undefined ? {} : { name }) };
  });
}

/** Segment number of each frame. Full tilings leave it out: one segment's tiles follow another's. */
function segmentOfFrames(
  file: DicomFile,
  frames: number,
  segments: readonly Segment[],
): (number | undefined)[] {
  const shared = firstItem(firstItem(file, '52009229'), '0062000a');
  const perFrame = items(file, '52009230');
  const perSegment = frames / Math.max(1, segments.length);
  return Array.from({ length: frames }, (_, n) => {
    const own = firstItem(perFrame[n], '0062000a') ?? shared;
    const named = own && number(own, '0062000b', 'US');
    if (named !== undefined) return named;
    if (segments.length === 1) return segments[0].value;
    return Number.isInteger(perSegment) && perFrame.length === 0
      ? segments[Math.floor(n / perSegment)]?.value
      : undefined;
  });
}

/** Indices, within the frame, of the pixels that count. `scratch` has room for a whole frame. */
async function framePixels(
  source: StoredFrames,
  frame: number,
  least: number,
  scratch: Int32Array,
): Promise<Int32Array> {
  const { header, bits } = source;
  const count = header.rows * header.columns;
  let found = 0;
  if (bits === undefined) {
    const data = await source.frame(frame);
    for (let n = 0; n < count; n++) if (data[n] >= least) scratch[found++] = n;
    return scratch.slice(0, found);
  }
  // Bits may number more than 2^31: the frame's first byte is found by division, the rest by small numbers.
  const shift = (frame * count) % 8;
  const first = (frame * count - shift) / 8;
  const bytes = Math.ceil((shift + count) / 8);
  for (let at = 0; at < bytes; at++) {
    // Most of a mask is empty: eight voxels at a time.
    const byte = bits[first + at];
    if (byte === 0) continue;
    const base = at * 8 - shift;
    for (let bit = 0; bit < 8; bit++) {
      const n = base + bit;
      if (((byte >> bit) & 1) === 1 && n >= 0 && n < count) scratch[found++] = n;
    }
  }
  return scratch.slice(0, found);
}

/** Where a frame's pixels go: pixel n of a frame to voxel index. */
type Placement = (pixel: number) => number;

function placements(
  grid: Grid,
  columns: number,
  places: readonly { readonly slice: number; readonly column: number; readonly row: number }[],
): Placement[] {
  const [ni, nj] = grid.shape;
  return places.map(({ slice, column, row }) => {
    const base = slice * ni * nj + row * ni + column;
    if (ni === columns) return (pixel) => base + pixel;
    return (pixel) => {
      const x = pixel % columns;
      const y = (pixel - x) / columns;
      // Tiles at the edge of a slide hang over it.
      return column + x < ni && row + y < nj ? base + y * ni + x : -1;
    };
  });
}

/** Pixels of a frame as voxels of the grid, in place; those that hang over the grid are left out. */
function placedPixels(pixels: Int32Array, to: Placement): Int32Array {
  let kept = 0;
  for (let n = 0; n < pixels.length; n++) {
    const index = to(pixels[n]);
    if (index >= 0) pixels[kept++] = index;
  }
  return pixels.subarray(0, kept);
}

async function labelMapLayers(
  source: StoredFrames,
  place: readonly Placement[],
  voxels: number,
  segments: readonly Segment[],
): Promise<RawAnnotation['layers']> {
  const data = source.header.bitsAllocated > 8 ? new Uint16Array(voxels) : new Uint8Array(voxels);
  for (const [n, to] of place.entries()) {
    const frame = await source.frame(n);
    for (let pixel = 0; pixel < frame.length; pixel++) {
      const index = to(pixel);
      if (frame[pixel] !== 0 && index >= 0) data[index] = frame[pixel];
    }
  }
  return [{ data, labels: segments.filter(({ value }) => value !== 0) }];
}

/** Reads a parsed SEG object. */
export async function segmentationOf(
  file: DicomFile,
  hash: string,
  options: SegmentationOptions = {},
): Promise<RawAnnotation> {
  const type = text(file, '00620001');
  if (type !== 'BINARY' && type !== 'FRACTIONAL' && type !== 'LABELMAP')
    throw new OverreadError(
      'format-unsupported',
      `${file.name} is no DICOM segmentation that can be read${type === undefined ? '' : ` (${type.slice(0, 16)})`}: give a BINARY, FRACTIONAL or LABELMAP one.`,
    );
  const source = openFrames(file, options);
  const { header } = source;
  if (header.samplesPerPixel !== 1)
    throw new OverreadError('file-corrupt', `${file.name} is a segmentation in colour: export it again.`);
  const segments = segmentsOf(file);
  const { grid, places, notes } = segmentationGrid(file, header, planesOf(file, header.frames));
  const voxels = grid.shape[0] * grid.shape[1] * grid.shape[2];
  checkSize(file.name, voxels, header.bitsAllocated > 8 ? 2 : 1, options);
  const place = placements(grid, header.columns, places);
  const said = [...file.notes, ...notes];
  let layers: RawAnnotation['layers'];
  if (type === 'LABELMAP') layers = await labelMapLayers(source, place, voxels, segments);
  else {
    const most = numbers(file, '0062000e', 'US')[0] ?? 255;
    const threshold = options.threshold ?? 0.5;
    const least = type === 'BINARY' ? 1 : Math.max(1, threshold * most);
    if (type === 'FRACTIONAL') said.push(`fractions of at least ${threshold} count as inside`);
    layers = await segmentLayers(file, source, place, voxels, segments, least, options);
  }
  const facts = { modality: 'SEG', segmentationType: type, segments: segments.length };
  return {
    grid,
    layers,
    source: { format: 'dicom-seg', hash, axes: axisCodes(grid.affine), notes: said, facts },
  };
}

async function segmentLayers(
  file: DicomFile,
  source: StoredFrames,
  place: readonly Placement[],
  voxels: number,
  segments: readonly Segment[],
  least: number,
  options: ReadOptions,
): Promise<RawAnnotation['layers']> {
  const owner = segmentOfFrames(file, source.header.frames, segments);
  if (owner.includes(undefined))
    throw new OverreadError(
      'file-corrupt',
      `${file.name} has frames that name no segment: export the segmentation again.`,
    );
  const numbersUsed = [...new Set([...segments.map(({ value }) => value), ...(owner as number[])])].sort(
    (a, b) => a - b,
  );
  const layers = labelLayers(voxels, Math.max(0, ...numbersUsed));
  const scratch = new Int32Array(source.header.rows * source.header.columns);
  for (const value of numbersUsed) {
    options.signal?.throwIfAborted();
    const frames = owner.flatMap((number, n) => (number === value ? [n] : []));
    const voxels: Int32Array[] = [];
    for (const n of frames) voxels.push(placedPixels(await framePixels(source, n, least, scratch), place[n]));
    layers.add(segments.find((segment) => segment.value === value) ?? { value }, voxels);
  }
  return layers.result();
}

/** Reads a DICOM SEG file's bytes. `name` is its base name, for messages. */
export async function readSegmentation(
  bytes: Uint8Array,
  name: string,
  options: SegmentationOptions = {},
): Promise<RawAnnotation> {
  return await segmentationOf(parseDicom(bytes, name, options), sha256(bytes), options);
}

/** SeriesInstanceUIDs that a segmentation or structure set was drawn on. */
export function referencedSeries(file: DicomFile): string[] {
  const direct = items(file, '00081115').map((item) => text(item, '0020000e'));
  const frames = items(file, '30060010').flatMap((frame) =>
    items(frame, '30060012').flatMap((study) =>
      items(study, '30060014').map((series) => text(series, '0020000e')),
    ),
  );
  return [...new Set([...direct, ...frames].filter((uid) => uid !== undefined))];
}
