// What a simulated reader makes of pixels: a picture made small, and the things that stand out in it.
import { random } from '../../../domain/random.ts';
import type { Raster } from '../../../domain/volume.ts';
import { greyAt } from '../../../experts/testing/simulated-reader.ts';

/** A grey picture, row by row. */
export interface Sight {
  readonly width: number;
  readonly height: number;
  readonly grey: Float32Array;
  /** Pixels of the picture that was sent to one of this one. */
  readonly shrink: number;
}

/** The mean grey of square blocks, so that the longer edge is at most `acuity` pixels; noise of `sd` added if any. */
export function sightOf(picture: Raster, acuity: number, noise: { sd: number; seed: string }): Sight {
  const shrink = Math.max(1, Math.max(picture.width, picture.height) / acuity);
  const width = Math.max(1, Math.round(picture.width / shrink));
  const height = Math.max(1, Math.round(picture.height / shrink));
  const sum = new Float32Array(width * height);
  const count = new Uint32Array(width * height);
  for (let y = 0; y < picture.height; y++) {
    const row = Math.min(height - 1, Math.floor((y * height) / picture.height)) * width;
    for (let x = 0; x < picture.width; x++) {
      const at = row + Math.min(width - 1, Math.floor((x * width) / picture.width));
      sum[at] += greyAt(picture, x, y);
      count[at]++;
    }
  }
  const rng = random(noise.seed, 'sight');
  return {
    width,
    height,
    shrink,
    grey: sum.map(
      (value, at) => value / Math.max(1, count[at]) + (noise.sd > 0 ? noise.sd * rng.normal() : 0),
    ),
  };
}

export interface Thing {
  /** x0, y0, x1, y1 in pixels of the sight. */
  readonly box: readonly [number, number, number, number];
  readonly area: number;
  /** Mean grey. */
  readonly grey: number;
  /** Pixels that belong to it, by index. */
  readonly pixels: readonly number[];
}

/** Connected things (8 neighbours) among the pixels that `isPart` takes, the largest first. */
export function thingsIn({ width, height, grey }: Sight, isPart: (grey: number) => boolean): Thing[] {
  const left = Uint8Array.from(grey, (value) => (isPart(value) ? 1 : 0));
  const things: Thing[] = [];
  for (let start = 0; start < left.length; start++) {
    if (left[start] === 0) continue;
    left[start] = 0;
    const pixels = [start];
    let [x0, y0, x1, y1, sum] = [width, height, 0, 0, 0];
    for (let next = 0; next < pixels.length; next++) {
      const [x, y] = [pixels[next] % width, Math.floor(pixels[next] / width)];
      sum += grey[pixels[next]];
      x0 = Math.min(x0, x);
      y0 = Math.min(y0, y);
      x1 = Math.max(x1, x + 1);
      y1 = Math.max(y1, y + 1);
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const [nx, ny] = [x + dx, y + dy];
          const at = ny * width + nx;
          if (nx < 0 || ny < 0 || nx >= width || ny >= height || left[at] === 0) continue;
          left[at] = 0;
          pixels.push(at);
        }
    }
    things.push({ box: [x0, y0, x1, y1], area: pixels.length, grey: sum / pixels.length, pixels });
  }
  return things.sort((a, b) => b.area - a.area);
}

/** The letter under which the question's text lists an option: "A. yes". */
export function letterOf(text: string, option: string): string {
  return text.split('\n').findLast((line) => new RegExp(`^[A-Z][.:] ${option}$`).test(line))?.[0] ?? option;
}
