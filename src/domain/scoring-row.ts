// The light form of a read that scoring needs: no transcript.
import type { Answer, ReadStatus, ToolCall } from './read.ts';

export interface ScoringRow {
  readonly questionId: string;
  readonly patientId: string;
  readonly repeat: number;
  readonly status: ReadStatus;
  readonly answer?: Answer;
  readonly raw: string;
  readonly confidence?: number;
  readonly costUsd?: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly milliseconds: number;
  readonly requests: number;
  /** Only when asked for: tool calls for the attribution of errors. */
  readonly toolCalls?: readonly ToolCall[];
}
