// Text burned into an image: read at two sizes and by its brightest pixels, and taken for text where both agree or what it says identifies.
import type { Raster } from '../domain/volume.ts';
import type { PhiCategory } from './categories.ts';
import type { Term } from './detect.ts';
import { nearestDistance, normalised } from './leaks.ts';
import { letterRows } from './letter-rows.ts';
import type { Box, Ocr, OcrPage, OcrWord } from './ocr.ts';
import { detectOnPage, grown } from './page-text.ts';

/** "text": whatever is read as text; "identifiers": only what the detectors and the terms find. */
export type BurnedInScope = 'text' | 'identifiers';

export interface BurnedIn {
  readonly boxes: readonly Box[];
  /** Words by category; "text" for those that no detector knows. */
  readonly found: readonly { readonly category: PhiCategory | 'text'; readonly value: string }[];
}

/** A word that only one of the readings shows must be this certain. */
const ALONE = 75;
/** Words that two readings show at one place must be this certain in either. */
const TOGETHER = 40;
/** On one even colour, as of a screen's margin, letters are hardly anything else. */
const ON_FLAT = 30;
const FLAT = 0.5;
const MOST_HEIGHT = 48;
/** Burned-in letters are as bright as a display goes, and are so over anatomy too. */
const BRIGHT = 0.8;
const LETTERS = /[\p{L}\p{N}]/gu;
/** Readings are made at sizes at which burned-in letters come to some 20 to 50 pixels. */
const SIDES = [1000, 2000] as const;

/**
 * Boxes of burned-in text in an 8-bit picture.
 * @param ocr a recogniser for sparse text
 * @param terms what the header says of the patient: words that resemble them are taken for them
 */
export async function burnedInText(
  raster: Raster,
  ocr: Ocr,
  options: { readonly terms?: readonly Term[]; readonly scope?: BurnedInScope } = {},
): Promise<BurnedIn> {
  const { terms = [], scope = 'text' } = options;
  const readings: OcrPage[] = [];
  for (const side of SIDES) readings.push(await readAt(raster, ocr, side));
  const brightest = onlyBrightest(raster);
  readings.push(await readAt(brightest, ocr, SIDES[1]));
  const known = terms
    .map((term) => ({ ...term, plain: normalised(term.text) }))
    .filter(({ plain }) => plain.length >= 4);
  const chosen = new Map<OcrWord, PhiCategory | 'text'>();
  readings.forEach((page, n) => {
    const others = readings.filter((_, other) => other !== n).flatMap(({ lines }) => lines.flat());
    for (const word of page.lines.flat()) {
      const term = known.find(({ plain }) => resembles(plain, normalised(word.text)));
      if (term !== undefined) chosen.set(word, term.category);
      else if (scope === 'text' && isText(word, others, raster)) chosen.set(word, 'text');
    }
    for (const { category, words } of detectOnPage(page, { terms })) {
      // A pattern alone finds numbers in noise: one of the words must look like print.
      if (words.some((word) => word.confidence >= TOGETHER || chosen.has(word)))
        for (const word of words) chosen.set(word, category);
    }
    // What stands in one line with identifiers is mostly more of them, read badly.
    for (const line of page.lines) {
      const sure = line.filter((word) => chosen.has(word) && chosen.get(word) !== 'text');
      if (scope === 'text' && sure.length * 2 >= line.length)
        for (const word of line) if (!chosen.has(word)) chosen.set(word, 'text');
    }
  });
  const words = [...chosen.keys()].map(({ box }) => box);
  // Rows of letters that nobody could read are text all the same.
  const rows = scope === 'text' ? [...letterRows(raster), ...letterRows(brightest, { letters: 5 })] : [];
  const unread = rows.filter((row) => !words.some((box) => inside(row, box)));
  return {
    boxes: [...words, ...unread].map((box) =>
      grown(box, Math.max(2, Math.round((box.bottom - box.top) * 0.25))),
    ),
    found: [
      ...[...chosen].map(([{ text }, category]) => ({ category, value: text })),
      ...unread.map(() => ({ category: 'text' as const, value: 'unread' })),
    ],
  };
}

