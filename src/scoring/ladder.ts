// The ladder: scores with more and more gold evidence given, against the same amount of another patient's evidence.
import { STAGES, type Stage } from '../domain/question.ts';
import type { LadderRung } from '../domain/report.ts';
import { resample } from './statistics/bootstrap.ts';
import { clusterTable } from './statistics/clusters.ts';
import { pairedDifference } from './statistics/paired.ts';

/** One read of a ladder run, scored. */
export interface LadderRow {
  readonly questionId: string;
  readonly patientId: string;
  readonly stage: Stage;
  /** Steps of gold evidence that were given, from 0. */
  readonly stepsGiven: number;
  /** True when the evidence was another patient's. */
  readonly twin: boolean;
  readonly repeat: number;
  /** 0…1, from `scoreAnswer`; leave out unsupported reads. */
  readonly score: number;
}

/**
 * Rungs of one reader: per stage and overall, per number of steps, over the questions read both with their own
 * evidence and with the twin's (repeats averaged). With 0 steps there is no evidence to swap; such rows serve as both.
 */
export function ladderRungs(
  reader: string,
  rows: readonly LadderRow[],
  options: { seed: string; resamples?: number },
): LadderRung[] {
  const byRung = new Map<number, LadderRow[]>();
  for (const row of rows) {
    const rung = byRung.get(row.stepsGiven);
    if (rung === undefined) byRung.set(row.stepsGiven, [row]);
    else rung.push(row);
  }
  const rungs = [...byRung].sort(([a], [b]) => a - b);
  return (['overall', ...STAGES] as const).flatMap((stage) =>
    rungs.flatMap(([steps, all]) => {
      const chosen = stage === 'overall' ? all : all.filter((row) => row.stage === stage);
      const rung = oneRung(chosen, steps, options);
      return rung === undefined ? [] : [{ reader, stage, steps, ...rung }];
    }),
  );
}

function oneRung(
  rows: readonly LadderRow[],
  steps: number,
  options: { seed: string; resamples?: number },
): Omit<LadderRung, 'reader' | 'stage' | 'steps'> | undefined {
  const means = new Map<string, { patientId: string; own: number[]; twin: number[] }>();
  for (const row of rows) {
    const entry = means.get(row.questionId) ?? { patientId: row.patientId, own: [], twin: [] };
    if (!row.twin || steps === 0) entry.own.push(row.score);
    if (row.twin || steps === 0) entry.twin.push(row.score);
    means.set(row.questionId, entry);
  }
  const paired = [...means.values()].filter(({ own, twin }) => own.length > 0 && twin.length > 0);
  if (paired.length === 0) return undefined;
  const patients = new Map<string, number>();
  const patient = paired.map(({ patientId }) => {
    if (!patients.has(patientId)) patients.set(patientId, patients.size);
    return patients.get(patientId) ?? 0;
  });
  const own = paired.map((entry) => mean(entry.own));
  const twin = paired.map((entry) => mean(entry.twin));
  const table = clusterTable(
    patient,
    paired.map(() => 0),
    own.map((score, i) => score - twin[i]),
    patients.size,
    1,
  );
  const resamples = resample(table, { seed: options.seed, count: options.resamples });
  const effect = pairedDifference(table, resamples, { groups: [0], macro: false }, options.seed);
  return {
    n: paired.length,
    nPatients: patients.size,
    score: mean(own),
    twin: mean(twin),
    effect: effect.difference,
    // Without evidence own and twin are the same read: there is no effect to bound.
    ci95: steps === 0 ? null : effect.ci95,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
