// Every pair of readers compared on the questions that both could take, stage by stage.
import { STAGES, type Stage } from '../domain/question.ts';
import type { PairRow } from '../domain/report.ts';
import type { QuestionIndex } from './scored-run.ts';
import { resample } from './statistics/bootstrap.ts';
import { clusterTable } from './statistics/clusters.ts';
import { mcnemar, pairedDifference } from './statistics/paired.ts';
import { holm } from './statistics/permutation.ts';

/** A reader's mean score per question of the index; NaN where it has none. */
export interface ReaderMeans {
  readonly name: string;
  readonly means: Float64Array;
}

export interface PairOptions {
  readonly seed: string;
  readonly resamples: number;
  /** Differences within ± margin with the whole interval count as equivalent. */
  readonly margin: number;
}

/**
 * Rows for pairs (a, b) of readers: overall and per stage. Holm adjusts two families apart: the stages of all pairs,
 * and the overall rows of all pairs.
 */
export function pairRows(
  pairs: readonly (readonly [ReaderMeans, ReaderMeans])[],
  index: QuestionIndex,
  options: PairOptions,
): PairRow[] {
  const rows = pairs.flatMap(([a, b]) => comparePair(a, b, index, options));
  for (const family of new Set(rows.map((row) => row.family))) {
    const members = rows.filter((row) => row.family === family);
    holm(members.map((row) => row.p)).forEach((p, i) => {
      members[i].pHolm = p;
    });
  }
  return rows;
}

function comparePair(a: ReaderMeans, b: ReaderMeans, index: QuestionIndex, options: PairOptions): PairRow[] {
  const shared = Int32Array.from(a.means.keys()).filter(
    (q) => !Number.isNaN(a.means[q]) && !Number.isNaN(b.means[q]),
  );
  const table = clusterTable(
    shared.map((q) => index.patient[q]),
    shared.map((q) => index.stage[q]),
    Float64Array.from(shared, (q) => a.means[q] - b.means[q]),
    index.patients,
    STAGES.length,
  );
  const resamples = resample(table, { seed: options.seed, count: options.resamples });
  const groupsOf = (stage: Stage | 'overall') =>
    stage === 'overall' ? STAGES.map((_, s) => s) : [STAGES.indexOf(stage)];
  return (['overall', ...STAGES] as const).flatMap((stage): PairRow[] => {
    const groups = groupsOf(stage);
    const result = pairedDifference(table, resamples, { groups, macro: false }, `${options.seed} ${stage}`);
    if (result.questions === 0) return [];
    const { ci95, difference, p } = result;
    return [
      {
        a: a.name,
        b: b.name,
        stage,
        n: result.questions,
        nPatients: result.patients,
        difference,
        ci95,
        ...tally(
          a.means,
          b.means,
          shared.filter((q) => groups.includes(index.stage[q])),
        ),
        p,
        pHolm: p,
        family: stage === 'overall' ? 'overall × reader pairs' : 'stages × reader pairs',
        equivalent: ci95 === null ? null : ci95[0] > -options.margin && ci95[1] < options.margin,
        margin: options.margin,
        minimalDetectable: result.minimalDetectable,
      },
    ];
  });
}

/** Wins, ties and losses of a by question, and McNemar's exact p where every answer is right or wrong. */
function tally(
  a: Float64Array,
  b: Float64Array,
  questions: Int32Array,
): Pick<PairRow, 'win' | 'tie' | 'loss' | 'mcnemar'> {
  let [win, tie, loss] = [0, 0, 0];
  let dichotomous = true;
  for (const q of questions) {
    if (a[q] > b[q]) win++;
    else if (a[q] < b[q]) loss++;
    else tie++;
    dichotomous &&= (a[q] === 0 || a[q] === 1) && (b[q] === 0 || b[q] === 1);
  }
  return { win, tie, loss, mcnemar: dichotomous ? mcnemar(win, loss) : null };
}
