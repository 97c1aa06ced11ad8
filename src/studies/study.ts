// What a study is: a command that needs several runs and says one thing about them.
import type { OptionCard } from '../benchmarks/builder.ts';
import type { PublishedBenchmark } from '../benchmarks/published.ts';
import type { Method } from '../domain/method.ts';
import type { Progress } from '../domain/progress.ts';
import type { Gateway } from '../experts/gateway.ts';
import type { BlobStore } from '../storage/blobs.ts';
import type { Store } from '../storage/store.ts';

/** What a study is handed by the composition root. */
export interface StudyContext {
  /** Options by name; repeatable ones in the order given. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  readonly seed: string;
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly gateway: Gateway;
  /** A published benchmark by id. Throws `bad-argument`. */
  published(id: string): PublishedBenchmark;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Remarks for people. */
  remark(sentence: string): void;
}

export interface StudyResult {
  /** The machine-readable result, for --json. */
  readonly result: unknown;
  /** The same for a terminal. */
  readonly text: string;
  /** The same as Markdown, for --out FILE.md. */
  readonly markdown: string;
}

export interface Study extends Method {
  readonly kind: 'study';
  readonly options: readonly OptionCard[];
  run(context: StudyContext): Promise<StudyResult>;
}

/** The one value of an option, or its default. */
export function optionOf(
  { options }: Pick<StudyContext, 'options'>,
  cards: readonly OptionCard[],
  name: string,
): string | undefined {
  return options[name]?.at(-1) ?? cards.find((card) => card.name === name)?.default;
}
