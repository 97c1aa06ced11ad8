// Where masks hold anything: most of a scan is background, which a native comparison skips a block at a time.
import type { VoxelArray } from '../domain/volume.ts';

/** Bytes of a block: a page of memory, so that blocks never written cost none. */
const BLOCK = 4096;
const BLANK = Buffer.alloc(BLOCK);

/** Half-open intervals [from, to) of elements, ascending and apart. */
export type Spans = readonly (readonly [from: number, to: number])[];

/** The stretches of voxels outside of which every bit is 0; they begin and end with blocks, not with voxels. */
export function occupiedSpans(data: VoxelArray): Spans {
  const size = data.BYTES_PER_ELEMENT;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const spans: [number, number][] = [];
  let open: [number, number] | undefined;
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const end = Math.min(at + BLOCK, bytes.length);
    if (isBlank(bytes, at, end)) open = undefined;
    else if (open !== undefined) open[1] = end / size;
    else {
      open = [at / size, end / size];
      spans.push(open);
    }
  }
  return spans;
}

/** Copies `from` to `at` in `to`, which must be 0 there: blank blocks are left out, so their memory stays untouched. */
export function copyOccupied(from: Buffer, to: Buffer, at: number): void {
  for (let start = 0; start < from.length; ) {
    const end = Math.min(start + BLOCK, from.length);
    if (!isBlank(from, start, end)) from.copy(to, at + start, start, end);
    start = end;
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  // The last byte first: it spares most of the calls for images, which have no background of zeros.
  return bytes[end - 1] === 0 && BLANK.compare(bytes, start, end, 0, end - start) === 0;
}
