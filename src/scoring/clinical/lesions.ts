// Lesions of Vietnamese PET/CT reports as type, position and uptake, and how two lists of them are matched (ViPET).
import type { LesionTerms } from './lesion-terms.ts';

/** A lesion in words, as somebody wrote it down. */
export interface DescribedLesion {
  /** Shape or kind: "hạch", "nốt mờ ở phổi". */
  readonly shape: string;
  /** May name several places. */
  readonly location: string;
  /** What is said of FDG uptake. */
  readonly uptake: string;
}

/** A lesion at one place, each part sorted into a category. */
export interface SortedLesion {
  readonly type: string;
  readonly position: string;
  readonly uptake: string;
}

/** T: type; P: position; F: uptake. */
export const LESION_MATCHES = ['T', 'TP', 'TF', 'TPF'] as const;
export type LesionMatch = (typeof LESION_MATCHES)[number];

/** Lesions of one patient: how many were said, how many are true, and how many pairs agree. */
export interface LesionCounts {
  readonly said: number;
  readonly wanted: number;
  readonly matched: Readonly<Record<LesionMatch, number>>;
}

const wordsIn = (text: string): number => text.trim().split(/\s+/).filter(Boolean).length;

/**
 * The places that a location names: parted at semicolons, where there is one, else at commas, then at "và" (and) unless
 * a part of it would be a single word. Single words are no places.
 */
export function placesOf(location: string, whole: ReadonlySet<string>): string[] {
  const text = location.toLowerCase().replace(/^\s*ở\s+/u, '');
  if (text === '') return [];
  if (whole.has(text)) return wordsIn(text) === 1 ? [] : [text];
  const segments = text
    .trim()
    .split(text.includes(';') ? /\s*;\s*/ : /\s*,\s*/)
    .filter((part) => part !== '');
  const places = segments.flatMap((segment) => {
    if (!segment.includes(' và ') || whole.has(segment)) return [segment];
    const parts = segment
      .split(' và ')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return parts.length > 1 && parts.every((part) => wordsIn(part) > 1) ? parts : [segment];
  });
  return places.filter((place) => wordsIn(place) !== 1);
}

/** The first category of which a term is found in the text, in the order of the list. */
export function categoryOf(text: string, categories: LesionTerms['types'], otherwise: string): string {
  const lower = text.toLowerCase();
  if (lower === '') return otherwise;
  for (const [category, terms] of categories) if (terms.some((term) => lower.includes(term))) return category;
  return otherwise;
}

/** One lesion for each place, sorted by the terms. */
export function sortLesions(lesions: readonly DescribedLesion[], terms: LesionTerms): SortedLesion[] {
  const whole = new Set(terms.wholePlaces);
  return lesions.flatMap(({ shape, location, uptake }) =>
    placesOf(location, whole).map((place) => ({
      type: categoryOf(shape, terms.types, terms.otherType),
      position: categoryOf(place, terms.positions, terms.unsaid),
      uptake: categoryOf(uptake, terms.uptake, terms.unsaid),
    })),
  );
}

const PARTS: Readonly<Record<LesionMatch, readonly (keyof SortedLesion)[]>> = {
  T: ['type'],
  TP: ['type', 'position'],
  TF: ['type', 'uptake'],
  TPF: ['type', 'position', 'uptake'],
};

/**
 * Pairs of equal lesions: each one said takes the first true one that is left and agrees in every part. A part whose
 * category is among the terms' `neverEqual` agrees with nothing.
 */
export function matchLesions(
  said: readonly SortedLesion[],
  wanted: readonly SortedLesion[],
  { neverEqual }: Pick<LesionTerms, 'neverEqual'>,
): LesionCounts {
  const count = (parts: readonly (keyof SortedLesion)[]) => {
    const left = [...wanted];
    let found = 0;
    for (const one of said) {
      const at = left.findIndex((other) =>
        parts.every((part) => one[part] === other[part] && !neverEqual.includes(one[part])),
      );
      if (at < 0) continue;
      left.splice(at, 1);
      found++;
    }
    return found;
  };
  const matched = { T: count(PARTS.T), TP: count(PARTS.TP), TF: count(PARTS.TF), TPF: count(PARTS.TPF) };
  return { said: said.length, wanted: wanted.length, matched };
}

export interface LesionScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly correct: number;
  readonly wanted: number;
  readonly said: number;
}

/** Micro-averaged precision, recall and F1 over patients; null where nothing was said and nothing is true. */
export function lesionScore(items: readonly LesionCounts[], match: LesionMatch): LesionScore | null {
  let [said, wanted, correct] = [0, 0, 0];
  for (const item of items) {
    said += item.said;
    wanted += item.wanted;
    correct += item.matched[match];
  }
  if (said + wanted === 0) return null;
  return {
    precision: said === 0 ? 0 : correct / said,
    recall: wanted === 0 ? 0 : correct / wanted,
    f1: (2 * correct) / (said + wanted),
    correct,
    wanted,
    said,
  };
}
