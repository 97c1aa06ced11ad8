// Where each frame lies in the patient and how its stored values become real ones, classic and enhanced alike.
import type { Vec3 } from '../../domain/geometry.ts';
import { decimal, decimals, firstItem, items, number, numbers, text, texts } from './attributes.ts';
import type { DataSet } from './elements.ts';

/** One frame's plane. Positions and directions are DICOM's: +x left, +y posterior, +z superior, in mm. */
export interface Plane {
  /** Centre of the first voxel; undefined when the object does not say. */
  readonly position?: Vec3;
  /** Direction of growing column index, then of growing row index. */
  readonly orientation?: readonly number[];
  /** Between rows, then between columns, in mm. */
  readonly spacing?: readonly [number, number];
  readonly thickness?: number;
  readonly rescale: Rescale;
  /** Told apart when several frames share a place: temporal position, echo … */
  readonly discriminators: readonly (string | undefined)[];
}

export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
  readonly type?: string;
  /** Modality look-up table: values from `first` on. */
  readonly table?: { readonly first: number; readonly values: readonly number[] };
}

const IDENTITY: Rescale = { slope: 1, intercept: 0 };

function vec3(values: number[] | undefined): Vec3 | undefined {
  return values === undefined ? undefined : [values[0], values[1], values[2]];
}

/** Unit, perpendicular direction cosines; undefined for zeros or nonsense. */
function orientation(values: number[] | undefined): number[] | undefined {
  if (values === undefined) return undefined;
  const [a, b, c, d, e, f] = values;
  const row = Math.hypot(a, b, c);
  const column = Math.hypot(d, e, f);
  if (!(Math.abs(row - 1) < 0.05 && Math.abs(column - 1) < 0.05)) return undefined;
  if (Math.abs(a * d + b * e + c * f) > 0.01) return undefined;
  return [a / row, b / row, c / row, d / column, e / column, f / column];
}

function pair(values: number[] | undefined): [number, number] | undefined {
  if (values === undefined || !(values[0] > 0) || !(values[1] > 0)) return undefined;
  return [values[0], values[1]];
}

/** A look-up table by its descriptor (entries, first stored value mapped, bits) and data. */
export function lookupTable(
  data: DataSet,
  descriptorTag: string,
  dataTag: string,
): { first: number; values: number[] } | undefined {
  const [count, start, bits] = numbers(data, descriptorTag, 'US');
  const raw = data.elements.get(dataTag);
  if (count === undefined || raw === undefined) return undefined;
  // The number of entries is unsigned, whatever the attribute's representation; 0 stands for 65536.
  const entries = count === 0 ? 65536 : count & 0xffff;
  const bytewise = bits <= 8 && raw.value.length < 2 * entries;
  const values = bytewise ? [...raw.value] : numbers(data, dataTag, 'US').map((value) => value & 0xffff);
  return values.length === 0 ? undefined : { first: start, values: values.slice(0, entries) };
}

function rescaleOf(data: DataSet | undefined): Rescale | undefined {
  if (data === undefined) return undefined;
  const lut = firstItem(data, '00283000');
  const table = lut && lookupTable(lut, '00283002', '00283006');
  if (table !== undefined && lut !== undefined) return { ...IDENTITY, type: text(lut, '00283004'), table };
  const slope = decimal(data, '00281053');
  const intercept = decimal(data, '00281052');
  if (slope === undefined && intercept === undefined) return undefined;
  // A slope of zero would wipe the image out; writers mean "none" by it.
  return { slope: slope || 1, intercept: intercept ?? 0, type: text(data, '00281054') };
}

/** US regions give cm per pixel when there is one calibrated region (PS3.3 C.8.5.5). */
function ultrasoundSpacing(data: DataSet): [number, number] | undefined {
  const regions = items(data, '00186011').filter((r) => number(r, '00186024', 'US') === 3);
  if (regions.length !== 1) return undefined;
  const x = number(regions[0], '0018602c', 'FD');
  const y = number(regions[0], '0018602e', 'FD');
  return x === undefined || y === undefined ? undefined : pair([Math.abs(y) * 10, Math.abs(x) * 10]);
}

