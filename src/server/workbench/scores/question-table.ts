// Builds the table of questions beside which a run's marks stand.
import { createHash } from 'node:crypto';
import { type Option, type Question, STAGES, type Stage } from '../../../domain/question.ts';
import type { QuestionTable } from './marks.ts';
import { intern, packTexts } from './packed.ts';

export interface TableRow {
  readonly id: string;
  readonly text: string;
  readonly gold: string;
  /** Of a multiple-choice form. */
  readonly options?: readonly Option[];
  readonly type: string;
  readonly patientId: string;
  readonly caseId: string;
  /** Absent: the benchmark does not have the question. */
  readonly stage?: Stage;
  readonly facets: Readonly<Record<string, string>>;
}

/** Longest wording and answer that lists show. */
const TEXT = 280;
const GOLD = 160;

export function questionTable(rows: readonly TableRow[]): QuestionTable {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.facets)))].sort();
  const table = {
    size: rows.length,
    ids: packTexts(rows.map((row) => row.id)),
    texts: intern(rows.map((row) => cut(row.text, TEXT))),
    golds: intern(rows.map((row) => cut(row.gold, GOLD))),
    options: intern(rows.map(({ options }) => optionsJson(options ?? []))),
    types: intern(rows.map((row) => row.type)),
    patients: intern(rows.map((row) => row.patientId)),
    cases: intern(rows.map((row) => row.caseId)),
    stage: Int8Array.from(rows, ({ stage }) => (stage === undefined ? -1 : STAGES.indexOf(stage))),
    facets: Object.fromEntries(
      names.map((name) => [name, intern(rows.map((row) => row.facets[name] ?? ''))]),
    ),
  };
  return { hash: hashOf(table), ...table };
}

function optionsJson(options: readonly Option[]): string {
  if (options.length === 0) return '';
  return JSON.stringify(Object.fromEntries(options.map(({ letter, text }) => [letter, cut(text, GOLD)])));
}

/** At most `most` characters, never half of a pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text[most - 2]) ? most - 2 : most - 1;
  return `${text.slice(0, end)}…`;
}

/** What a question may be cut by: its split and what it is asked about, or what its release says of it. */
export function facetsOfQuestion(
  question: Pick<Question, 'split' | 'slots' | 'facets'>,
): Record<string, string> {
  return { split: question.split, ...question.slots, ...question.facets };
}

function hashOf(value: unknown): string {
  const hash = createHash('sha256');
  const feed = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      hash.update(`${part.byteLength};`);
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    } else if (typeof part === 'object' && part !== null)
      for (const [name, inner] of Object.entries(part)) {
        hash.update(`${name}:`);
        feed(inner);
      }
    else hash.update(`${String(part)};`);
  };
  feed(value);
  return hash.digest('hex');
}
