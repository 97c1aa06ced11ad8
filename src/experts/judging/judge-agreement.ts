// How far a judge agrees with people: equal scores, kappa, Kendall's tau, each with an interval, and what it left unread.
import { OverreadError } from '../../domain/errors.ts';
import { random } from '../../domain/random.ts';
import { quantile } from '../../scoring/statistics/bootstrap.ts';
import type { JudgedItem } from './judge-rubrics.ts';
import type { RubricJudge } from './judge-with-rubric.ts';

export interface LabelledItem {
  readonly id: string;
  /** What belongs together in resamples: a patient. Default: the item itself. */
  readonly cluster?: string;
  readonly item: JudgedItem;
  /** The score that people gave, on the rubric's scale. */
  readonly label: number;
}

export interface Estimate {
  /** null where it is not defined, as kappa of raters who never differ from one score. */
  readonly value: number | null;
  readonly ci95: readonly [number, number] | null;
}

export interface JudgeAgreement {
  readonly judge: string;
  readonly items: number;
  /** Items with a score; agreement is over these, and the others are counted here. */
  readonly scored: number;
  readonly unread: number;
  readonly failed: number;
  /** Share of equal scores among those scored. */
  readonly equal: Estimate;
  /** Cohen's kappa of scores as mere names. */
  readonly kappa: Estimate;
  /** Cohen's kappa with quadratic weights over the scale. */
  readonly weightedKappa: Estimate;
  /** Kendall's tau-b. */
  readonly tau: Estimate;
  /** Judge minus people, mean. */
  readonly bias: Estimate;
  /** Rows: the people's score; columns: the judge's; both in the order of the scale. */
  readonly table: readonly (readonly number[])[];
  readonly scale: readonly number[];
}

/** A contingency table, rows by one rater, columns by the other. */
type Table = readonly Float64Array[];

const sumOf = (values: ArrayLike<number>): number =>
  Array.prototype.reduce.call(values, (a, b) => a + b, 0) as number;

export function equalShare(table: Table): number | null {
  const all = table.reduce((sum, row) => sum + sumOf(row), 0);
  return all === 0 ? null : table.reduce((sum, row, at) => sum + row[at], 0) / all;
}

/**
 * Cohen's kappa. `distance` says how far two categories are apart: 0 for equal ones. Not defined where chance alone gives
 * no disagreement.
 */
export function cohensKappa(table: Table, distance: (i: number, j: number) => number): number | null {
  const rows = table.map(sumOf);
  const columns = table.map((_, j) => table.reduce((sum, row) => sum + row[j], 0));
  const all = rows.reduce((sum, row) => sum + row, 0);
  let [seen, expected] = [0, 0];
  for (let i = 0; i < table.length; i++)
    for (let j = 0; j < table.length; j++) {
      seen += distance(i, j) * table[i][j];
      expected += (distance(i, j) * rows[i] * columns[j]) / all;
    }
  return all === 0 || expected === 0 ? null : 1 - seen / expected;
}

/** Kendall's tau-b; null where one rater never varies. */
export function kendallTauB(table: Table): number | null {
  const size = table.length;
  let [concordant, discordant, all] = [0, 0, 0];
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      all += table[i][j];
      if (table[i][j] === 0) continue;
      for (let k = i + 1; k < size; k++)
        for (let l = 0; l < size; l++) {
          if (l > j) concordant += table[i][j] * table[k][l];
          else if (l < j) discordant += table[i][j] * table[k][l];
        }
    }
  const pairs = (counts: readonly number[]) => counts.reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const total = (all * (all - 1)) / 2;
  const rows = total - pairs(table.map(sumOf));
  const columns = total - pairs(table.map((_, j) => table.reduce((sum, row) => sum + row[j], 0)));
  return rows === 0 || columns === 0 ? null : (concordant - discordant) / Math.sqrt(rows * columns);
}

export interface AgreementOptions {
  /** Default "0". */
  readonly seed?: string;
  /** Bootstrap resamples of whole clusters. Default 1,000. */
  readonly resamples?: number;
  /** Items asked about at once. Default 8; the gateway's own limits hold besides. */
  readonly concurrency?: number;
}

/**
 * Has the judge score every labelled item and compares. Items without a score stay out of agreement and are counted.
 * Throws `bad-argument` for labels off the scale, and what asking throws but failures of the provider.
 */
export async function judgeAgreement(
  judge: Pick<RubricJudge, 'id' | 'rubric' | 'score'>,
  labelled: readonly LabelledItem[],
  options: AgreementOptions = {},
): Promise<JudgeAgreement> {
  const { scale } = judge.rubric;
  const strange = labelled.find(({ label }) => !scale.includes(label));
  if (strange !== undefined)
    throw new OverreadError(
      'bad-argument',
      `The label ${strange.label} of ${strange.id} is not on the scale of ${judge.rubric.id}: use ${scale.join(', ')}.`,
    );
  const scores = await scoreAll(judge, labelled, options.concurrency ?? 8);
  const pairs = labelled.flatMap(({ id, cluster, label }, at) => {
    const found = scores[at];
    return found.ok
      ? [{ cluster: cluster ?? id, label: scale.indexOf(label), score: scale.indexOf(found.score) }]
      : [];
  });
  const clusters = [...Map.groupBy(pairs, ({ cluster }) => cluster).values()];
  const tableOf = (groups: readonly (typeof pairs)[]): Table => {
    const table = scale.map(() => new Float64Array(scale.length));
    for (const group of groups) for (const { label, score } of group) table[label][score]++;
    return table;
  };
  const bias = (table: Table): number | null => {
    let [sum, all] = [0, 0];
    table.forEach((row, i) => {
      row.forEach((n, j) => {
        sum += n * (scale[j] - scale[i]);
        all += n;
      });
    });
    return all === 0 ? null : sum / all;
  };
  const whole = tableOf(clusters);
  const rng = random(options.seed ?? '0', 'judge-agreement');
  const drawn = Array.from({ length: clusters.length < 2 ? 0 : (options.resamples ?? 1000) }, () =>
    tableOf(clusters.map(() => clusters[rng.int(clusters.length)])),
  );
  const estimate = (of: (table: Table) => number | null): Estimate => {
    const values = Float64Array.from(drawn.flatMap((table) => of(table) ?? [])).sort();
    const enough = values.length > 0 && values.length >= drawn.length / 2;
    return { value: of(whole), ci95: enough ? [quantile(values, 0.025), quantile(values, 0.975)] : null };
  };
  const span = scale[scale.length - 1] - scale[0] || 1;
  return {
    judge: judge.id,
    items: labelled.length,
    scored: pairs.length,
    unread: scores.filter((found) => !found.ok && !found.failed).length,
    failed: scores.filter((found) => !found.ok && found.failed).length,
    equal: estimate(equalShare),
    kappa: estimate((table) => cohensKappa(table, (i, j) => Number(i !== j))),
    weightedKappa: estimate((table) => cohensKappa(table, (i, j) => ((scale[i] - scale[j]) / span) ** 2)),
    tau: estimate(kendallTauB),
    bias: estimate(bias),
    table: whole.map((row) => [...row]),
    scale,
  };
}

async function scoreAll(
  judge: Pick<RubricJudge, 'score'>,
  labelled: readonly LabelledItem[],
  concurrency: number,
): Promise<Awaited<ReturnType<RubricJudge['score']>>[]> {
  const scores: Awaited<ReturnType<RubricJudge['score']>>[] = new Array(labelled.length);
  let next = 0;
  const work = async () => {
    while (next < labelled.length) {
      const at = next++;
      scores[at] = await judge.score(labelled[at].item);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, work));
  return scores;
}
