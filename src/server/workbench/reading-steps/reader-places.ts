// Where the reader's own calls stood: the slice, structure, crop or box that it asked for, with its marks.
import type { ToolCall } from '../../../domain/read.ts';
import { structureName } from '../../../domain/structures.ts';
import type { DisplayWindow } from '../../../imaging/slices.ts';
import { WINDOWS } from '../../../imaging/slices.ts';
import { canonicalTarget, organsOfCrop } from '../../../tools/target.ts';
import type { Place, PlacedMark } from '../shapes/place.ts';
import { axisOf } from './frame.ts';
import { type Fields, fieldsOf, numbersIn, pointsIn, textIn } from './given.ts';
import { measuredPlace, type PlaceFacts, structurePlace } from './region-places.ts';
import { type CaptionedPicture, type SeenSlice, seenPictures, sliceNamed } from './seen-pictures.ts';

/**
 * A place for each call, in order; null for one that touches nothing of the scan.
 * @param own what was measured on the reader's own masks, where they are not the annotated ones
 */
export function readerPlaces(
  calls: readonly ToolCall[],
  shown: readonly CaptionedPicture[],
  facts: PlaceFacts,
  own?: PlaceFacts,
): (Place | null)[] {
  const seen = seenPictures(shown, facts.set);
  const boxes = new Map<string, PlacedMark>();
  return calls.map((call) => {
    const found = placeOf(call, { facts, own, boxes, seen: seen.named });
    seen.note(call);
    return found ?? null;
  });
}

interface Sight {
  readonly facts: PlaceFacts;
  readonly own: PlaceFacts | undefined;
  /** What a segmentation of the reader's found, by structure. */
  readonly boxes: Map<string, PlacedMark>;
  readonly seen: (name: unknown) => SeenSlice | undefined;
}

function placeOf({ tool, arguments: given, result }: ToolCall, sight: Sight): Place | undefined {
  const asked = fieldsOf(given);
  const got = fieldsOf(result);
  const target = textIn(asked, 'target');
  if (target !== undefined) return targetPlace(canonicalTarget(target), asked, got, sight);
  const organ = textIn(got, 'organ_localized') ?? textIn(asked, 'organ');
  if (organ !== undefined) return structuresPlace(organsOfCrop(organ) ?? [], sight);
  const two = [textIn(asked, 'structure'), textIn(asked, 'vessel')].filter((name) => name !== undefined);
  if (two.length > 0) return alongSlice(structuresPlace(two.map(canonicalTarget), sight), got, sight);
  const both = Array.isArray(asked.structures)
    ? asked.structures.filter((name) => typeof name === 'string')
    : [];
  if (both.length > 0) return structuresPlace(both.map(canonicalTarget), sight);
  const box = voxelBox(asked.box, tool) ?? changeBox(got.largest_change);
  if (box !== undefined) return boxPlace(box, sight);
  if (tool === 'distance') return pointsPlace(asked, sight);
  return slicePlace(asked, got, sight);
}

/**
 * segment_organ and measure: where the reader's own masks have what was asked for, the annotation's marks beside its
 * own. Where those masks are not known, the annotation's place, and the box that the reader was told.
 */
function targetPlace(
  target: string,
  asked: Fields,
  got: Fields,
  { facts, own, boxes }: Sight,
): Place | undefined {
  const type = (textIn(asked, 'measurement_type') ?? textIn(asked, 'measurement'))?.trim().toLowerCase();
  const placeIn = (of: PlaceFacts) =>
    type === undefined ? structurePlace(of, target) : measuredPlace(of, target, type);
  const found = placeIn(facts);
  const drawn = own === undefined ? undefined : placeIn(own);
  if (drawn !== undefined) {
    const theirs = drawn.marks.map((mark): PlacedMark => ({ ...mark, by: 'reader' }));
    return { ...drawn, marks: [...(found?.marks ?? []), ...theirs] };
  }
  const box = reportedBox(got, target) ?? boxes.get(target);
  if (box === undefined) return found;
  boxes.set(target, box);
  const axis = axisOf(facts.set, 'axial');
  const [from, to] = box.points.map((point) => point[axis]);
  const base: Place = found ?? { plane: 'axial', index: null, structures: [target], marks: [] };
  const inside = base.index !== null && base.index >= from && base.index <= to;
  return {
    ...base,
    // The annotated structure's own slice, unless the reader's mask does not reach it.
    index: inside || base.through !== undefined ? base.index : Math.floor((from + to) / 2),
    // On the annotated masks the reader was told what is drawn already.
    marks: base.marks.some((mark) => sameBox(mark, box)) ? base.marks : [...base.marks, box],
  };
}

const sameBox = (a: PlacedMark, b: PlacedMark): boolean =>
  a.kind === b.kind && a.frame === b.frame && JSON.stringify(a.points) === JSON.stringify(b.points);

function reportedBox(got: Fields, target: string): PlacedMark | undefined {
  const { min, max } = fieldsOf(got.bounding_box);
  const points = [numbersIn(min, 3), numbersIn(max, 3)].filter((corner) => corner !== undefined);
  if (points.length !== 2) return undefined;
  return { kind: 'box', frame: 'voxel', points, label: structureName(target), by: 'reader' };
}

function structuresPlace(structures: readonly string[], { facts }: Sight): Place | undefined {
  const places = structures
    .slice(0, 8)
    .map((structure) => structurePlace(facts, structure))
    .filter((place) => place !== undefined);
  const [first] = places;
  if (first === undefined) return undefined;
  return {
    ...first,
    structures: [...new Set(places.flatMap((place) => place.structures ?? []))],
    marks: places.flatMap(({ marks }) => marks),
  };
}

