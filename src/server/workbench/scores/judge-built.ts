// Judges reads of a built benchmark: the questions it has, its keys where they can be opened.
import { OverreadError } from '../../../domain/errors.ts';
import type { Key, Question } from '../../../domain/question.ts';
import { isNote } from '../../../domain/read.ts';
import type { RunRecord } from '../../../domain/run.ts';
import type { ScoringRow } from '../../../domain/scoring-row.ts';
import { shownUnit } from '../../../domain/units.ts';
import { openBenchmark } from '../../../questions/benchmark-folder.ts';
import { openKeys } from '../../../questions/keys.ts';
import { isLadderRun } from '../../../runs/ladder-run.ts';
import { type ErrorCause, firstDeviation } from '../../../scoring/attribution.ts';
import { turnsOf } from '../../../scoring/report.ts';
import { scoreRead } from '../../../scoring/score.ts';
import { facetsOfQuestion, type TableRow } from './question-table.ts';
import { type Judged, type Judgement, type RowsByQuestion, wordFor } from './run-marks.ts';
import type { MarksTask } from './score-task.ts';
import { unscored } from './unscored.ts';

/** Errors: those of `openBenchmark`, and `benchmark-invalid` for one that has changed since. Locked keys are told of. */
export async function builtJudgement(
  run: RunRecord,
  rows: RowsByQuestion,
  task: MarksTask,
): Promise<Judgement> {
  const folder = task.benchmark ?? run.benchmark;
  const benchmark = await openBenchmark(folder);
  if (benchmark.manifest.contentHash !== run.benchmarkHash)
    throw new OverreadError(
      'benchmark-invalid',
      'The benchmark has changed since this run read it: its reads are shown without scores.',
    );
  const { keys, problem } = await keysOf(folder, task.passphrase);
  const questions = new Map<string, Question>();
  for await (const question of benchmark.eachQuestion())
    if (rows.has(question.id)) questions.set(question.id, question);
  const causeOf = causes(run, rows, keys);
  return {
    questions: [...questions.values()].map((question) => tableRow(question, keys.get(question.id), run)),
    judge(row, id): Judged {
      const question = questions.get(id);
      const key = keys.get(id);
      if (question === undefined || key === undefined) return unscored(row);
      const { score, outcome } = scoreRead(question, key, row, {
        protocol: task.protocol,
        format: run.format,
      });
      const cause = score === null || score >= 1 ? undefined : causeOf(row, key);
      return {
        score,
        outcome: outcome !== 'scored' ? outcome : score === null ? 'unscored' : wordFor(score),
        ...(cause === undefined ? {} : { cause }),
      };
    },
    ...(problem === undefined ? {} : { problem }),
  };
}

async function keysOf(
  folder: string,
  passphrase: string | undefined,
): Promise<{ keys: ReadonlyMap<string, Key>; problem?: { code: string; message: string } }> {
  try {
    return { keys: await openKeys(folder, passphrase) };
  } catch (error) {
    if (!OverreadError.isInstance(error)) throw error;
    return { keys: new Map(), problem: { code: error.code, message: error.message } };
  }
}

/** The cause of a wrong read, where the report of the run has causes at all. */
function causes(
  run: RunRecord,
  rows: RowsByQuestion,
  keys: ReadonlyMap<string, Key>,
): (row: ScoringRow, key: Key) => ErrorCause | undefined {
  // Ladders are told their evidence: the report attributes nothing there.
  if (isLadderRun(run)) return () => undefined;
  // The report asks this of the reads that it scores: a read that it leaves out speaks for no tools.
  const hasCalls = [...rows].some(
    ([id, reads]) => keys.has(id) && reads.some(({ toolCalls }) => toolCalls?.some((call) => !isNote(call))),
  );
  if (!hasCalls) return () => undefined;
  const turns = turnsOf(run);
  const options = turns === undefined ? {} : { turns };
  return ({ toolCalls }, key) =>
    toolCalls === undefined ? undefined : firstDeviation(key, toolCalls, options);
}

function tableRow(question: Question, key: Key | undefined, { format }: RunRecord): TableRow {
  const { id, text, type, patientId, caseId, stage } = question;
  return {
    ...{ id, text, type, patientId, caseId, stage },
    gold: key === undefined ? '' : goldOf(question, key, format),
    ...(format === 'mc' ? { options: question.options } : {}),
    facets: facetsOfQuestion(question),
  };
}

/** "B · severe" for a multiple-choice reader; the answer in its unit otherwise. */
export function goldOf(
  { unit, options }: Pick<Question, 'unit' | 'options'>,
  { answer, letter }: Pick<Key, 'answer' | 'letter'>,
  format: 'mc' | 'free',
): string {
  const said = unit === undefined ? '' : shownUnit(unit);
  const words = said === '' || answer.endsWith(said) ? answer : `${answer} ${said}`;
  return format === 'mc' && options.length > 0 ? `${letter} · ${words}` : words;
}
