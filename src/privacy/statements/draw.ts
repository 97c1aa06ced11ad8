// Draws a statement as a page, and finds the true box of every piece of it by drawing it a second time in code colours.
import type Sharp from 'sharp';
import { OverreadError } from '../../domain/errors.ts';
import { random } from '../../domain/random.ts';
import type { Raster } from '../../domain/volume.ts';
import type { Box } from '../ocr.ts';
import { LAYOUT_IDS, LAYOUTS, type Laid, type LayoutId, PAGE_PIXELS, type Piece } from './layouts.ts';
import type { FieldId, Statement } from './statement.ts';

export interface PlacedField {
  readonly field: FieldId;
  /** As printed: several when no line holds the whole of it. Any of them identifies. */
  readonly values: readonly string[];
  /** Where its ink is; more than one when it stands on several lines or in several places. */
  readonly boxes: readonly Box[];
}

export interface Page {
  readonly id: string;
  readonly layout: LayoutId;
  readonly condition: Condition;
  /** Grey, 8 bit, dark on white. */
  readonly raster: Raster;
  readonly fields: readonly PlacedField[];
  /** Amounts and procedure codes, which nothing may remove. */
  readonly kept: readonly string[];
}

/** As printed, or as a worn copier leaves it: coarser, noisy, and through JPEG. */
export type Condition = 'clean' | 'copied';

export interface DrawOptions {
  /** Default: by the statement's number, in turn. */
  readonly layout?: LayoutId;
  /** Default: by the statement's number, so that half the pages of each layout are copies. */
  readonly condition?: Condition;
  /** Fonts by preference. Default sans serif ones that most machines have. */
  readonly fonts?: string;
}

const FONTS = 'Liberation Sans, DejaVu Sans, Arial, Helvetica, sans-serif';
/** A piece's number in two digits, green and blue, whose levels are this far apart: antialiased edges blur them. */
const [BASE, STEP] = [15, 17];
const codeOf = (piece: number): [green: number, blue: number] => [
  (Math.floor(piece / BASE) + 1) * STEP,
  ((piece % BASE) + 1) * STEP,
];

/**
 * The page of a statement. Which font draws it depends on the machine, so pixels differ from one to another; the boxes
 * are those of the ink itself. Throws `dependency-missing` when no font is there.
 */
export async function drawStatement(statement: Statement, options: DrawOptions = {}): Promise<Page> {
  const { default: sharp } = await import('sharp');
  const number = Number(statement.id.replace(/\D/g, '')) || 0;
  const layout = options.layout ?? LAYOUT_IDS[number % LAYOUT_IDS.length];
  const condition =
    options.condition ?? (Math.floor(number / LAYOUT_IDS.length) % 2 === 0 ? 'clean' : 'copied');
  const laid = LAYOUTS[layout](statement);
  const fonts = options.fonts ?? FONTS;
  const printed = await rendered(
    sharp,
    svg(laid, fonts, () => '#111'),
    'white',
    1,
  );
  const raster = condition === 'clean' ? printed : await copied(sharp, printed, statement.id);
  const coded = await rendered(
    sharp,
    svg(laid, fonts, (n) => `rgb(255,${codeOf(n).join(',')})`, false),
    'black',
    3,
  );
  const boxes = boxesOf(coded, laid.pieces.length);
  const byField = new Map<FieldId, Box[]>();
  laid.pieces.forEach(({ is }, n) => {
    const box = boxes[n];
    if (box === undefined)
      throw new OverreadError(
        'dependency-missing',
        'No font draws the page: install one (for example fonts-dejavu-core).',
      );
    if (is === undefined || is === 'amount' || is === 'code') return;
    byField.set(is, [...(byField.get(is) ?? []), box]);
  });
  const kept = laid.pieces.flatMap(({ is, text }) => (is === 'amount' || is === 'code' ? [text] : []));
  return {
    id: statement.id,
    layout,
    condition,
    raster,
    fields: [...byField].map(([field, at]) => ({
      field,
      values: asPrinted(statement, field, laid),
      boxes: at,
    })),
    kept,
  };
}

const COPY = { scale: 0.68, noise: 14, quality: 45 };

async function copied(sharp: typeof Sharp, page: Raster, seed: string): Promise<Raster> {
  const { width, height } = page;
  const rng = random(seed, 'copier');
  const small = await sharp(page.data, { raw: { width, height, channels: 1 } })
    .resize(Math.round(width * COPY.scale), Math.round(height * COPY.scale))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const noisy = Uint8Array.from(small.data, (value) =>
    Math.max(0, Math.min(255, Math.round(value - 8 + rng.normal() * COPY.noise))),
  );
  const jpeg = await sharp(noisy, {
    raw: { width: small.info.width, height: small.info.height, channels: 1 },
  })
    .jpeg({ quality: COPY.quality })
    .toBuffer();
  const data = await sharp(jpeg).resize(width, height).toColourspace('b-w').raw().toBuffer();
  return { width, height, channels: 1, data: new Uint8Array(data) };
}

/** A value as it stands on this page: whole, or its lines. */
function asPrinted(statement: Statement, field: FieldId, { pieces }: Laid): string[] {
  const value = statement.fields[field];
  const own = pieces.filter(({ is }) => is === field).map(({ text }) => text);
  return own.some((text) => text.includes(value)) ? [value] : own;
}

function svg(
  { pieces, rules }: Laid,
  fonts: string,
  colour: (piece: number) => string,
  ruled = true,
): string {
  const texts = pieces.map(
    (piece, n) =>
      `<text x="${piece.x}" y="${piece.y}" font-size="${piece.size}"${piece.bold ? ' font-weight="bold"' : ''}${piece.align === 'right' ? ' text-anchor="end"' : ''} fill="${colour(n)}">${escaped(piece)}</text>`,
  );
  const lines = ruled
    ? rules.map((r) => `<rect x="${r.x}" y="${r.y}" width="${r.width}" height="${r.height}" fill="#444"/>`)
    : [];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${PAGE_PIXELS}" height="${PAGE_PIXELS}" font-family="${fonts}">${lines.join('')}${texts.join('')}</svg>`;
}

function escaped({ text }: Piece): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

async function rendered(
  sharp: typeof Sharp,
  drawing: string,
  background: string,
  channels: 1 | 3,
): Promise<Raster> {
  const flat = sharp(Buffer.from(drawing)).flatten({ background });
  const { data, info } = await (channels === 1 ? flat.greyscale().toColourspace('b-w') : flat)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels, data: new Uint8Array(data) };
}

/** The box of each piece: red is how much ink there is, green and blue over red whose. */
function boxesOf({ width, height, data }: Raster, pieces: number): (Box | undefined)[] {
  const boxes = new Array<{ left: number; top: number; right: number; bottom: number } | undefined>(
    pieces,
  ).fill(undefined);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const ink = data[at];
      if (ink < 128) continue;
      const digit = (channel: number) => Math.round((255 * data[at + channel]) / ink / STEP) - 1;
      const piece = digit(1) * BASE + digit(2);
      if (piece < 0 || piece >= pieces) continue;
      const box = boxes[piece];
      if (box === undefined) boxes[piece] = { left: x, top: y, right: x + 1, bottom: y + 1 };
      else {
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x + 1);
        box.bottom = y + 1;
      }
    }
  // The faint rim of antialiased letters belongs to them as well.
  return boxes.map(
    (box) => box && { left: box.left - 2, top: box.top - 2, right: box.right + 2, bottom: box.bottom + 2 },
  );
}