function classicSpacing(data: DataSet): [number, number] | undefined {
  return (
    pair(decimals(data, '00280030', 2)) ?? pair(decimals(data, '00181164', 2)) ?? ultrasoundSpacing(data)
  );
}

function basePlane(data: DataSet): Plane {
  const detector = firstItem(data, '00540022');
  return {
    position: vec3(decimals(data, '00200032', 3) ?? (detector && decimals(detector, '00200032', 3))),
    orientation: orientation(
      decimals(data, '00200037', 6) ?? (detector && decimals(detector, '00200037', 6)),
    ),
    spacing: classicSpacing(data),
    thickness: decimal(data, '00180050'),
    rescale: rescaleOf(data) ?? IDENTITY,
    discriminators: [
      text(data, '00200012'),
      text(data, '00200100'),
      text(data, '00180086'),
      text(data, '00189087') ?? number(data, '00189087', 'FD')?.toString(),
      texts(data, '00080008').join(),
      text(data, '00181060'),
      text(data, '00080032'),
    ],
  };
}

/** Planes of an object whose functional groups describe each frame; a group may be shared by all frames. */
function enhancedPlanes(data: DataSet, frames: number, base: Plane): Plane[] {
  const shared = firstItem(data, '52009229');
  const perFrame = items(data, '52009230');
  return Array.from({ length: frames }, (_, n) => {
    const own = perFrame[n];
    const group = (sequence: string) => firstItem(own, sequence) ?? firstItem(shared, sequence);
    const position = group('00209113');
    const oriented = group('00209116');
    const measures = group('00289110');
    const content = group('00209111');
    const echo = group('00189114');
    return {
      position: vec3(position && decimals(position, '00200032', 3)) ?? base.position,
      orientation: orientation(oriented && decimals(oriented, '00200037', 6)) ?? base.orientation,
      spacing: pair(measures && decimals(measures, '00280030', 2)) ?? base.spacing,
      thickness: (measures && decimal(measures, '00180050')) ?? base.thickness,
      rescale: rescaleOf(group('00289145')) ?? base.rescale,
      discriminators: [
        content && text(content, '00209056'),
        content && number(content, '00209128', 'UL')?.toString(),
        echo && number(echo, '00189082', 'FD')?.toString(),
        content && number(content, '00209156', 'US')?.toString(),
      ],
    };
  });
}

/** A dose grid's frames lie at offsets along the normal of its first plane (PS3.3 C.8.8.3.2). */
function offsetPlanes(base: Plane, offsets: readonly number[]): Plane[] {
  const { position, orientation: o } = base;
  if (position === undefined || o === undefined) return offsets.map(() => base);
  const normal = normalOf(o);
  // The first offset is 0 for relative ones, or the first plane's own coordinate for absolute ones.
  return offsets.map((offset) => {
    const d = offset - offsets[0];
    return {
      ...base,
      position: [position[0] + d * normal[0], position[1] + d * normal[1], position[2] + d * normal[2]],
    };
  });
}

/** Cross product of the row and column directions. */
export function normalOf(o: readonly number[]): Vec3 {
  return [o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]];
}

/** The plane of each frame. Frames of an object without geometry come out with neither position nor orientation. */
export function planesOf(data: DataSet, frames: number): Plane[] {
  const base = basePlane(data);
  if (data.elements.has('52009229') || data.elements.has('52009230'))
    return enhancedPlanes(data, frames, base);
  const offsets = numbers(data, '3004000c', 'DS');
  if (frames > 1 && offsets.length === frames) return offsetPlanes(base, offsets);
  const step = decimal(data, '00180088');
  // Reconstructed nuclear medicine: one position and a spacing for all frames.
  if (
    frames > 1 &&
    step !== undefined &&
    step !== 0 &&
    base.position !== undefined &&
    base.orientation !== undefined
  )
    return offsetPlanes(
      base,
      Array.from({ length: frames }, (_, n) => n * step),
    );
  return frames === 1 ? [base] : Array.from({ length: frames }, () => ({ ...base, position: undefined }));
}
