// The front end of Whisper-like speech encoders: a sound as 80 mel bands in logarithms, every 10 ms; and frames pooled to fewer.
import type { Wave } from './wave.ts';
import { resampled } from './wave.ts';

const RATE = 16_000;
/** Samples of one window: 25 ms. */
const WINDOW = 400;
/** Samples from one frame to the next: 10 ms. */
const HOP = 160;
const BANDS = 80;
const BINS = WINDOW / 2 + 1;

/** Slaney's scale: linear up to 1 kHz, logarithmic above. */
const melOf = (hertz: number): number =>
  hertz < 1000 ? (hertz * 3) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4);
const hertzOf = (mel: number): number =>
  mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27);

/** Triangles of equal area over the spectrum's bins, band by band. */
function filters(): Float64Array[] {
  const top = melOf(RATE / 2);
  const edges = Array.from({ length: BANDS + 2 }, (_, at) => hertzOf((top * at) / (BANDS + 1)));
  return Array.from({ length: BANDS }, (_, band) => {
    const [low, middle, high] = edges.slice(band, band + 3);
    return Float64Array.from({ length: BINS }, (_, bin) => {
      const hertz = (bin * RATE) / WINDOW;
      const height = Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle));
      return (Math.max(0, height) * 2) / (high - low);
    });
  });
}

interface Tables {
  readonly hann: Float64Array;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  readonly bands: readonly Float64Array[];
}
let made: Tables | undefined;

function tables(): Tables {
  const turn = (of: (angle: number) => number) =>
    Float64Array.from({ length: WINDOW }, (_, at) => of((2 * Math.PI * at) / WINDOW));
  made ??= {
    hann: turn((angle) => 0.5 - 0.5 * Math.cos(angle)),
    cos: turn(Math.cos),
    sin: turn(Math.sin),
    bands: filters(),
  };
  return made;
}

export interface LogMel {
  readonly bands: number;
  readonly frames: number;
  /** Band by band, each of all frames: what encoders take as [1, 80, frames]. */
  readonly data: Float32Array;
}

/**
 * Log-mel energies as Whisper's encoders take them: 16 kHz, windows of 25 ms (Hann) every 10 ms with the sound mirrored
 * at its ends, base-10 logarithms no further than 8 below the highest, plus 4, by 4. The sound is cut or filled with
 * silence to `seconds` (default 30, which gives 3000 frames); another rate is turned to 16 kHz first.
 */
export function logMel(wave: Wave, { seconds = 30 }: { readonly seconds?: number } = {}): LogMel {
  const { hann, cos, sin, bands } = tables();
  const heard = resampled(wave, RATE).samples;
  const length = Math.round(seconds * RATE);
  const frames = Math.floor(length / HOP);
  /** Of the sound filled to its length; what lies beyond the ends is its mirror image. */
  const sampleAt = (at: number): number => {
    const inside = at < 0 ? -at : at >= length ? 2 * (length - 1) - at : at;
    return heard[inside] ?? 0;
  };
  const data = new Float32Array(BANDS * frames);
  const part = new Float64Array(WINDOW);
  const power = new Float64Array(BINS);
  let highest = Number.NEGATIVE_INFINITY;
  for (let frame = 0; frame < frames; frame++) {
    let silent = true;
    for (let at = 0; at < WINDOW; at++) {
      part[at] = hann[at] * sampleAt(frame * HOP + at - WINDOW / 2);
      if (part[at] !== 0) silent = false;
    }
    for (let bin = 0; bin < BINS; bin++) {
      let real = 0;
      let imaginary = 0;
      if (!silent)
        for (let at = 0, phase = 0; at < WINDOW; at++, phase = (phase + bin) % WINDOW) {
          real += part[at] * cos[phase];
          imaginary += part[at] * sin[phase];
        }
      power[bin] = real * real + imaginary * imaginary;
    }
    for (let band = 0; band < BANDS; band++) {
      let energy = 0;
      const weights = bands[band];
      if (!silent) for (let bin = 0; bin < BINS; bin++) energy += weights[bin] * power[bin];
      const value = Math.log10(Math.max(1e-10, energy));
      if (value > highest) highest = value;
      data[band * frames + frame] = value;
    }
  }
  for (let at = 0; at < data.length; at++) data[at] = (Math.max(data[at], highest - 8) + 4) / 4;
  return { bands: BANDS, frames, data };
}

/**
 * Frames averaged to fewer, as adaptive average pooling does: the n-th of `out` is the mean of frames from ⌊n·in/out⌋ up
 * to, not including, ⌈(n+1)·in/out⌉. `data` holds row by row `frames` values; SilVar-Med pools 1500 frames to 256.
 */
export function averagePooled(data: Float32Array, frames: number, out: number): Float32Array {
  const rows = data.length / frames;
  const pooled = new Float32Array(rows * out);
  for (let row = 0; row < rows; row++)
    for (let at = 0; at < out; at++) {
      const from = Math.floor((at * frames) / out);
      const to = Math.ceil(((at + 1) * frames) / out);
      let sum = 0;
      for (let frame = from; frame < to; frame++) sum += data[row * frames + frame];
      pooled[row * out + at] = sum / (to - from);
    }
  return pooled;
}
