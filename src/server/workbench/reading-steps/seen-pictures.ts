// Which slice of the scan a picture of a read shows: by the captions it was shown with, and the calls that made it.
import type { ToolCall, TranscriptEntry } from '../../../domain/read.ts';
import type { PlaneName } from '../shapes/scan.ts';
import { type ScanGrid, sliceIn } from './frame.ts';
import { fieldsOf, numbersIn, picturesIn } from './given.ts';

/** A slice, and how pixels of a picture lie on it: slice = origin + pixel / scale. Absent where that is not known. */
export interface SeenSlice {
  readonly plane: PlaneName;
  readonly index: number;
  readonly pixels?: {
    readonly origin: readonly [x: number, y: number];
    readonly scale: readonly [x: number, y: number];
  };
}

export interface SeenPictures {
  /** By hash, its beginning, or its number in the order shown (1 is the first); the first where nothing is named. */
  named(name: unknown): SeenSlice | undefined;
  /** Notes what a call made. */
  note(call: Pick<ToolCall, 'tool' | 'arguments' | 'result'>): void;
}

export interface CaptionedPicture {
  readonly hash: string;
  readonly caption: string;
  readonly slice?: SeenSlice;
}

const PLANES: readonly string[] = ['axial', 'coronal', 'sagittal'];
const CAPTION = /^(axial|coronal|sagittal) slices? (\d+)(?:, \d+)* of \d+ /;

/** Pictures that were shown with the question, each with the line before it; of the case's own slices which they are. */
export function shownPictures(
  transcript: readonly TranscriptEntry[],
  grid: ScanGrid | undefined,
): CaptionedPicture[] {
  // What follows upon the reader's first words was made by its tools.
  const answered = transcript.findIndex(({ role }) => role === 'assistant');
  const asked = answered < 0 ? transcript : transcript.slice(0, answered);
  const first = asked.find(({ role, images }) => role === 'user' && (images?.length ?? 0) > 0);
  if (first?.images === undefined) return [];
  const lines = first.text.split('\n', first.images.length + 1);
  // Captions come before the question, one for each picture, or there are none.
  const captioned = first.images.every((_, i) => /\bslices? \d+|crop of|^picture/i.test(lines[i] ?? ''));
  return first.images.map((hash, i) => {
    const caption = captioned ? lines[i].slice(0, 300) : '';
    const slice = grid === undefined ? undefined : sliceOfCaption(caption, grid);
    return { hash, caption, ...(slice === undefined ? {} : { slice }) };
  });
}

/** "axial slice 31 of 64 from the feet" counts from 1; of a montage the first slice. */
export function sliceOfCaption(caption: string, grid: ScanGrid): SeenSlice | undefined {
  const match = CAPTION.exec(caption);
  if (match === null) return undefined;
  const plane = match[1] as PlaneName;
  const index = sliceIn(grid, plane, Number(match[2]) - 1);
  return index === undefined ? undefined : { plane, index };
}

export function seenPictures(shown: readonly CaptionedPicture[], grid: ScanGrid): SeenPictures {
  const order = shown.map(({ hash }) => hash);
  const slices = new Map(shown.map(({ hash, slice }) => [hash, slice]));
  const hashOf = (name: unknown): string | undefined => {
    const written = String(name ?? 1);
    if (/^\d{1,4}$/.test(written)) return order[Number(written) - 1];
    return /^[0-9a-f]{8,64}$/.test(written) ? order.find((hash) => hash.startsWith(written)) : undefined;
  };
  const named = (name: unknown): SeenSlice | undefined => {
    const hash = hashOf(name);
    return hash === undefined ? undefined : slices.get(hash);
  };
  return {
    named,
    note({ arguments: given, result }) {
      const slice = madeSlice(fieldsOf(given), fieldsOf(result), grid, named);
      for (const hash of picturesIn(result)) {
        if (!order.includes(hash)) order.push(hash);
        if (slice !== undefined) slices.set(hash, slice);
      }
    },
  };
}

/** The slice that a result's picture shows: its own plane and index, or that of the picture it was made of. */
function madeSlice(
  given: ReturnType<typeof fieldsOf>,
  result: ReturnType<typeof fieldsOf>,
  grid: ScanGrid,
  named: SeenPictures['named'],
): SeenSlice | undefined {
  const rendered = sliceNamed(result, grid);
  if (rendered !== undefined) {
    const box = numbersIn(result.box, 4);
    const scale = numbersIn(result.pixels_per_slice_pixel, 2);
    if (box === undefined || scale === undefined || scale.some((by) => by <= 0)) return rendered;
    return { ...rendered, pixels: { origin: [box[0], box[1]], scale: [scale[0], scale[1]] } };
  }
  const of = fieldsOf(result.of);
  const onSlice = sliceNamed(of, grid) ?? sliceNamed(fieldsOf(given.slice), grid);
  if (onSlice !== undefined) return { ...onSlice, pixels: { origin: [0, 0], scale: [1, 1] } };
  const from = named(typeof result.of === 'string' ? result.of : (of.image ?? given.image));
  const box = numbersIn(result.box, 4);
  const by = numbersIn(result.pixels_per_pixel, 2);
  if (from?.pixels === undefined || box === undefined || by === undefined || by.some((each) => each <= 0))
    return from;
  // A part of a picture of a slice.
  const { origin, scale } = from.pixels;
  return {
    ...from,
    pixels: {
      origin: [origin[0] + box[0] / scale[0], origin[1] + box[1] / scale[1]],
      scale: [scale[0] * by[0], scale[1] * by[1]],
    },
  };
}

export function sliceNamed(fields: ReturnType<typeof fieldsOf>, grid: ScanGrid): SeenSlice | undefined {
  const { plane, index } = fields;
  if (typeof plane !== 'string' || !PLANES.includes(plane)) return undefined;
  const at = sliceIn(grid, plane as PlaneName, index);
  return at === undefined ? undefined : { plane: plane as PlaneName, index: at };
}
