// The NIfTI-1 and NIfTI-2 header: fields, and the affine by the precedence that nibabel uses.
import { OverreadError } from '../domain/errors.ts';
import { type Affine, determinant, type Vec3 } from '../domain/geometry.ts';
import type { StoredType } from './voxels.ts';

export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** Voxels in the file of their own (.img). */
  readonly pair: boolean;
  readonly shape: Vec3;
  /** Product of the dimensions beyond the third: 1 for an ordinary volume. */
  readonly frames: number;
  readonly type: StoredType;
  readonly voxOffset: number;
  readonly slope: number;
  readonly inter: number;
  readonly affine: Affine;
  readonly notes: readonly string[];
}

const TYPES: Readonly<Record<number, StoredType>> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64',
};

/** Voxel types that are not one real number, and what to do about them. */
const REFUSED: Readonly<Record<number, string>> = {
  1: 'single bits: save it as uint8',
  32: 'complex numbers: save its magnitude',
  128: 'RGB colours: save it as grey values',
  1536: '128-bit floats: save it as float64',
  1792: 'complex numbers: save its magnitude',
  2048: 'complex numbers: save its magnitude',
  2304: 'RGBA colours: save it as grey values',
};

/** Millimetres of the header's unit of length; other codes mean millimetres. */
const UNIT_MM: Readonly<Record<number, readonly [mm: number, name: string]>> = {
  1: [1000, 'metres'],
  3: [0.001, 'micrometres'],
};

/** Where each field lies, by version. */
const FIELDS = {
  1: {
    dim: 40,
    type: 70,
    pixdim: 76,
    offset: 108,
    slope: 112,
    units: 123,
    codes: 252,
    quatern: 256,
    srow: 280,
  },
  2: {
    dim: 16,
    type: 12,
    pixdim: 104,
    offset: 168,
    slope: 176,
    units: 500,
    codes: 344,
    quatern: 352,
    srow: 400,
  },
} as const;

/** Bytes of the header that parseNifti needs. */
export const NIFTI_HEADER_BYTES = 540;

/** Version and byte order of a NIfTI header, or undefined when these bytes are none. */
export function recogniseNifti(
  head: Uint8Array,
): { version: 1 | 2; littleEndian: boolean; pair: boolean } | undefined {
  if (head.length < 4) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    const at = size === 348 ? 344 : size === 540 ? 4 : -1;
    if (at < 0 || head.length < at + 4) continue;
    const magic = String.fromCharCode(...head.subarray(at, at + 3));
    const version = size === 348 ? 1 : 2;
    if (magic === `n+${version}`) return { version, littleEndian, pair: false };
    if (magic === `ni${version}`) return { version, littleEndian, pair: true };
  }
  return undefined;
}

/**
 * Parses a header. `name` is the file's base name for messages.
 * Throws `format-unsupported`, `file-truncated`, `file-corrupt` or `geometry-invalid`.
 */
