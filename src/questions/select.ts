// Which of the questions that cases support are asked: balanced over types and answers, by seed.
import { random } from '../domain/random.ts';

/** What selection knows of a candidate. */
export interface Row {
  readonly id: string;
  readonly caseId: string;
  readonly type: string;
  /** The answer where answers are few (yes/no, classes, counts); "" for continuous numbers. */
  readonly answer: string;
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

/**
 * Ids of the questions to ask. Within a case, types and answers that are rare in the whole source are preferred
 * (weighted sampling without replacement); over all cases, the most frequent answer of each type is thinned out.
 * The result depends on the seed and the set of rows, not on their order.
 */
export function selectQuestions(rows: readonly Row[], options: SelectOptions): Set<string> {
  const { seed, perCase = Number.POSITIVE_INFINITY, perTypeAndCase, balance } = options;
  const frequency = countBy(rows, ({ type, answer }) => `${type}\n${answer}`);
  const answers = new Map<string, Set<string>>();
  for (const { type, answer } of rows) answers.set(type, (answers.get(type) ?? new Set()).add(answer));
  // Efraimidis and Spirakis: the largest u^(1/w) are a weighted sample; log(u)/w orders alike and does not underflow.
  const ranked = rows
    .map((row) => {
      const share = (frequency.get(`${row.type}\n${row.answer}`) ?? 1) * (answers.get(row.type)?.size ?? 1);
      return { row, priority: Math.log(random(seed, 'select', row.id).next() + Number.MIN_VALUE) * share };
    })
    .sort((a, b) => b.priority - a.priority || (a.row.id < b.row.id ? -1 : 1));
  const ofCase = new Map<string, number>();
  const ofType = new Map<string, number>();
  const sampled = ranked.filter(({ row }) => {
    const typeKey = `${row.caseId}\n${row.type}`;
    const [inCase, inType] = [ofCase.get(row.caseId) ?? 0, ofType.get(typeKey) ?? 0];
    if (inCase >= perCase || inType >= perTypeAndCase) return false;
    ofCase.set(row.caseId, inCase + 1);
    ofType.set(typeKey, inType + 1);
    return true;
  });
  return thinned(
    sampled.map(({ row }) => row),
    balance,
    seed,
  );
}

/** Leaves at most `balance` times the second most frequent answer's number for each answer of a type. */
function thinned(rows: readonly Row[], balance: number, seed: string): Set<string> {
  const kept = new Set<string>();
  for (const ofType of Map.groupBy(rows, (row) => row.type).values()) {
    const byAnswer = [...Map.groupBy(ofType, (row) => row.answer).values()].sort(
      (a, b) => b.length - a.length,
    );
    const most =
      byAnswer.length < 2 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(balance * byAnswer[1].length));
    for (const same of byAnswer) {
      const order = same
        .map((row) => ({ id: row.id, ticket: random(seed, 'balance', row.id).next() }))
        .sort((a, b) => a.ticket - b.ticket || (a.id < b.id ? -1 : 1));
      for (const { id } of order.slice(0, most)) kept.add(id);
    }
  }
  return kept;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
