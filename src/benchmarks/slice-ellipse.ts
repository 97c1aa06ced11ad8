// The ellipse of a piece in a plane: its outer border, a least-squares fit in mm, and the four ends of its axes.
import type { Piece } from './mask-slices.ts';

export type XY = readonly [x: number, y: number];

/** Axis lengths are full lengths; `angle` in degrees is the direction of `axes[0]`, the shorter one. */
export interface Ellipse {
  readonly centre: XY;
  readonly axes: readonly [shorter: number, longer: number];
  readonly angle: number;
}

/** Clockwise from the east, y running down. */
const AROUND: readonly XY[] = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
];

/**
 * The outer border of a piece, pixel by pixel along 8-neighbours, in columns and rows. Where the piece is one pixel wide
 * the border passes twice, and so do its pixels, as border following does it.
 */
export function outerBorder(piece: Piece, width: number): XY[] {
  const inside = new Set(piece.indices);
  const has = ([x, y]: XY) => x >= 0 && x < width && inside.has(y * width + x);
  const step = ([x, y]: XY, direction: number): XY => [x + AROUND[direction][0], y + AROUND[direction][1]];
  const first: XY = [piece.indices[0] % width, Math.floor(piece.indices[0] / width)];
  // The first pixel in row order: its west is outside. Look clockwise from there for where the border came from.
  const back = [4, 5, 6, 7, 0, 1, 2, 3].find((direction) => has(step(first, direction)));
  if (back === undefined) return [first];
  const before = step(first, back);
  const border: XY[] = [];
  let at = first;
  let from = back;
  for (;;) {
    border.push(at);
    // Counter-clockwise from where it came.
    let direction = from;
    do direction = (direction + 7) % 8;
    while (!has(step(at, direction)));
    const next = step(at, direction);
    const isClosed =
      next[0] === first[0] && next[1] === first[1] && at[0] === before[0] && at[1] === before[1];
    if (isClosed || border.length > 8 * piece.pixels + 8) return border;
    from = (direction + 4) % 8;
    at = next;
  }
}

/**
 * Least squares in two steps, as OpenCV's fitEllipse does it: a conic through the points gives the centre, and a second
 * fit around that centre the axes. Undefined for fewer than five points, or points on no ellipse.
 */
export function fitEllipse(points: readonly XY[]): Ellipse | undefined {
  if (points.length < 5) return undefined;
  const mean: XY = [average(points.map(([x]) => x)), average(points.map(([, y]) => y))];
  const spread = Math.max(...points.map(([x, y]) => Math.max(Math.abs(x - mean[0]), Math.abs(y - mean[1]))));
  if (!(spread > 0)) return undefined;
  // Points of about unit size keep the normal equations well conditioned.
  const unit = points.map(([x, y]): XY => [(x - mean[0]) / spread, (y - mean[1]) / spread]);
  const conic = leastSquares(
    unit.map(([x, y]) => [x * x, y * y, x * y, x, y]),
    unit.map(() => 1),
  );
  if (conic === undefined) return undefined;
  const [a, b, c, d, e] = conic;
  const determinant = 4 * a * b - c * c;
  if (Math.abs(determinant) < 1e-12) return undefined;
  const [cx, cy] = [(c * e - 2 * b * d) / determinant, (c * d - 2 * a * e) / determinant];
  const form = leastSquares(
    unit.map(([x, y]) => [(x - cx) ** 2, (y - cy) ** 2, (x - cx) * (y - cy)]),
    unit.map(() => 1),
  );
  if (form === undefined) return undefined;
  const [p, q, r] = form;
  // Eigenvalues of [[p, r/2], [r/2, q]]: the larger belongs to the shorter axis.
  const middle = (p + q) / 2;
  const half = Math.hypot((p - q) / 2, r / 2);
  const [large, small] = [middle + half, middle - half];
  if (!(small > 1e-12)) return undefined;
  const angle = (Math.atan2(r / 2, large - q) * 180) / Math.PI;
  return {
    centre: [mean[0] + cx * spread, mean[1] + cy * spread],
    axes: [(2 * spread) / Math.sqrt(large), (2 * spread) / Math.sqrt(small)],
    angle: half < 1e-12 ? 0 : ((angle % 180) + 180) % 180,
  };
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Solves the normal equations by elimination with pivots. Undefined when they are singular. */
function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): number[] | undefined {
  const n = rows[0].length;
  const matrix = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)),
    rows.reduce((sum, row, at) => sum + row[i] * values[at], 0),
  ]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++)
      if (Math.abs(matrix[row][column]) > Math.abs(matrix[pivot][column])) pivot = row;
    [matrix[column], matrix[pivot]] = [matrix[pivot], matrix[column]];
    if (Math.abs(matrix[column][column]) < 1e-12 * rows.length) return undefined;
    for (let row = 0; row < n; row++) {
      if (row === column) continue;
      const factor = matrix[row][column] / matrix[column][column];
      for (let k = column; k <= n; k++) matrix[row][k] -= factor * matrix[column][k];
    }
  }
  return matrix.map((row, at) => row[n] / row[at]);
}

