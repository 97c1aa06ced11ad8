// Methods: published systems as plug-ins, each with its paper and its own check.
import type { Progress } from './progress.ts';
import type { Protocol, PublishedReport, Report } from './report.ts';
import type { QuestionFormat } from './run.ts';

export interface Paper {
  readonly title: string;
  readonly arxiv?: string;
  readonly url?: string;
  readonly year?: number;
}

/** One line of `overread check`. Values are in the metric's own unit; `ci95` belongs to `result`. */
export interface CheckResult {
  readonly method: string;
  readonly passed: boolean;
  readonly baseline: { readonly name: string; readonly value: number };
  readonly result: { readonly name: string; readonly value: number };
  readonly ci95?: readonly [number, number];
  /**
   * A regime in which the method must not win, and whether it indeed did not. `value` is what the method reaches there
   * and `against` what it is compared with; without `against`, `value` is the difference.
   */
  readonly mustNotWin?: {
    readonly regime: string;
    readonly value: number;
    readonly against?: number;
    readonly held: boolean;
  };
  readonly detail?: string;
  readonly seconds: number;
}

/** What a check may use; handed down from the composition root. */
export interface CheckContext {
  readonly seed: string;
  /** A folder that may be filled and is removed afterwards. */
  readonly scratch: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Builds a benchmark from phantoms in `scratch`, lets readers read it, and reports. */
  readPhantoms(options: {
    readonly cases: number;
    readonly readers: readonly string[];
    readonly format: QuestionFormat;
    readonly protocol: Protocol;
    /** Criteria set; "guideline" when absent. */
    readonly criteria?: 'published' | 'radgpt' | 'guideline';
  }): Promise<Report>;
  /**
   * Has a scripted model on a loopback server read a published benchmark's release: it answers each question (by id)
   * with the reply given for it. One reader in the report.
   */
  readPublished(options: {
    readonly benchmark: string;
    readonly data: string;
    readonly mode: string;
    readonly protocol: Protocol;
    readonly replies: ReadonlyMap<string, string>;
  }): Promise<PublishedReport>;
  /**
   * Lets any readers read a release, through the whole run engine: both arms of a strategy's check. `server` is the base
   * URL of a loopback server behind compatible/NAME; it and every address in `experts` may be contacted, nothing else.
   */
  readRelease(options: ReleaseReading): Promise<PublishedReport>;
}

export interface ReleaseReading {
  readonly benchmark: string;
  readonly data: string;
  /** Default: the benchmark's first. */
  readonly mode?: string;
  readonly split?: string;
  readonly protocol?: Protocol;
  readonly readers: readonly string[];
  /** The reader that others are compared with. Default: the first. */
  readonly baseline?: string;
  readonly server?: string;
  /** ROLE=EXPERT, as on the command line. */
  readonly experts?: readonly string[];
  /** NAME=VALUE, as on the command line. */
  readonly options?: Readonly<Record<string, string>>;
  readonly tools?: readonly string[];
  readonly repeats?: number;
}

export interface Method {
  readonly id: string;
  readonly kind: 'benchmark' | 'builder' | 'agent' | 'study' | 'audit' | 'training' | 'model-part';
  readonly summary: string;
  readonly paper: Paper;
  /** Other papers whose method this is too: follow-ups, studies of the same design. */
  readonly alsoPapers?: readonly Paper[];
  readonly command: string;
  /** Tasks and modalities for the catalogue, where no data card says them. */
  readonly tasks?: readonly string[];
  readonly modalities?: readonly string[];
  readonly needs: readonly string[];
  check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>>;
}
