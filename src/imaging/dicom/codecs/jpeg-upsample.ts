// Chroma at reduced resolution brought to full: triangle filter for 2 × 1 and 2 × 2, repetition for the rest.

interface Reduced {
  readonly data: Uint16Array;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

interface Full {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly data: Uint8Array | Uint16Array;
}

/**
 * Writes component `c` of the full image from its reduced samples, `across` × `down` times smaller.
 * The triangle filter weighs the nearer sample 3/4 and the farther 1/4, rounding alternately down and up.
 */
export function upsample(reduced: Reduced, across: number, down: number, full: Full, c: number): void {
  const smooth = across === 2 && (down === 1 || down === 2) && reduced.width > 2;
  if (smooth) smoothed(reduced, down, full, c);
  else repeated(reduced, across, down, full, c);
}

function repeated(reduced: Reduced, across: number, down: number, full: Full, c: number): void {
  const { width, height, components, data } = full;
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / down) * reduced.stride;
    let at = y * width * components + c;
    for (let x = 0; x < width; x++, at += components) data[at] = reduced.data[row + Math.floor(x / across)];
  }
}

function smoothed(reduced: Reduced, down: number, full: Full, c: number): void {
  const { width, height, components, data } = full;
  const sums = new Int32Array(reduced.width);
  const last = reduced.width - 1;
  // One row weighs 1 across rows, or 3 + 1 between two; the column filter multiplies by 4 again.
  const [edge, low, high, shift] = down === 1 ? [0, 1, 2, 2] : [8, 8, 7, 4];
  for (let y = 0; y < height; y++) {
    const near = down === 1 ? y : y >> 1;
    const far = Math.min(reduced.height - 1, Math.max(0, (y & 1) === 0 ? near - 1 : near + 1));
    for (let x = 0; x <= last; x++) {
      const value = reduced.data[near * reduced.stride + x];
      sums[x] = down === 1 ? value : 3 * value + reduced.data[far * reduced.stride + x];
    }
    let at = y * width * components + c;
    for (let x = 0; x < width; x++, at += components) {
      const i = x >> 1;
      if (x === 0) data[at] = (4 * sums[0] + edge) >> shift;
      else if (x === 2 * last + 1) data[at] = (4 * sums[last] + (down === 1 ? 0 : 7)) >> shift;
      else if ((x & 1) === 0) data[at] = (3 * sums[i] + sums[i - 1] + low) >> shift;
      else data[at] = (3 * sums[i] + sums[i + 1] + high) >> shift;
    }
  }
}