/** Ends of the axes in pixels, P1–P2 on the longer one, and both lengths in mm. */
export interface AxisEnds {
  readonly ends: readonly [XY, XY, XY, XY];
  readonly majorMm: number;
  readonly minorMm: number;
}

/**
 * Ends of the axes of an ellipse in mm, taken back to pixels. `spacing` is mm per row and per column.
 *
 * "published" has the released quirks: columns were scaled by the spacing of rows (and rows by that of columns), and the
 * axes go back to pixels without regard to their direction; both harmless for square pixels. Lengths are measured between
 * the rounded ends. Undefined when the fit fails.
 */
export function axisEnds(
  border: readonly XY[],
  [down, right]: readonly [number, number],
  protocol: 'published' | 'strict',
): AxisEnds | undefined {
  const [scaleX, scaleY] = protocol === 'published' ? [down, right] : [right, down];
  const ellipse = fitEllipse(border.map(([x, y]): XY => [x * scaleX, y * scaleY]));
  if (ellipse === undefined) return undefined;
  const { centre, axes, angle } = ellipse;
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const at = (x: number, y: number): XY =>
    protocol === 'published'
      ? [centre[0] / scaleX + x, centre[1] / scaleY + y]
      : [(centre[0] + x) / scaleX, (centre[1] + y) / scaleY];
  const [a, b] =
    protocol === 'published' ? [axes[0] / scaleX / 2, axes[1] / scaleY / 2] : [axes[0] / 2, axes[1] / 2];
  let first: [XY, XY] = [at(a * cos, a * sin), at(-a * cos, -a * sin)];
  let second: [XY, XY] = [at(-b * sin, b * cos), at(b * sin, -b * cos)];
  const apart = ([p, q]: readonly [XY, XY]) => Math.hypot(p[0] - q[0], p[1] - q[1]);
  if (apart(first) < 1e-6 || apart(second) < 1e-6) return undefined;
  // As released the longer one is told in pixels; strict knows it from the fit.
  if (protocol === 'strict' || apart(first) < apart(second)) [first, second] = [second, first];
  const mm = ([p, q]: readonly [XY, XY]) =>
    Math.hypot((rounded(p[0]) - rounded(q[0])) * right, (rounded(p[1]) - rounded(q[1])) * down);
  return {
    ends: [...ordered(first), ...ordered(second)],
    majorMm: protocol === 'published' ? mm(first) : axes[1],
    minorMm: protocol === 'published' ? mm(second) : axes[0],
  };
}

/** Halves to the even number, as Python's round does. */
export function rounded(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value % 1) === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}

/** The end with the larger row first, then the larger column. */
function ordered([p, q]: [XY, XY]): [XY, XY] {
  return p[1] < q[1] || (p[1] === q[1] && p[0] < q[0]) ? [q, p] : [p, q];
}

/**
 * The same tenth along the ellipse's own axes, which a slanted ellipse can keep to as well: each end is as far out as the
 * piece's border reaches that way, give or take a tenth. Distances in mm; `border` in pixels.
 */
export function fitsAlongAxes(
  border: readonly XY[],
  { ends }: AxisEnds,
  [down, right]: readonly [number, number],
): boolean {
  const mm = ([x, y]: XY): XY => [x * right, y * down];
  return ([0, 2] as const).every((first) => {
    const [p, q] = [mm(ends[first]), mm(ends[first + 1])];
    const length = Math.hypot(p[0] - q[0], p[1] - q[1]);
    if (length === 0) return false;
    const along = ([x, y]: XY) => (x * (p[0] - q[0]) + y * (p[1] - q[1])) / length;
    const reached = border.map((pixel) => along(mm(pixel)));
    const [low, high] = [Math.min(...reached), Math.max(...reached)];
    const [middle, out] = [(low + high) / 2, (high - low) / 2];
    return [p, q].every((end) => {
      const distance = Math.abs(along(end) - middle);
      return distance >= 0.9 * out && distance <= 1.1 * out;
    });
  });
}

/**
 * Whether all four ends lie within the piece's box enlarged by a tenth and none inside it shrunk by a tenth: an ellipse
 * that does not fit the piece is refused, as released. So are most that lie at a slant, whose ends are in no side of the
 * box. Boxes are cut to whole pixels and to the plane.
 */
export function fitsPiece(
  piece: Piece,
  { ends }: AxisEnds,
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  const scaled = (scale: number) =>
    [0, 1].map((axis) => {
      const [low, high] = [piece.min[axis], piece.max[axis]];
      const half = Math.trunc((high - low + 1) * scale) / 2;
      const last = (axis === 0 ? width : height) - 1;
      return [
        Math.max(0, Math.trunc((low + high) / 2 - half)),
        Math.min(last, Math.trunc((low + high) / 2 + half)),
      ] as const;
    });
  const [outer, inner] = [scaled(1.1), scaled(0.9)];
  return ends.every(
    (end) =>
      [0, 1].every((axis) => end[axis] >= outer[axis][0] && end[axis] <= outer[axis][1]) &&
      [0, 1].some((axis) => end[axis] <= inner[axis][0] || end[axis] >= inner[axis][1]),
  );
}
