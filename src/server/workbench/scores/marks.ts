// The marks of a run: what came of every read, as parallel arrays beside one table of the questions.
import { STAGES, type Stage } from '../../../domain/question.ts';
import type { Protocol } from '../../../domain/report.ts';
import { ERROR_CAUSES, type ErrorCause } from '../../../scoring/attribution.ts';
import { type Outcome, outcome } from '../shapes/reads.ts';
import { type Interned, internedAt, type PackedTexts, textAt } from './packed.ts';

export const OUTCOMES: readonly Outcome[] = outcome.options;

/** The questions that a run read, in the benchmark's order. Runs over the same questions share one table. */
export interface QuestionTable {
  /** Hash of everything in it. */
  readonly hash: string;
  readonly size: number;
  readonly ids: PackedTexts;
  /** Wording, cut for display and search. */
  readonly texts: Interned;
  /** The right answer, cut; "" where the key is locked or gone. */
  readonly golds: Interned;
  /** Options of a multiple-choice form as JSON: letter → text, cut; "" without. */
  readonly options: Interned;
  readonly types: Interned;
  readonly patients: Interned;
  readonly cases: Interned;
  /** Index of STAGES; −1 where the question is not known. */
  readonly stage: Int8Array;
  /** What scores are cut by: per name a value for each question ("" for none). */
  readonly facets: Readonly<Record<string, Interned>>;
}

/** One entry per read, ordered by question, rung and repeat. */
export interface Marks {
  readonly runId: string;
  readonly protocol: Protocol;
  readonly table: QuestionTable;
  readonly size: number;
  /** Row of the table. */
  readonly question: Int32Array;
  readonly repeat: Uint16Array;
  /** 0…1; NaN where the read is in no denominator or is not scored. */
  readonly score: Float64Array;
  /** Index of OUTCOMES. */
  readonly outcome: Uint8Array;
  /** 1 + index of ERROR_CAUSES; 0 for none. */
  readonly cause: Uint8Array;
  /** NaN without one. */
  readonly confidence: Float64Array;
  /** Of a ladder: 2 × steps given, + 1 for another patient's; absent for a plain run. */
  readonly rung?: Uint8Array;
  /** Why reads are unscored: a code and a sentence. */
  readonly problem?: { readonly code: string; readonly message: string };
}

export const stageAt = (table: QuestionTable, question: number): Stage | undefined =>
  table.stage[question] < 0 ? undefined : STAGES[table.stage[question]];

export const outcomeAt = (marks: Marks, i: number): Outcome => OUTCOMES[marks.outcome[i]];

export const causeAt = (marks: Marks, i: number): ErrorCause | undefined =>
  marks.cause[i] === 0 ? undefined : ERROR_CAUSES[marks.cause[i] - 1];

/** "2~": two steps of another patient's evidence. */
export const rungAt = (marks: Marks, i: number): string | undefined =>
  marks.rung === undefined ? undefined : rungName(marks.rung[i]);

export const rungName = (rung: number): string => `${rung >> 1}${rung % 2 === 1 ? '~' : ''}`;

/** The id under which the store has the read: a rung is part of it. */
export function storedId(marks: Marks, i: number): string {
  const id = textAt(marks.table.ids, marks.question[i]);
  const rung = rungAt(marks, i);
  return rung === undefined ? id : `${id}@${rung}`;
}

export const typeAt = (table: QuestionTable, question: number): string => internedAt(table.types, question);

/** Bytes that marks keep in memory, without their table. */
export const bytesOf = (marks: Marks): number => sizeOf({ ...marks, table: undefined });

export const tableBytes = (table: QuestionTable): number => sizeOf(table);

function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + sizeOf(inner), 0);
}
