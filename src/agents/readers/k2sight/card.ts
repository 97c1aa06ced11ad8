// Cards: what a finding looks like, as attributes and in a sentence; the built-in ones and those of the user's file.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { CARDS } from './cards.ts';

export const attributeCard = z.strictObject({
  /** Other words for the same. */
  synonyms: z.array(z.string().min(1)).default([]),
  /** One sentence on how it looks. Default: the attributes in a row. */
  description: z.string().min(1).max(1000).optional(),
  /** Kind of attribute → value: shape, density, location, texture, margin, size, or any other. */
  attributes: z
    .record(z.string().min(1).max(60), z.string().min(1).max(400))
    .refine((attributes) => Object.keys(attributes).length > 0, 'a card needs an attribute'),
  /** Where the facts are from. */
  source: z.string().min(1).max(400),
});
export type AttributeCard = z.input<typeof attributeCard>;

export interface NamedCard {
  readonly name: string;
  readonly synonyms: readonly string[];
  readonly description: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly source: string;
}

const cardFile = z.record(z.string().min(1), attributeCard);

function named(name: string, card: z.infer<typeof attributeCard>): NamedCard {
  const { synonyms, attributes, source } = card;
  const row = Object.entries(attributes).map(([kind, value]) => `${kind}: ${value}`);
  return { name, synonyms, attributes, source, description: card.description ?? `${row.join('; ')}.` };
}

/**
 * Built-in cards, and over them those of a JSON file {name: card}: a name of the file replaces the built-in one.
 * Errors: `file-not-found`, `file-corrupt`.
 */
export async function cardsWith(file: string | undefined): Promise<readonly NamedCard[]> {
  const cards = new Map(Object.entries(cardFile.parse(CARDS)));
  if (file !== undefined && file !== '') {
    for (const [name, card] of Object.entries(await readCards(file))) cards.set(name, card);
  }
  return [...cards].map(([name, card]) => named(name, card));
}

async function readCards(file: string): Promise<z.infer<typeof cardFile>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new OverreadError(
      'file-not-found',
      `There is no attribute file "${basename(file)}": check the option attributes.`,
      { cause },
    );
  }
  try {
    return cardFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new OverreadError(
      'file-corrupt',
      `${basename(file)} holds no cards: write {"finding": {"attributes": {"shape": "…"}, "source": "…"}} as JSON.`,
      { cause },
    );
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Cards whose name or synonym stands in a text as whole words, a plural s aside, in the order in which they stand there.
 * Longer names are looked for first, and what they cover is not looked at again: "lung mass" is no "mass".
 */
export function cardsIn(text: string, cards: readonly NamedCard[]): NamedCard[] {
  const words = cards
    .flatMap((card) => [card.name, ...card.synonyms].map((word) => ({ word, card })))
    .sort((a, b) => b.word.length - a.word.length);
  const found = new Map<NamedCard, number>();
  let left = text;
  for (const { word, card } of words) {
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${escaped(word)}(?:e?s)?(?![\\p{L}\\p{N}])`, 'giu');
    left = left.replace(pattern, (match, at: number) => {
      found.set(card, Math.min(found.get(card) ?? at, at));
      return ' '.repeat(match.length);
    });
  }
  return [...found].sort((a, b) => a[1] - b[1]).map(([card]) => card);
}
