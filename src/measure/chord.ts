// The WHO perpendicular: the longest chord inside a lesion at right angles to its longest axial diameter.
import type { AxialDiameter } from './diameters.ts';
import type { Bounds, RunSet } from './runs.ts';
import type { SliceFrame } from './slice-axis.ts';

/** A line that grazes a pixel corner is also looked at this far (mm) to either side. */
const GRAZE_MM = 1e-6;

const GRAZES = [0, -GRAZE_MM, GRAZE_MM];
/** Lines looked at beforehand, and how much (mm) a chord may fall short of theirs: far more than ties differ by. */
const SAMPLED = 16;
const SAMPLE_MARGIN_MM = 1e-6;

/** Pixels of one slice of a mask, in a box with a rim of one empty pixel. */
interface Plane {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly x0: number;
  readonly y0: number;
}

function planeOf(runs: RunSet, bounds: Bounds, slice: number, frame: SliceFrame): Plane {
  const [ni, nj] = runs.shape;
  const x0 = bounds.min[frame.across] - 1;
  const y0 = bounds.min[frame.row] - 1;
  const width = bounds.max[frame.across] - x0 + 2;
  const height = bounds.max[frame.row] - y0 + 2;
  const pixels = new Uint8Array(width * height);
  for (let r = 0; r < runs.start.length; r++) {
    const line = Math.floor(runs.start[r] / ni);
    const i = runs.start[r] - line * ni;
    const k = Math.floor(line / nj);
    const j = line - k * nj;
    const length = runs.end[r] - runs.start[r];
    if (frame.axis === 0) {
      if (slice >= i && slice < i + length) pixels[(k - y0) * width + (j - x0)] = 1;
    } else if ((frame.axis === 1 ? j : k) === slice) {
      const row = ((frame.axis === 1 ? k : j) - y0) * width + (i - x0);
      pixels.fill(1, row, row + length);
    }
  }
  return { pixels, width, height, x0, y0 };
}

/**
 * Longest chord at right angles to `diameter` in its slice, in mm, with its ends in the slice's mm.
 * The lesion is the area between its voxel centres: every square of four lesion voxels and every triangle of three.
 * So the chord is on the same scale as the diameter (between centres), and a lesion one voxel thick has none.
 */
export function chordAcross(
  runs: RunSet,
  bounds: Bounds,
  diameter: AxialDiameter,
  frame: SliceFrame,
): { length: number; from: [number, number]; to: [number, number] } {
  const [[x1, y1], [x2, y2]] = diameter.plane;
  const span = Math.hypot(x2 - x1, y2 - y1);
  const nothing: { length: number; from: [number, number]; to: [number, number] } = {
    length: 0,
    from: [x1, y1],
    to: [x1, y1],
  };
  if (span === 0) return nothing;
  const plane = planeOf(runs, bounds, diameter.slice, frame);
  const u: [number, number] = [(x2 - x1) / span, (y2 - y1) / span];
  let best = nothing;
  const offsets = cornerOffsets(plane, frame, u);
  // Chords of the middle are mostly long: what is shorter than one of them need not be followed to its end. All lines
  // are still taken in their order, so that the first of equally long chords is the one that counts.
  let surely = 0;
  for (let n = 1; n < SAMPLED; n++) {
    const offset = offsets[Math.floor((n * offsets.length) / SAMPLED)];
    const { from, to } = longestOnLine(plane, frame, u, offset, surely);
    surely = Math.max(surely, to - from - SAMPLE_MARGIN_MM);
  }
  for (const offset of offsets)
    for (const graze of GRAZES) {
      const chord = longestOnLine(plane, frame, u, offset + graze, Math.max(best.length, surely));
      if (chord.to - chord.from <= best.length + 1e-9) continue;
      const at = (t: number): [number, number] => [
        u[0] * (offset + graze) - u[1] * t,
        u[1] * (offset + graze) + u[0] * t,
      ];
      best = { length: chord.to - chord.from, from: at(chord.from), to: at(chord.to) };
    }
  return best;
}

