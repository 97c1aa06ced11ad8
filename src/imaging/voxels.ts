// Stored voxels to typed arrays: byte order, slope and intercept, 64-bit integers, label maps.
import { OverreadError } from '../domain/errors.ts';
import type { IntensityUnit, RawLabel, VoxelArray } from '../domain/volume.ts';
import { occupiedSpans, type Spans } from './occupied.ts';

/** Voxel types as files store them. */
export type StoredType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

export const BYTES_PER_VOXEL: Readonly<Record<StoredType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/** True where the machine itself is little-endian, as all that Node supports but s390x are. */
export const HOST_IS_LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * A typed array over `bytes` (no copy where alignment and byte order allow; byte swapping is in place).
 * 64-bit integers become Int32Array where all fit, else Float64Array; beyond 2^53 they throw `format-unsupported`.
 */
export function voxelsOf(
  bytes: Uint8Array,
  type: StoredType,
  littleEndian: boolean,
  name: string,
): VoxelArray {
  const size = BYTES_PER_VOXEL[type];
  const count = Math.floor(bytes.byteLength / size);
  // A view must start at a multiple of its element size.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  if (size > 1 && littleEndian !== HOST_IS_LITTLE) {
    const buffer = Buffer.from(aligned.buffer, aligned.byteOffset, count * size);
    if (size === 2) buffer.swap16();
    else if (size === 4) buffer.swap32();
    else buffer.swap64();
  }
  const at = [aligned.buffer, aligned.byteOffset, count] as const;
  switch (type) {
    case 'int8':
      return new Int8Array(...at);
    case 'uint8':
      return new Uint8Array(...at);
    case 'int16':
      return new Int16Array(...at);
    case 'uint16':
      return new Uint16Array(...at);
    case 'int32':
      return new Int32Array(...at);
    case 'uint32':
      return new Uint32Array(...at);
    case 'float32':
      return new Float32Array(...at);
    case 'float64':
      return new Float64Array(...at);
    case 'int64':
      return fromPairs(new Int32Array(at[0], at[1], count * 2), true, name);
    case 'uint64':
      return fromPairs(new Int32Array(at[0], at[1], count * 2), false, name);
  }
}

/** 64-bit integers as pairs of 32-bit halves in the machine's order: no BigInt per voxel. */
function fromPairs(halves: Int32Array, signed: boolean, name: string): Int32Array | Float64Array {
  const count = halves.length / 2;
  const low = HOST_IS_LITTLE ? 0 : 1;
  let narrow = true;
  for (let i = 0; i < count && narrow; i++) {
    const high = halves[2 * i + 1 - low];
    narrow = high === (signed ? halves[2 * i + low] >> 31 : 0) && (signed || halves[2 * i + low] >= 0);
  }
  if (narrow) {
    const out = new Int32Array(count);
    for (let i = 0; i < count; i++) out[i] = halves[2 * i + low];
    return out;
  }
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const high = signed ? halves[2 * i + 1 - low] : halves[2 * i + 1 - low] >>> 0;
    const value = high * 2 ** 32 + (halves[2 * i + low] >>> 0);
    if (!Number.isSafeInteger(value))
      throw new OverreadError(
        'format-unsupported',
        `${name} holds 64-bit integers beyond 2^53, which would lose digits: save it as 32-bit or float64.`,
      );
    out[i] = value;
  }
  return out;
}

const INTEGER_ARRAYS = [Int16Array, Int32Array] as const;

function isInteger(data: VoxelArray): boolean {
  return !(data instanceof Float32Array || data instanceof Float64Array);
}

function extremes(data: VoxelArray): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const v = data[i];
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}

/**
 * value × slope + inter. Whole slopes and intercepts keep integers integer (a CT stays Int16 or Int32);
 * otherwise 8- and 16-bit sources and float32 become Float32Array, the rest Float64Array.
 */
export function rescaled(data: VoxelArray, slope: number, inter: number): VoxelArray {
  if (slope === 1 && inter === 0) return data;
  let out: VoxelArray | undefined;
  if (isInteger(data) && Number.isInteger(slope) && Number.isInteger(inter)) {
    const [low, high] = extremes(data);
    const ends = [low * slope + inter, high * slope + inter];
    const fits = (least: number, most: number) => ends.every((end) => end >= least && end <= most);
    if (data.length === 0 || fits(-32768, 32767)) out = new INTEGER_ARRAYS[0](data.length);
    else if (fits(-(2 ** 31), 2 ** 31 - 1)) out = new INTEGER_ARRAYS[1](data.length);
  }
  if (out === undefined) {
    const wide = data instanceof Int32Array || data instanceof Uint32Array || data instanceof Float64Array;
    // Floats are scaled in place: the stored values are not needed again.
    if (data instanceof Float32Array || data instanceof Float64Array) out = data;
    else out = wide ? new Float64Array(data.length) : new Float32Array(data.length);
  }
  for (let i = 0; i < data.length; i++) out[i] = data[i] * slope + inter;
  return out;
}

