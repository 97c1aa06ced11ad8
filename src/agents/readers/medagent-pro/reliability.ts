// How far an indicator can be relied on: four scales from 1 to 5, and the five published ways to make one factor of them.

/** Each 1 to 5. */
export interface EvidenceScales {
  /** Quality of what the tool gave. */
  readonly tq: number;
  /** Whether the evidence suffices. */
  readonly es: number;
  /** How difficult the task is; 5 is hardest. */
  readonly td: number;
  /** Clinical relevance. */
  readonly cr: number;
}

export const DEFAULT_SCALE = 3;

export const RELIABILITIES = ['baseline', 'difficulty', 'relevance', 'both', 'additive'] as const;
export type Reliability = (typeof RELIABILITIES)[number];

/** A factor in 0…1. */
export function reliabilityOf({ tq, es, td, cr }: EvidenceScales, formula: Reliability): number {
  const baseline = (tq + es) / 10;
  const ease = (6 - td) / 5;
  const relevance = cr / 5;
  switch (formula) {
    case 'baseline':
      return baseline;
    case 'difficulty':
      return baseline * ease;
    case 'relevance':
      return baseline * relevance;
    case 'both':
      return baseline * ease * relevance;
    case 'additive':
      return (tq + es + (6 - td) + cr) / 20;
  }
}

/** A value of a scale: a whole number from 1 to 5, else the default. */
export function scaleOf(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 5
    ? number
    : DEFAULT_SCALE;
}
