// Bright regions of a picture and their features: Otsu's threshold, touching pixels, one row for each region.
import type { SoftMask } from '../../../domain/expert.ts';
import type { Raster } from '../../../domain/volume.ts';

export const COLUMNS = ['area', 'mean', 'elongation'] as const;

export interface FeatureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

/** Mean of the channels of each pixel, 0…255. */
function greys({ width, height, channels, data }: Raster): Uint8Array {
  const grey = new Uint8Array(width * height);
  const used = Math.min(channels, 3);
  for (let at = 0; at < grey.length; at++) {
    let sum = 0;
    for (let c = 0; c < used; c++) sum += Number(data[at * channels + c]);
    grey[at] = Math.round(sum / used);
  }
  return grey;
}

/** The level above which pixels are bright: the one with most variance between the two classes (Otsu 1979). */
export function otsu(grey: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const value of grey) counts[value]++;
  const total = counts.reduce((sum, count, value) => sum + count * value, 0);
  let [best, most, below, sum] = [0, -1, 0, 0];
  for (let level = 0; level < 255; level++) {
    below += counts[level];
    sum += counts[level] * level;
    const above = grey.length - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sum / below - (total - sum) / above) ** 2;
    if (between > most) [best, most] = [level, between];
  }
  return best;
}

/** 1 where the picture is bright (or dark). */
export function thresholdMask(raster: Raster, side: 'bright' | 'dark' = 'bright'): SoftMask {
  const grey = greys(raster);
  const level = otsu(grey);
  const bright = side === 'bright';
  return {
    width: raster.width,
    height: raster.height,
    probability: Float32Array.from(grey, (value) => (value > level === bright ? 1 : 0)),
  };
}

/** Pixels of each region of touching pixels (corners count), in the order of their first pixels. */
export function regionsOf({ width, height, probability }: SoftMask): number[][] {
  const seen = new Uint8Array(width * height);
  const regions: number[][] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1 || probability[start] < 0.5) continue;
    const pixels = [start];
    seen[start] = 1;
    for (let at = 0; at < pixels.length; at++) {
      const x = pixels[at] % width;
      const y = (pixels[at] - x) / width;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (seen[next] === 1 || probability[next] < 0.5) continue;
          seen[next] = 1;
          pixels.push(next);
        }
    }
    regions.push(pixels);
  }
  return regions;
}

/** Area in pixels, mean grey, and longer over shorter side of the box of every region of at least `smallest` pixels. */
export function featureTable(mask: SoftMask, raster: Raster, smallest = 4): FeatureTable {
  const grey = greys(raster);
  const rows = regionsOf(mask)
    .filter((pixels) => pixels.length >= smallest)
    .map((pixels) => {
      let [left, right, top, bottom, sum] = [mask.width, 0, mask.height, 0, 0];
      for (const pixel of pixels) {
        const x = pixel % mask.width;
        const y = (pixel - x) / mask.width;
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
        sum += grey[pixel];
      }
      const [wide, high] = [right - left + 1, bottom - top + 1];
      return [pixels.length, sum / pixels.length, Math.max(wide, high) / Math.min(wide, high)];
    });
  return { columns: COLUMNS, rows };
}
