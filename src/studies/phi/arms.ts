// What is compared: ways to hide a page's identifiers, each with and without redaction of the text that is then read.
import { OverreadError } from '../../domain/errors.ts';
import type { Box } from '../../privacy/ocr.ts';
import { grown } from '../../privacy/page-text.ts';
import type { Page } from '../../privacy/statements/draw.ts';
import type { FieldId } from '../../privacy/statements/statement.ts';
import { type Cover, STRATEGIES, type TokenOptions, tokenRegions } from './strategies.ts';

/** A way to mask the picture. `detected`: boxes of what the detectors find on the page as OCR reads it. */
export interface Arm {
  readonly id: string;
  readonly about: string;
  regions(page: Page, detected: readonly Box[]): readonly Box[];
}

/** Fields that the paper found removed by every strategy. */
export const REMOVED_IN_PAPER: readonly FieldId[] = ['name', 'birth-date', 'address'];
/** Around a word that OCR found, since its boxes cut letters' rims. */
const RIM = 3;

const boxesOf = (page: Page, fields?: readonly FieldId[]): Box[] =>
  page.fields.filter(({ field }) => fields?.includes(field) ?? true).flatMap(({ boxes }) => boxes);

const FIXED: readonly Arm[] = [
  { id: 'none', about: 'the page as it is', regions: () => [] },
  { id: 'boxes', about: 'the true box of every identifier, filled', regions: (page) => boxesOf(page) },
  {
    id: 'published-boxes',
    about: 'the true boxes of name, birth date and address only: what the paper found masking to remove',
    regions: (page) => boxesOf(page, REMOVED_IN_PAPER),
  },
  {
    id: 'detected-boxes',
    about: 'boxes of what the detectors find on the page: masking without being told where to look',
    regions: (_, detected) => detected.map((box) => grown(box, RIM)),
  },
];

export const ARM_IDS: readonly string[] = [...FIXED.map(({ id }) => id), ...STRATEGIES.map(({ id }) => id)];

/** Arms by id; a token strategy may carry its own cover and radius: "v6", "v6:centre", "v3:overlap:2". */
export function armsOf(ids: readonly string[], usual: TokenOptions): Arm[] {
  return ids.map((id) => {
    const fixed = FIXED.find((arm) => arm.id === id);
    if (fixed !== undefined) return fixed;
    const [name, cover = usual.cover, radius = String(usual.radius)] = id.split(':');
    const strategy = STRATEGIES.find((known) => known.id === name);
    if (strategy === undefined)
      throw new OverreadError(
        'bad-argument',
        `There is no masking strategy "${name}": use ${ARM_IDS.join(', ')}.`,
      );
    const options = tokenOptions(cover, radius);
    return {
      id,
      about: `${strategy.place}: tokens of ${strategy.tokenPixels.join(' and ')} pixels, ${options.cover}, radius ${options.radius}`,
      regions: (page) => tokenRegions(boxesOf(page), strategy, options),
    };
  });
}

/** Checks how tokens are chosen, as given on a command line. */
export function tokenOptions(cover: string, radius: string): TokenOptions {
  if (cover !== 'overlap' && cover !== 'centre')
    throw new OverreadError('bad-argument', 'Tokens are chosen by "overlap" or by "centre".');
  if (!/^[0-9]$/.test(radius))
    throw new OverreadError('bad-argument', 'A radius is a number of tokens from 0 to 9.');
  return { cover: cover satisfies Cover, radius: Number(radius) };
}
