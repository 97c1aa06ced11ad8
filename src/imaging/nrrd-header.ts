// The NRRD header (teem.sourceforge.net/nrrd/format.html): fields, geometry in RAS+ mm, segment names.
import { OverreadError } from '../domain/errors.ts';
import type { Affine, Vec3 } from '../domain/geometry.ts';
import { checkAffine } from './stored-image.ts';
import type { StoredType } from './voxels.ts';

export type NrrdEncoding = 'raw' | 'gzip' | 'ascii' | 'hex';

export interface NrrdHeader {
  readonly shape: Vec3;
  /** Values per voxel, fastest in memory: 1, or the layers of a segmentation. */
  readonly components: number;
  readonly type: StoredType;
  readonly encoding: NrrdEncoding;
  readonly littleEndian: boolean;
  readonly affine: Affine;
  /** Name of the voxels' file; undefined when they follow the header. */
  readonly dataFile?: string;
  readonly lineSkip: number;
  /** −1: the voxels are the last bytes of the file. */
  readonly byteSkip: number;
  /** Byte at which attached voxels start. */
  readonly dataStart: number;
  /** "key:=value" pairs. */
  readonly keys: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

const TYPES: readonly (readonly [StoredType, RegExp])[] = [
  ['int8', /^(signed char|int8|int8_t)$/],
  ['uint8', /^(uchar|unsigned char|uint8|uint8_t)$/],
  ['int16', /^(short|short int|signed short|signed short int|int16|int16_t)$/],
  ['uint16', /^(ushort|unsigned short|unsigned short int|uint16|uint16_t)$/],
  ['int32', /^(int|signed int|int32|int32_t)$/],
  ['uint32', /^(uint|unsigned int|uint32|uint32_t)$/],
  ['int64', /^(longlong|long long|long long int|signed long long|signed long long int|int64|int64_t)$/],
  ['uint64', /^(ulonglong|unsigned long long|unsigned long long int|uint64|uint64_t)$/],
  ['float32', /^float$/],
  ['float64', /^double$/],
];

const ENCODINGS: Readonly<Record<string, NrrdEncoding>> = {
  raw: 'raw',
  gz: 'gzip',
  gzip: 'gzip',
  txt: 'ascii',
  text: 'ascii',
  ascii: 'ascii',
  hex: 'hex',
};

/** Signs that turn a named space into RAS+. */
const SPACES: readonly (readonly [RegExp, Vec3])[] = [
  [/^(right-anterior-superior|ras)$/, [1, 1, 1]],
  [/^(left-anterior-superior|las)$/, [-1, 1, 1]],
  [/^(left-posterior-superior|lps)$/, [-1, -1, 1]],
];

const MILLIMETRES: Readonly<Record<string, number>> = { mm: 1, cm: 10, m: 1000, um: 0.001, µm: 0.001 };

export function isNrrd(head: Uint8Array): boolean {
  return /^NRRD000[1-5]/.test(String.fromCharCode(...head.subarray(0, 8)));
}

/** Longest header that is looked through for the blank line that ends it. */
export const NRRD_HEADER_BYTES = 1_048_576;

/**
 * Parses the header at the start of `bytes`.
 * Throws `format-unknown`, `format-unsupported`, `file-truncated`, `file-corrupt` or `geometry-invalid`.
 */
export function parseNrrd(bytes: Uint8Array, name: string): NrrdHeader {
  if (!isNrrd(bytes))
    throw new OverreadError('format-unknown', `${name} does not start with an NRRD header: check the file.`);
  const { fields, keys, end } = lines(bytes);
  const get = (key: string) => fields.get(key);
  const need = (key: string): string => {
    const value = get(key);
    if (value !== undefined) return value;
    const ends = end === undefined ? 'file-truncated' : 'file-corrupt';
    throw new OverreadError(ends, `${name} has no "${key}" in its NRRD header: write it again.`);
  };
  const typeName = need('type').toLowerCase();
  const type = TYPES.find(([, pattern]) => pattern.test(typeName))?.[0];
  if (type === undefined)
    throw new OverreadError(
      'format-unsupported',
      `${name} holds voxels of type "${typeName}": save it as a number type.`,
    );
  const encoding = ENCODINGS[need('encoding').toLowerCase()];
  if (encoding === undefined)
    throw new OverreadError(
      'format-unsupported',
      `${name} is encoded as "${need('encoding')}": save it with gzip or raw encoding.`,
    );
  const dataFile = get('data file') ?? get('datafile');
  if (dataFile !== undefined && /^list\b|%\d*d/i.test(dataFile))
    throw new OverreadError(
      'format-unsupported',
      `${name} spreads its voxels over several files: join them.`,
    );
  if (end === undefined && dataFile === undefined)
    throw new OverreadError('file-truncated', `${name} ends within its NRRD header: copy it again.`);

  const notes: string[] = [];
  const { shape, components, spatial } = dimensions(need('dimension'), need('sizes'), fields, name);
  const affine = placement(fields, spatial, notes, name);
  checkAffine(affine, name);
  const endian = get('endian')?.toLowerCase();
  if (endian === undefined && encoding !== 'ascii' && !/int8/.test(type))
    notes.push('The header names no byte order; little-endian was assumed.');
  return {
    shape,
    components,
    type,
    encoding,
    littleEndian: endian !== 'big',
    affine,
    dataFile,
    lineSkip: whole(get('line skip') ?? get('lineskip') ?? '0', name),
    byteSkip: whole(get('byte skip') ?? get('byteskip') ?? '0', name),
    dataStart: end ?? bytes.length,
    keys,
    notes,
  };
}

function whole(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= -1) return value;
  throw new OverreadError(
    'file-corrupt',
    `${name} has "${text.slice(0, 20)}" in its header for a number of bytes: write it again.`,
  );
}

