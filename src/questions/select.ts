// Which of the questions that cases support are asked: balanced over types and answers, by seed.
import { random } from '../domain/random.ts';

/** What selection knows of a candidate. */
export interface Row {
  readonly id: string;
  readonly caseId: string;
  readonly type: string;
  /** The answer where answers are few (yes/no, classes, counts); "" for continuous numbers. */
  readonly answer: string;
  /**
   * Which two things are compared, in either order. Within each pair all answers are kept equally often: that lesions
   * prefer one organ or segment to another is known without looking.
   */
  readonly group?: string;
  /**
   * A continuous answer as shown. A case is asked for one number once: two questions with the same key (the only
   * kidney lesion is the only kidney tumor) would show it twice among wrong options that differ.
   */
  readonly fact?: string;
}

export interface SelectOptions {
  readonly seed: string;
  /** Questions per case at most; all when absent. */
  readonly perCase?: number;
  /** Questions of one type per case at most. */
  readonly perTypeAndCase: number;
  /** How many times as frequent as the second most frequent answer the most frequent one of a type may be. */
  readonly balance: number;
}

export interface Selection {
  /** Ids of the questions to ask. */
  readonly chosen: Set<string>;
  /** Types that were left out since all their questions had one answer, and on how many cases. */
  readonly uniform: readonly { readonly type: string; readonly cases: number }[];
}

/** As many equal answers out of balanced ones are an accident of p < 0.001: the answer is known without looking. */
const UNIFORM_FROM = 10;

/**
 * The questions to ask. Within a case, types and answers that are rare in the whole source are preferred
 * (weighted sampling without replacement); over all cases, the most frequent answer of each type is thinned out, and a type
 * whose every question (of ten or more) has the same answer is left out.
 * The result depends on the seed and the set of rows, not on their order.
 */
export function selectQuestions(rows: readonly Row[], options: SelectOptions): Selection {
  const { seed, perCase = Number.POSITIVE_INFINITY, perTypeAndCase, balance } = options;
  const sort = ({ type, group, answer }: Row) => `${group ?? type}\n${answer}`;
  const frequency = countBy(rows, sort);
  const answers = new Map<string, Set<string>>();
  for (const { type, answer } of rows) answers.set(type, (answers.get(type) ?? new Set()).add(answer));
  // Efraimidis and Spirakis: the largest u^(1/w) are a weighted sample; log(u)/w orders alike and does not underflow.
  const ranked = rows
    .map((row) => {
      const share = (frequency.get(sort(row)) ?? 1) * (answers.get(row.type)?.size ?? 1);
      return { row, priority: Math.log(random(seed, 'select', row.id).next() + Number.MIN_VALUE) * share };
    })
    .sort((a, b) => b.priority - a.priority || (a.row.id < b.row.id ? -1 : 1));
  const ofCase = new Map<string, number>();
  const ofType = new Map<string, number>();
  const facts = new Set<string>();
  const sampled = ranked.filter(({ row }) => {
    const typeKey = `${row.caseId}\n${row.type}`;
    const factKey = row.fact === undefined ? undefined : `${typeKey}\n${row.fact}`;
    if (factKey !== undefined && facts.has(factKey)) return false;
    const [inCase, inType] = [ofCase.get(row.caseId) ?? 0, ofType.get(typeKey) ?? 0];
    if (inCase >= perCase || inType >= perTypeAndCase) return false;
    if (factKey !== undefined) facts.add(factKey);
    ofCase.set(row.caseId, inCase + 1);
    ofType.set(typeKey, inType + 1);
    return true;
  });
  return balanced(
    sampled.map(({ row }) => row),
    balance,
    seed,
  );
}

function balanced(rows: readonly Row[], balance: number, seed: string): Selection {
  const chosen = new Set<string>();
  const uniform: { type: string; cases: number }[] = [];
  for (const [, ofType] of Map.groupBy(rows, ({ group, type }) => group ?? type)) {
    const [{ type, group }] = ofType;
    const byAnswer = [...Map.groupBy(ofType, (row) => row.answer).values()].sort(
      (a, b) => b.length - a.length,
    );
    const closed = ofType[0].answer !== '' && group === undefined;
    if (closed && byAnswer.length === 1 && ofType.length >= UNIFORM_FROM && Number.isFinite(balance)) {
      uniform.push({ type, cases: new Set(ofType.map(({ caseId }) => caseId)).size });
      continue;
    }
    const most = group === undefined ? mostOfOne(byAnswer, balance) : balance * leastOf(byAnswer);
    for (const same of byAnswer) {
      const order = same
        .map((row) => ({ id: row.id, ticket: random(seed, 'balance', row.id).next() }))
        .sort((a, b) => a.ticket - b.ticket || (a.id < b.id ? -1 : 1));
      for (const { id } of order.slice(0, most)) chosen.add(id);
    }
  }
  return { chosen, uniform: uniform.sort((a, b) => (a.type < b.type ? -1 : 1)) };
}

/**
 * How many questions of one answer are kept: `balance` times those of the second most frequent answer. For counts,
 * times all those of three and more: 0, 1 and 2 cannot stand at every rank among four options, so with more of them
 * a low option would be a good guess. Without any such, those of the third most frequent.
 * @param byAnswer questions by answer, the most frequent first
 */
function mostOfOne(byAnswer: readonly (readonly Row[])[], balance: number): number {
  const counts = byAnswer.length > 2 && byAnswer.every(([{ answer }]) => /^\d+$/.test(answer));
  const high = byAnswer.reduce((n, same) => n + (Number(same[0].answer) >= 3 ? same.length : 0), 0);
  const measure = counts && high > 0 ? high : byAnswer[counts ? 2 : 1]?.length;
  return measure === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(balance * measure));
}

/** Questions of the rarest answer; one where a pair has a single answer. */
function leastOf(byAnswer: readonly (readonly Row[])[]): number {
  return byAnswer.length < 2 ? 1 : Math.min(...byAnswer.map((same) => same.length));
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
