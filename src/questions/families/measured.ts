// Measurement: one number that a tool reports, asked for as it is.
import { decimalsFor, type NumericChoices } from '../choices.ts';
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
  return numberAnswer(value, decimalsFor(value), derivation);
}

const digits = ({ answer }: Concluded): number => answer.split('.')[1]?.length ?? 0;

/** Wrong options of a quantity that cannot be negative. */
export function ratioChoices(concluded: Concluded): NumericChoices {
  return { kind: 'numeric', decimals: digits(concluded), scale: 'ratio', minimum: 0 };
}

/** Wrong options at a distance that grows with the value, but is never under `least`. */
export function intervalChoices(
  concluded: Concluded,
  least: number,
  bounds: { minimum?: number; maximum?: number } = {},
): NumericChoices {
  const step = Math.max(least, 0.15 * Math.abs(concluded.value ?? 0));
  return {
    kind: 'numeric',
    decimals: digits(concluded),
    scale: 'interval',
    gap: [step, 2 * step],
    ...bounds,
  };
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