/** Fields and key/value pairs up to the blank line; `end` is the byte after it, undefined without one. */
function lines(bytes: Uint8Array) {
  const fields = new Map<string, string>();
  const keys = new Map<string, string>();
  let at = 0;
  let end: number | undefined;
  const limit = Math.min(bytes.length, NRRD_HEADER_BYTES);
  while (at < limit) {
    const newline = bytes.indexOf(10, at);
    const stop = newline < 0 || newline > limit ? limit : newline;
    const line = Buffer.from(bytes.subarray(at, stop)).toString('utf8').replace(/\r$/, '');
    at = stop + 1;
    if (line === '') {
      end = newline < 0 ? undefined : at;
      break;
    }
    if (line.startsWith('#')) continue;
    const pair = /^([^:]+?):=(.*)$/.exec(line);
    const field = /^([^:]+): *(.*)$/.exec(line);
    if (pair !== null) keys.set(pair[1].trim(), pair[2].trim());
    else if (field !== null) fields.set(field[1].trim().toLowerCase(), field[2].trim());
  }
  return { fields, keys, end };
}

/** The vectors of `space directions`, "none" for an axis that is not space. */
function directionsOf(fields: ReadonlyMap<string, string>): string[] | undefined {
  return fields.get('space directions')?.match(/\([^()]*\)|none/gi) ?? undefined;
}

interface SpatialAxis {
  /** Position among the header's axes. */
  readonly index: number;
  readonly size: number;
}

