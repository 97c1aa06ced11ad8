// One slice of a mask in display order, without building the mask's whole volume.
import { pixelAt, type Slice } from '../imaging/slices.ts';
import type { RunSet } from './runs.ts';

/** 1 where the mask lies on the slice, row by row from the top left; both must be of one grid. */
export function maskOnSlice(
  runs: RunSet,
  slice: Pick<Slice, 'axis' | 'index' | 'width' | 'height' | 'columns' | 'rows'>,
): Uint8Array {
  const { axis, index, width, height } = slice;
  const [ni, nj] = runs.shape;
  const out = new Uint8Array(width * height);
  for (let r = 0; r < runs.start.length; r++) {
    const row = Math.floor(runs.start[r] / ni);
    const k = Math.floor(row / nj);
    const j = row - k * nj;
    if ((axis === 1 && j !== index) || (axis === 2 && k !== index)) continue;
    const first = runs.start[r] - row * ni;
    const end = runs.end[r] - row * ni;
    if (axis === 0 && (index < first || index >= end)) continue;
    for (let i = axis === 0 ? index : first; i < (axis === 0 ? index + 1 : end); i++) {
      const [x, y] = pixelAt(slice as Slice, [i, j, k]);
      out[y * width + x] = 1;
    }
  }
  return out;
}
