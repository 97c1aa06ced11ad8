// Readers: whatever answers a question.
import type { CaseRecord } from './case.ts';
import type { Question } from './question.ts';
import type { ReadOutcome } from './read.ts';
import type { QuestionFormat } from './run.ts';
import type { CaseAccess, ToolMode } from './tool.ts';

/** What is known of a case that is asked about: all of its record, or only who it is where a published item has no scan. */
export type AskedCase = Pick<CaseRecord, 'id' | 'patientId'> & Partial<CaseRecord>;

/** What a reader is handed for one question. Nothing here leads to a key or to another case. */
export interface ReadTask {
  readonly question: Question;
  readonly case: AskedCase;
  readonly format: QuestionFormat;
  readonly repeat: number;
  /** Seed of this read: run seed, question and repeat. */
  readonly seed: string;
  /** Files of the case, or undefined when they are not on this machine. */
  readonly access: CaseAccess | undefined;
  /** Gold statements put before the question on a rung of the ladder. */
  readonly evidence?: readonly string[];
  /** Whose evidence that is, when it is another patient's. */
  readonly evidencePatient?: string;
  /** Whose solved items the question's prompt shows before its own, and their pictures by hash. */
  readonly demonstrated?: readonly { readonly patientId: string; readonly pictures: readonly string[] }[];
  readonly signal: AbortSignal;
}

export interface ReaderCapabilities {
  readonly formats: readonly QuestionFormat[];
  /** Needs the scan itself. */
  readonly needsImage: boolean;
  /** Needs masks or a segmenter. */
  readonly needsMasks: boolean;
}

export interface Reader {
  /** As written: [STRATEGY@]MODEL[#MODE]. */
  readonly name: string;
  readonly capabilities: ReaderCapabilities;
  /** How far the case's files are opened to it: only pixels ("vision") unless it says otherwise. */
  readonly mode?: ToolMode;
  /** What shapes its reads, for the run's record: prompt version, step budget, image budget … no secrets. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Never throws for a bad answer: it says so in the outcome's status. Throws only when the run should stop. */
  read(task: ReadTask): Promise<ReadOutcome>;
  close?(): Promise<void>;
}
