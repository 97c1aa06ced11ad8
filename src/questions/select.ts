// Which of the questions that cases support are asked: balanced over types and answers, by seed.
import { type Random, random } from '../domain/random.ts';

/** What selection knows of a candidate. */
export interface Row {
  readonly id: string;
  readonly caseId: string;
  readonly type: string;
  /** The answer where answers are few (yes/no, classes, counts); "" for continuous numbers. */
  readonly answer: string;
  /** How many answers a question shows; all of its type (or group) when absent. */
  readonly shown?: number;
  /** Within a group answers are levelled apart from the rest of the type: it has options of its own. */
  readonly group?: string;
  /**
   * Where the group is a pair of things compared: which of them the answer names, the first, the second or neither.
   * Levelled over the type too, since most pairs have been seen with few of their answers.
   */
  readonly side?: string;
  /**
   * A continuous answer as shown. A case is asked for one number once, whatever the type: two questions with the same
   * key (the only kidney lesion is the only kidney tumor) would show it twice among wrong options that differ.
   */
  readonly fact?: string;
  /** Unit of the fact. */
  readonly unit?: string;
}

export interface SelectOptions {
  readonly seed: string;
  /** Questions per case at most; all when absent. */
  readonly perCase?: number;
  /** Questions of one type per case at most. */
  readonly perTypeAndCase: number;
  /** How many times as often as levelling would leave it an answer may be kept; infinite: nothing is levelled. */
  readonly balance: number;
}

export interface Selection {
  /** Ids of the questions to ask. */
  readonly chosen: Set<string>;
  /** Types that were left out since all their questions had one answer, and on how many cases. */
  readonly uniform: readonly { readonly type: string; readonly cases: number }[];
  /** Types of which questions were left out to level their answers, and of how many cases. */
  readonly levelled: readonly { readonly type: string; readonly cases: number }[];
}

/** A rare answer does not thin a type to less than this: questions of every other answer, and their share. */
const LEAST_KEPT = { questions: 3, share: 0.01 };

/** As many equal answers out of balanced ones are an accident of p < 0.001: the answer is known without looking. */
const UNIFORM_FROM = 10;

/**
 * The questions to ask. Within a case, types and answers that are rare in the whole source are preferred
 * (weighted sampling without replacement); over all cases, frequent answers of each type are thinned out until none is
 * right more often than one in the number of options, and a type whose every question (of ten or more) has the same
 * answer is left out.
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
    const factKey = row.fact === undefined ? undefined : `${row.caseId}\n${row.fact} ${row.unit ?? ''}`;
    if (factKey !== undefined && facts.has(factKey)) return false;
    const [inCase, inType] = [ofCase.get(row.caseId) ?? 0, ofType.get(typeKey) ?? 0];
    if (inCase >= perCase || inType >= perTypeAndCase) return false;
    if (factKey !== undefined) facts.add(factKey);
    ofCase.set(row.caseId, inCase + 1);
    ofType.set(typeKey, inType + 1);
    return true;
  });
  return levelled(
    sampled.map(({ row }) => row),
    balance,
    seed,
  );
}

function levelled(rows: readonly Row[], balance: number, seed: string): Selection {
  const chosen = new Set<string>();
  const uniform: { type: string; cases: number }[] = [];
  const thinned: { type: string; cases: number }[] = [];
  for (const [type, ofType] of Map.groupBy(rows, (row) => row.type)) {
    const kept = Number.isFinite(balance) ? levelType(ofType, balance, seed) : ofType;
    for (const { id } of kept) chosen.add(id);
    const lost = new Set(ofType.filter(({ id }) => !chosen.has(id)).map(({ caseId }) => caseId));
    if (lost.size > 0) (kept.length === 0 ? uniform : thinned).push({ type, cases: lost.size });
  }
  const byType = (a: { type: string }, b: { type: string }) => (a.type < b.type ? -1 : 1);
  return { chosen, uniform: uniform.sort(byType), levelled: thinned.sort(byType) };
}

/** The questions of one type that are kept. */
function levelType(rows: readonly Row[], balance: number, seed: string): Row[] {
  const pairs: Row[] = [];
  const incomplete: Row[] = [];
  const kept: Row[] = [];
  for (const group of Map.groupBy(rows, (row) => row.group ?? '').values()) {
    const [{ answer, side, shown }] = group;
    const answers = new Set(group.map(ofAnswer)).size;
    if (answer === '') kept.push(...group);
    else if (side !== undefined) {
      if (answers >= (shown ?? answers)) pairs.push(...dealt(group, balance, seed));
      else incomplete.push(...drawn(group, 1, seed));
    } else if (answers > 1 || group.length < UNIFORM_FROM)
      kept.push(...level(group, ofAnswer, { balance, seed, shown, least: leastOf(group) }));
  }
  // Of a pair that has been seen without one of its answers, the others are the better guess.
  if (pairs.length < UNIFORM_FROM) pairs.push(...incomplete);
  return [...kept, ...level(pairs, ({ side }) => side ?? '', { balance, seed, least: leastOf(pairs) })];
}

