// WAV files: PCM samples out of one and into one, one channel, at the rate that is wanted.
import { OverreadError } from '../../domain/errors.ts';

export interface Wave {
  /** Samples a second. */
  readonly rate: number;
  /** One channel, −1…1. */
  readonly samples: Float32Array;
}

const bad = (why: string): OverreadError =>
  new OverreadError('file-corrupt', `A sound is no WAV that can be read (${why}): save it as 16-bit PCM.`);

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** Reads 8-, 16-, 24- and 32-bit PCM and 32-bit float; channels are averaged. Throws `file-corrupt`. */
export function readWave(bytes: Uint8Array): Wave {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || word(0) !== 'RIFF' || word(8) !== 'WAVE') throw bad('it does not begin as one');
  let format: { kind: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = word(at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === 'fmt ' && body + 16 <= bytes.length) {
      const kind = view.getUint16(body, true);
      format = {
        kind: kind === EXTENSIBLE && body + 26 <= bytes.length ? view.getUint16(body + 24, true) : kind,
        channels: view.getUint16(body + 2, true),
        rate: view.getUint32(body + 4, true),
        bits: view.getUint16(body + 14, true),
      };
    }
    if (id === 'data') {
      if (format === undefined) throw bad('its samples come before their format');
      // Programs that write to a pipe do not know the length beforehand and leave a large one.
      const end = Math.min(bytes.length, body + size);
      return { rate: format.rate, samples: samplesOf(view, body, end, format) };
    }
    at = body + size + (size % 2);
  }
  throw bad('it holds no samples');
}

function samplesOf(
  view: DataView,
  from: number,
  end: number,
  { kind, channels, rate, bits }: { kind: number; channels: number; rate: number; bits: number },
): Float32Array {
  const width = bits / 8;
  const known = (kind === PCM && [8, 16, 24, 32].includes(bits)) || (kind === FLOAT && bits === 32);
  if (!known || channels < 1 || channels > 64 || rate < 1)
    throw bad(`its format is ${kind} with ${bits} bits`);
  const read = (at: number): number => {
    if (kind === FLOAT) return view.getFloat32(at, true);
    if (bits === 8) return (view.getUint8(at) - 128) / 128;
    if (bits === 16) return view.getInt16(at, true) / 32_768;
    if (bits === 24) return ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8_388_608;
    return view.getInt32(at, true) / 2_147_483_648;
  };
  const frames = Math.floor((end - from) / (width * channels));
  const samples = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += read(from + (frame * channels + channel) * width);
    samples[frame] = sum / channels;
  }
  return samples;
}

/** 16-bit PCM with one channel. Same samples, same bytes. */
export function waveBytes({ rate, samples }: Wave): Uint8Array {
  const out = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const word = (at: number, text: string) => {
    for (let i = 0; i < 4; i++) out.setUint8(at + i, text.charCodeAt(i));
  };
  word(0, 'RIFF');
  out.setUint32(4, 36 + samples.length * 2, true);
  word(8, 'WAVE');
  word(12, 'fmt ');
  out.setUint32(16, 16, true);
  out.setUint16(20, PCM, true);
  out.setUint16(22, 1, true);
  out.setUint32(24, rate, true);
  out.setUint32(28, rate * 2, true);
  out.setUint16(32, 2, true);
  out.setUint16(34, 16, true);
  word(36, 'data');
  out.setUint32(40, samples.length * 2, true);
  for (const [at, sample] of samples.entries())
    out.setInt16(44 + at * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true);
  return new Uint8Array(out.buffer);
}

/** Zero crossings of the windowed sinc on each side, at the lower of the two rates. */
const CROSSINGS = 16;

/** Band-limited at the lower of the two rates: nothing folds back into what is heard. */
export function resampled({ rate, samples }: Wave, wanted: number): Wave {
  if (rate === wanted) return { rate, samples };
  const length = Math.round((samples.length * wanted) / rate);
  const out = new Float32Array(length);
  // 0.95 leaves the window's slope below half the rate.
  const cut = Math.min(1, wanted / rate) * 0.95;
  const reach = CROSSINGS / cut;
  for (let at = 0; at < length; at++) {
    const centre = (at * rate) / wanted;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(samples.length - 1, Math.floor(centre + reach));
    let sum = 0;
    for (let from = first; from <= last; from++) {
      const x = from - centre;
      const phase = Math.PI * cut * x;
      const sinc = x === 0 ? 1 : Math.sin(phase) / phase;
      // A Hann window over the reach.
      sum += samples[from] * cut * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / reach));
    }
    out[at] = sum;
  }
  return { rate: wanted, samples: out };
}

/** A WAV file as one channel at a rate. Throws `file-corrupt`. */
export function monoWave(bytes: Uint8Array, rate: number): Wave {
  return resampled(readWave(bytes), rate);
}