export function parseNifti(head: Uint8Array, name: string): NiftiHeader {
  const known = recogniseNifti(head);
  if (known === undefined)
    throw new OverreadError('format-unknown', `${name} does not start with a NIfTI header: check the file.`);
  const { version, littleEndian, pair } = known;
  if (head.length < (version === 1 ? 348 : 540))
    throw new OverreadError('file-truncated', `${name} ends within its NIfTI header: copy it again.`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const field = FIELDS[version];
  const int = (at: number, index = 0) =>
    version === 1
      ? view.getInt16(at + 2 * index, littleEndian)
      : Number(view.getBigInt64(at + 8 * index, littleEndian));
  const real = (at: number, index = 0) =>
    version === 1
      ? view.getFloat32(at + 4 * index, littleEndian)
      : view.getFloat64(at + 8 * index, littleEndian);
  const code = (index: number) =>
    version === 1 ? int(field.codes, index) : view.getInt32(field.codes + 4 * index, littleEndian);
  const notes: string[] = [];

  const { shape, frames } = dimensions(
    Array.from({ length: 8 }, (_, i) => int(field.dim, i)),
    name,
  );
  const typeCode = view.getInt16(field.type, littleEndian);
  const type = TYPES[typeCode];
  if (type === undefined) {
    const why = REFUSED[typeCode] ?? `voxel type ${typeCode}, which NIfTI does not define`;
    throw new OverreadError('format-unsupported', `${name} holds ${why}.`, { details: { typeCode } });
  }

  const voxOffset = version === 1 ? real(field.offset) : int(field.offset);
  const headerEnd = pair ? 0 : version === 1 ? 348 : 540;
  // Some writers leave the offset of a single file at 0.
  const start = voxOffset === 0 && !pair ? headerEnd + 4 : voxOffset;
  if (!Number.isFinite(start) || start < headerEnd || start > Number.MAX_SAFE_INTEGER)
    throw new OverreadError(
      'file-corrupt',
      `${name} says its voxels start at byte ${voxOffset}: copy it again.`,
    );

  const { slope, inter } = scaling(real(field.slope), real(field.slope, 1), notes);
  const pixdim = Array.from({ length: 4 }, (_, i) => real(field.pixdim, i));
  const affine = chooseAffine(
    {
      shape,
      sformCode: code(1),
      qformCode: code(0),
      srow: Array.from({ length: 12 }, (_, i) => real(field.srow, i)),
      quatern: [real(field.quatern), real(field.quatern, 1), real(field.quatern, 2)],
      qoffset: [real(field.quatern, 3), real(field.quatern, 4), real(field.quatern, 5)],
      pixdim,
    },
    name,
    notes,
  );
  const units = version === 1 ? view.getUint8(field.units) : view.getInt32(field.units, littleEndian);
  const unit = UNIT_MM[units & 7];
  if (unit !== undefined) notes.push(`Lengths are in ${unit[1]} and were turned into millimetres.`);
  return {
    version,
    littleEndian,
    pair,
    shape,
    frames,
    type,
    voxOffset: Math.floor(start),
    slope,
    inter,
    // Adding 0 turns −0, which writers leave behind, into 0.
    affine: affine.map((v, i) => (i < 12 ? v * (unit?.[0] ?? 1) : v) + 0),
    notes,
  };
}

function dimensions(dim: readonly number[], name: string): { shape: Vec3; frames: number } {
  const [count] = dim;
  const sizes = dim.slice(1, 1 + Math.max(0, Math.min(7, count)));
  if (count < 1 || count > 7 || sizes.some((n) => !Number.isSafeInteger(n) || n < 1))
    throw new OverreadError(
      'file-corrupt',
      `${name} says its dimensions are ${dim.slice(1, 4).join(' × ')} (${count}D), which no image has: write it again.`,
    );
  const at = (axis: number) => sizes[axis] ?? 1;
  return { shape: [at(0), at(1), at(2)], frames: sizes.slice(3).reduce((product, n) => product * n, 1) };
}

/** A slope of 0 means "not scaled" in the standard; NaN is what common writers leave there. */
function scaling(slope: number, inter: number, notes: string[]): { slope: number; inter: number } {
  if (slope === 0) return { slope: 1, inter: 0 };
  if (!Number.isFinite(slope)) {
    notes.push('scl_slope is not a number and was read as 1.');
    return { slope: 1, inter: 0 };
  }
  if (!Number.isFinite(inter)) {
    notes.push('scl_inter is not a number and was read as 0.');
    return { slope, inter: 0 };
  }
  return { slope, inter };
}

interface Placement {
  readonly shape: Vec3;
  readonly sformCode: number;
  readonly qformCode: number;
  readonly srow: readonly number[];
  readonly quatern: Vec3;
  readonly qoffset: Vec3;
  readonly pixdim: readonly number[];
}

/** sform if its code is above 0, else qform if its code is above 0, else the grid centred with x flipped. */
function chooseAffine(from: Placement, name: string, notes: string[]): Affine {
  if (from.sformCode > 0) {
    const affine = [...from.srow, 0, 0, 0, 1];
    if (isPlacement(affine)) return affine;
    if (from.qformCode <= 0)
      throw new OverreadError(
        'geometry-invalid',
        `${name} has an sform that maps voxels onto no volume: write its geometry again.`,
      );
    notes.push('The sform maps voxels onto no volume, so the qform was used.');
  }
  const sizes = [1, 2, 3].map((axis) => {
    const size = Math.abs(from.pixdim[axis]);
    if (size > 0 && Number.isFinite(size)) return size;
    notes.push(`pixdim[${axis}] is ${from.pixdim[axis]} and was read as 1 mm.`);
    return 1;
  });
  if (from.qformCode > 0) {
    const affine = quaternionAffine(from, sizes, name);
    if (isPlacement(affine)) return affine;
    throw new OverreadError(
      'geometry-invalid',
      `${name} has a qform that maps voxels onto no volume: write its geometry again.`,
    );
  }
  notes.push(
    'Neither sform nor qform is set: orientation and position are assumed (x to the left, centred).',
  );
  const [i, j, k] = from.shape.map((n, axis) => ((n - 1) / 2) * sizes[axis]);
  return [-sizes[0], 0, 0, i, 0, sizes[1], 0, -j, 0, 0, sizes[2], -k, 0, 0, 0, 1];
}

function isPlacement(affine: Affine): boolean {
  const d = determinant(affine);
  return affine.every(Number.isFinite) && Number.isFinite(d) && d !== 0;
}

/** Quaternion (b, c, d), voxel sizes and qfac to an affine, as nifti1.h defines it. */
function quaternionAffine(from: Placement, sizes: readonly number[], name: string): Affine {
  let [b, c, d] = from.quatern;
  const square = b * b + c * c + d * d;
  if (!Number.isFinite(square) || square > 1.001)
    throw new OverreadError(
      'geometry-invalid',
      `${name} has a qform whose quaternion is longer than 1: write its geometry again.`,
    );
  let a = 0;
  if (square < 1) a = Math.sqrt(1 - square);
  else {
    // A half turn whose rounding went over: (b, c, d) is made a unit vector.
    const length = Math.sqrt(square);
    [b, c, d] = [b / length, c / length, d / length];
  }
  const qfac = from.pixdim[0] === -1 ? -1 : 1;
  const [x, y] = sizes;
  const z = sizes[2] * qfac;
  const [ox, oy, oz] = from.qoffset;
  return [
    (a * a + b * b - c * c - d * d) * x,
    2 * (b * c - a * d) * y,
    2 * (b * d + a * c) * z,
    ox,
    2 * (b * c + a * d) * x,
    (a * a + c * c - b * b - d * d) * y,
    2 * (c * d - a * b) * z,
    oy,
    2 * (b * d - a * c) * x,
    2 * (c * d + a * b) * y,
    (a * a + d * d - b * b - c * c) * z,
    oz,
    0,
    0,
    0,
    1,
  ];
}
