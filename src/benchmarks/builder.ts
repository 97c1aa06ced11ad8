// What a builder is: the way a published benchmark was made, repeated on anybody's own data.
import type { Method } from '../domain/method.ts';
import type { Progress } from '../domain/progress.ts';
import type { Protocol } from '../domain/report.ts';

/** An option of a builder or a study, as `--name VALUE` on the command line. */
export interface OptionCard {
  /** Kebab-case, without dashes. */
  readonly name: string;
  /** What stands for the value in help: "FILE", "N" … */
  readonly value: string;
  readonly about: string;
  readonly default?: string;
  /** May be given several times. Default false. */
  readonly repeatable?: boolean;
}

export interface BuildRequest {
  /** Folder or file of the user's data. */
  readonly source: string;
  /** A new or empty folder. */
  readonly out: string;
  readonly seed: string;
  /** "published": as released, faults included; "strict": the same idea with the faults mended. */
  readonly protocol: Protocol;
  /** Options by name; repeatable ones in the order given. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface BuildSummary {
  readonly items: number;
  /** Items by task, tier or type. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the data could not support, and how often. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  /** Why nobody can read it as it is, where pictures were left out on purpose. */
  readonly unreadable?: string;
  /** Names of the files written, below `out`. */
  readonly files: readonly string[];
  /** SHA-256 over what was written, without paths and times: the same source, seed and options, the same hash. */
  readonly contentHash: string;
}

/**
 * A builder writes the release format of the benchmark it belongs to, so that `overread run ID --data OUT` reads what
 * it made. Errors: typed, naming file and record; what a single case cannot support is skipped and counted.
 */
export interface Builder extends Method {
  readonly kind: 'builder';
  /** Id of the published benchmark whose format it writes. */
  readonly writes: string;
  readonly options: readonly OptionCard[];
  build(request: BuildRequest): Promise<BuildSummary>;
}
