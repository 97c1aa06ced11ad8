// Runs to a report: every read scored under one protocol, then cells, pairs, ladder, calibration and errors.
import type { Manifest } from '../domain/benchmark.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Key, Question } from '../domain/question.ts';
import { isNote } from '../domain/read.ts';
import type { ErrorAttribution, Protocol, ReaderReport, Report } from '../domain/report.ts';
import type { RunRecord } from '../domain/run.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import { attributeErrors } from './attribution.ts';
import { runCells } from './cells.ts';
import { type Chance, chanceOf } from './chance.ts';
import { type LadderRow, ladderRungs } from './ladder.ts';
import { pairRows } from './pairs.ts';
import { resemblance } from './resemblance.ts';
import {
  indexQuestions,
  type QuestionIndex,
  questionMeans,
  repeatDeviation,
  type ScoredRun,
  scoreRun,
} from './scored-run.ts';
import { calibrate } from './statistics/calibration.ts';

export interface ReportOptions {
  readonly benchmark: Pick<Manifest, 'name' | 'contentHash'>;
  readonly questions: readonly Question[];
  readonly keys: ReadonlyMap<string, Key>;
  readonly runs: readonly { readonly run: RunRecord; readonly rows: readonly ScoringRow[] }[];
  /** One protocol per report; for both, build two. */
  readonly protocol: Protocol;
  /** Reader or run id that all others are compared with; without it, every pair is compared. */
  readonly baseline?: string;
  /** Scored rows of ladder runs, by reader. */
  readonly ladders?: readonly { readonly reader: string; readonly rows: readonly LadderRow[] }[];
  /** Seed of bootstrap and permutation; default "0". */
  readonly seed?: string;
  /** Bootstrap resamples; default 2,000. */
  readonly resamples?: number;
  /** Equivalence margin of paired differences; default 0.05. */
  readonly margin?: number;
}

/** Builds the report of some runs over one benchmark. The same input and seed give the same report. */
export function buildReport(options: ReportOptions): Report {
  const { benchmark, questions, keys, protocol } = options;
  const seed = options.seed ?? '0';
  const resamples = options.resamples ?? 2000;
  const index = indexQuestions(questions, keys);
  const chances = new Map<RunRecord['format'], Chance>();
  const notes: string[] = [];
  const scored = options.runs.map(({ run, rows }) => scoreRun(run, rows, index, protocol));
  const readers = scored.map((one): ReaderReport => {
    const { format } = one.run;
    const chance = chances.get(format) ?? chanceOf(questions, keys, { format, protocol });
    chances.set(format, chance);
    notes.push(...notesOf(one), ...controlNote(one.run, questions, keys));
    return {
      reader: one.run.reader,
      runId: one.run.id,
      format,
      ...runCells(one, index, chance, { seed, resamples }),
      cost: costOf(one.rows),
      repeatSd: repeatDeviation(one),
      calibration: calibrationOf(one),
      errors: errorsOf(one, index),
    };
  });
  return {
    benchmark: {
      name: benchmark.name,
      contentHash: benchmark.contentHash,
      questions: questions.length,
      patients: index.patients,
    },
    readers,
    ladder: (options.ladders ?? []).flatMap(({ reader, rows }) =>
      ladderRungs(reader, rows, { seed, resamples }),
    ),
    pairs: pairsOf(scored, index, options, { seed, resamples }),
    notes: [...new Set(notes)],
  };
}

function pairsOf(
  scored: readonly ScoredRun[],
  index: QuestionIndex,
  options: ReportOptions,
  { seed, resamples }: { seed: string; resamples: number },
): Report['pairs'] {
  const names = nameRuns(scored.map((one) => one.run));
  const means = scored.map((one, i) => ({
    name: names[i],
    means: questionMeans(one, index.questions.length),
  }));
  const { baseline } = options;
  const at =
    baseline === undefined
      ? -1
      : scored.findIndex((one) => one.run.id === baseline || one.run.reader === baseline);
  if (baseline !== undefined && at < 0)
    throw new OverreadError(
      'run-unknown',
      `No run here is called ${baseline}: name one of the runs in the report.`,
    );
  const pairs = means.flatMap((a, i) =>
    means.flatMap((b, j) => ((at < 0 ? i < j : j === at && i !== at) ? [[a, b] as const] : [])),
  );
  return pairRows(pairs, index, { seed, resamples, margin: options.margin ?? 0.05 });
}

