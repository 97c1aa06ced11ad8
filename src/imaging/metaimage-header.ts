// The MetaImage header (ITK's MetaIO): fields, and geometry from its LPS millimetres to RAS+.
import { OverreadError } from '../domain/errors.ts';
import type { Affine, Vec3 } from '../domain/geometry.ts';
import { checkAffine } from './stored-image.ts';
import type { StoredType } from './voxels.ts';

export interface MetaHeader {
  readonly shape: Vec3;
  readonly type: StoredType;
  readonly littleEndian: boolean;
  readonly binary: boolean;
  readonly compressed: boolean;
  readonly affine: Affine;
  /** Name of the voxels' file; undefined when they follow the header (LOCAL). */
  readonly dataFile?: string;
  /** Bytes before the voxels in the data file; −1: the voxels are its last bytes. */
  readonly headerSize: number;
  readonly dataStart: number;
  readonly notes: readonly string[];
}

const TYPES: Readonly<Record<string, StoredType>> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  // MetaIO writes "long" as 4 bytes on every machine.
  MET_LONG: 'int32',
  MET_ULONG: 'uint32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_FLOAT: 'float32',
  MET_DOUBLE: 'float64',
};

/** ElementDataFile ends the header; nothing longer is looked through. */
export const META_HEADER_BYTES = 65_536;

/** A text file whose first lines say what a MetaImage's do. */
export function isMeta(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, 1024));
  return /^\s*(ObjectType\s*=\s*Image|NDims\s*=\s*\d)/.test(text) || /\nDimSize\s*=\s*\d/.test(text);
}

/**
 * Parses the header at the start of `bytes`.
 * Throws `format-unsupported`, `file-truncated`, `file-corrupt` or `geometry-invalid`.
 */
export function parseMeta(bytes: Uint8Array, name: string): MetaHeader {
  const { fields, end } = lines(bytes);
  const dataFile = fields.get('elementdatafile');
  if (dataFile === undefined || dataFile === '' || end === undefined)
    throw new OverreadError('file-truncated', `${name} ends within its MetaImage header: copy it again.`);
  if (/^list\b|%\d*d/i.test(dataFile))
    throw new OverreadError(
      'format-unsupported',
      `${name} spreads its voxels over several files: join them.`,
    );
  const type = TYPES[(fields.get('elementtype') ?? '').toUpperCase()];
  if (type === undefined)
    throw new OverreadError(
      'format-unsupported',
      `${name} holds voxels of type "${fields.get('elementtype') ?? 'none'}": save it as a number type.`,
    );
  if (Number(fields.get('elementnumberofchannels') ?? 1) !== 1)
    throw new OverreadError(
      'format-unsupported',
      `${name} holds several values in each voxel: save one as an image.`,
    );
  const notes: string[] = [];
  const { shape, axes } = dimensions(fields, name);
  const affine = placement(fields, axes, notes, name);
  checkAffine(affine, name);
  const yes = (...keys: string[]) => keys.some((key) => /^(true|t|1|yes)$/i.test(fields.get(key) ?? ''));
  const headerSize = Number(fields.get('headersize') ?? 0);
  return {
    shape,
    type,
    littleEndian: !yes('binarydatabyteordermsb', 'elementbyteordermsb'),
    binary: !/^(false|f|0|no)$/i.test(fields.get('binarydata') ?? 'true'),
    compressed: yes('compresseddata'),
    affine,
    dataFile: dataFile.toUpperCase() === 'LOCAL' ? undefined : dataFile,
    headerSize: Number.isSafeInteger(headerSize) && headerSize >= -1 ? headerSize : 0,
    dataStart: end,
    notes,
  };
}

function lines(bytes: Uint8Array): { fields: Map<string, string>; end?: number } {
  const fields = new Map<string, string>();
  const limit = Math.min(bytes.length, META_HEADER_BYTES);
  for (let at = 0; at < limit; ) {
    const newline = bytes.indexOf(10, at);
    const stop = newline < 0 || newline > limit ? limit : newline;
    const line = Buffer.from(bytes.subarray(at, stop)).toString('latin1');
    at = stop + 1;
    const equals = line.indexOf('=');
    if (equals < 0) continue;
    const key = line.slice(0, equals).trim().toLowerCase();
    fields.set(key, line.slice(equals + 1).trim());
    // A detached header may lack its last line break.
    if (key === 'elementdatafile') return { fields, end: Math.min(at, bytes.length) };
  }
  return { fields };
}

const numbers = (text: string | undefined) =>
  text
    ?.split(/[\s,]+/)
    .filter((word) => word !== '')
    .map(Number);

function dimensions(fields: ReadonlyMap<string, string>, name: string): { shape: Vec3; axes: number } {
  const sizes = numbers(fields.get('dimsize')) ?? [];
  const count = Number(fields.get('ndims') ?? sizes.length);
  if (count !== sizes.length || count < 1 || sizes.some((size) => !Number.isSafeInteger(size) || size < 1))
    throw new OverreadError(
      'file-corrupt',
      `${name} says its size is "${fields.get('dimsize') ?? ''}": write it again.`,
    );
  if (count < 2 || sizes.slice(3).some((size) => size > 1))
    throw new OverreadError('format-unsupported', `${name} is not one 3D image: split it into 3D files.`);
  return { shape: [sizes[0], sizes[1], sizes[2] ?? 1], axes: count };
}

/** Three numbers at a time, `TransformMatrix` holds the direction of each voxel axis. */
function placement(fields: ReadonlyMap<string, string>, axes: number, notes: string[], name: string): Affine {
  const first = (...keys: string[]) =>
    keys.map((key) => numbers(fields.get(key))).find((list) => list !== undefined);
  const matrix = first('transformmatrix', 'rotation', 'orientation');
  const offset = first('offset', 'position', 'origin');
  const spacing = first('elementspacing', 'elementsize');
  if (spacing === undefined) notes.push('The header gives no spacing; 1 mm was assumed.');
  const bad = (list: number[] | undefined, length: number) =>
    list !== undefined && (list.length < length || !list.every(Number.isFinite));
  if (bad(matrix, axes * axes) || bad(offset, axes) || bad(spacing, axes))
    throw new OverreadError(
      'geometry-invalid',
      `${name} has numbers missing in its geometry: write it again.`,
    );
  const direction = (axis: number, row: number): number => {
    if (axis >= axes || row >= axes) return axis === row ? 1 : 0;
    return matrix?.[axis * axes + row] ?? (axis === row ? 1 : 0);
  };
  const size = (axis: number) => Math.abs(spacing?.[axis] ?? 1) || 1;
  // LPS to RAS: the first two world axes change sign. Adding 0 turns −0 into 0.
  const sign = (row: number) => (row < 2 ? -1 : 1);
  return [
    ...[0, 1, 2].flatMap((row) => [
      ...[0, 1, 2].map((axis) => sign(row) * direction(axis, row) * size(axis) + 0),
      sign(row) * (offset?.[row] ?? 0) + 0,
    ]),
    0,
    0,
    0,
    1,
  ];
}
