// The report's JSON shapes, which other tools build on.
import type { Stage } from './question.ts';

export type Protocol = 'published' | 'strict';

/** One score with everything needed to judge it. `score`, `ci95`, `chance` lie in 0…1. */
export interface Cell {
  protocol: Protocol;
  /** "accuracy", "mra" (mean relative accuracy) or "mixed". */
  metric: string;
  /** null when n = 0. */
  score: number | null;
  /** Reads in the denominator (unsupported ones are not). */
  n: number;
  nPatients: number;
  ci95: [number, number] | null;
  /** How the interval was made, e.g. "patient bootstrap (2000)", "Clopper–Pearson on effective n 12.3". */
  interval: string;
  /** Expected score of the chance reader: 1/options, or the named free-form baseline. */
  chance: number | null;
  chanceBaseline: string;
  unparsed: number;
  refused: number;
  failed: number;
  unsupported: number;
  /** Free-form numeric answers: share of reads whose relative error is at most `within`. */
  hitRates?: { within: number; share: number }[];
  /** Yes/no questions: share of the "yes" keys answered yes; null without such keys. */
  sensitivity?: number | null;
  /** Yes/no questions: share of the "no" keys answered no; null without such keys. */
  specificity?: number | null;
}

export interface ReaderReport {
  reader: string;
  runId: string;
  format: 'mc' | 'free';
  overall: Cell;
  macroOverall: Cell;
  stages: Record<Stage, Cell>;
  types: Record<string, Cell>;
  cost: { usd: number | null; inputTokens: number; outputTokens: number; seconds: number; requests: number };
  /** Standard deviation of the overall score between repeats; null with one repeat. */
  repeatSd: number | null;
  calibration: Calibration | null;
  errors: ErrorAttribution | null;
}

export interface Calibration {
  n: number;
  ece: number;
  brier: number;
  bins: { low: number; high: number; n: number; confidence: number; accuracy: number }[];
  /** Risk–coverage curve: error rate among the most confident share. */
  riskCoverage: { coverage: number; risk: number }[];
  aurc: number;
}

/** Where tool agents break: the first deviation of the call log from the gold chain, counted over wrong reads. */
export interface ErrorAttribution {
  wrong: number;
  causes: Record<
    | 'no-tool'
    | 'budget-short'
    | 'wrong-tool'
    | 'wrong-argument'
    | 'wrong-measurement'
    | 'wrong-rule'
    | 'wrong-conclusion',
    number
  >;
}

/** One rung of the ladder: score with the gold evidence of the first `steps` steps given. */
export interface LadderRung {
  reader: string;
  stage: Stage | 'overall';
  steps: number;
  n: number;
  nPatients: number;
  score: number;
  /** The twin with another patient's evidence. */
  twin: number;
  /** Paired difference score − twin, with its clustered 95 % interval. */
  effect: number;
  ci95: [number, number] | null;
}

export interface PairRow {
  a: string;
  b: string;
  stage: Stage | 'overall';
  n: number;
  nPatients: number;
  /** Mean of a − b. */
  difference: number;
  ci95: [number, number] | null;
  win: number;
  tie: number;
  loss: number;
  /** Sign-flip permutation p, clustered by patient. */
  p: number;
  /** Holm-adjusted within `family`. */
  pHolm: number;
  family: string;
  /** Within ± margin with the whole interval. */
  equivalent: boolean | null;
  margin: number;
  /** Labelled extra, not clustered: McNemar's exact p for right/wrong answers. */
  mcnemar: number | null;
  /** Smallest difference detectable with 80 % power at this n. */
  minimalDetectable: number | null;
}

export interface Report {
  benchmark: { name: string; contentHash: string; questions: number; patients: number };
  readers: ReaderReport[];
  ladder: LadderRung[];
  pairs: PairRow[];
  notes: string[];
}

/** A cell in a metric's own range: `score`, `ci95` and `chance` are what the metric says, not always 0…1. */
export interface MetricCell extends Cell {
  better: 'higher' | 'lower';
  /** UCUM unit of the score, where it has one. */
  unit?: string;
  /** Smallest and largest possible value; null where there is no end. */
  range?: [number | null, number | null];
  /** What is measured, in a few words. */
  about?: string;
  /** Reads of which the reply could be scored. */
  scored?: number;
}

/** One reader, or one trivial baseline, over a published benchmark. The first cell is the benchmark's main metric. */
export interface PublishedReader {
  reader: string;
  /** null for a trivial baseline, which is computed and never run. */
  runId: string | null;
  overall: MetricCell[];
  /** Facet (modality, department, split …) → value → cells. */
  facets: Record<string, Record<string, MetricCell[]>>;
  cost: {
    usd: number | null;
    inputTokens: number;
    outputTokens: number;
    seconds: number;
    requests: number;
  } | null;
}

/** Two readers on the main metric, over the items that both read, resampled together by cluster. */
export interface PublishedPair {
  a: string;
  b: string;
  metric: string;
  n: number;
  nPatients: number;
  /** a − b. */
  difference: number;
  ci95: [number, number] | null;
  /** "win" when the whole interval is in favour of a, "loss" when of b. */
  verdict: 'win' | 'tie' | 'loss';
}

export interface PublishedReport {
  benchmark: {
    id: string;
    title: string;
    mode: string;
    contentHash: string;
    items: number;
    patients: number;
  };
  protocol: Protocol;
  /** What a reader of the report must know of the data. */
  card?: {
    source: string;
    url?: string;
    paper?: string;
    licence: string;
    access: string;
    format: 'verified' | 'unverified';
  };
  readers: PublishedReader[];
  baselines: PublishedReader[];
  pairs: PublishedPair[];
  notes: string[];
}
