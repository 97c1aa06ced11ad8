// What each model was asked and what it spent, counted as it happens.
import type { ChatReply, ReplyNote } from './chat-model.ts';
import type { FailedNote } from './send.ts';

export interface ModelUsage {
  /** Requests sent, retries included. */
  readonly requests: number;
  readonly replies: number;
  /** Replies that came from the cache or a recording. */
  readonly cached: number;
  readonly retries: number;
  /** Calls that ended in an error. */
  readonly failed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars of the replies that were sent for; undefined when the model has no price. */
  readonly costUsd: number | undefined;
}

export interface UsageCounter {
  replied(ref: string, reply: ChatReply, note: ReplyNote): void;
  failed(ref: string, note: Partial<FailedNote>): void;
  byModel(): Record<string, ModelUsage>;
}

type Totals = { -readonly [K in keyof ModelUsage]: ModelUsage[K] };

export function usageCounter(): UsageCounter {
  const totals = new Map<string, Totals>();
  const of = (ref: string): Totals => {
    const known = totals.get(ref);
    if (known !== undefined) return known;
    const zero = {
      requests: 0,
      replies: 0,
      cached: 0,
      retries: 0,
      failed: 0,
      inputTokens: 0,
      outputTokens: 0,
    };
    const fresh: Totals = { ...zero, costUsd: undefined };
    totals.set(ref, fresh);
    return fresh;
  };
  return {
    replied(ref, { usage }, note) {
      const sum = of(ref);
      sum.replies++;
      sum.requests += note.requests;
      sum.retries += note.retries.length;
      if (note.costUsd !== undefined) sum.costUsd = (sum.costUsd ?? 0) + note.costUsd;
      if (note.cached) {
        sum.cached++;
        return;
      }
      sum.inputTokens += usage.inputTokens.total ?? 0;
      sum.outputTokens += usage.outputTokens.total ?? 0;
    },
    failed(ref, note) {
      const sum = of(ref);
      sum.failed++;
      sum.requests += note.requests ?? 0;
      sum.retries += note.retries?.length ?? 0;
    },
    byModel: () => Object.fromEntries([...totals].map(([ref, sum]) => [ref, { ...sum }])),
  };
}
