// Where masks hold anything: most of a scan is background, which a native comparison skips a block at a time.
import type { VoxelArray } from '../domain/volume.ts';

/** Bytes of a block: a page of memory, so that blocks never written cost none. */
const BLOCK = 4096;
/** Blocks are looked at many at a time where they are all blank. */
const STRIDE = 16 * BLOCK;
const BLANK = Buffer.alloc(STRIDE);

/** Half-open intervals [from, to) of elements, ascending and apart. */
export type Spans = readonly (readonly [from: number, to: number])[];

/** The stretches of voxels outside of which every bit is 0; they begin and end with blocks, not with voxels. */
export function occupiedSpans(data: VoxelArray): Spans {
  const size = data.BYTES_PER_ELEMENT;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const spans: [number, number][] = [];
  let last: [number, number] | undefined;
  for (const [start, end] of occupiedBlocks(bytes)) {
    if (last !== undefined && last[1] === start / size) last[1] = end / size;
    else {
      last = [start / size, end / size];
      spans.push(last);
    }
  }
  return spans;
}

/** Copies `from` to `at` in `to`, which must be 0 there: blank blocks are left out, so their memory stays untouched. */
export function copyOccupied(from: Buffer, to: Buffer, at: number): void {
  for (const [start, end] of occupiedBlocks(from)) from.copy(to, at + start, start, end);
}

function occupiedBlocks(bytes: Buffer): [start: number, end: number][] {
  const blocks: [number, number][] = [];
  for (let from = 0; from < bytes.length; from += STRIDE) {
    const to = Math.min(from + STRIDE, bytes.length);
    if (isBlank(bytes, from, to)) continue;
    for (let start = from; start < to; start += BLOCK) {
      const end = Math.min(start + BLOCK, to);
      if (!isBlank(bytes, start, end)) blocks.push([start, end]);
    }
  }
  return blocks;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  // The last byte first: it spares most of the calls for images, which have no background of zeros.
  return bytes[end - 1] === 0 && BLANK.compare(bytes, start, end, 0, end - start) === 0;
}
