// How far round a vessel a lesion reaches: the largest contact angle over axial slices.
import type { RunSet } from './runs.ts';
import { type Bounds, boundsOf } from './runs.ts';
import type { SliceFrame } from './slice-axis.ts';

const LESION = 1;
const VESSEL = 2;

/**
 * Contact angle in degrees, 0…360, and the slice where it is largest.
 * In each axial slice, every cross-section of the vessel (4-connected) is looked at from its centroid; the angle is
 * the share of its outline, weighed by the angle each outline edge is seen under, that borders on the lesion or is
 * itself drawn as lesion. A vessel that runs within the axial plane is cut along its length: the angle then is the
 * share of that elongated outline.
 */
export function vesselContactAngle(
  lesion: RunSet,
  vessel: RunSet,
  frame: SliceFrame,
): { degrees: number; slice: number } {
  const a = boundsOf(lesion);
  const b = boundsOf(vessel);
  let best = { degrees: 0, slice: 0 };
  if (a === undefined || b === undefined) return best;
  const from = Math.max(a.min[frame.axis], b.min[frame.axis]);
  const to = Math.min(a.max[frame.axis], b.max[frame.axis]);
  if (from > to) return best;
  // The vessel's in-plane box with a rim of one pixel, so that outline edges have a neighbour to look at.
  const x0 = b.min[frame.across] - 1;
  const y0 = b.min[frame.row] - 1;
  const width = b.max[frame.across] - x0 + 2;
  const height = b.max[frame.row] - y0 + 2;
  const pixels = new Uint8Array(width * height * (to - from + 1));
  const crop: Bounds = { min: [x0, y0, from], max: [x0 + width - 1, y0 + height - 1, to] };
  paint(pixels, crop, lesion, frame, LESION);
  paint(pixels, crop, vessel, frame, VESSEL);
  for (let slice = from; slice <= to; slice++) {
    const offset = (slice - from) * width * height;
    const plane = pixels.subarray(offset, offset + width * height);
    const degrees = largestAngle(plane, width, frame);
    if (degrees > best.degrees) best = { degrees, slice };
  }
  return best;
}

/** Sets a bit for each voxel of `runs` inside the crop; crop bounds are in (across, row, slice) order. */
function paint(pixels: Uint8Array, crop: Bounds, runs: RunSet, frame: SliceFrame, bit: number): void {
  const [ni, nj] = runs.shape;
  const width = crop.max[0] - crop.min[0] + 1;
  const height = crop.max[1] - crop.min[1] + 1;
  const index = [0, 0, 0];
  for (let r = 0; r < runs.start.length; r++) {
    const row = Math.floor(runs.start[r] / ni);
    index[2] = Math.floor(row / nj);
    index[1] = row - index[2] * nj;
    for (let p = runs.start[r]; p < runs.end[r]; p++) {
      index[0] = p - row * ni;
      const x = index[frame.across];
      const y = index[frame.row];
      const s = index[frame.axis];
      if (x < crop.min[0] || x > crop.max[0] || y < crop.min[1] || y > crop.max[1]) continue;
      if (s < crop.min[2] || s > crop.max[2]) continue;
      pixels[((s - crop.min[2]) * height + (y - crop.min[1])) * width + (x - crop.min[0])] |= bit;
    }
  }
}

function largestAngle(plane: Uint8Array, width: number, frame: SliceFrame): number {
  const seen = new Uint8Array(plane.length);
  let best = 0;
  const steps = [1, -1, width, -width];
  for (let seed = 0; seed < plane.length; seed++) {
    if (seen[seed] === 1 || (plane[seed] & VESSEL) === 0) continue;
    const section = [seed];
    seen[seed] = 1;
    for (let at = 0; at < section.length; at++)
      for (const step of steps) {
        const next = section[at] + step;
        if (seen[next] === 0 && (plane[next] & VESSEL) !== 0) {
          seen[next] = 1;
          section.push(next);
        }
      }
    best = Math.max(best, angleOf(section, plane, width, frame));
  }
  return best;
}

function angleOf(section: readonly number[], plane: Uint8Array, width: number, frame: SliceFrame): number {
  const toMm = (x: number, y: number): [number, number] => [frame.ax * x + frame.rx * y, frame.ry * y];
  let cx = 0;
  let cy = 0;
  for (const pixel of section) {
    cx += (pixel % width) / section.length;
    cy += Math.floor(pixel / width) / section.length;
  }
  let contact = 0;
  let all = 0;
  for (const pixel of section) {
    const x = (pixel % width) - cx;
    const y = Math.floor(pixel / width) - cy;
    const own = (plane[pixel] & LESION) !== 0;
    for (const [dx, dy, step] of [
      [1, 0, 1],
      [-1, 0, -1],
      [0, 1, width],
      [0, -1, -width],
    ]) {
      const next = plane[pixel + step];
      if ((next & VESSEL) !== 0) continue;
      // The two corners of the pixel edge towards (dx, dy), seen from the centroid.
      const [ax, ay] = toMm(x + dx / 2 - dy / 2, y + dy / 2 - dx / 2);
      const [bx, by] = toMm(x + dx / 2 + dy / 2, y + dy / 2 + dx / 2);
      const angle = Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by));
      all += angle;
      if (own || (next & LESION) !== 0) contact += angle;
    }
  }
  return all === 0 ? 0 : (360 * contact) / all;
}
