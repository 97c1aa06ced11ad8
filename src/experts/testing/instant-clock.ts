// A clock for tests: sleeping takes no time, moves the clock on, and is written down.
import type { Clock } from '../clock.ts';

export interface InstantClock extends Clock {
  /** Milliseconds of every sleep, in order. */
  readonly slept: number[];
}

export function instantClock(start = Date.parse('2026-01-01T00:00:00Z')): InstantClock {
  const slept: number[] = [];
  let now = start;
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      if (signal?.aborted) throw signal.reason;
      slept.push(ms);
      now += ms;
    },
  };
}
