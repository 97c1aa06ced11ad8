// A scored run to its cells: overall, macro, four stages, every type, each with interval and chance.
import { STAGES, type Stage } from '../domain/question.ts';
import type { Cell } from '../domain/report.ts';
import type { Chance } from './chance.ts';
import { TOLERANCES, weightedMean } from './published/metrics.ts';
import { round4 } from './published/python-text.ts';
import { OUTCOMES, type QuestionIndex, type ScoredRun } from './scored-run.ts';
import { type Resamples, resample } from './statistics/bootstrap.ts';
import { type ClusterTable, clusterTable, type Estimand, estimate } from './statistics/clusters.ts';
import { scoreInterval } from './statistics/interval.ts';

export interface RunCells {
  overall: Cell;
  macroOverall: Cell;
  stages: Record<Stage, Cell>;
  types: Record<string, Cell>;
}

interface Frame {
  scored: ScoredRun;
  index: QuestionIndex;
  chance: Chance;
  table: ClusterTable;
  resamples: Resamples;
  /** Chance summed and counted per type. */
  guess: { sums: Float64Array; counts: Float64Array };
  /** Per type: scores summed and counted in the order of the reads, and whether its answers are numbers. */
  sums: Float64Array;
  counts: Float64Array;
  numeric: Uint8Array;
  baselines: Set<string>[];
}

/** Cells of a run. `macroOverall` gives every question type the same weight; `overall` every read. */
export function runCells(
  scored: ScoredRun,
  index: QuestionIndex,
  chance: Chance,
  options: { seed: string; resamples: number },
): RunCells {
  const types = index.types.length;
  const groups = Int32Array.from(scored.question, (q) => index.type[q]);
  const patients = Int32Array.from(scored.question, (q) => index.patient[q]);
  const table = clusterTable(patients, groups, scored.score, index.patients, types);
  const resamples = resample(table, { seed: options.seed, count: options.resamples });
  const guess = { sums: new Float64Array(types), counts: new Float64Array(types) };
  const baselines = index.types.map(() => new Set<string>());
  const sums = new Float64Array(types);
  const counts = new Float64Array(types);
  const numeric = new Uint8Array(types);
  scored.question.forEach((q, i) => {
    const type = index.type[q];
    sums[type] += scored.score[i];
    counts[type]++;
    if (index.questions[q].answerKind === 'numeric') numeric[type] = 1;
    baselines[type].add(chance.baseline[q]);
    if (Number.isNaN(chance.expected[q])) return;
    guess.sums[type] += chance.expected[q];
    guess.counts[type]++;
  });
  const frame: Frame = { scored, index, chance, table, resamples, guess, sums, counts, numeric, baselines };
  const all = index.types.map((_, t) => t);
  const asked = all.filter((t) => OUTCOMES.some((_, o) => scored.outcomes[t * OUTCOMES.length + o] > 0));
  return {
    overall: cell(frame, { groups: all, macro: false }),
    macroOverall: cell(frame, { groups: all, macro: true }),
    stages: Object.fromEntries(
      STAGES.map((stage) => [
        stage,
        cell(frame, { groups: all.filter((t) => index.types[t].stage === stage), macro: false }),
      ]),
    ) as Record<Stage, Cell>,
    types: Object.fromEntries(
      asked.map((t) => [index.types[t].id, cell(frame, { groups: [t], macro: false })]),
    ),
  };
}

function cell(frame: Frame, estimand: Estimand): Cell {
  const { scored, table, resamples, guess } = frame;
  const { value, reads, patients, ci95, interval } = scoreInterval(table, resamples, estimand);
  const count = (outcome: (typeof OUTCOMES)[number]): number =>
    estimand.groups.reduce(
      (sum, t) => sum + scored.outcomes[t * OUTCOMES.length + OUTCOMES.indexOf(outcome)],
      0,
    );
  const chance = estimate(estimand, guess.sums, guess.counts);
  const baselines = new Set(estimand.groups.flatMap((t) => [...frame.baselines[t]]));
  return {
    protocol: scored.protocol,
    metric: metricOf(frame, estimand.groups),
    score: value === null ? null : scored.protocol === 'published' ? published(frame, estimand) : value,
    n: reads,
    nPatients: patients,
    ci95,
    interval,
    chance: Number.isNaN(chance) ? null : chance,
    chanceBaseline: [...baselines].sort().join(', ') || 'none',
    unparsed: count('unparsed'),
    refused: count('refused'),
    failed: count('failed'),
    unsupported: count('unsupported'),
    ...details(frame, estimand.groups),
  };
}

/** "accuracy", "mra", or "mixed" where free-form numbers and other answers are averaged together. */
function metricOf({ scored, counts, numeric }: Frame, groups: readonly number[]): string {
  if (scored.run.format === 'mc') return 'accuracy';
  const kinds = new Set(groups.filter((t) => counts[t] > 0).map((t) => numeric[t] === 1));
  return kinds.size > 1 ? 'mixed' : kinds.has(true) ? 'mra' : 'accuracy';
}

/** The released arithmetic: types rounded to four decimals, weighted by their reads, rounded again. */
function published({ scored, sums, counts }: Frame, { groups, macro }: Estimand): number {
  const wanted = new Set(groups);
  const cells = scored.typeOrder
    .filter((t) => wanted.has(t))
    .map((t) => ({ primary: round4(sums[t] / counts[t]), n: macro ? 1 : counts[t] }));
  return cells.length === 1 ? cells[0].primary : weightedMean(cells);
}

/** Hit rates of free-form numbers, sensitivity and specificity of yes/no questions, for a single type. */
function details({ scored, counts, numeric }: Frame, groups: readonly number[]): Partial<Cell> {
  if (groups.length !== 1) return {};
  const [type] = groups;
  const binary = scored.binary.get(type);
  if (binary !== undefined) {
    const { tp, fn, tn, fp, silent } = binary;
    // The released scorer counts an empty answer as "no" for specificity, though not as correct.
    const negatives = scored.protocol === 'published' ? tn + silent : tn;
    return {
      sensitivity: tp + fn === 0 ? null : tp / (tp + fn),
      specificity: tn + fp + silent === 0 ? null : negatives / (tn + fp + silent),
    };
  }
  if (scored.run.format === 'mc' || numeric[type] === 0) return {};
  const hits = TOLERANCES.map(() => 0);
  scored.relativeError.forEach((error, i) => {
    if (scored.typeAt[i] !== type) return;
    TOLERANCES.forEach((within, t) => {
      if (error <= within) hits[t]++;
    });
  });
  return { hitRates: TOLERANCES.map((within, t) => ({ within, share: hits[t] / counts[type] })) };
}
