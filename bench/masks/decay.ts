// How fast each stage loses what it has above chance as masks get worse, and how sure the order of the stages is.
import { STAGES, type Stage } from '../../src/domain/question.ts';
import { quantile, resample } from '../../src/scoring/statistics/bootstrap.ts';
import { clusterTable, totals } from '../../src/scoring/statistics/clusters.ts';

/** All reads at one level of noise, as parallel arrays; `stage` indexes STAGES, patients are dense from 0. */
export interface LevelReads {
  readonly level: number;
  readonly stage: readonly number[];
  readonly patient: readonly number[];
  readonly score: readonly number[];
}

export interface StageDecay {
  readonly stage: Stage;
  /**
   * Mean loss over the levels (trapezoids, from the first to the last): the share of what the score at the first
   * level has above chance. 0: nothing lost; 1: at chance throughout. Not bounded, since a score may fall below chance.
   */
  readonly loss: number;
  /** Percentiles of the patient bootstrap. */
  readonly ci95: readonly [number, number];
  /** First level at which half of it is lost, linear between levels; null when the levels do not reach that. */
  readonly halfLost: number | null;
}

export interface Decay {
  /** Fastest first. Stages without a read or without anything above chance are left out. */
  readonly stages: readonly StageDecay[];
  /** Share of the patient resamples that have the stages in this very order … */
  readonly sameOrder: number;
  /** … and the same stage first. */
  readonly sameFirst: number;
}

export interface DecayOptions {
  readonly seed: string;
  /** Chance score of each of STAGES. */
  readonly chance: readonly number[];
  /** Default 2,000. */
  readonly resamples?: number;
}

/** Share of what the first score has above chance that is gone at each level. */
export function losses(scores: readonly number[], chance: number): number[] {
  const above = scores[0] - chance;
  return scores.map((score) => (scores[0] - score) / above);
}

/** Mean of a piecewise linear curve over its levels. */
export function meanOver(levels: readonly number[], values: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < levels.length; i++)
    area += ((levels[i] - levels[i - 1]) * (values[i] + values[i - 1])) / 2;
  return area / (levels[levels.length - 1] - levels[0]);
}

/** Where a piecewise linear curve first reaches `value`; null when it does not. */
export function firstReaching(
  levels: readonly number[],
  values: readonly number[],
  value: number,
): number | null {
  const at = values.findIndex((v) => v >= value);
  if (at < 0) return null;
  if (at === 0) return levels[0];
  const share = (value - values[at - 1]) / (values[at] - values[at - 1]);
  return levels[at - 1] + share * (levels[at] - levels[at - 1]);
}

/** Patients are resampled with all their reads at all levels together, since the same questions are asked at each. */
export function decayOf(reads: readonly LevelReads[], options: DecayOptions): Decay {
  const levels = reads.map(({ level }) => level);
  const groups = levels.length * STAGES.length;
  const patient = reads.flatMap((one) => one.patient);
  const group = reads.flatMap((one, at) => one.stage.map((stage) => at * STAGES.length + stage));
  const patients = patient.reduce((most, p) => Math.max(most, p + 1), 0);
  const table = clusterTable(
    patient,
    group,
    reads.flatMap((one) => one.score),
    patients,
    groups,
  );
  const scoresOf = (sums: Float64Array, counts: Float64Array, offset: number, stage: number) =>
    levels.map((_, at) => {
      const g = offset + at * STAGES.length + stage;
      return sums[g] / counts[g];
    });
  const whole = totals(table);
  const used = STAGES.map((stage, at) => ({ stage, at })).filter(({ at }) => {
    const first = scoresOf(whole.sums, whole.counts, 0, at)[0];
    return first > options.chance[at];
  });
  const draws = resample(table, { seed: options.seed, count: options.resamples });
  const lossAt = (sums: Float64Array, counts: Float64Array, offset: number, stage: number) =>
    meanOver(levels, losses(scoresOf(sums, counts, offset, stage), options.chance[stage]));
  const drawn = used.map(({ at }) =>
    Float64Array.from({ length: draws.count }, (_, r) => lossAt(draws.sums, draws.counts, r * groups, at)),
  );
  const point = used.map(({ at }) => lossAt(whole.sums, whole.counts, 0, at));
  const order = used.map((_, i) => i).sort((a, b) => point[b] - point[a]);
  let sameOrder = 0;
  let sameFirst = 0;
  for (let r = 0; r < draws.count; r++) {
    if (order.every((i, n) => n === 0 || drawn[order[n - 1]][r] >= drawn[i][r])) sameOrder++;
    if (order.every((i) => drawn[order[0]][r] >= drawn[i][r])) sameFirst++;
  }
  return {
    stages: order.map((i): StageDecay => {
      const { stage, at } = used[i];
      const curve = losses(scoresOf(whole.sums, whole.counts, 0, at), options.chance[at]);
      // A resample without a read of the stage says nothing.
      const sorted = drawn[i].filter(Number.isFinite).sort();
      return {
        stage,
        loss: point[i],
        ci95: [quantile(sorted, 0.025), quantile(sorted, 0.975)],
        halfLost: firstReaching(levels, curve, 0.5),
      };
    }),
    sameOrder: sameOrder / draws.count,
    sameFirst: sameFirst / draws.count,
  };
}
