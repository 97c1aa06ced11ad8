// Polygons to voxels: a voxel is inside when its centre is, by the even–odd rule.

/**
 * Toggles every voxel of a `columns` × `rows` mask whose centre lies inside a closed polygon given in voxel
 * coordinates (x along columns, y along rows, voxel centres at whole numbers). Toggling makes holes and islands of
 * several polygons come out by the even–odd rule. A centre on the boundary counts at the low side only, so that
 * polygons which share an edge neither overlap nor leave a gap.
 */
export function togglePolygon(
  mask: Uint8Array,
  columns: number,
  rows: number,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): void {
  const n = x.length;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < n; i++) {
    low = Math.min(low, y[i]);
    high = Math.max(high, y[i]);
  }
  const first = Math.max(0, Math.ceil(low));
  const last = Math.min(rows - 1, Math.ceil(high) - 1);
  const crossings: number[] = [];
  for (let row = first; row <= last; row++) {
    crossings.length = 0;
    for (let i = 0, j = n - 1; i < n; j = i++) {
      // An edge owns its lower end, not its upper one: a vertex on the line counts once.
      if (y[i] <= row === y[j] <= row) continue;
      crossings.push(x[i] + ((row - y[i]) / (y[j] - y[i])) * (x[j] - x[i]));
    }
    crossings.sort((a, b) => a - b);
    for (let c = 0; c + 1 < crossings.length; c += 2) {
      const from = Math.max(0, Math.ceil(crossings[c]));
      const to = Math.min(columns - 1, Math.ceil(crossings[c + 1]) - 1);
      for (let column = from; column <= to; column++) mask[row * columns + column] ^= 1;
    }
  }
}
