// Things in a plane: connected pieces of a label in a picture or slice, their boxes, areas and a point inside each.

/** Labels of a picture, row by row (`width` columns). */
export interface LabelPlane {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** A 4-connected piece of one label. Bounds are inclusive, in columns (x) and rows (y). */
export interface Piece {
  readonly label: number;
  readonly pixels: number;
  readonly min: readonly [x: number, y: number];
  readonly max: readonly [x: number, y: number];
  /** Linear indices, ascending. */
  readonly indices: Int32Array;
}

/** Pieces of every label but 0, by label and then from the top left. */
export function piecesOf({ width, height, data }: LabelPlane): Piece[] {
  const seen = new Uint8Array(width * height);
  const found: Piece[] = [];
  const stack: number[] = [];
  for (let start = 0; start < seen.length; start++) {
    const label = data[start];
    if (label === 0 || seen[start] === 1) continue;
    const own: number[] = [];
    let [x0, x1, y0, y1] = [width, -1, height, -1];
    seen[start] = 1;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      own.push(at);
      const x = at % width;
      const y = (at - x) / width;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
      const visit = (next: number) => {
        if (seen[next] === 1 || data[next] !== label) return;
        seen[next] = 1;
        stack.push(next);
      };
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      if (y > 0) visit(at - width);
      if (y < height - 1) visit(at + width);
    }
    const indices = Int32Array.from(own).sort();
    found.push({ label, pixels: own.length, min: [x0, y0], max: [x1, y1], indices });
  }
  return found.sort((a, b) => a.label - b.label || a.indices[0] - b.indices[0]);
}

/** The pixel of a piece that is nearest to its centre of mass: never outside of it, unlike the centre itself. */
export function pointInside(piece: Piece, width: number): [x: number, y: number] {
  let [sx, sy] = [0, 0];
  for (const at of piece.indices) {
    sx += at % width;
    sy += Math.floor(at / width);
  }
  const [cx, cy] = [sx / piece.pixels, sy / piece.pixels];
  let best = piece.indices[0];
  let least = Number.POSITIVE_INFINITY;
  for (const at of piece.indices) {
    const distance = ((at % width) - cx) ** 2 + (Math.floor(at / width) - cy) ** 2;
    if (distance < least) [least, best] = [distance, at];
  }
  return [best % width, Math.floor(best / width)];
}
