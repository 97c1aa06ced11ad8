// A session of a run: what was counted before it, and what it adds.
import type { ReadOutcome, ReadStatus } from '../domain/read.ts';

export interface SessionTotals {
  /** Reads of the whole run by status, those of earlier sessions included. */
  readonly counts: Record<ReadStatus, number>;
  /** Asked in this session. */
  readonly asked: number;
  /** Reads begun again after a kill, over all sessions of the run. */
  readonly resent: number;
  /** Of this session; undefined when some price is unknown. */
  readonly costUsd: number | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;
}

export interface Session {
  /** Counts a read that is durable; `key` as in `done`. */
  add(key: string, outcome: ReadOutcome): void;
  /** Counts a read that is begun again; returns how many there are now. */
  addResent(): number;
  totals(): SessionTotals;
}

/** @param done status of the reads committed before; a read of the same key replaces the one counted there */
export function newSession(resentBefore: number, done: ReadonlyMap<string, ReadStatus>): Session {
  const counts: Record<ReadStatus, number> = {
    answered: 0,
    unparsed: 0,
    refused: 0,
    failed: 0,
    unsupported: 0,
  };
  for (const status of done.values()) counts[status]++;
  let resent = resentBefore;
  let costUsd: number | undefined = 0;
  const spent = { asked: 0, inputTokens: 0, outputTokens: 0, requests: 0 };
  return {
    add(key, outcome) {
      const before = done.get(key);
      if (before !== undefined) counts[before]--;
      counts[outcome.status]++;
      spent.asked++;
      spent.inputTokens += outcome.usage.inputTokens;
      spent.outputTokens += outcome.usage.outputTokens;
      spent.requests += outcome.requests;
      // A read without a request costs nothing, whether its model has a price or not.
      if (outcome.requests > 0)
        costUsd =
          costUsd === undefined || outcome.costUsd === undefined ? undefined : costUsd + outcome.costUsd;
    },
    addResent: () => ++resent,
    totals: () => ({ counts, resent, costUsd, ...spent }),
  };
}