const ofAnswer = ({ answer }: Row) => answer;
const leastOf = (rows: readonly Row[]) =>
  Math.max(LEAST_KEPT.questions, Math.ceil(LEAST_KEPT.share * rows.length));

interface LevelOptions {
  readonly balance: number;
  readonly seed: string;
  readonly shown?: number;
  /** Questions of each answer that are kept however rare another one is. */
  readonly least: number;
}

/**
 * Rows whose answers come as if thrown with a fair die, not dealt out evenly: were there exactly as many of each, the
 * answers of others would tell that one's own is rather one of the rest. One question after another is kept, with a
 * thrown answer, until there is none of it left.
 */
function level(rows: readonly Row[], keyOf: (row: Row) => string, options: LevelOptions): Row[] {
  const { balance, seed, shown, least } = options;
  const byAnswer = [...Map.groupBy(rows, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, same]) => same);
  if (byAnswer.length < 2) return [...rows];
  const counts = byAnswer.map((same) => same.length);
  const most = balance * highestLevel(counts, shown);
  const sides = counts.map((count) => Math.min(count, most));
  const die = random(seed, 'level', rows[0].type, rows[0].group ?? '');
  const kept = counts.map(() => 0);
  for (let spent = false; !spent; ) {
    const thrown = throwOf(sides, die);
    if (kept[thrown] < counts[thrown]) kept[thrown]++;
    // Ending with the last of an answer would favour it, going on to the throw that asks for more the others.
    spent = kept[thrown] === counts[thrown] && die.next() < 0.5;
  }
  return byAnswer.flatMap((same, i) => drawn(same, Math.max(kept[i], least), seed));
}

/** An index by weight. */
function throwOf(weights: readonly number[], die: Random): number {
  let ticket = die.uniform(
    0,
    weights.reduce((a, b) => a + b, 0),
  );
  let index = 0;
  while (index < weights.length - 1 && ticket >= weights[index]) ticket -= weights[index++];
  return index;
}

/** Equally many rows of each answer. */
function dealt(rows: readonly Row[], balance: number, seed: string): Row[] {
  const byAnswer = [...Map.groupBy(rows, ofAnswer).values()];
  const fewest = Math.min(...byAnswer.map((same) => same.length));
  return byAnswer.flatMap((same) => drawn(same, Math.floor(balance * fewest), seed));
}

/**
 * How many questions of each answer may be asked so that none is right more often than one in `shown`: those of the
 * rarest where all answers are shown together, a share of them all where a question shows some of many.
 */
function highestLevel(counts: readonly number[], shown = counts.length): number {
  const together = Math.min(shown, counts.length);
  const allows = (most: number) =>
    counts.reduce((n, count) => n + Math.min(count, most), 0) >= together * most;
  let [low, high] = [0, Math.max(0, ...counts)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (allows(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** `n` rows at most, by seed. */
function drawn(rows: readonly Row[], n: number, seed: string): Row[] {
  if (rows.length <= n) return [...rows];
  return rows
    .map((row) => ({ row, ticket: random(seed, 'balance', row.id).next() }))
    .sort((a, b) => a.ticket - b.ticket || (a.row.id < b.row.id ? -1 : 1))
    .slice(0, n)
    .map(({ row }) => row);
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
