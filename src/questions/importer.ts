// What an import format is: questions with keys and cases out of a file that somebody else wrote.
import { basename } from 'node:path';
import type { CaseRecord } from '../domain/case.ts';
import { sha256 } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Key, Question } from '../domain/question.ts';

export interface ImportItem {
  readonly question: Question;
  readonly key: Key;
  readonly case: CaseRecord;
  /** Canary of the file, when it has one: it is kept. */
  readonly canary?: string;
}

/** Members of questions and keys, and the sources of a manifest, that a form may have no place for. */
export type Unheld =
  | keyof Pick<Question, 'caseId' | 'patientId' | 'context' | 'slots' | 'unit'>
  | keyof Pick<Key, 'evidence' | 'assumed' | 'flags'>
  | 'sources';

/** An import format: one file in `importers/`, default export, file name = id. */
export interface Importer {
  readonly id: string;
  readonly summary: string;
  /** What a benchmark does not get back from the form. A context comes back as part of the text. */
  readonly unheld?: readonly Unheld[];
  /** Questions in file order. Throws `file-corrupt` with the line or record that is wrong. */
  items(file: string): AsyncIterable<ImportItem>;
}

/** A record of an imported file is not as it should be. */
export function wrongRecord(file: string, where: string, why: string, cause?: unknown): OverreadError {
  return new OverreadError(
    'file-corrupt',
    `${basename(file)}, ${where}: ${why}; mend or leave out this record.`,
    {
      cause,
    },
  );
}

/** Stands for the hash of an annotation that did not come with the file. */
export const NO_SOURCE = sha256('');
