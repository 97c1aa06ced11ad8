// The store: runs, intents, reads and cached replies, behind one interface for every database.
import { OverreadError } from '../domain/errors.ts';
import type { Read, ReadStatus } from '../domain/read.ts';
import type { RunRecord } from '../domain/run.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import { openSqlite } from './sqlite.ts';

/** What is about to be asked, written down before anything is sent. */
export interface Intent {
  readonly runId: string;
  readonly questionId: string;
  readonly repeat: number;
  /** ISO time. */
  readonly at: string;
}

export interface ReadFilter {
  readonly status?: ReadStatus;
  readonly questionId?: string;
  readonly patientId?: string;
}

/** Which rows, where not all of a run. */
export interface ScoringRowsOptions {
  readonly toolCalls?: boolean;
  /** Only reads of these questions. */
  readonly questionIds?: readonly string[];
  /** At most so many, after `offset` that are left out. */
  readonly limit?: number;
  readonly offset?: number;
}

/** What a run's committed reads add up to. */
export interface RunTally {
  readonly counts: Readonly<Record<ReadStatus, number>>;
  /** Of all reads; null where a read that sent requests has no known price. */
  readonly costUsd: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface PurgeResult {
  readonly reads: number;
  readonly cached: number;
  /** Hashes of blobs that only this patient's reads or cached replies named; the caller deletes them. */
  readonly blobs: string[];
}

/** Whom a cached reply comes from. */
export interface ReplyLink {
  /** The patient whose case was asked about. */
  readonly patientId?: string;
  /** Other patients whose data the prompt showed. */
  readonly alsoOf?: readonly string[];
  /** Hashes of the pictures or masks that it names … */
  readonly blobs?: readonly string[];
  /** … and whose they are, when not `patientId`'s. */
  readonly picturesOf?: string;
  /** Whose single pictures are, by hash, before what `picturesOf` says of all. */
  readonly pictureOwners?: Readonly<Record<string, string>>;
}

/**
 * What a caller may rely on, whatever the database:
 * - `begin` and `commit` resolve once durable. With SQLite that means synced to disk: a kill or a power loss costs
 *   no read whose `commit` resolved. Writes share transactions and wait at most 50 ms for company.
 * - A second commit for the same (run, question, repeat) replaces the first in one step; until then the old stays.
 * - Several processes may use one store at once.
 * - Every failure is an OverreadError `store-failed` with a sentence that says what to do.
 */
export interface Store {
  /** Inserts the run, or replaces the one with the same id. */
  saveRun(run: RunRecord): Promise<void>;
  run(id: string): Promise<RunRecord | undefined>;
  /** Newest first. */
  runs(): Promise<RunRecord[]>;
  /**
   * Changes some fields; `run-unknown` when there is no such run. `check` sees the record in the same transaction and
   * leaves it as it is by throwing: of two processes that claim a run, one does.
   */
  updateRun(id: string, patch: Partial<RunRecord>, check?: (now: RunRecord) => void): Promise<void>;
  begin(intent: Intent): Promise<void>;
  commit(read: Read): Promise<void>;
  /** Status of each committed read, by `${questionId}#${repeat}`. */
  done(runId: string): Promise<Map<string, ReadStatus>>;
  /** `${questionId}#${repeat}` that were begun and not committed since, in order. */
  interrupted(runId: string): Promise<string[]>;
  /** Whole reads in order of question id and repeat, a few hundred in memory at a time. */
  reads(runId: string, filter?: ReadFilter): AsyncIterable<Read>;
  /** How many reads of each status are committed. */
  counts(runId: string): Promise<Record<ReadStatus, number>>;
  /** Light rows in order of question id and repeat; tool calls only when asked for. */
  scoringRows(runId: string, options?: ScoringRowsOptions): Promise<ScoringRow[]>;
  /** Counts and sums by run, for all runs or for those named; runs without a read are left out. */
  tallies(runIds?: readonly string[]): Promise<Map<string, RunTally>>;
  /** A text that differs once anybody, this process or another, has written to the store. Costs next to nothing. */
  changes(): string;
  cached(key: string): Promise<string | undefined>;
  /** Keeps a reply, tied to what a purge has to know of it. */
  cache(key: string, value: string, link?: ReplyLink): Promise<void>;
  /** A kept JSON value; undefined when there is none. */
  document(kind: string, id: string): Promise<unknown>;
  /** All of a kind whose id begins with `prefix`, in order of id. */
  documents(kind: string, prefix?: string): Promise<{ readonly id: string; readonly body: unknown }[]>;
  /**
   * Reads and writes one document in one durable step, so that two that change it at once both count. `change` may be
   * called under a lock: it only computes. Throwing leaves things as they are; `undefined` removes it. Returns what is
   * kept from then on. `patientId`: whom it is about, so that a purge removes it.
   */
  changeDocument<T>(
    kind: string,
    id: string,
    change: (now: unknown) => T | undefined,
    options?: { readonly patientId?: string },
  ): Promise<T | undefined>;
  /**
   * Removes a patient's reads, transcripts, cached replies and documents beyond recovery from the file, and the reads
   * and replies of other patients that show this one's data. `store-failed` when somebody else's open read keeps old
   * pages alive.
   */
  purgePatient(patientId: string): Promise<PurgeResult>;
  close(): Promise<void>;
}

/**
 * Opens a store by path (`./overread.db`), `sqlite:PATH`, or `:memory:` (lives with the process).
 * Errors: `store-failed`; `bad-argument` for a database that is not supported.
 */
export async function openStore(url: string): Promise<Store> {
  if (/^postgres(ql)?:/.test(url))
    throw new OverreadError(
      'bad-argument',
      'PostgreSQL stores are not supported yet: give the path of an SQLite file with --store, such as ./overread.db.',
    );
  const path = url.startsWith('sqlite:') ? url.replace(/^sqlite:(\/\/)?/, '') : url;
  if (path === '' || /^[a-z][a-z0-9+.-]+:\/\//i.test(path))
    throw new OverreadError(
      'bad-argument',
      'That store is of an unknown kind: give the path of an SQLite file, such as ./overread.db.',
    );
  return openSqlite(path);
}
