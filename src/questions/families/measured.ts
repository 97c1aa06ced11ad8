// Measurement: one number that a tool reports, asked for as it is.
import { type NumericChoices, shownBySize } from '../choices.ts';
import type { Lattice } from '../lattice.ts';
import type { Concluded, Draft, Skipped } from '../question-type.ts';
import { firstReason, skip } from './structures.ts';

/** A numeric conclusion with the digits that options of this value have. */
export function numberAnswer(value: number, decimals: number, derivation?: string): Concluded {
  const rounded = Number(value.toFixed(decimals));
  return {
    answer: rounded.toFixed(decimals).replace(/^-(0(?:\.0+)?)$/, '$1'),
    value: rounded === 0 ? 0 : rounded,
    ...(derivation === undefined ? {} : { derivation }),
  };
}

/** A positive quantity (volume, ratio, diameter) to about three significant digits. */
export function positiveAnswer(value: number, derivation?: string): Concluded {
  const answer = shownBySize(value);
  return { answer, value: Number(answer), ...(derivation === undefined ? {} : { derivation }) };
}

/** Wrong options of a quantity that cannot be negative, each with the digits that fit its size. */
export function sizeChoices(lattice?: Lattice, maximum?: number): NumericChoices {
  return {
    kind: 'numeric',
    decimals: 'by-size',
    scale: 'ratio',
    minimum: 0,
    ...(lattice === undefined ? {} : { lattice }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

/** Wrong options of an attenuation in HU, `least` to twice that apart. */
export function attenuationChoices(least: number, bounds: { minimum?: number } = {}): NumericChoices {
  return { kind: 'numeric', decimals: 1, scale: 'interval', gap: [least, 2 * least], ...bounds };
}

/**
 * Drafts one question per candidate that passes; when none does, skips with the first reason met.
 * `why` gives the reason against a candidate, or undefined.
 */
export function draftEach<T>(
  candidates: readonly T[],
  why: (candidate: T) => string | undefined,
  draft: (candidate: T) => Draft,
  otherwise: string,
): Draft[] | Skipped {
  const good = candidates.filter((candidate) => why(candidate) === undefined);
  if (good.length > 0) return good.map(draft);
  return candidates.length === 0 ? skip(otherwise) : firstReason(candidates.map(why), otherwise);
}
