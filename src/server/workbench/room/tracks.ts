// What results are computed from: each reader's answers and scores by question, and what is known of the questions.

import type { Question } from '../../../domain/question.ts';
import type { Answer } from '../../../domain/read.ts';
import type { PublishedReport, Report } from '../../../domain/report.ts';
import type { RunRecord } from '../../../domain/run.ts';
import type { ScoringRow } from '../../../domain/scoring-row.ts';
import { calibrate } from '../../../scoring/statistics/calibration.ts';
import { canonicalLabel } from '../../../scoring/strict/label.ts';
import type { Store } from '../../../storage/store.ts';
import type { Marks } from '../scores/marks.ts';
import { textAt } from '../scores/packed.ts';
import { runMarks } from '../scores/run-marks.ts';
import type { ReaderResult } from '../shapes/room-results.ts';
import { yesOrNo } from './result-source.ts';
import type { ResultRun, ResultTask } from './result-task.ts';
import { ANSWER_NOTE } from './shown.ts';

export interface Track extends ResultRun {
  readonly record: RunRecord;
  readonly rows: ReadonlyMap<string, ScoringRow>;
  /** 0…1 by question; what is not scored is not in it. */
  readonly scores: ReadonlyMap<string, number>;
  /** What was said, comparable between readers: a label, or a number. Nothing where no answer was given. */
  readonly said: ReadonlyMap<string, string | number>;
  /** How sure of "yes", 0…1, by yes/no question. */
  readonly ratings: ReadonlyMap<string, number>;
  readonly activeSeconds: readonly number[];
  readonly problem?: string;
}

/** Loads one run's reads; the scores are those of the run's own page. */
export async function loadTrack(
  store: Store,
  task: ResultTask,
  about: ResultRun,
  byId: ReadonlyMap<string, Question>,
): Promise<Track> {
  const record = await store.run(about.run);
  if (record === undefined) throw new Error('The run of a reader is gone.');
  const rows = new Map<string, ScoringRow>();
  for (const row of await store.scoringRows(about.run))
    if (row.repeat === 0 && byId.has(row.questionId)) rows.set(row.questionId, row);
  const marks = await runMarks({
    kind: 'marks',
    store: task.store,
    benchmark: task.benchmark,
    ...(task.passphrase === undefined ? {} : { passphrase: task.passphrase }),
    protocol: task.protocol,
    run: about.run,
    tables: [],
  });
  const said = new Map<string, string | number>();
  const ratings = new Map<string, number>();
  for (const [id, row] of rows) {
    const question = byId.get(id);
    if (question === undefined) continue;
    const label = labelOf(question, row.answer);
    if (label !== undefined) said.set(id, label);
    if (question.answerKind === 'binary') ratings.set(id, ratingOf(label, row.confidence));
  }
  return {
    ...about,
    record,
    rows,
    scores: scoresIn(marks, rows),
    said,
    ratings,
    activeSeconds: about.kind === 'person' ? await activeSeconds(store, about.run) : [],
    ...(marks.problem === undefined ? {} : { problem: marks.problem.message }),
  };
}

function scoresIn(marks: Marks, rows: ReadonlyMap<string, ScoringRow>): Map<string, number> {
  const scores = new Map<string, number>();
  for (let i = 0; i < marks.size; i++) {
    const id = textAt(marks.table.ids, marks.question[i]);
    if (marks.repeat[i] === 0 && rows.has(id) && !Number.isNaN(marks.score[i]))
      scores.set(id, marks.score[i]);
  }
  return scores;
}

/**
 * Options are compared by their words, since letters are shuffled; those of numbers by letter, since each question has
 * its own numbers and only the place is shared.
 */
function labelOf(question: Question, answer: Answer | undefined): string | number | undefined {
  if (answer === undefined) return undefined;
  if (answer.kind === 'number') return answer.value;
  if (answer.kind === 'text') return canonicalLabel(answer.text);
  if (question.answerKind === 'numeric') return answer.letter;
  const option = question.options.find(({ letter }) => letter === answer.letter);
  return canonicalLabel(option?.text ?? answer.letter);
}

/** An answer without a word on confidence is meant; none at all is neither yes nor no. */
function ratingOf(label: string | number | undefined, confidence = 1): number {
  const said = typeof label === 'string' ? yesOrNo(label) : undefined;
  if (said === undefined) return 0.5;
  return said ? confidence : 1 - confidence;
}

async function activeSeconds(store: Store, run: string): Promise<number[]> {
  const seconds: number[] = [];
  for await (const { toolCalls } of store.reads(run)) {
    const note = toolCalls.find(({ tool }) => tool === ANSWER_NOTE);
    const { activeMilliseconds } = (note?.result ?? {}) as { activeMilliseconds?: number };
    // A page that reported nothing says nothing.
    if (activeMilliseconds !== undefined && activeMilliseconds > 0) seconds.push(activeMilliseconds / 1000);
  }
  return seconds;
}

type Scored = Pick<ReaderResult, 'score' | 'n' | 'patients' | 'ci95' | 'interval' | 'chance' | 'calibration'>;

/** What the report of these runs says of one of them, so that both always say the same. */
export function reportedOf(report: Report | PublishedReport, run: string, track: Track): Scored {
  if ('mode' in report.benchmark) {
    const published = (report as PublishedReport).readers.find(({ runId }) => runId === run);
    const [cell] = published?.overall ?? [];
    const reads = [...track.scores].flatMap(([id, score]) => {
      const confidence = track.rows.get(id)?.confidence;
      return confidence === undefined ? [] : [{ confidence, score }];
    });
    return { ...cellOf(cell), calibration: calibrationOf(calibrate(reads)) };
  }
  const reader = (report as Report).readers.find(({ runId }) => runId === run);
  return { ...cellOf(reader?.overall), calibration: calibrationOf(reader?.calibration ?? null) };
}

function cellOf(cell: Report['readers'][number]['overall'] | undefined): Omit<Scored, 'calibration'> {
  return {
    score: cell?.score ?? null,
    n: cell?.n ?? 0,
    patients: cell?.nPatients ?? 0,
    ci95: cell?.ci95 ?? null,
    interval: cell?.interval ?? 'none: no reads',
    chance: cell?.chance ?? null,
  };
}

function calibrationOf(of: Report['readers'][number]['calibration']): Scored['calibration'] {
  if (of === null) return null;
  const { n, ece, brier, bins } = of;
  return { n, ece, brier, bins };
}
