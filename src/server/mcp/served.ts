// What an MCP server serves: the questions of one benchmark, and what it may start and report. No way leads to a key.
import type { QuestionSource } from '../../domain/benchmark.ts';
import type { Experts } from '../../domain/expert.ts';
import type { CaseAccess, Tool, ToolMode } from '../../domain/tool.ts';
import type { BlobStore } from '../../storage/blobs.ts';

export interface Served {
  readonly source: QuestionSource;
  readonly blobs: BlobStore;
  /** Criteria set of knowledge look-ups. */
  readonly criteria: string;
  readonly mode: ToolMode;
  /** Case tools of that mode. */
  readonly tools: readonly Tool[];
  readonly experts?: Experts;
  /** Opens the files of a case; undefined when there are none. What is cut from them goes to `blobs`. */
  openCase(caseId: string, blobs: BlobStore): Promise<CaseAccess | undefined>;
  /** Absent: no run can be started or reported. */
  readonly runs?: RunDesk;
}

/** A run as a client may know it. */
export interface ServedRun {
  readonly run: string;
  readonly reader: string;
  readonly status: 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
  readonly planned: number;
  readonly done: number;
  /** Reads by what came of them; when it has ended. */
  readonly counts?: Readonly<Record<string, number>>;
  /** One sentence, when it failed. */
  readonly problem?: string;
}

/** A score over several items, never of one. */
export interface ServedScore {
  readonly of: string;
  readonly metric: string;
  readonly score: number | null;
  readonly ci95: readonly [number, number] | null;
  readonly chance: number | null;
  readonly n: number;
}

export interface ServedReport {
  readonly run: string;
  readonly reader: string;
  readonly protocol: string;
  readonly scores: readonly ServedScore[];
  /** Scores over too few items, which are kept back. */
  readonly withheld: number;
}

/** The run engine as a client may use it. */
export interface RunDesk {
  /** Reads the whole benchmark in the background. Throws `bad-argument`, `not-allowed`. */
  start(reader: string): Promise<ServedRun>;
  status(): readonly ServedRun[];
  /** Scores of a run that is done. Throws `run-unknown`, `not-allowed` for one that is not. */
  report(run: string): Promise<ServedReport>;
  /** Stops what is under way. */
  close(): Promise<void>;
}
