// Where masks hold anything: most of a scan is background, which a native comparison skips a block at a time.
import type { VoxelArray } from '../domain/volume.ts';

/** Bytes of a block: a page of memory, so that blocks never written cost none. */
const BLOCK = 4096;
/** Blocks are looked at many at a time where they are all blank. */
const STRIDE = 16 * BLOCK;
const BLANK = Buffer.alloc(STRIDE);

/** Half-open intervals [from, to) of elements, ascending and apart. */
export type Spans = readonly (readonly [from: number, to: number])[];

const known = new WeakMap<VoxelArray, Spans>();

/**
 * Says where a label map may hold anything, so that nobody looks for it again. Only for label maps as readers hand
 * them out: nobody writes to those.
 */
export function rememberSpans(labels: VoxelArray, spans: Spans): void {
  known.set(labels, spans);
}

/** Spans of bytes as spans of elements of `size` bytes, the first of them at byte `offset`. */
export function elementSpans(spans: Spans, offset: number, size: number): Spans {
  const out: [number, number][] = [];
  for (const [from, to] of spans) {
    const start = Math.max(0, Math.floor((from - offset) / size));
    const end = Math.ceil((to - offset) / size);
    if (end > start) out.push([start, end]);
  }
  return out;
}

/** The stretches of voxels outside of which every bit is 0; they may begin and end with some more zeros. */
export function occupiedSpans(data: VoxelArray): Spans {
  const remembered = known.get(data);
  if (remembered !== undefined) return remembered;
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
