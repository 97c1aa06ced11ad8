// One run scored under one protocol, as parallel arrays that statistics can use without touching reads again.
import { type Key, type Question, STAGES, type Stage } from '../domain/question.ts';
import type { Protocol } from '../domain/report.ts';
import type { RunRecord } from '../domain/run.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import { scoreRead } from './score.ts';

/** Questions with dense numbers for types and patients. */
export interface QuestionIndex {
  readonly questions: readonly Question[];
  readonly keys: ReadonlyMap<string, Key>;
  readonly at: ReadonlyMap<string, number>;
  readonly types: readonly { readonly id: string; readonly stage: Stage }[];
  readonly type: Int32Array;
  readonly stage: Int32Array;
  readonly patient: Int32Array;
  readonly patients: number;
}

export function indexQuestions(
  questions: readonly Question[],
  keys: ReadonlyMap<string, Key>,
): QuestionIndex {
  const types: { id: string; stage: Stage }[] = [];
  const typeAt = new Map<string, number>();
  const patientAt = new Map<string, number>();
  const dense = (map: Map<string, number>, name: string): number => {
    const known = map.get(name);
    if (known !== undefined) return known;
    map.set(name, map.size);
    return map.size - 1;
  };
  const type = new Int32Array(questions.length);
  const stage = new Int32Array(questions.length);
  const patient = new Int32Array(questions.length);
  questions.forEach((question, i) => {
    type[i] = dense(typeAt, question.type);
    if (type[i] === types.length) types.push({ id: question.type, stage: question.stage });
    stage[i] = STAGES.indexOf(question.stage);
    patient[i] = dense(patientAt, question.patientId);
  });
  const at = new Map(questions.map((question, i) => [question.id, i]));
  return { questions, keys, at, types, type, stage, patient, patients: patientAt.size };
}

export const OUTCOMES = ['scored', 'unparsed', 'refused', 'failed', 'unsupported'] as const;

export interface ScoredRun {
  readonly run: RunRecord;
  readonly protocol: Protocol;
  /** Per read in the denominator: index of its question, score 0…1, repeat. */
  readonly question: Int32Array;
  readonly score: Float64Array;
  /** Its type. */
  readonly typeAt: Int32Array;
  readonly repeat: Int32Array;
  /** Reads by type (row) and outcome (column, as OUTCOMES). */
  readonly outcomes: Int32Array;
  /** Types in the order in which the run first met them, as the published sums go. */
  readonly typeOrder: readonly number[];
  /** Relative error per read of free-form numeric questions; NaN elsewhere and where no number was given. */
  readonly relativeError: Float64Array;
  /** Yes/no questions, per type: tp, fn, tn, fp, and empty answers on "no" keys. */
  readonly binary: Map<number, { tp: number; fn: number; tn: number; fp: number; silent: number }>;
  /** Rows whose question is not in the benchmark or has no key. */
  readonly unknown: number;
  readonly rows: readonly ScoringRow[];
  /** Row of each read in the denominator. */
  readonly row: Int32Array;
}

export function scoreRun(
  run: RunRecord,
  rows: readonly ScoringRow[],
  index: QuestionIndex,
  protocol: Protocol,
): ScoredRun {
  const question = new Int32Array(rows.length);
  const score = new Float64Array(rows.length);
  const repeat = new Int32Array(rows.length);
  const typeAt = new Int32Array(rows.length);
  const row = new Int32Array(rows.length);
  const relativeError = new Float64Array(rows.length).fill(Number.NaN);
  const outcomes = new Int32Array(index.types.length * OUTCOMES.length);
  const binary: ScoredRun['binary'] = new Map();
  const typeOrder = new Set<number>();
  let unknown = 0;
  let n = 0;
  rows.forEach((read, r) => {
    const at = index.at.get(read.questionId);
    const key = index.keys.get(read.questionId);
    if (at === undefined || key === undefined) {
      unknown++;
      return;
    }
    const asked = index.questions[at];
    const type = index.type[at];
    const result = scoreRead(asked, key, read, { protocol, format: run.format });
    outcomes[type * OUTCOMES.length + OUTCOMES.indexOf(result.outcome)]++;
    if (result.score === null) return;
    typeOrder.add(type);
    question[n] = at;
    typeAt[n] = type;
    score[n] = result.score;
    repeat[n] = read.repeat;
    row[n] = r;
    if (result.relativeError !== undefined) relativeError[n] = result.relativeError;
    if (asked.answerKind === 'binary') {
      const counts = binary.get(type) ?? { tp: 0, fn: 0, tn: 0, fp: 0, silent: 0 };
      binary.set(type, counts);
      const positive = /^yes\b/i.test(key.answer.trim());
      const right = result.score === 1;
      if (positive) right ? counts.tp++ : counts.fn++;
      else if (right) counts.tn++;
      else if (result.outcome === 'scored') counts.fp++;
      else counts.silent++;
    }
    n++;
  });
  return {
    run,
    protocol,
    question: question.subarray(0, n),
    score: score.subarray(0, n),
    repeat: repeat.subarray(0, n),
    typeAt: typeAt.subarray(0, n),
    row: row.subarray(0, n),
    relativeError: relativeError.subarray(0, n),
    outcomes,
    typeOrder: [...typeOrder],
    binary,
    unknown,
    rows,
  };
}

/** Mean score per question over repeats; NaN where the run has no counted read. */
export function questionMeans(scored: ScoredRun, questions: number): Float64Array {
  const sums = new Float64Array(questions);
  const counts = new Float64Array(questions);
  scored.question.forEach((question, i) => {
    sums[question] += scored.score[i];
    counts[question]++;
  });
  return sums.map((sum, q) => (counts[q] === 0 ? Number.NaN : sum / counts[q]));
}

/** Standard deviation of the overall score between repeats; null with fewer than two. */
export function repeatDeviation(scored: ScoredRun): number | null {
  const sums = new Map<number, { sum: number; n: number }>();
  scored.repeat.forEach((repeat, i) => {
    const entry = sums.get(repeat) ?? { sum: 0, n: 0 };
    entry.sum += scored.score[i];
    entry.n++;
    sums.set(repeat, entry);
  });
  const means = [...sums.values()].map(({ sum, n }) => sum / n);
  if (means.length < 2) return null;
  const mean = means.reduce((a, b) => a + b, 0) / means.length;
  return Math.sqrt(means.reduce((total, m) => total + (m - mean) ** 2, 0) / (means.length - 1));
}