/** contact_angle names the slice of the largest angle. */
function alongSlice(place: Place | undefined, got: Fields, { facts }: Sight): Place | undefined {
  const at = sliceNamed({ plane: 'axial', index: got.slice }, facts.set);
  return place === undefined || at === undefined ? place : { ...place, index: at.index };
}

/** A box in the scan: two corners in voxels or mm. */
function voxelBox(box: unknown, label: string): PlacedMark | undefined {
  const { from, to, unit } = fieldsOf(box);
  const points = [numbersIn(from, 3), numbersIn(to, 3)].filter((corner) => corner !== undefined);
  if (points.length !== 2) return undefined;
  return { kind: 'box', frame: unit === 'mm' ? 'mm' : 'voxel', points, label, by: 'reader' };
}

function changeBox(change: unknown): PlacedMark | undefined {
  const { from_mm, to_mm } = fieldsOf(change);
  const points = [numbersIn(from_mm, 3), numbersIn(to_mm, 3)].filter((corner) => corner !== undefined);
  if (points.length !== 2) return undefined;
  return { kind: 'box', frame: 'mm', points, label: 'largest change', by: 'reader' };
}

function boxPlace(mark: PlacedMark, { facts }: Sight): Place {
  const [a, b] = mark.points;
  const middle = [0, 1, 2].map((axis) => (a[axis] + b[axis]) / 2);
  if (mark.frame === 'mm')
    return { plane: 'axial', index: null, through: [middle[0], middle[1], middle[2]], marks: [mark] };
  const axis = axisOf(facts.set, 'axial');
  const last = facts.set.shape[axis] - 1;
  return { plane: 'axial', index: Math.min(last, Math.max(0, Math.floor(middle[axis]))), marks: [mark] };
}

/** distance between two points of the scan. */
function pointsPlace(asked: Fields, sight: Sight): Place | undefined {
  const points = pointsIn(asked.points, 3);
  if (points?.length !== 2) return undefined;
  const frame = asked.unit === 'mm' ? 'mm' : 'voxel';
  const box = boxPlace({ kind: 'box', frame, points, label: '', by: 'reader' }, sight);
  return { ...box, marks: [{ kind: 'ruler', frame, points, label: 'distance', by: 'reader' }] };
}

/** Tools that look at a slice or at a picture of one: where that is, and what was drawn or measured on it. */
function slicePlace(asked: Fields, got: Fields, { facts, seen }: Sight): Place | undefined {
  const direct =
    sliceNamed(got, facts.set) ??
    sliceNamed(fieldsOf(asked.slice), facts.set) ??
    sliceNamed(asked, facts.set);
  const onPicture = direct === undefined ? pictureOf(asked, seen) : undefined;
  const at = direct ?? onPicture;
  if (at === undefined) return undefined;
  const window = windowGiven(got.window) ?? windowGiven(asked.window);
  const structures = Array.isArray(asked.overlay)
    ? asked.overlay.filter((name) => typeof name === 'string').map(canonicalTarget)
    : undefined;
  const toSlice = onPicture === undefined ? WHOLE : onPicture.pixels;
  return {
    plane: at.plane,
    index: at.index,
    ...(window === undefined ? {} : { window }),
    ...(structures === undefined ? {} : { structures }),
    marks: toSlice === undefined ? [] : marksOn(asked, got, onPicture === undefined, toSlice),
  };
}

const WHOLE = { origin: [0, 0], scale: [1, 1] } as const;

function pictureOf(asked: Fields, seen: Sight['seen']): SeenSlice | undefined {
  const looks = ['image', 'marks', 'points', 'box', 'a', 'phrase'].some((name) => asked[name] !== undefined);
  return looks ? seen(asked.image) : undefined;
}

type ToSlice = NonNullable<SeenSlice['pixels']>;

function marksOn(asked: Fields, got: Fields, onSlice: boolean, { origin, scale }: ToSlice): PlacedMark[] {
  const on = (point: readonly number[]) => [origin[0] + point[0] / scale[0], origin[1] + point[1] / scale[1]];
  const shape = (kind: unknown, value: unknown, label = ''): PlacedMark[] => {
    const points = pointsIn(value, 2);
    if (points === undefined || points.length > 2) return [];
    const drawn = points.length === 1 ? 'point' : kind === 'ruler' ? 'ruler' : 'box';
    return [{ kind: drawn, frame: 'pixel', points: points.map(on), label: label.slice(0, 60), by: 'reader' }];
  };
  const edges = numbersIn(asked.box, 4);
  const marks = Array.isArray(asked.marks) ? asked.marks.slice(0, 32).map(fieldsOf) : [];
  const region = fieldsOf(asked.shape);
  const rendersPart = onSlice && got.pixels_per_slice_pixel !== undefined;
  return [
    ...(edges === undefined
      ? []
      : shape('box', [edges.slice(0, 2), edges.slice(2)], rendersPart ? 'shown' : 'zoomed')),
    ...marks.flatMap((mark) => shape(mark.kind, mark.points, textIn(mark, 'text'))),
    ...shape(region.kind, region.points),
    ...shape(asked.kind, asked.points),
    ...shape('box', fieldsOf(asked.a).points, 'a'),
    ...shape('box', fieldsOf(asked.b).points, 'b'),
  ];
}

function windowGiven(window: unknown): DisplayWindow | undefined {
  if (typeof window === 'string')
    return Object.hasOwn(WINDOWS, window) ? WINDOWS[window as keyof typeof WINDOWS] : undefined;
  const { level, width } = fieldsOf(window);
  return typeof level === 'number' && typeof width === 'number' && width > 0 ? { level, width } : undefined;
}
