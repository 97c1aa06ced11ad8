// Writes NIfTI-1: .nii, or .nii.gz with the same bytes every time.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { OverreadError } from '../domain/errors.ts';
import { type Affine, determinant, type Grid, spacingOf } from '../domain/geometry.ts';
import type { VoxelArray } from '../domain/volume.ts';

const VOXELS_AT = 352;

function typeOf(data: VoxelArray): readonly [code: number, bits: number] {
  if (data instanceof Uint8Array) return [2, 8];
  if (data instanceof Int16Array) return [4, 16];
  if (data instanceof Int32Array) return [8, 32];
  if (data instanceof Float32Array) return [16, 32];
  if (data instanceof Float64Array) return [64, 64];
  if (data instanceof Int8Array) return [256, 8];
  if (data instanceof Uint16Array) return [512, 16];
  return [768, 32];
}

export interface WriteNiftiOptions {
  /** zlib level 1…9 for .nii.gz. Default 6. */
  readonly level?: number;
}

/**
 * The file's bytes before compression. sform holds the affine (code 1); qform too (code 1) when the grid is free of
 * shear, else its code is 0, since a quaternion cannot say it. Same input, same bytes.
 */
export function niftiBytes(image: { readonly grid: Grid; readonly data: VoxelArray }): Buffer {
  const { grid, data } = image;
  const [ni, nj, nk] = grid.shape;
  if (ni * nj * nk !== data.length)
    throw new OverreadError(
      'bad-argument',
      `A grid of ${ni} × ${nj} × ${nk} voxels needs as many values, and there are ${data.length}.`,
    );
  if (Math.max(ni, nj, nk) > 32767)
    throw new OverreadError(
      'bad-argument',
      'NIfTI-1 holds at most 32767 voxels along an axis: crop the image.',
    );
  const [code, bits] = typeOf(data);
  const bytes = Buffer.from(new ArrayBuffer(VOXELS_AT + data.byteLength));
  bytes.writeInt32LE(348, 0);
  const floats = (values: readonly number[], at: number) => {
    for (const [index, value] of values.entries()) bytes.writeFloatLE(value, at + 4 * index);
  };
  for (const [index, n] of [3, ni, nj, nk, 1, 1, 1, 1].entries()) bytes.writeInt16LE(n, 40 + 2 * index);
  bytes.writeInt16LE(code, 70);
  bytes.writeInt16LE(bits, 72);
  const quaternion = quaternionOf(grid.affine);
  const spacing = spacingOf(grid.affine);
  floats([quaternion?.qfac ?? 1, ...spacing], 76);
  bytes.writeFloatLE(VOXELS_AT, 108);
  bytes.writeFloatLE(1, 112);
  bytes.writeUInt8(2, 123); // millimetres
  bytes.writeInt16LE(quaternion === undefined ? 0 : 1, 252);
  bytes.writeInt16LE(1, 254);
  if (quaternion !== undefined) {
    const { b, c, d } = quaternion;
    const offsets = [grid.affine[3], grid.affine[7], grid.affine[11]];
    floats([b, c, d, ...offsets], 256);
  }
  floats(grid.affine.slice(0, 12), 280);
  bytes.write('n+1\0', 344, 'latin1');
  // The header above is little-endian; so is every machine that Node supports but one, which must swap.
  const voxels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  voxels.copy(bytes, VOXELS_AT);
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) {
    const body = bytes.subarray(VOXELS_AT);
    if (bits === 16) body.swap16();
    else if (bits === 32) body.swap32();
    else if (bits === 64) body.swap64();
  }
  return bytes;
}

/** Unit quaternion (b, c, d with a ≥ 0) and qfac of an affine, or undefined when its axes are not perpendicular. */
function quaternionOf(affine: Affine): { b: number; c: number; d: number; qfac: 1 | -1 } | undefined {
  const spacing = spacingOf(affine);
  const qfac = determinant(affine) < 0 ? -1 : 1;
  const r = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => (affine[row * 4 + column] / spacing[column]) * (column === 2 ? qfac : 1)),
  );
  for (const [p, q] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ]) {
    const dot = r[0][p] * r[0][q] + r[1][p] * r[1][q] + r[2][p] * r[2][q];
    if (!(Math.abs(dot) < 1e-5)) return undefined;
  }
  // The largest of the four components is found first: dividing by it is safe.
  const squares = [
    1 + r[0][0] + r[1][1] + r[2][2],
    1 + r[0][0] - r[1][1] - r[2][2],
    1 - r[0][0] + r[1][1] - r[2][2],
    1 - r[0][0] - r[1][1] + r[2][2],
  ];
  const best = squares.indexOf(Math.max(...squares));
  const half = Math.sqrt(Math.max(0, squares[best])) / 2;
  const over = 1 / (4 * half);
  const parts = [
    [half, (r[2][1] - r[1][2]) * over, (r[0][2] - r[2][0]) * over, (r[1][0] - r[0][1]) * over],
    [(r[2][1] - r[1][2]) * over, half, (r[0][1] + r[1][0]) * over, (r[0][2] + r[2][0]) * over],
    [(r[0][2] - r[2][0]) * over, (r[0][1] + r[1][0]) * over, half, (r[1][2] + r[2][1]) * over],
    [(r[1][0] - r[0][1]) * over, (r[0][2] + r[2][0]) * over, (r[1][2] + r[2][1]) * over, half],
  ][best];
  const sign = parts[0] < 0 ? -1 : 1;
  return { b: parts[1] * sign, c: parts[2] * sign, d: parts[3] * sign, qfac };
}

const gzipped = promisify(gzip);

/**
 * Writes an image or label map; a path ending in .gz is compressed. The file appears whole or not at all.
 * Throws `write-failed` when the folder cannot be written to or the disk is full.
 */
export async function writeNifti(
  path: string,
  image: { readonly grid: Grid; readonly data: VoxelArray },
  options: WriteNiftiOptions = {},
): Promise<void> {
  const plain = niftiBytes(image);
  // Node writes no time and no name into the gzip header; byte 9 names the operating system and is made one value.
  const bytes = /\.gz$/i.test(path) ? await gzipped(plain, { level: options.level ?? 6 }) : plain;
  if (bytes !== plain) bytes[9] = 255;
  await writeWhole(path, bytes);
}

/** Writes a file beside its place and moves it there. Throws `write-failed`; nothing half-written stays. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(beside, bytes, { flag: 'wx' });
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw writeError(path, error);
  }
  try {
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw writeError(path, error);
  }
}

/** What the operating system says of a write, as `write-failed` with what to do. */
export function writeError(path: string, error: unknown): OverreadError {
  const code = (error as NodeJS.ErrnoException).code;
  const name = basename(path);
  const what =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full: free some space'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'the folder may not be written to: choose another'
        : `the system says ${code ?? 'unknown error'}: choose another path`;
  return new OverreadError('write-failed', `${name} could not be written; ${what}.`, { cause: error });
}
