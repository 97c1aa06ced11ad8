// The grid of a segmentation whose frames may be sparse, repeat a place for each segment, or tile a slide.
import { OverreadError } from '../../domain/errors.ts';
import { type Grid, gridOf, type Vec3 } from '../../domain/geometry.ts';
import { decimal, firstItem, items, number, text } from './attributes.ts';
import type { DicomFile } from './parse.ts';
import type { PixelHeader } from './pixel-header.ts';
import { normalOf, type Plane } from './plane.ts';
import { affineOf } from './stack-geometry.ts';

export interface FramePlace {
  readonly slice: number;
  /** Top left voxel of the frame; 0 but for tiles. */
  readonly column: number;
  readonly row: number;
}

export interface SegmentationGrid {
  readonly grid: Grid;
  readonly places: readonly FramePlace[];
  readonly notes: readonly string[];
}

/** Planes closer than this along the normal, in mm, are at one place. */
const SAME_PLACE = 1e-2;

const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Spacing between slices that the object declares. */
function declaredStep(file: DicomFile): number | undefined {
  const group = firstItem(file, '52009229') ?? firstItem(file, '52009230');
  const measures = firstItem(group, '00289110');
  const step = (measures && decimal(measures, '00180088')) ?? decimal(file, '00180088');
  return step === undefined || step === 0 ? undefined : Math.abs(step);
}

/** The largest step that takes every distance to a whole number; undefined when there is none near `smallest`. */
function stepOf(
  distances: readonly number[],
  declared: number | undefined,
  thickness: number | undefined,
): number {
  const sorted = [...distances].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((d, n) => d - sorted[n]);
  if (gaps.length === 0) return declared ?? (thickness !== undefined && thickness > 0 ? thickness : 1);
  const fits = (step: number) =>
    gaps.every((gap) => Math.abs(gap / step - Math.round(gap / step)) < 0.1 && Math.round(gap / step) >= 1);
  if (declared !== undefined && fits(declared)) return declared;
  const smallest = Math.min(...gaps);
  // Frames of empty slices are left out of many objects: steps of 2 and 3 mm come of a 1 mm grid.
  for (let divisor = 1; divisor <= 8; divisor++) if (fits(smallest / divisor)) return smallest / divisor;
  return Number.NaN;
}

function placed(file: DicomFile, header: PixelHeader, planes: readonly Plane[]): SegmentationGrid {
  const [first] = planes;
  const orientation = first.orientation ?? [1, 0, 0, 0, 1, 0];
  const normal = normalOf(orientation);
  const positions = planes.map(({ position }) => position ?? [0, 0, 0]) as Vec3[];
  const along = positions.map((position) => dot(normal, position));
  const distinct: number[] = [];
  for (const place of [...along].sort((a, b) => a - b))
    if (distinct.length === 0 || place - distinct[distinct.length - 1] > SAME_PLACE) distinct.push(place);
  const step = stepOf(distinct, declaredStep(file), first.thickness);
  if (!(step > 0))
    throw new OverreadError(
      'geometry-invalid',
      `${file.name} has frames at irregular distances: resample it first.`,
    );
  const start = distinct[0];
  const slices = Math.round((distinct[distinct.length - 1] - start) / step) + 1;
  if (slices > 100_000)
    throw new OverreadError(
      'geometry-invalid',
      `${file.name} spreads over ${slices} slices: its positions are damaged.`,
    );
  const lowest = along.indexOf(Math.min(...along));
  // In-plane shift from slice to slice, in object of sheared stacks: kept in the affine.
  const highest = along.indexOf(Math.max(...along));
  const span = slices - 1;
  const vector: Vec3 =
    span === 0
      ? [normal[0] * step, normal[1] * step, normal[2] * step]
      : ([0, 1, 2].map((c) => (positions[highest][c] - positions[lowest][c]) / span) as unknown as Vec3);
  const affine = affineOf({ ...first, orientation, position: positions[lowest] }, vector);
  const places = along.map((place) => ({ slice: Math.round((place - start) / step), column: 0, row: 0 }));
  const notes: string[] = [];
  const empty = slices - new Set(places.map(({ slice }) => slice)).size;
  if (empty > 0) notes.push(`${empty} slices without a frame are empty`);
  return { grid: gridOf([header.columns, header.rows, slices], affine), places, notes };
}

/** Tiles of a whole-slide segmentation, put together to one plane. */
function tiled(
  file: DicomFile,
  header: PixelHeader,
  planes: readonly Plane[],
  rows: number,
  columns: number,
): SegmentationGrid {
  const perFrame = items(file, '52009230');
  const across = Math.ceil(columns / header.columns);
  const perPlane = across * Math.ceil(rows / header.rows);
  const full = text(file, '00209311') === 'TILED_FULL';
  const places = planes.map((_, n) => {
    const slide = firstItem(perFrame[n], '0048021a');
    const column = slide && number(slide, '0048021e', 'SL');
    const row = slide && number(slide, '0048021f', 'SL');
    if (!full && column !== undefined && row !== undefined)
      return { slice: 0, column: column - 1, row: row - 1 };
    const tile = n % perPlane;
    return {
      slice: 0,
      column: (tile % across) * header.columns,
      row: Math.floor(tile / across) * header.rows,
    };
  });
  if (places.some(({ column, row }) => column < 0 || row < 0 || column >= columns || row >= rows))
    throw new OverreadError('file-corrupt', `${file.name} has tiles outside its slide: export it again.`);
  const { spacing } = planes[0];
  const affine = affineOf({ ...planes[0], orientation: undefined, position: undefined, spacing }, [0, 0, 1]);
  const notes = [`${planes.length} tiles were put together to one plane of the slide`];
  return { grid: gridOf([columns, rows, 1], affine), places, notes };
}

/** Where the frames of a segmentation lie: in the patient, on a slide, or, without positions, on one plane. */
export function segmentationGrid(
  file: DicomFile,
  header: PixelHeader,
  planes: readonly Plane[],
): SegmentationGrid {
  const rows = number(file, '00480007', 'UL');
  const columns = number(file, '00480006', 'UL');
  if (rows !== undefined && columns !== undefined && rows > 0 && columns > 0)
    return tiled(file, header, planes, rows, columns);
  if (planes.every(({ position }) => position !== undefined)) {
    const oriented = planes.every(({ orientation }) =>
      (orientation ?? []).every((value, n) => Math.abs(value - (planes[0].orientation?.[n] ?? value)) < 2e-3),
    );
    if (!oriented)
      throw new OverreadError('geometry-invalid', `${file.name} has frames of several directions: split it.`);
    return placed(file, header, planes);
  }
  return unplaced(file, header, planes);
}

/** Segmentations of plain 2D images: frames take the number of the source frame they were drawn on, or 0. */
function unplaced(file: DicomFile, header: PixelHeader, planes: readonly Plane[]): SegmentationGrid {
  const perFrame = items(file, '52009230');
  const places = planes.map((_, n) => {
    const derivation = firstItem(perFrame[n], '00089124');
    const source = firstItem(derivation, '00082112');
    const frame = Number((source && text(source, '00081160')) ?? 1);
    return { slice: frame >= 1 && frame <= 100_000 ? frame - 1 : 0, column: 0, row: 0 };
  });
  const slices = Math.max(...places.map(({ slice }) => slice)) + 1;
  const affine = affineOf({ ...planes[0], orientation: undefined, position: undefined }, [0, 0, 1]);
  const notes = ['the segmentation gives no position in the patient'];
  return { grid: gridOf([header.columns, header.rows, slices], affine), places, notes };
}
