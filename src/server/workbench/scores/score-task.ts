// What the server and its scoring processes say to one another.

import type { Protocol, PublishedReport, Report } from '../../../domain/report.ts';
import type { ChildReply } from '../child-reply.ts';
import type { Marks, QuestionTable } from './marks.ts';

/** Which store and benchmark: a process opens them itself. */
interface TaskPlace {
  readonly store: string;
  /** Where the benchmark lies now. */
  readonly benchmark?: string;
  readonly passphrase?: string;
  readonly protocol: Protocol;
}

export interface ReportTask extends TaskPlace {
  readonly kind: 'report';
  readonly runs: readonly string[];
  readonly baseline?: string;
}

export interface MarksTask extends TaskPlace {
  readonly kind: 'marks';
  readonly run: string;
  /** Hashes of tables that the server has: these are not sent again. */
  readonly tables: readonly string[];
}

export type ScoreTask = ReportTask | MarksTask;

/** A report says itself what it is of. */
export type ScoredReport =
  | { readonly kind: 'built'; readonly report: Report }
  | { readonly kind: 'published'; readonly report: PublishedReport };

export type SentMarks = Omit<Marks, 'table'> & {
  readonly table: { readonly hash: string; readonly whole?: QuestionTable };
};

export type ScoreReply = ChildReply<ScoredReport | SentMarks>;
