// Where release files lie: bytes by range, under a folder, a single file or an address, all read the same way.

/** Bytes that can be had from any place on, without the rest. */
export interface ByteSource {
  /** Name within its root, with forward slashes. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** Bytes from `start` up to, not including, `end`. Throws `file-truncated` when there are fewer. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Bytes from `start` (default 0) to the end, in chunks of at most 1 MiB. */
  stream(start?: number): AsyncIterable<Uint8Array>;
}

/** A release as it lies in a folder, in one file, or under an address. */
export interface DataRoot {
  /** As it was given. */
  readonly path: string;
  /** Names of the files below, sorted; under an address, those that the caller knows the release to have. */
  list(): Promise<readonly string[]>;
  has(name: string): Promise<boolean>;
  /** Throws `file-not-found`, or `path-escape` for a name that leads out of the root. */
  open(name: string): Promise<ByteSource>;
  close?(): Promise<void>;
}

/**
 * Where a stream stands: JSON, so that it can be kept and handed in again. Resuming at a record's `next` yields the
 * records after it, none lost and none twice, whatever byte the process was killed at.
 */
export interface Cursor {
  /** File within the root. */
  readonly file: string;
  /** Bytes of the file (uncompressed stream position for compressed ones; first row for Parquet) that are done with. */
  readonly offset: number;
  /** Records of the file that are done with. */
  readonly index: number;
}

/** A record and where the next one begins. */
export interface Streamed<T> {
  readonly value: T;
  readonly next: Cursor;
}

export interface StreamOptions {
  /** Go on from here. Default: the beginning. */
  readonly from?: Cursor;
  /** Longest record in bytes. Default 256 MiB: longer ones throw `limit-exceeded`. */
  readonly maxRecordBytes?: number;
  readonly signal?: AbortSignal;
}
