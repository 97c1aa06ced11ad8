// What the routes of the workbench work with.
import type { BlobStore } from '../../storage/blobs.ts';
import type { Store } from '../../storage/store.ts';
import type { Events } from './events.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Library } from './library/library.ts';

export interface WorkbenchContext {
  readonly store: Store;
  /** As it was given: for processes that open the same store. */
  readonly storeUrl: string;
  readonly blobs: BlobStore;
  /** Benchmarks that runs of the store read, and those that were added. */
  readonly library: Library;
  readonly events: Events;
  /** How `overread` is started as a process of its own: program and first arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Folder (real path) below which scans may be pointed at. */
  readonly filesRoot: string;
  /** Folder of the workbench's own files beside the store, mode 0700: uploads, built benchmarks, the room. */
  readonly workFolder: string;
  /** Opens encrypted keys. */
  readonly passphrase?: string;
  /** Addresses that may receive prompts and images in runs begun here; the command line's --allow. */
  readonly allow: readonly string[];
  /** Server behind compatible/MODEL in runs begun here; the command line's --base-url. */
  readonly baseUrl?: string;
  /** What runs, builds and inspections are doing as processes of their own. */
  readonly jobs: Jobs;
  readonly version: string;
  /** Aborted when the server closes. */
  readonly signal: AbortSignal;
  /** Told of what went wrong in here: visitors are not, since it may name a file. */
  readonly onProblem: (error: unknown) => void;
}