/** Positions along the diameter of the outline's voxel centres: between them a chord's length is linear. */
function cornerOffsets(
  { pixels, width, height, x0, y0 }: Plane,
  frame: SliceFrame,
  u: [number, number],
): number[] {
  const offsets: number[] = [];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const p = y * width + x;
      if (pixels[p] === 0) continue;
      const inside =
        pixels[p - 1] +
        pixels[p + 1] +
        pixels[p - width] +
        pixels[p + width] +
        pixels[p - width - 1] +
        pixels[p - width + 1] +
        pixels[p + width - 1] +
        pixels[p + width + 1];
      if (inside === 8) continue;
      offsets.push(u[0] * (frame.ax * (x + x0) + frame.rx * (y + y0)) + u[1] * frame.ry * (y + y0));
    }
  offsets.sort((a, b) => a - b);
  return offsets.filter((offset, n) => n === 0 || offset - offsets[n - 1] > 1e-7);
}

/**
 * Longest stretch [from, to] of the line {u·p = offset} within the lesion, measured along the normal of u.
 * Where nothing longer than `known` is left to find, the search ends.
 */
function longestOnLine(
  plane: Plane,
  frame: SliceFrame,
  [ux, uy]: [number, number],
  offset: number,
  known: number,
): { from: number; to: number } {
  const { pixels, width, height } = plane;
  // The line in pixel indices of the plane: (px + dx·t, py + dy·t), t in mm.
  const originRow = (uy * offset) / frame.ry;
  const px = (ux * offset - frame.rx * originRow) / frame.ax - plane.x0;
  const py = originRow - plane.y0;
  const dy = ux / frame.ry;
  const dx = (-uy - frame.rx * dy) / frame.ax;
  let low = -Infinity;
  let high = Infinity;
  for (const [p, d, n] of [
    [px, dx, width - 1],
    [py, dy, height - 1],
  ]) {
    if (Math.abs(d) < 1e-15) {
      if (p < 0 || p > n) return { from: 0, to: 0 };
      continue;
    }
    low = Math.max(low, Math.min(-p / d, (n - p) / d));
    high = Math.min(high, Math.max(-p / d, (n - p) / d));
  }
  let best = { from: 0, to: 0 };
  let from = Number.NaN;
  let to = Number.NaN;
  let t = low;
  while (t < high - 1e-12) {
    const open = t - to <= 1e-7 ? from : t;
    if (high - open <= Math.max(known, best.to - best.from)) break;
    // The cell just ahead of t, and where the line leaves it.
    const ahead = t + 1e-9;
    const cx = Math.min(width - 2, Math.max(0, Math.floor(px + dx * ahead)));
    const cy = Math.min(height - 2, Math.max(0, Math.floor(py + dy * ahead)));
    const tx = dx === 0 ? Infinity : ((dx > 0 ? cx + 1 : cx) - px) / dx;
    const ty = dy === 0 ? Infinity : ((dy > 0 ? cy + 1 : cy) - py) / dy;
    const next = Math.min(high, Math.max(ahead, Math.min(tx, ty)));
    const p = cy * width + cx;
    const a = pixels[p];
    const b = pixels[p + 1];
    const c = pixels[p + width];
    const d = pixels[p + width + 1];
    const corners = a + b + c + d;
    let enter = t;
    let leave = corners >= 3 ? next : t;
    if (corners === 3) {
      // Inside the triangle: x + y on the side of the three corners (or x − y, for the other diagonal).
      const flip = b === 0 || c === 0;
      const value = (s: number): number => {
        const x = px + dx * s - cx;
        const y = py + dy * s - cy;
        const along = flip ? (c === 0 ? x - y : y - x) : d === 0 ? 1 - x - y : x + y - 1;
        return along;
      };
      const v0 = value(t);
      const v1 = value(next);
      if (v0 < 0 && v1 < 0) leave = t;
      else if (v0 < 0) enter = t + ((next - t) * v0) / (v0 - v1);
      else if (v1 < 0) leave = t + ((next - t) * v0) / (v0 - v1);
    }
    if (leave > enter) {
      if (Number.isNaN(to) || enter - to > 1e-7) from = enter;
      to = leave;
      if (to - from > best.to - best.from) best = { from, to };
    }
    t = next;
  }
  return best;
}
