// What a published benchmark is here: one plug-in that knows its release format, its words, its answers and its scores.
import type { Material } from '../domain/material.ts';
import type { Method, Paper } from '../domain/method.ts';
import type { Question } from '../domain/question.ts';
import type { ReadStatus } from '../domain/read.ts';
import type { Protocol } from '../domain/report.ts';
import type { DataRoot } from '../records/source.ts';
import type { Summary } from '../scoring/metric.ts';

/** A file (or a pattern of files) of a release. */
export interface CardFile {
  /** Name within the release; `*` stands for anything but a slash, `**` for anything. */
  readonly name: string;
  readonly about: string;
  /** Default true. */
  readonly required?: boolean;
  readonly bytes?: number;
  readonly md5?: string;
  readonly sha256?: string;
  /** Columns or fields that every record must have. */
  readonly fields?: readonly string[];
}

/** What a user must know of the data before using them. Credentials of gated sources are never asked for or kept. */
export interface DataCard {
  /** Who made it and where it is published. */
  readonly source: string;
  readonly url?: string;
  /** Licence of the data set. An item's own licence stands in its record and goes into exports. */
  readonly licence: string;
  readonly access: 'open' | 'registration' | 'credentialed' | 'on-request' | 'unavailable';
  /** How to get it, in one sentence. */
  readonly getIt: string;
  /** As released: "1,880 questions, about 1,200 pictures". */
  readonly size: string;
  readonly splits: Readonly<Record<string, number | null>>;
  readonly files: readonly CardFile[];
  /** "unverified": no release could be seen; `columns` says what is taken for what, and `--columns` overrides it. */
  readonly format: 'verified' | 'unverified';
  /** Our field → the release's column. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Faults of the release or its evaluator, and what each protocol does about them. */
  readonly faults: readonly string[];
  /** Task, modality and answer, for the catalogue. */
  readonly tasks: readonly string[];
  readonly modalities: readonly string[];
}

/** A picture of an item, not read before it is wanted. */
export interface ItemPicture {
  /** Name in the release; never shown to a reader. */
  readonly name: string;
  /** Encoded bytes: PNG, JPEG, or anything `openRaster` reads (which is then shown as PNG). */
  load(): Promise<Uint8Array>;
}

export type ItemPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly image: ItemPicture }
  | { readonly type: 'audio'; readonly audio: ItemPicture & { readonly mediaType: string } };

/** A material whose bytes, if it has any, are still where the release keeps them. */
export type ItemMaterial = Omit<Material, 'hash' | 'mediaType'> & {
  readonly stored?: ItemPicture & { readonly mediaType?: string };
};

/** What may be shown of an item: a question whose pictures are still where the release keeps them. */
export type PublishedItem = Omit<Question, 'prompt' | 'caseId' | 'materials'> & {
  readonly prompt: readonly ItemPart[];
  readonly materials?: readonly ItemMaterial[];
  /** The item's own licence, where the release gives one. */
  readonly licence?: string;
};

/** An item and what it is scored against. The reference never reaches a reader. */
export interface PublishedRecord<Reference> {
  readonly item: PublishedItem;
  readonly reference: Reference;
}

export interface RecordOptions {
  /** One of the plug-in's modes. */
  readonly mode: string;
  /** Only this split; absent: all that are there. */
  readonly split?: string;
  /**
   * Only items that have one of the values of each facet. Plug-ins need not mind it: whoever reads goes through
   * `chosenRecords`.
   */
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  /** Overrides of the card's column map. */
  readonly columns?: Readonly<Record<string, string>>;
  readonly seed: string;
  readonly signal?: AbortSignal;
}

export interface Reply {
  readonly text: string;
  readonly status: ReadStatus;
}

/** A reply measured against its reference. An item without a value is in no denominator. */
export interface Measured<Item> {
  readonly outcome: 'scored' | 'unparsed' | 'refused' | 'failed';
  readonly item: Item;
}