function inside(row: Box, box: Box): boolean {
  return row.left >= box.left && row.right <= box.right && row.top >= box.top && row.bottom <= box.bottom;
}

/** Black where a grey or a channel is near the picture's brightest, white elsewhere. */
function onlyBrightest({ width, height, channels, data }: Raster): Raster {
  let most = 0;
  for (const value of data) if (value > most) most = value;
  const out = new Uint8Array(width * height).fill(255);
  for (let n = 0; n < out.length; n++)
    for (let c = 0; c < Math.min(3, channels); c++) if (data[n * channels + c] >= BRIGHT * most) out[n] = 0;
  return { width, height, channels: 1, data: out };
}

/** Enlarged to about `side` pixels along its longer side; boxes are in pixels of the picture. */
async function readAt(raster: Raster, ocr: Ocr, side: number): Promise<OcrPage> {
  const { default: sharp } = await import('sharp');
  const { width, height, channels, data } = raster;
  const scale = Math.min(4, Math.max(1, side / Math.max(width, height)));
  const png = await sharp(data, { raw: { width, height, channels } })
    .resize(Math.round(width * scale), Math.round(height * scale), { kernel: 'cubic' })
    .greyscale()
    .png({ compressionLevel: 1 })
    .toBuffer();
  const { lines } = await ocr.read(png);
  const back = ({ left, top, right, bottom }: Box): Box => ({
    left: Math.floor(left / scale),
    top: Math.floor(top / scale),
    right: Math.ceil(right / scale),
    bottom: Math.ceil(bottom / scale),
  });
  return { lines: lines.map((line) => line.map((word) => ({ ...word, box: back(word.box) }))) };
}

function isText(word: OcrWord, others: readonly OcrWord[], raster: Raster): boolean {
  const letters = word.text.match(LETTERS)?.length ?? 0;
  // Print of that height is a shape of the image.
  if (word.box.bottom - word.box.top > Math.max(MOST_HEIGHT, raster.height / 10)) return false;
  if (letters >= 3 && word.confidence >= ALONE) return true;
  if (letters >= 2 && word.confidence >= ON_FLAT && flatShare(raster, word.box) >= FLAT) return true;
  if (letters < 2 || word.confidence < TOGETHER) return false;
  const own = normalised(word.text);
  return others.some((other) => {
    const plain = normalised(other.text);
    if (other.confidence < TOGETHER || plain.length < 2 || !overlap(word.box, other.box)) return false;
    return own.includes(plain) || plain.includes(own) || nearestDistance(own, plain) <= own.length / 3;
  });
}

/** A read word that may be the known one, with up to a quarter of it misread. */
function resembles(known: string, read: string): boolean {
  if (read.length < 3 || Math.abs(read.length - known.length) > known.length / 2) return false;
  return nearestDistance(known, read) <= Math.floor(known.length / 4);
}

/** Share of a box's pixels that are of its most frequent grey, give or take two. */
function flatShare({ width, height, channels, data }: Raster, box: Box): number {
  const counts = new Uint32Array(256);
  let all = 0;
  for (let y = Math.max(0, box.top); y < Math.min(height, box.bottom); y++)
    for (let x = Math.max(0, box.left); x < Math.min(width, box.right); x++) {
      counts[data[(y * width + x) * channels]]++;
      all++;
    }
  const mode = counts.indexOf(Math.max(...counts));
  let near = 0;
  for (let grey = Math.max(0, mode - 2); grey <= Math.min(255, mode + 2); grey++) near += counts[grey];
  return all === 0 ? 0 : near / all;
}

function overlap(a: Box, b: Box): boolean {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const least = Math.min((a.right - a.left) * (a.bottom - a.top), (b.right - b.left) * (b.bottom - b.top));
  return width > 0 && height > 0 && width * height >= least / 2;
}
