// A run's reads to marks, in a scoring process: each scored under a protocol, or unscored with the reason.
import { publishedSettings } from '../../../benchmarks/published-settings.ts';
import { OverreadError } from '../../../domain/errors.ts';
import type { RunRecord } from '../../../domain/run.ts';
import type { ScoringRow } from '../../../domain/scoring-row.ts';
import { usesTools } from '../../../report/run-reports.ts';
import { isLadderRun, parseRungId } from '../../../runs/ladder-run.ts';
import { ERROR_CAUSES, type ErrorCause } from '../../../scoring/attribution.ts';
import { openStore } from '../../../storage/store.ts';
import type { Outcome } from '../shapes/reads.ts';
import { builtJudgement } from './judge-built.ts';
import { publishedJudgement } from './judge-published.ts';
import { type Marks, OUTCOMES } from './marks.ts';
import { questionTable, type TableRow } from './question-table.ts';
import type { MarksTask } from './score-task.ts';
import { unscored } from './unscored.ts';

/** What became of one read. */
export interface Judged {
  readonly outcome: Outcome;
  readonly score: number | null;
  readonly cause?: ErrorCause;
}

/** The questions of a benchmark that a run read, and how its reads are judged. */
export interface Judgement {
  /** In the benchmark's order. */
  readonly questions: readonly TableRow[];
  /** @param id the question's own id, without a rung */
  judge(row: ScoringRow, id: string): Judged;
  readonly problem?: { readonly code: string; readonly message: string };
}

/** Reads by the id of their question without a rung. */
export type RowsByQuestion = ReadonlyMap<string, readonly ScoringRow[]>;

/** Errors: `run-unknown`, `store-failed`. A benchmark or key that cannot be opened leaves reads unscored. */
export async function runMarks(task: MarksTask): Promise<Marks> {
  const store = await openStore(task.store);
  try {
    const run = await store.run(task.run);
    if (run === undefined)
      throw new OverreadError('run-unknown', 'The store has no such run: look at the list of runs.');
    const rows = await store.scoringRows(run.id, { toolCalls: usesTools(run) });
    return await marksOf(run, rows, task);
  } finally {
    await store.close();
  }
}

async function marksOf(run: RunRecord, rows: readonly ScoringRow[], task: MarksTask): Promise<Marks> {
  const isLadder = isLadderRun(run);
  const rungOf = ({ questionId }: ScoringRow) => (isLadder ? parseRungId(questionId) : undefined);
  const byQuestion = Map.groupBy(rows, (row) => rungOf(row)?.questionId ?? row.questionId);
  const { questions, judge, problem } = await judgementOf(run, byQuestion, task);
  const known = new Set(questions.map(({ id }) => id));
  const strangers = [...byQuestion].flatMap(([id, [row]]) => (known.has(id) ? [] : [stranger(id, row)]));
  const all = [...questions, ...strangers];
  const size = rows.length;
  const marks = {
    question: new Int32Array(size),
    repeat: new Uint16Array(size),
    score: new Float64Array(size).fill(Number.NaN),
    outcome: new Uint8Array(size),
    cause: new Uint8Array(size),
    confidence: new Float64Array(size).fill(Number.NaN),
    ...(isLadder ? { rung: new Uint8Array(size) } : {}),
  };
  let i = 0;
  all.forEach(({ id }, question) => {
    const reads = (byQuestion.get(id) ?? []).map((row) => {
      const rung = rungOf(row);
      return { row, rung: rung === undefined ? 0 : 2 * rung.steps + (rung.twin ? 1 : 0) };
    });
    reads.sort((a, b) => a.rung - b.rung || a.row.repeat - b.row.repeat);
    for (const { row, rung } of reads) {
      const judged: Judged = known.has(id) ? judge(row, id) : unscored(row);
      marks.question[i] = question;
      marks.repeat[i] = row.repeat;
      if (judged.score !== null) marks.score[i] = judged.score;
      marks.outcome[i] = OUTCOMES.indexOf(judged.outcome);
      marks.cause[i] = judged.cause === undefined ? 0 : 1 + ERROR_CAUSES.indexOf(judged.cause);
      if (row.confidence !== undefined) marks.confidence[i] = row.confidence;
      if (marks.rung !== undefined) marks.rung[i] = rung;
      i++;
    }
  });
  return {
    runId: run.id,
    protocol: task.protocol,
    table: questionTable(all),
    size,
    ...marks,
    ...(problem === undefined ? {} : { problem }),
  };
}

async function judgementOf(run: RunRecord, rows: RowsByQuestion, task: MarksTask): Promise<Judgement> {
  try {
    return await (publishedSettings(run) === undefined
      ? builtJudgement(run, rows, task)
      : publishedJudgement(run, rows, task));
  } catch (error) {
    if (!OverreadError.isInstance(error)) throw error;
    const { code, message } = error;
    return { questions: [], judge: unscored, problem: { code, message } };
  }
}

/** A score as a word. */
export const wordFor = (score: number): Outcome => (score >= 1 ? 'right' : score <= 0 ? 'wrong' : 'partial');

/** A question that the benchmark does not have any more. */
function stranger(id: string, { patientId }: ScoringRow): TableRow {
  return { id, text: '', gold: '', type: '', patientId, caseId: '', facets: {} };
}