/** Asks a model that judges; present only when the user named one. Nothing falls back to it silently. */
export interface Judge {
  /** Model and rubric version. */
  readonly id: string;
  /** `about` ties what is kept of the reply to a patient. */
  ask(prompt: string, about?: { readonly patientId?: string }): Promise<string>;
}

export interface MeasureOptions {
  readonly protocol: Protocol;
  readonly mode: string;
  readonly judge?: Judge;
}

/** What the training items say, for trivial baselines that may know it. */
export interface TrainReplies {
  /** The most frequent oracle reply among training items that `alike` groups with this one; undefined when none. */
  mostFrequent(item: PublishedItem): string | undefined;
}

/** A reader so simple that its score can be computed: it sees the words of an item, never its pictures. */
export interface TrivialBaseline {
  readonly id: string;
  readonly summary: string;
  /** Asks `train`; the training split is read for it. Default false. */
  readonly usesTraining?: boolean;
  reply(item: PublishedItem, train: TrainReplies, draw: () => number): string;
}

export interface Sampling {
  readonly temperature?: number | null;
  readonly maxOutputTokens?: number;
}

/** A value of a facet that no cut of the items gives: which items it looks at, and how it scores them. */
export interface Breakdown<Item> {
  holds(item: Item): boolean;
  readonly metrics: readonly Summary<Item>[];
}

export interface Fixture {
  readonly items: number;
}

/**
 * A published benchmark. `Reference` is what an item is scored against, `Item` the statistics of one measured reply.
 * `measure` is given every read but unsupported ones: a failed or refused read has an empty text and counts as the
 * protocol says.
 */
export interface PublishedBenchmark<Reference = unknown, Item = unknown> extends Method {
  readonly kind: 'benchmark';
  readonly paper: Paper;
  readonly card: DataCard;
  /** Ways of asking or scoring that the paper defines; the first is the default. */
  readonly modes: readonly string[];
  /** Modes in which a judge gives scores that nothing else gives. */
  readonly judgedModes?: readonly string[];
  /** What the published protocol samples with. */
  readonly sampling?: Sampling;
  /** Where a mode samples otherwise. */
  readonly modeSampling?: Readonly<Record<string, Sampling>>;
  /** Facets by which scores are cut in reports. */
  readonly facets: readonly string[];
  /** Records in release order, read as they come. Throws typed errors that name file and record. */
  records(data: DataRoot, options: RecordOptions): AsyncIterable<PublishedRecord<Reference>>;
  /** What a user should know of this copy of the release beyond what the card can say, for `overread data check`. */
  remarks?(data: DataRoot, options: RecordOptions): Promise<readonly string[]>;
  measure(
    record: PublishedRecord<Reference>,
    reply: Reply,
    options: MeasureOptions,
  ): Measured<Item> | Promise<Measured<Item>>;
  /** Metrics of a protocol, the main one first. */
  metrics(protocol: Protocol, mode: string): readonly Summary<Item>[];
  /** Facet → value → what is scored: for values that overlap (an item of several categories) or that weigh items. */
  breakdowns?(
    items: readonly Item[],
    protocol: Protocol,
    mode: string,
  ): Readonly<Record<string, Readonly<Record<string, Breakdown<Item>>>>>;
  /**
   * Outputs that the authors' own harness wrote and that carry their references: for `overread score ID FILE`, which
   * must then give the authors' numbers under `published`. Replies to a release that lies beside them need no more than
   * JSON lines of {id, prediction}, which every benchmark takes.
   */
  outputs?(
    data: DataRoot,
    options: RecordOptions,
  ): AsyncIterable<{ readonly record: PublishedRecord<Reference>; readonly reply: Reply }>;
  readonly baselines: readonly TrivialBaseline[];
  /** The reply of a reader that knows the reference, in the form that the mode asks for. */
  oracle(record: PublishedRecord<Reference>, mode: string): string;
  /** Writes at least `items` items in the release's format, with contents of our own; the same seed, the same bytes. */
  fixture(folder: string, options: { items: number; seed: string }): Promise<Fixture>;
}