/** Reader names, with the format or run id added where two runs share one. */
function nameRuns(runs: readonly RunRecord[]): string[] {
  const count = (name: string, names: readonly string[]) => names.filter((n) => n === name).length;
  const plain = runs.map((run) => run.reader);
  const formatted = runs.map((run) => `${run.reader} (${run.format})`);
  return runs.map((run, i) => {
    if (count(plain[i], plain) === 1) return plain[i];
    return count(formatted[i], formatted) === 1 ? formatted[i] : `${run.reader} (${run.id})`;
  });
}

/** Readers that see another patient's results instead of the patient's own. */
const OTHER_PATIENT = /^(?:executor-shuffled|wrong-patient@)/;

function controlNote(
  run: RunRecord,
  questions: readonly Question[],
  keys: ReadonlyMap<string, Key>,
): string[] {
  const line = run.format === 'mc' && OTHER_PATIENT.test(run.reader) ? resemblance(questions, keys) : null;
  return line === null
    ? []
    : [
        `${run.reader}: another patient's answer to a question of the same type scores ${(100 * line).toFixed(1)} % on average; a control on other patients' results falls to about that.`,
      ];
}

function notesOf(scored: ScoredRun): string[] {
  const { run, rows, unknown } = scored;
  const notes: string[] = [];
  if (unknown > 0)
    notes.push(
      `${run.reader}: ${unknown} reads are of questions that this benchmark or its keys do not have; left out.`,
    );
  if (rows.length < run.planned)
    notes.push(
      `${run.reader}: ${run.planned - rows.length} of ${run.planned} reads are not done; scores cover the rest.`,
    );
  const priced = rows.filter((row) => row.costUsd !== undefined).length;
  if (priced > 0 && priced < rows.length)
    notes.push(`${run.reader}: ${rows.length - priced} reads have no known price; the cost covers the rest.`);
  return notes;
}

function costOf(rows: readonly ScoringRow[]): ReaderReport['cost'] {
  const cost: ReaderReport['cost'] = { usd: null, inputTokens: 0, outputTokens: 0, seconds: 0, requests: 0 };
  for (const row of rows) {
    if (row.costUsd !== undefined) cost.usd = (cost.usd ?? 0) + row.costUsd;
    cost.inputTokens += row.inputTokens;
    cost.outputTokens += row.outputTokens;
    cost.seconds += row.milliseconds / 1000;
    cost.requests += row.requests;
  }
  return cost;
}

function calibrationOf(scored: ScoredRun): ReaderReport['calibration'] {
  const reads: { confidence: number; score: number }[] = [];
  scored.row.forEach((row, i) => {
    const { confidence } = scored.rows[row];
    if (confidence !== undefined) reads.push({ confidence, score: scored.score[i] });
  });
  return calibrate(reads);
}

/** null unless the rows carry a call log and the reader called at least one tool somewhere. */
function errorsOf(scored: ScoredRun, index: QuestionIndex): ErrorAttribution | null {
  if (!scored.rows.some(({ toolCalls }) => toolCalls?.some((call) => !isNote(call)))) return null;
  const reads: { key: Key; calls: NonNullable<ScoringRow['toolCalls']>; score: number }[] = [];
  scored.row.forEach((row, i) => {
    const calls = scored.rows[row].toolCalls;
    const key = index.keys.get(index.questions[scored.question[i]].id);
    if (calls !== undefined && key !== undefined) reads.push({ key, calls, score: scored.score[i] });
  });
  const turns = turnsOf(scored.run);
  return attributeErrors(reads, turns === undefined ? {} : { turns });
}

/** Turns in which a run let its reader call tools, as its settings say. */
export function turnsOf({
  settings: { maxSteps, maxCalls },
}: Pick<RunRecord, 'settings'>): number | undefined {
  if (typeof maxCalls === 'number') return maxCalls;
  return typeof maxSteps === 'number' ? maxSteps - 1 : undefined;
}
