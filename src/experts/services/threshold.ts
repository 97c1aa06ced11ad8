// threshold: draws what lies in a band of grey values; needs no weights, knows no medicine, and can be wrong on purpose.
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { ExpertRole, ExpertRoles, ScoredBox, SoftMask, StoredBytes } from '../../domain/expert.ts';
import { rasterOfBytes } from '../../imaging/picture-bytes.ts';
import type { ServicePlugin } from '../expert-service.ts';

/** A phrase and the grey values, 0…255, that are taken for it. */
interface Band {
  readonly phrase: string;
  readonly low: number;
  readonly high: number;
}

/** Phrase of the band for everything that has none of its own. */
const ANY = '*';
/** Boxes of fewer pixels are noise. */
const LEAST_AREA = 16;

/** "nodule=120..200;*=60..255": bands of phrases, case aside. */
export function bandsOf(text: string): Band[] {
  return text.split(';').map((rule) => {
    const [, phrase, low, high] = /^\s*([^=;]+?)\s*=\s*(\d{1,3})\.\.(\d{1,3})\s*$/.exec(rule) ?? [];
    if (phrase === undefined || Number(low) >= Number(high) || Number(high) > 255)
      throw new OverreadError(
        'bad-argument',
        `"${rule.trim()}" is no band of grey values: write PHRASE=LOW..HIGH within 0 to 255, bands separated by semicolons.`,
      );
    return { phrase: phrase.toLowerCase(), low: Number(low), high: Number(high) };
  });
}

/** The first band whose phrase is part of what is asked for, else the one for everything. */
function bandFor(bands: readonly Band[], phrase: string): Band | undefined {
  const asked = phrase.toLowerCase();
  return (
    bands.find((band) => band.phrase !== ANY && asked.includes(band.phrase)) ??
    bands.find((band) => band.phrase === ANY)
  );
}

interface Settings {
  readonly bands: readonly Band[];
  readonly softness: number;
  readonly blur: number;
}

/** Mean of each pixel's square of 2 · radius + 1, cut at the edges. */
function blurred(grey: Float32Array, width: number, height: number, radius: number): Float32Array {
  if (radius === 0) return grey;
  const along = (from: Float32Array, length: number, lines: number, step: number, jump: number) => {
    const out = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      const start = line * jump;
      let sum = 0;
      for (let at = 0; at < Math.min(radius, length); at++) sum += from[start + at * step];
      for (let at = 0; at < length; at++) {
        if (at + radius < length) sum += from[start + (at + radius) * step];
        if (at - radius - 1 >= 0) sum -= from[start + (at - radius - 1) * step];
        const count = Math.min(length - 1, at + radius) - Math.max(0, at - radius) + 1;
        out[start + at * step] = sum / count;
      }
    }
    return out;
  };
  return along(along(grey, width, height, 1, width), height, width, width, 1);
}

async function softMask(picture: StoredBytes, phrase: string, settings: Settings): Promise<SoftMask> {
  const { width, height, channels, data } = await rasterOfBytes(await picture.bytes());
  const grey = new Float32Array(width * height);
  for (let at = 0; at < grey.length; at++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[at * channels + c];
    grey[at] = sum / channels;
  }
  const band = bandFor(settings.bands, phrase);
  // Nothing is known of such a phrase, and the mask says so.
  if (band === undefined) return { width, height, probability: grey.fill(0.5) };
  const rise = (distance: number) => 1 / (1 + Math.exp(-distance / settings.softness));
  const probability = blurred(grey, width, height, settings.blur).map(
    (value) => rise(value - band.low) * rise(band.high - value),
  );
  return { width, height, probability };
}

/** Boxes around connected pixels (8 neighbours) of at least a half, scored by their mean probability. */
function boxesOf({ width, height, probability }: SoftMask): ScoredBox[] {
  const left = Uint8Array.from(probability, (p) => (p >= 0.5 ? 1 : 0));
  const boxes: ScoredBox[] = [];
  for (let start = 0; start < left.length; start++) {
    if (left[start] === 0) continue;
    left[start] = 0;
    const queue = [start];
    let [x0, y0, x1, y1, sum] = [width, height, 0, 0, 0];
    for (let next = 0; next < queue.length; next++) {
      const [x, y] = [queue[next] % width, Math.floor(queue[next] / width)];
      sum += probability[queue[next]];
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
      for (let dy = Math.max(0, y - 1); dy <= Math.min(height - 1, y + 1); dy++)
        for (let dx = Math.max(0, x - 1); dx <= Math.min(width - 1, x + 1); dx++) {
          const at = dy * width + dx;
          if (left[at] === 0) continue;
          left[at] = 0;
          queue.push(at);
        }
    }
    if (queue.length >= LEAST_AREA) boxes.push({ box: [x0, y0, x1, y1], score: sum / queue.length });
  }
  return boxes.sort((a, b) => b.score - a.score);
}

/** A number of an option within limits. */
function numberOf(text: string, name: string, low: number, high: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= low && value <= high) return value;
  throw new OverreadError(
    'bad-argument',
    `The option ${name} of the expert threshold is a number from ${low} to ${high}.`,
  );
}

const plugin: ServicePlugin = {
  id: 'threshold',
  summary: 'a band of grey values: a floor for learned experts, for trials and checks',
  roles: ['segment', 'ground'],
  positional: 'bands',
  options: {
    bands: 'PHRASE=LOW..HIGH, several separated by semicolons, * for any other phrase',
    softness: 'grey values over which the probability rises from 0.5 to 0.73 (default 8)',
    blur: 'pixels on each side over which grey is averaged first (default 1)',
  },
  async open<Role extends ExpertRole>(role: Role, options: Readonly<Record<string, string>>) {
    const { bands: written = '', softness = '8', blur = '1' } = options;
    const settings: Settings = {
      bands: bandsOf(written),
      softness: numberOf(softness, 'softness', 0.001, 255),
      blur: Math.round(numberOf(blur, 'blur', 0, 64)),
    };
    const about = { id: `threshold:${written}`, hash: sha256(JSON.stringify(['threshold', 1, settings])) };
    const roles: Partial<ExpertRoles> = {
      segment: { ...about, segmentRegion: (picture, phrase) => softMask(picture, phrase, settings) },
      ground: {
        ...about,
        ground: async (picture, phrase) => boxesOf(await softMask(picture, phrase, settings)),
      },
    };
    return roles[role] as ExpertRoles[Role];
  },
};
export default plugin;
