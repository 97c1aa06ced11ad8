// Voxels written as text: numbers apart by white space.
import { OverreadError } from '../domain/errors.ts';
import type { VoxelArray } from '../domain/volume.ts';
import { BYTES_PER_VOXEL, type StoredType, voxelsOf } from './voxels.ts';

/** Parses `count` numbers. Throws `file-truncated` or `file-corrupt`. */
export function textVoxels(bytes: Uint8Array, count: number, type: StoredType, name: string): VoxelArray {
  // 64-bit integers as text go through doubles, which hold all that voxelsOf would accept.
  const kept = type === 'int64' || type === 'uint64' ? 'float64' : type;
  const out = voxelsOf(new Uint8Array(count * BYTES_PER_VOXEL[kept]), kept, true, name);
  const words = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .matchAll(/\S+/g);
  let at = 0;
  for (const [word] of words) {
    if (at === count) break;
    const value = /^[-+]?(inf|nan)/i.test(word) ? special(word) : Number(word);
    if (Number.isNaN(value) && !/nan/i.test(word))
      throw new OverreadError(
        'file-corrupt',
        `${name} has "${word.slice(0, 12)}" among its numbers: write it again.`,
      );
    out[at++] = value;
  }
  if (at < count)
    throw new OverreadError(
      'file-truncated',
      `${name} promises ${count} numbers and holds ${at}: copy it again.`,
    );
  return out;
}

function special(word: string): number {
  if (/nan/i.test(word)) return Number.NaN;
  return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
