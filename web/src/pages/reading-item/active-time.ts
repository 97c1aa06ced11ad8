// How long a question was really looked at: the page is in front and not paused.
import { useCallback, useEffect, useRef } from 'react';

/** Told to the server while the page is open, so that a lost tab loses at most this much. */
const TELL_EVERY_MS = 20_000;

export interface ActiveTime {
  /** Milliseconds until now, over all visits. */
  now(): number;
}

/**
 * Counts from `start` while `running`. Reports to `address` now and then, and by a beacon when the page goes away.
 * A change of `address` begins anew: one clock for each question.
 */
export function useActiveTime(address: string, start: number, running: boolean): ActiveTime {
  const clock = useRef({ total: start, since: undefined as number | undefined });
  const now = useCallback(() => {
    const { total, since } = clock.current;
    return total + (since === undefined ? 0 : performance.now() - since);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new question begins a new clock at its own start
  useEffect(() => {
    clock.current = { total: start, since: undefined };
    return () => tell(address, now());
  }, [address]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock of a new question has to be set going too
  useEffect(() => {
    const stop = () => {
      clock.current = { total: now(), since: undefined };
    };
    const follow = () => {
      stop();
      if (running && document.visibilityState === 'visible') clock.current.since = performance.now();
    };
    const leave = () => {
      stop();
      tell(address, now());
    };
    const seen = () => (document.visibilityState === 'hidden' ? leave() : follow());
    follow();
    const timer = setInterval(() => {
      if (clock.current.since !== undefined) tell(address, now());
    }, TELL_EVERY_MS);
    document.addEventListener('visibilitychange', seen);
    window.addEventListener('pagehide', leave);
    return () => {
      stop();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
      window.removeEventListener('pagehide', leave);
    };
  }, [address, running]);

  return { now };
}

function tell(address: string, milliseconds: number): void {
  const body = JSON.stringify({ activeMilliseconds: Math.round(milliseconds) });
  navigator.sendBeacon(address, new Blob([body], { type: 'application/json' }));
}
