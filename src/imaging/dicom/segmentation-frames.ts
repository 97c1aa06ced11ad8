// The frames of a binary segmentation: which segments have voxels in which slices, and their packed bits.
import type { Grid } from '../../domain/geometry.ts';
import type { SegmentMask } from '../write-dicom-seg.ts';

export interface SegmentFrame {
  readonly mask: SegmentMask;
  readonly slice: number;
}

/** The masks of each label array, by the value that stands for them. */
function masksByArray(masks: readonly SegmentMask[]): Map<ArrayLike<number>, Map<number, SegmentMask>> {
  const arrays = new Map<ArrayLike<number>, Map<number, SegmentMask>>();
  for (const mask of masks) arrays.set(mask.data, (arrays.get(mask.data) ?? new Map()).set(mask.value, mask));
  return arrays;
}

/** Which frames there are: the slices in which each segment has a voxel, by segment, then by slice. */
export function framesOf(grid: Grid, masks: readonly SegmentMask[]): SegmentFrame[] {
  const size = grid.shape[0] * grid.shape[1];
  const found: SegmentFrame[] = [];
  for (const [data, byValue] of masksByArray(masks))
    for (let slice = 0; slice < grid.shape[2]; slice++) {
      const present = new Set<number>();
      let last = 0;
      for (let n = slice * size; n < (slice + 1) * size; n++) {
        const value = data[n];
        // Labels come in runs: most voxels are like the one before.
        if (value !== last) present.add(value);
        last = value;
      }
      for (const value of present) {
        const mask = byValue.get(value);
        if (mask !== undefined && value !== 0) found.push({ mask, slice });
      }
    }
  // The standard wants a frame even of nothing.
  if (found.length === 0) return [{ mask: masks[0], slice: 0 }];
  return found.sort((a, b) => a.mask.number - b.mask.number || a.slice - b.slice);
}

/** Frames' bits one after another, least significant first, padded to an even number of bytes at the end only. */
export function packed(
  grid: Grid,
  masks: readonly SegmentMask[],
  frames: readonly SegmentFrame[],
): Uint8Array {
  const size = grid.shape[0] * grid.shape[1];
  const bytes = Math.ceil((size * frames.length) / 8);
  const out = new Uint8Array(bytes + (bytes % 2));
  const frameOf = new Map(frames.map(({ mask, slice }, n) => [`${mask.number}:${slice}`, n]));
  for (const [data, byValue] of masksByArray(masks))
    for (let slice = 0; slice < grid.shape[2]; slice++) {
      let last = 0;
      let base = -1;
      for (let pixel = 0; pixel < size; pixel++) {
        const value = data[slice * size + pixel];
        if (value !== last) {
          last = value;
          const frame = frameOf.get(`${byValue.get(value)?.number}:${slice}`);
          base = frame === undefined || value === 0 ? -1 : frame * size;
        }
        if (base < 0) continue;
        const bit = base + pixel;
        // Beyond 2^31 bits, bitwise arithmetic would wrap.
        out[Math.floor(bit / 8)] |= 1 << (bit % 8);
      }
    }
  return out;
}

/** True when two segments share a voxel, which takes two label arrays. */
export function overlapping(grid: Grid, masks: readonly SegmentMask[]): boolean {
  const used = new Set(masks.map(({ data }) => data));
  if (used.size < 2) return false;
  const taken = new Uint8Array(grid.shape[0] * grid.shape[1] * grid.shape[2]);
  for (const data of used) {
    const values = new Set(masks.filter((mask) => mask.data === data).map(({ value }) => value));
    for (let n = 0; n < taken.length; n++)
      if (data[n] !== 0 && values.has(data[n])) {
        if (taken[n] === 1) return true;
        taken[n] = 1;
      }
  }
  return false;
}
