// Experts: learned weights or outside services behind interfaces, so that a user's own fits wherever one is wanted.
import type { Usage } from './read.ts';

/** A stored picture or sound that an expert is handed: its hash, and its bytes when they are wanted. */
export interface StoredBytes {
  readonly hash: string;
  readonly mediaType: string;
  bytes(): Promise<Uint8Array>;
}

/** What a model behind an expert spent on one request. */
export interface ExpertSpending {
  readonly usage: Usage;
  /** Requests sent, retries included; 0 from the cache. */
  readonly requests: number;
  readonly cached: boolean;
  /** Absent: unknown. */
  readonly costUsd: number | undefined;
}

/** Whose data a call shows, so that what is kept of it can be purged; and how it may be stopped. */
export interface ExpertCall {
  readonly patientId?: string;
  readonly signal?: AbortSignal;
  /** Told of every request to a priced model that the call makes, so that it counts in the read. */
  readonly spent?: (spending: ExpertSpending) => void;
}

interface Expert {
  /** As written on the command line, without secrets: "http:https://host/segment". */
  readonly id: string;
  /** Changes with everything that shapes a result but its input. */
  readonly hash: string;
  /** Throws `expert-failed` with one sentence when the expert cannot work now. Absent: nothing to ask. */
  health?(signal?: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

/** A probability for every pixel of a picture: row by row from the top left, 0…1. */
export interface SoftMask {
  readonly width: number;
  readonly height: number;
  readonly probability: Float32Array;
}

/** x0, y0, x1, y1 in pixels of the picture, top left to bottom right, x1 > x0. */
export type PixelBox = readonly [number, number, number, number];

export interface ScoredBox {
  readonly box: PixelBox;
  /** 0…1. */
  readonly score: number;
  readonly label?: string;
}

/** Draws what a phrase names in a 2D picture. */
export interface RegionSegmenter extends Expert {
  segmentRegion(picture: StoredBytes, phrase: string, call?: ExpertCall): Promise<SoftMask>;
}

/** Finds boxes around what a phrase names, the likeliest first; none when it finds nothing. */
export interface Grounder extends Expert {
  ground(picture: StoredBytes, phrase: string, call?: ExpertCall): Promise<readonly ScoredBox[]>;
}

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/** Says what a picture shows. `labels` narrows the question where the expert can take any. */
export interface Classifier extends Expert {
  readonly labels?: readonly string[];
  classify(
    picture: StoredBytes,
    labels?: readonly string[],
    call?: ExpertCall,
  ): Promise<readonly LabelProbability[]>;
}

/** What is looked for: words, a picture, or both. */
export interface RetrievalQuery {
  readonly text?: string;
  readonly picture?: StoredBytes;
  /** At most so many. */
  readonly k: number;
  /** Only of these domains, where passages have one ("radiology"). */
  readonly domain?: string;
  /** Passages of this patient are never returned: the answer must not come from the case's own report. */
  readonly notOf?: string;
}

export interface Passage {
  readonly id: string;
  readonly text: string;
  /** Where it stands: title, page, criterion source. */
  readonly source: string;
  readonly domain?: string;
  /** A picture of it: a page image. */
  readonly hash?: string;
  readonly mediaType?: string;
  readonly patientId?: string;
}

/** How the parts of a passage (its words, the patches of its page) share in a match, each by its best likeness, −1…1. */
export interface EvidenceSpread {
  readonly mean: number;
  readonly deviation: number;
  /** Excess kurtosis: large where one place of the passage is meant, about 0 or less where all of it is equally near. */
  readonly kurtosis: number;
  readonly max: number;
  /** Parts that were compared. */
  readonly tokens: number;
}

export interface Retrieved {
  readonly passage: Passage;
  /** Higher is nearer; comparable within one answer only. */
  readonly score: number;
  /** Of retrievers that compare part by part (late interaction). */
  readonly spread?: EvidenceSpread;
}

export interface Retriever extends Expert {
  retrieve(query: RetrievalQuery, call?: ExpertCall): Promise<readonly Retrieved[]>;
}

export interface SpeechToText extends Expert {
  transcribe(audio: StoredBytes, call?: ExpertCall): Promise<{ readonly text: string }>;
}

export interface TextToSpeech extends Expert {
  speak(text: string, call?: ExpertCall): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>;
}

/** One act of computer use. */
export interface ComputerAction {
  readonly action: 'CLICK' | 'TEXT' | 'SCROLL' | 'ZOOM' | 'SEGMENT' | 'COMPLETE';
  /** Name of the element as it is shown; of SEGMENT the structure. */
  readonly target: string;
  readonly text?: string;
  readonly amount?: number;
}

/** An application that is open. Nothing of it says whether a task is solved. */
export interface ComputerSession {
  /** PNG. */
  screenshot(): Promise<Uint8Array>;
  elements(): Promise<readonly { readonly name: string; readonly role: string; readonly box: PixelBox }[]>;
  perform(action: ComputerAction): Promise<{ readonly ok: boolean; readonly message: string }>;
  close(): Promise<void>;
}

/** A computer whose applications can be operated. */
export interface Computer extends Expert {
  begin(app: string, seed: string, call?: ExpertCall): Promise<ComputerSession>;
}

/** What each role's expert can do. */
export interface ExpertRoles {
  readonly segment: RegionSegmenter;
  readonly ground: Grounder;
  readonly classify: Classifier;
  readonly retrieve: Retriever;
  readonly transcribe: SpeechToText;
  readonly speak: TextToSpeech;
  readonly operate: Computer;
}
export type ExpertRole = keyof ExpertRoles;
export const EXPERT_ROLES: readonly ExpertRole[] = [
  'segment',
  'ground',
  'classify',
  'retrieve',
  'transcribe',
  'speak',
  'operate',
];

/** The experts of a run, by role; a strategy says what it needs when one is missing. */
export type Experts = Partial<ExpertRoles>;
