// The outline of a label on a slice: closed lines along the edges between its pixels and the others.
import type { LabelValues } from './paint.ts';

/** Corners x0, y0, x1, y1 … of one closed line; corner (x, y) is the left top of pixel (x, y). */
export type Loop = readonly number[];

export interface LabelOn {
  readonly labels: LabelValues;
  readonly width: number;
  readonly height: number;
  readonly layer: number;
  readonly value: number;
  /** Pixels to look at, inclusive: [left, top, right, bottom]. Default: all. */
  readonly within?: readonly [number, number, number, number];
}

// Directions of a walk along edges with the label on the right hand: east, south, west, north.
const STEP_X = [1, 0, -1, 0];
const STEP_Y = [0, 1, 0, -1];

/** Every closed line of the outline, outer ones and those of holes. Pixels that touch at a corner are apart. */
export function contoursOf(on: LabelOn): Loop[] {
  const { labels, width, height, layer, value } = on;
  const [x0, y0, x1, y1] = clipped(on);
  const start = layer * width * height;
  const inside = (x: number, y: number) =>
    x >= x0 && y >= y0 && x <= x1 && y <= y1 && labels[start + y * width + x] === value;
  // A top edge (label below, another above) is walked eastwards, and each loop has one that is met first.
  const columns = x1 - x0 + 1;
  const walked = new Uint8Array(Math.max(0, columns * (y1 - y0 + 1)));
  const loops: Loop[] = [];
  for (let y = y0; y <= y1; y++)
    for (let x = x0, at = start + y * width + x0; x <= x1; x++, at++)
      if (
        labels[at] === value &&
        (y === y0 || labels[at - width] !== value) &&
        walked[(y - y0) * columns + x - x0] === 0
      )
        loops.push(
          walk(x, y, inside, (ex, ey) => {
            walked[(ey - y0) * columns + ex - x0] = 1;
          }),
        );
  return loops;
}

function clipped({ width, height, within }: LabelOn): [number, number, number, number] {
  if (within === undefined) return [0, 0, width - 1, height - 1];
  return [
    Math.max(0, within[0]),
    Math.max(0, within[1]),
    Math.min(width - 1, within[2]),
    Math.min(height - 1, within[3]),
  ];
}

function walk(
  startX: number,
  startY: number,
  inside: (x: number, y: number) => boolean,
  passed: (x: number, y: number) => void,
): Loop {
  const loop: number[] = [];
  let x = startX;
  let y = startY;
  let direction = 0;
  do {
    loop.push(x, y);
    // Straight on to the next corner where the line turns.
    let turn = 0;
    while (turn === 0) {
      if (direction === 0) passed(x, y);
      x += STEP_X[direction];
      y += STEP_Y[direction];
      turn = turnAt(x, y, direction, inside);
    }
    direction = (direction + turn + 4) % 4;
  } while (x !== startX || y !== startY || direction !== 0);
  return loop;
}

/** 1: to the right, −1: to the left, 0: straight on, at a corner reached in a direction. */
function turnAt(
  x: number,
  y: number,
  direction: number,
  inside: (x: number, y: number) => boolean,
): -1 | 0 | 1 {
  // The two pixels ahead of the corner: on the right hand and on the left.
  const right = [inside(x, y), inside(x - 1, y), inside(x - 1, y - 1), inside(x, y - 1)][direction];
  const left = [inside(x, y - 1), inside(x, y), inside(x - 1, y), inside(x - 1, y - 1)][direction];
  if (!right) return 1;
  return left ? -1 : 0;
}
