// What the server and the process that computes a study's results say to one another.

import type { Protocol } from '../../../domain/report.ts';
import type { ChildReply } from '../child-reply.ts';
import type { StudyResults } from '../shapes/room-results.ts';

/** One run whose reads stand in the results. */
export interface ResultRun {
  readonly kind: 'person' | 'panel' | 'model';
  readonly run: string;
  readonly person: string | null;
  readonly name: string;
  readonly arm: string | null;
}

export interface ResultTask {
  readonly store: string;
  /** Where the benchmark lies now. */
  readonly benchmark: string;
  readonly passphrase?: string;
  readonly protocol: Protocol;
  readonly study: string;
  readonly arms: readonly string[];
  /** Questions of the study. */
  readonly questions: readonly string[];
  readonly runs: readonly ResultRun[];
  readonly computedAt: string;
}

export type ResultReply = ChildReply<StudyResults>;
