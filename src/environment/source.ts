// What episodes are made of: questions with their case on one side, their scores on the other; no way leads across.

import type { ShownImage } from '../agents/volume-images.ts';
import type { EvidenceStep, Question } from '../domain/question.ts';
import type { AskedCase } from '../domain/reader.ts';
import type { QuestionFormat } from '../domain/run.ts';
import type { CaseAccess, ToolMode } from '../domain/tool.ts';
import type { BlobStore } from '../storage/blobs.ts';

/** The questions of a benchmark, by place or id. Nothing here leads to a key. */
export interface EpisodeSource {
  readonly name: string;
  readonly contentHash: string;
  /** How far cases are opened to tools. */
  readonly mode: ToolMode;
  /** True where questions are about an annotated scan; false for published items, whose tools see pictures only. */
  readonly hasCases: boolean;
  /** Criteria set of knowledge look-ups. */
  readonly criteria: string;
  readonly format: QuestionFormat;
  readonly size: number;
  idAt(index: number): string;
  has(questionId: string): boolean;
  /** The question; pictures of a published item are put into `blobs`. */
  question(questionId: string, blobs: BlobStore): Promise<Question>;
  caseOf(question: Question): AskedCase;
  /** Runs `work` with the question's case open; waits while too many others are. */
  using<R>(question: Question, work: (access: CaseAccess | undefined) => Promise<R>): Promise<R>;
  /** Pictures that the question shows. */
  shown(question: Question, access: CaseAccess | undefined): Promise<readonly ShownImage[]>;
}

export interface EpisodeScore {
  /** 0…1, as the protocol's main metric says of this item alone; null where it says nothing of one item. */
  readonly score: number | null;
  readonly outcome: 'scored' | 'unparsed' | 'refused' | 'failed';
}

/** Holds the keys. An environment asks it when an episode ends; nothing that it says but the score is shown. */
export interface EpisodeScorer {
  score(questionId: string, words: string): Promise<EpisodeScore>;
  /** Steps of the gold chain; undefined where the benchmark has none. */
  gold(questionId: string): readonly EvidenceStep[] | undefined;
}

export interface EpisodeBenchmark {
  readonly source: EpisodeSource;
  readonly scorer: EpisodeScorer;
}
