// Reads: one reader's attempt at one question, with everything it did.
import * as z from 'zod';

/** Unparsed, refused, failed and unsupported are kept apart from wrong; all but unsupported stay in the denominator. */
export const readStatus = z.enum(['answered', 'unparsed', 'refused', 'failed', 'unsupported']);
export type ReadStatus = z.infer<typeof readStatus>;

export const answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('choice'), letter: z.string() }),
  z.object({ kind: z.literal('number'), value: z.number(), unit: z.string().optional() }),
  z.object({ kind: z.literal('text'), text: z.string() }),
]);
export type Answer = z.infer<typeof answer>;

export const usage = z.object({
  inputTokens: z.number().int().default(0),
  outputTokens: z.number().int().default(0),
  reasoningTokens: z.number().int().default(0),
  cachedInputTokens: z.number().int().default(0),
});
export type Usage = z.infer<typeof usage>;

/** One logged tool call. Images in a result are content hashes, never bytes. */
export const toolCall = z.object({
  step: z.number().int(),
  tool: z.string(),
  arguments: z.unknown(),
  result: z.unknown(),
  /** Set when the call failed; the reader saw it as a tool result. */
  error: z.string().optional(),
  milliseconds: z.number(),
});
export type ToolCall = z.infer<typeof toolCall>;

/** True for what a strategy noted of its own steps ("care-coord:review") among the calls: no tool was called. */
export const isNote = ({ tool, error }: Pick<ToolCall, 'tool' | 'error'>): boolean =>
  error === undefined && tool.includes(':');

/** Transcript entries hold text and image hashes only. */
export const transcriptEntry = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  text: z.string(),
  images: z.array(z.string()).optional(),
  /** Which request of the read it belongs to, where a strategy sends several conversations. */
  request: z.number().int().optional(),
});
export type TranscriptEntry = z.infer<typeof transcriptEntry>;

export const read = z.object({
  runId: z.string(),
  questionId: z.string(),
  caseId: z.string(),
  patientId: z.string(),
  /** 0-based repeat within the run. */
  repeat: z.number().int(),
  status: readStatus,
  answer: answer.optional(),
  /** The reader's last words, unparsed. */
  raw: z.string(),
  /** Why it is unparsed, refused, failed or unsupported. */
  reason: z.string().optional(),
  errorCode: z.string().optional(),
  /** 0…1 where the reader gives one. */
  confidence: z.number().optional(),
  /**
   * Other patients whose data the read shows: a control's donor, the twin whose evidence a rung tells. Whatever removes
   * one of them removes the read.
   */
  alsoOf: z.array(z.string()).optional(),
  /** Whose pictures the read shows, when they are not of its own patient. */
  picturesOf: z.string().optional(),
  transcript: z.array(transcriptEntry),
  toolCalls: z.array(toolCall),
  /** Source of each mask consulted: "annotated", "noise:boundary …". */
  maskSources: z.array(z.string()),
  usage,
  /** US dollars; undefined when no price is known. */
  costUsd: z.number().optional(),
  milliseconds: z.number(),
  /** True when every model reply came from the response cache. */
  cached: z.boolean(),
  /** Requests actually sent for this read, retries included. */
  requests: z.number().int(),
  /** ISO time at which it was committed. */
  at: z.string(),
});
export type Read = z.infer<typeof read>;

/** What a reader returns; the run engine adds ids and time. */
export type ReadOutcome = Omit<Read, 'runId' | 'questionId' | 'caseId' | 'patientId' | 'repeat' | 'at'>;

/** An outcome with nothing spent, to be spread over. */
export function emptyOutcome(): Omit<ReadOutcome, 'status'> {
  return {
    raw: '',
    transcript: [],
    toolCalls: [],
    maskSources: [],
    usage: { inputTokens: 0, outputTokens: 0, reasoningTokens: 0, cachedInputTokens: 0 },
    milliseconds: 0,
    cached: false,
    requests: 0,
  };
}
