// What changed between two aligned images: differences over all voxels, and the block that changed most.
import type { Vec3 } from '../../domain/geometry.ts';
import type { Registered } from './register.ts';

export interface IntensityMatch {
  /** Earlier values become gain · value + offset, as least squares has it. */
  readonly gain: number;
  readonly offset: number;
}

export interface Change {
  /** Voxels that both images cover. */
  readonly compared: number;
  /** Later minus earlier. */
  readonly mean: number;
  readonly sd: number;
  readonly meanAbsolute: number;
  /** First and last voxel of the block whose mean changed most, and by how much. */
  readonly largest: { readonly from: Vec3; readonly to: Vec3; readonly mean: number };
  /** Later minus earlier, NaN where only one image is. */
  readonly difference: Float32Array;
}

/** The gain and offset that bring `earlier` nearest to `later` where both are; 1 and 0 for a constant image. */
export function matchIntensity(later: Registered, earlier: Registered): IntensityMatch {
  let [n, se, sl, see, sel] = [0, 0, 0, 0, 0];
  for (let at = 0; at < later.data.length; at++) {
    const [l, e] = [later.data[at], earlier.data[at]];
    if (!Number.isFinite(l) || !Number.isFinite(e)) continue;
    n++;
    se += e;
    sl += l;
    see += e * e;
    sel += e * l;
  }
  const spread = see - (se * se) / n;
  if (n === 0 || spread <= 1e-9 * Math.max(1, see)) return { gain: 1, offset: 0 };
  const gain = (sel - (se * sl) / n) / spread;
  return { gain, offset: (sl - gain * se) / n };
}

/**
 * Later minus earlier, voxel by voxel on one grid; `earlier` is NaN where it has nothing. Blocks are a sixteenth of
 * the longest axis long, at least 4 voxels, and count where at least half of them is compared. Undefined when
 * nothing can be compared.
 */
export function changeBetween(
  later: Registered,
  earlier: Registered,
  { gain, offset }: IntensityMatch = { gain: 1, offset: 0 },
): Change | undefined {
  const { shape } = later.grid;
  const edge = Math.max(4, Math.round(Math.max(...shape) / 16));
  const blocks = shape.map((n) => Math.ceil(n / edge));
  const sums = new Float64Array(blocks[0] * blocks[1] * blocks[2]);
  const counts = new Uint32Array(sums.length);
  const difference = new Float32Array(later.data.length);
  let [n, sum, squares, absolute] = [0, 0, 0, 0];
  for (let k = 0, at = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        const d = later.data[at] - (gain * earlier.data[at] + offset);
        difference[at] = d;
        if (!Number.isFinite(d)) continue;
        n++;
        sum += d;
        squares += d * d;
        absolute += Math.abs(d);
        const block =
          (Math.floor(k / edge) * blocks[1] + Math.floor(j / edge)) * blocks[0] + Math.floor(i / edge);
        sums[block] += d;
        counts[block]++;
      }
  if (n === 0) return undefined;
  const full = Math.min(edge, shape[0]) * Math.min(edge, shape[1]) * Math.min(edge, shape[2]);
  let best = -1;
  for (let block = 0; block < sums.length; block++)
    if (counts[block] >= full / 2 && (best < 0 || size(sums, counts, block) > size(sums, counts, best)))
      best = block;
  if (best < 0) best = counts.indexOf(Math.max(...counts));
  const at = [
    best % blocks[0],
    Math.floor(best / blocks[0]) % blocks[1],
    Math.floor(best / blocks[0] / blocks[1]),
  ];
  const mean = sum / n;
  return {
    compared: n,
    mean,
    sd: Math.sqrt(Math.max(0, squares / n - mean * mean)),
    meanAbsolute: absolute / n,
    largest: {
      from: at.map((block) => block * edge) as unknown as Vec3,
      to: at.map((block, axis) => Math.min(shape[axis], (block + 1) * edge) - 1) as unknown as Vec3,
      mean: sums[best] / counts[best],
    },
    difference,
  };
}

const size = (sums: Float64Array, counts: Uint32Array, block: number) =>
  Math.abs(sums[block] / counts[block]);
