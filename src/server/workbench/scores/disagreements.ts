// The questions on which readers disagree: each one's mean score, and how far apart they are.
import { STAGES, type Stage } from '../../../domain/question.ts';
import type { Store } from '../../../storage/store.ts';
import type { Disagreement } from '../shapes/scores.ts';
import { type Marks, outcomeAt, type QuestionTable, stageAt } from './marks.ts';
import { internedAt, textAt } from './packed.ts';
import { readRows } from './read-rows.ts';

export interface DisagreementFilter {
  readonly stage?: string | undefined;
  readonly type?: string | undefined;
  readonly text?: string | undefined;
  /** "spread": the furthest apart first; "order": as the benchmark has them. Default "spread". */
  readonly sort?: 'spread' | 'order';
}

/** A question of the first table, and where each run's first read of it stands (−1: none). */
export interface Disagreed {
  readonly question: number;
  readonly spread: number;
  readonly first: readonly number[];
  readonly reads: readonly number[];
  /** Mean over repeats; NaN without a score. */
  readonly means: readonly number[];
}

/** Questions that at least two of the runs read and scored differently. */
export function disagreementsOf(runs: readonly Marks[], filter: DisagreementFilter = {}): Disagreed[] {
  const [{ table }] = runs;
  const means = runs.map((marks) => meansOf(marks, placesIn(marks.table, table), table.size));
  const holds = chosenBy(table, filter);
  const found: Disagreed[] = [];
  for (let question = 0; question < table.size; question++) {
    const scores = means.map(({ sum, counted }) => sum[question] / counted[question]);
    const known = scores.filter((score) => !Number.isNaN(score));
    const spread = known.length < 2 ? 0 : Math.max(...known) - Math.min(...known);
    if (spread > 0 && holds(question))
      found.push({
        ...{ question, spread, means: scores },
        first: means.map(({ first }) => first[question]),
        reads: means.map(({ reads }) => reads[question]),
      });
  }
  // Stable: questions that are as far apart stay in the benchmark's order.
  return filter.sort === 'order' ? found : found.sort((a, b) => b.spread - a.spread);
}

/** Per question: scores summed and counted over repeats, reads, and the first of them. */
function meansOf({ question, score, size }: Marks, places: Int32Array, questions: number) {
  const sum = new Float64Array(questions);
  const counted = new Float64Array(questions);
  const reads = new Uint32Array(questions);
  const first = new Int32Array(questions).fill(-1);
  for (let i = 0; i < size; i++) {
    const at = places[question[i]];
    if (at < 0) continue;
    reads[at]++;
    if (first[at] < 0) first[at] = i;
    if (Number.isNaN(score[i])) continue;
    sum[at] += score[i];
    counted[at]++;
  }
  return { sum, counted, reads, first };
}

/** For each row of a table its row in another, by id; −1 where the other has none. */
function placesIn(table: QuestionTable, other: QuestionTable): Int32Array {
  if (table === other) return Int32Array.from({ length: table.size }, (_, i) => i);
  const at = new Map<string, number>();
  for (let i = 0; i < other.size; i++) at.set(textAt(other.ids, i), i);
  return Int32Array.from({ length: table.size }, (_, i) => at.get(textAt(table.ids, i)) ?? -1);
}

function chosenBy(table: QuestionTable, { stage, type, text }: DisagreementFilter): (q: number) => boolean {
  const wanted = stage === undefined || stage === '' ? undefined : STAGES.indexOf(stage as Stage);
  const words = text?.toLowerCase().trim().split(/\s+/).filter(Boolean) ?? [];
  return (q) => {
    if (wanted !== undefined && table.stage[q] !== wanted) return false;
    if (type !== undefined && type !== '' && internedAt(table.types, q) !== type) return false;
    if (words.length === 0) return true;
    const lower = internedAt(table.texts, q).toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}

/** Some of them with everybody's answer, from the store. */
export async function disagreementRows(
  store: Store,
  runs: readonly Marks[],
  part: readonly Disagreed[],
): Promise<Disagreement[]> {
  const answers = await Promise.all(
    runs.map(async (marks, r) => {
      const reads = part.map(({ first }) => first[r]).filter((i) => i >= 0);
      const rows = await readRows(store, marks, reads);
      return new Map(rows.map((row) => [`${row.questionId}#${row.repeat}`, row.answer]));
    }),
  );
  const [{ table }] = runs;
  return part.map(({ question, spread, first, reads, means }) => {
    const questionId = textAt(table.ids, question);
    const stage = stageAt(table, question);
    return {
      questionId,
      caseId: internedAt(table.cases, question),
      patientId: internedAt(table.patients, question),
      ...(stage === undefined ? {} : { stage }),
      type: internedAt(table.types, question),
      question: internedAt(table.texts, question),
      gold: internedAt(table.golds, question),
      spread,
      answers: runs.map((marks, r) => {
        const i = first[r];
        if (i < 0) return null;
        return {
          repeat: marks.repeat[i],
          reads: reads[r],
          answer: answers[r].get(`${questionId}#${marks.repeat[i]}`) ?? '',
          outcome: outcomeAt(marks, i),
          score: Number.isNaN(means[r]) ? null : means[r],
        };
      }),
    };
  });
}
