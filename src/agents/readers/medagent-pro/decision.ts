// Indicators to a decision: weights, the gate on poor tools, the weighted score, and the two older rules.
import { asObject } from '../../../experts/json-reply.ts';
import { type EvidenceScales, type Reliability, reliabilityOf } from './reliability.ts';

export const THRESHOLD = { low: 0.2, high: 0.55, default: 0.4 } as const;

export interface Weights {
  /** By step id; they sum to 1. */
  readonly base: ReadonlyMap<number, number>;
  readonly role: ReadonlyMap<number, 'definitive' | 'supportive'>;
  readonly threshold: number;
}

/**
 * Weights as a planner gave them ({weights: [{id, weight, role}], threshold}), normalised to 1; an indicator without one
 * gets the mean of the others, and all the same where there are none. The threshold is kept within its limits.
 */
export function weightsOf(value: unknown, indicators: readonly number[]): Weights {
  const given = asObject(value);
  const rows = Array.isArray(given?.weights) ? given.weights.map(asObject) : [];
  const said = new Map<number, number>();
  const role = new Map<number, 'definitive' | 'supportive'>(indicators.map((id) => [id, 'supportive']));
  for (const row of rows) {
    const id = Number(row?.id);
    const weight = Number(row?.weight);
    if (!indicators.includes(id)) continue;
    if (Number.isFinite(weight) && weight >= 0) said.set(id, weight);
    if (row?.role === 'definitive') role.set(id, 'definitive');
  }
  const sum = [...said.values()].reduce((total, weight) => total + weight, 0);
  const mean = sum === 0 ? 1 : sum / said.size;
  const raw = indicators.map((id) => (sum === 0 ? 1 : (said.get(id) ?? mean)));
  const total = raw.reduce((all, weight) => all + weight, 0);
  const threshold = Number(given?.threshold ?? Number.NaN);
  return {
    base: new Map(indicators.map((id, at) => [id, raw[at] / total])),
    role,
    threshold: Number.isFinite(threshold)
      ? Math.min(THRESHOLD.high, Math.max(THRESHOLD.low, threshold))
      : THRESHOLD.default,
  };
}

export interface Indicator {
  readonly id: number;
  /** Before reliability. */
  readonly weight: number;
  /** 1 definitely not … 5 definitely. */
  readonly score: number;
  readonly scales: EvidenceScales;
}

export interface WeighedDecision {
  /** 0…1; null when every indicator was dropped. */
  readonly score: number | null;
  readonly positive: boolean | null;
  readonly kept: readonly { readonly id: number; readonly weight: number }[];
  readonly dropped: readonly { readonly id: number; readonly reason: string }[];
}

/** Tool quality up to which an indicator is dropped. */
export const GATE = 1;

/** score = Σ wᵢ (sᵢ − 1) / 4 with wᵢ = base × reliability, renormalised over what the gate lets through. */
export function weigh(
  indicators: readonly Indicator[],
  {
    formula,
    gate,
    threshold,
  }: { readonly formula: Reliability; readonly gate: boolean; readonly threshold: number },
): WeighedDecision {
  const dropped = indicators
    .filter(({ scales }) => gate && scales.tq <= GATE)
    .map(({ id }) => ({ id, reason: `tool quality is at most ${GATE}` }));
  const left = indicators.filter(({ id }) => !dropped.some((gone) => gone.id === id));
  const raw = left.map(({ weight, scales }) => weight * reliabilityOf(scales, formula));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return { score: null, positive: null, kept: [], dropped };
  const kept = left.map(({ id }, at) => ({ id, weight: raw[at] / total }));
  const score = left.reduce((sum, { score: grade }, at) => sum + (kept[at].weight * (grade - 1)) / 4, 0);
  return { score, positive: atLeast(score, threshold), kept, dropped };
}

/** Sums of weights that should meet the threshold exactly may fall a rounding short of it. */
const atLeast = (score: number, threshold: number): boolean => score >= threshold - 1e-12;

export type Verdict = 'yes' | 'no' | 'unclear';

/** A score from 1 to 5 in the older rule's words: 4 and 5 are yes, 1 and 2 no. Assumed. */
export function verdictOf(score: number): Verdict {
  return score >= 4 ? 'yes' : score <= 2 ? 'no' : 'unclear';
}

/** The older mixture of experts: yes gives its weight, unclear half of it; 0.4 decides. */
export function weighVerdicts(
  verdicts: readonly { readonly weight: number; readonly verdict: Verdict }[],
  threshold: number = THRESHOLD.default,
): { readonly score: number; readonly positive: boolean } {
  const share = { yes: 1, unclear: 0.5, no: 0 };
  const score = verdicts.reduce((sum, { weight, verdict }) => sum + weight * share[verdict], 0);
  return { score, positive: atLeast(score, threshold) };
}

export const MARKS = ['Continue', 'Terminate', 'Complete'] as const;
export type Mark = (typeof MARKS)[number];

/**
 * The paper's form: results in order, each marked. Continue counts and goes on, Complete counts and ends, Terminate is
 * not counted and goes on. ρ = Σ w r (r in 0…1) against θ. What the marks do in detail is assumed.
 */
export function weighMarked(
  results: readonly { readonly weight: number; readonly value: number; readonly mark: Mark }[],
  threshold: number = THRESHOLD.default,
): { readonly score: number; readonly positive: boolean; readonly counted: number } {
  let score = 0;
  let counted = 0;
  for (const { weight, value, mark } of results) {
    if (mark === 'Terminate') continue;
    score += weight * value;
    counted++;
    if (mark === 'Complete') break;
  }
  return { score, positive: atLeast(score, threshold), counted };
}