/** How many voxels are NaN or infinite. Integers have none. */
export function countNotFinite(data: VoxelArray): number {
  if (isInteger(data)) return 0;
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    const v = data[i];
    // Only NaN and infinities differ from themselves after subtraction.
    if (v - v !== 0) count++;
  }
  return count;
}

/** CT numbers reach far below water only in HU: air is −1000. */
const SURELY_HOUNSFIELD = -500;

/**
 * Unit of an image's voxels: HU for a known CT, or when whole numbers reach −500 or less (then a note says that it
 * was inferred); SUV is never inferred.
 */
export function unitsOf(
  data: VoxelArray,
  modality: string | undefined,
): { units: IntensityUnit; note?: string } {
  if (modality !== undefined) return { units: modality.toUpperCase() === 'CT' ? 'HU' : 'arbitrary' };
  if (data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Uint32Array)
    return { units: 'arbitrary' };
  // The air around a patient is all over a CT: a thin sample nearly always settles it.
  for (let i = 0; i < data.length; i++)
    if (data[i] <= SURELY_HOUNSFIELD && Number.isInteger(data[i]))
      return { units: 'HU', note: 'Voxels reach −500 or less, so they were taken as Hounsfield units.' };
  return { units: 'arbitrary' };
}

type LabelData = Uint8Array | Uint16Array | Int32Array;

function notLabels(name: string, value: number): OverreadError {
  return new OverreadError(
    'format-unsupported',
    `${name} holds the value ${value}, which no label is: it looks like an image, so give its label map.`,
    { details: { image: true, value } },
  );
}

/**
 * Voxels as labels: whole numbers from 0 to 2^31 − 1 in the narrowest array that holds them.
 * @param spans where `data` is not 0.
 * Throws `voxels-not-finite` or `format-unsupported` with the first value that cannot be a label.
 */
export function labelsOf(data: VoxelArray, name: string, spans: Spans = occupiedSpans(data)): LabelData {
  if (data instanceof Uint8Array) return data;
  let high = 0;
  for (const [from, to] of spans)
    for (let i = from; i < to; i++) {
      const v = data[i];
      if (v > high) high = v;
      else if (!(v >= 0)) {
        if (Number.isNaN(v)) throw notFinite(name);
        throw v === Number.NEGATIVE_INFINITY ? notFinite(name) : notLabels(name, v);
      }
    }
  if (high === Number.POSITIVE_INFINITY) throw notFinite(name);
  if (high > 2 ** 31 - 1) throw notLabels(name, high);
  if (data instanceof Float32Array || data instanceof Float64Array)
    for (const [from, to] of spans)
      for (let i = from; i < to; i++) if ((data[i] | 0) !== data[i]) throw notLabels(name, data[i]);
  if (high > 65535 && data instanceof Int32Array) return data;
  if (high > 255 && high <= 65535 && data instanceof Uint16Array) return data;
  const Labels = high <= 255 ? Uint8Array : high <= 65535 ? Uint16Array : Int32Array;
  const labels = new Labels(data.length);
  for (const [from, to] of spans) labels.set(data.subarray(from, to), from);
  return labels;
}

function notFinite(name: string): OverreadError {
  return new OverreadError(
    'voxels-not-finite',
    `${name} holds NaN or infinite voxels, which no label can be: write them as 0.`,
  );
}

/** Values other than 0 that occur, ascending, with their numbers of voxels. */
export function countLabels(data: LabelData, spans: Spans = occupiedSpans(data)): Map<number, number> {
  const found = new Map<number, number>();
  for (const [from, to] of spans)
    for (let i = from; i < to; ) {
      // Masks are mostly long runs of one value.
      const value = data[i];
      const start = i++;
      while (i < to && data[i] === value) i++;
      if (value !== 0) found.set(value, (found.get(value) ?? 0) + i - start);
    }
  return new Map([...found].sort((a, b) => a[0] - b[0]));
}

/** The labels that occur, as a file without names gives them. `spans`: where `data` is not 0. */
export function labelsPresent(data: LabelData, spans: Spans = occupiedSpans(data)): RawLabel[] {
  if (!(data instanceof Uint8Array)) return [...countLabels(data, spans).keys()].map((value) => ({ value }));
  const found = new Uint8Array(256);
  for (const [from, to] of spans) {
    // Four voxels at a time, of which a run's words are looked at once.
    const head = Math.min(to, from + ((4 - ((data.byteOffset + from) % 4)) % 4));
    const count = (to - head) >> 2;
    for (let i = from; i < head; i++) found[data[i]] = 1;
    for (let i = head + 4 * count; i < to; i++) found[data[i]] = 1;
    if (count === 0) continue;
    const words = new Int32Array(data.buffer, data.byteOffset + head, count);
    let last = 0;
    for (let i = 0; i < count; i++) {
      const word = words[i];
      if (word === last) continue;
      last = word;
      found[word & 255] = 1;
      found[(word >> 8) & 255] = 1;
      found[(word >> 16) & 255] = 1;
      found[word >>> 24] = 1;
    }
  }
  const labels: RawLabel[] = [];
  for (let value = 1; value < 256; value++) if (found[value] === 1) labels.push({ value });
  return labels;
}
