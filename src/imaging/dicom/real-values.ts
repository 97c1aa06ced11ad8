// Stored values to real ones: unused bits masked, sign extended, rescaled; in the narrowest array that holds them.
import type { VoxelArray } from '../../domain/volume.ts';
import type { PixelHeader } from './pixel-header.ts';
import type { Rescale } from './plane.ts';

/** Strips what lies outside BitsStored (old overlays live there) and extends the sign, in place. */
export function maskStored(data: VoxelArray, header: PixelHeader): void {
  const { kind, bitsAllocated, bitsStored, highBit, signed } = header;
  if (kind !== 'integer' || bitsStored === bitsAllocated || bitsAllocated === 1) return;
  const up = 32 - highBit - 1;
  const down = 32 - bitsStored;
  if (signed) for (let n = 0; n < data.length; n++) data[n] = (data[n] << up) >> down;
  else for (let n = 0; n < data.length; n++) data[n] = (data[n] << up) >>> down;
}

/** Arrays from narrow to wide; a later one holds every value of an earlier one. */
const WIDENING = [Uint8Array, Int16Array, Int32Array, Float64Array] as const;
const RANGES = [
  [0, 255],
  [-32768, 32767],
  [-(2 ** 31), 2 ** 31 - 1],
  [-Infinity, Infinity],
] as const;

export interface RealVoxels {
  /** Puts the real values of one frame at `at`. Table values beyond the ends are the ends' (PS3.3 C.11.1.1). */
  put(at: number, stored: VoxelArray, rescale: Rescale): void;
  /** The array so far. */
  result(): VoxelArray;
}

function extent(values: ArrayLike<number>): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (let n = 0; n < values.length; n++) {
    const value = values[n];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/**
 * Collects `length` voxels frame by frame. Whole-numbered values are kept as integers, in 8, 16 or 32 bits as they
 * need; fractional ones as floats, in 64 bits only when the stored values are wider than 16.
 */
export function realVoxels(length: number): RealVoxels {
  let rank = 0;
  // Allocated with the first frame: by then the file has shown that it holds what its header promises.
  let out: VoxelArray = new Uint8Array(0);
  const widen = (to: VoxelArray) => {
    to.set(out as never);
    out = to;
  };
  const integers = (low: number, high: number) => {
    const needed = RANGES.findIndex(([least, most]) => low >= least && high <= most);
    if (needed <= rank) return;
    rank = needed;
    widen(new WIDENING[rank](length));
  };
  const floats = (wide: boolean) => {
    if (out instanceof Float64Array || (out instanceof Float32Array && !wide)) return;
    // Integers of 32 bits do not fit a 32-bit float's mantissa.
    const large = wide || (out instanceof Int32Array && rank === 2);
    rank = 3;
    widen(large ? new Float64Array(length) : new Float32Array(length));
  };
  return {
    put(at, stored, { slope, intercept, table }) {
      if (out.length === 0) out = new Uint8Array(length);
      if (table !== undefined) {
        const { first, values } = table;
        const [low, high] = extent(values);
        integers(low, high);
        const last = values.length - 1;
        for (let n = 0; n < stored.length; n++)
          out[at + n] = values[Math.min(last, Math.max(0, stored[n] - first))];
        return;
      }
      const real = stored instanceof Float32Array || stored instanceof Float64Array;
      if (real || !Number.isInteger(slope) || !Number.isInteger(intercept))
        floats(stored instanceof Float64Array || (!real && stored.BYTES_PER_ELEMENT > 2));
      else {
        const [a, b] = extent(stored).map((value) => value * slope + intercept);
        integers(Math.min(a, b), Math.max(a, b));
      }
      for (let n = 0; n < stored.length; n++) out[at + n] = stored[n] * slope + intercept;
    },
    result: () => out,
  };
}