/** Which axes are space; one further axis of "none" direction, and the fastest, holds components. */
function dimensions(dimension: string, sizes: string, fields: ReadonlyMap<string, string>, name: string) {
  const counts = sizes.split(/\s+/).map(Number);
  const n = Number(dimension);
  if (n !== counts.length || counts.some((size) => !Number.isSafeInteger(size) || size < 1))
    throw new OverreadError(
      'file-corrupt',
      `${name} says its sizes are "${sizes.slice(0, 40)}": write it again.`,
    );
  const kinds = (fields.get('kinds') ?? '').split(/\s+/);
  const vectors = directionsOf(fields);
  const isSpace = (index: number) =>
    vectors === undefined
      ? !/^(list|vector|.*-vector|.*color|complex|stub|none)$/i.test(kinds[index] ?? '')
      : !/none/i.test(vectors[index] ?? 'none');
  let axes: SpatialAxis[] = counts
    .map((size, index) => ({ index, size }))
    .filter(({ index }) => isSpace(index));
  let components = 1;
  if (axes.length === n - 1 && n >= 3) {
    if (axes[0].index !== 1 && counts[n - 1] !== 1) throw tooManyAxes(name);
    components = axes[0].index === 1 ? counts[0] : 1;
  } else if (axes.length === 4 && axes[3].size === 1) axes = axes.slice(0, 3);
  else if (axes.length !== n) throw tooManyAxes(name);
  if (axes.length > 3 || axes.length < 2) throw tooManyAxes(name);
  const size = (axis: number) => axes[axis]?.size ?? 1;
  return { shape: [size(0), size(1), size(2)] as Vec3, components, spatial: axes };
}

function tooManyAxes(name: string): OverreadError {
  return new OverreadError('format-unsupported', `${name} is not one 3D image: split it into 3D files.`);
}

function placement(
  fields: ReadonlyMap<string, string>,
  axes: readonly SpatialAxis[],
  notes: string[],
  name: string,
): Affine {
  const space = fields.get('space')?.toLowerCase();
  const known = SPACES.find(([pattern]) => pattern.test(space ?? ''))?.[1];
  if (known === undefined)
    notes.push('The header names no anatomical space; left-posterior-superior was assumed.');
  const signs = known ?? SPACES[2][1];
  const directions = directionsOf(fields);
  const spacings = fields.get('spacings')?.split(/\s+/).map(Number);
  const columns: Vec3[] = axes.map(({ index }, axis) => {
    const text = directions?.[index];
    if (text !== undefined) return vector(text, name);
    const step = spacings?.[index];
    const column: [number, number, number] = [0, 0, 0];
    column[axis] = step !== undefined && Number.isFinite(step) && step !== 0 ? Math.abs(step) : 1;
    return column;
  });
  if (directions === undefined && spacings === undefined)
    notes.push('The header gives no spacing; 1 mm was assumed.');
  // A single slice: its normal, one millimetre thick.
  if (columns.length === 2) columns.push(normal(columns[0], columns[1]));
  const originText = fields.get('space origin');
  const origin = originText === undefined ? ([0, 0, 0] as Vec3) : vector(originText, name);
  const units =
    fields
      .get('space units')
      ?.match(/"[^"]*"/g)
      ?.map((unit) => unit.slice(1, -1)) ?? [];
  const scale = (row: number) => MILLIMETRES[units[row] ?? 'mm'] ?? 1;
  const entry = (row: number, value: number) => signs[row] * scale(row) * value + 0;
  return [
    ...[0, 1, 2].flatMap((row) => [
      ...columns.map((column) => entry(row, column[row])),
      entry(row, origin[row]),
    ]),
    0,
    0,
    0,
    1,
  ];
}

function vector(text: string, name: string): Vec3 {
  const numbers = text.replace(/[()]/g, '').split(',').map(Number);
  if (numbers.length === 2) numbers.push(0);
  if (numbers.length !== 3 || !numbers.every(Number.isFinite))
    throw new OverreadError(
      'geometry-invalid',
      `${name} has the vector "${text.slice(0, 40)}" in its header: write it again.`,
    );
  return [numbers[0], numbers[1], numbers[2]];
}

function normal(a: Vec3, b: Vec3): Vec3 {
  const n = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const length = Math.hypot(...n) || 1;
  return [n[0] / length, n[1] / length, n[2] / length];
}
