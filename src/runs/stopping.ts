// Stopping gracefully: no new work at once, a grace period for what is under way, then an abort.
import { OverreadError } from '../domain/errors.ts';

export interface Stopping {
  /** True once a stop was asked for. */
  readonly requested: boolean;
  /** Aborted when the grace period is over. */
  readonly signal: AbortSignal;
  /** Ends the watch; call it when the work is over. */
  release(): void;
}

export function graceful(signal: AbortSignal | undefined, graceMs: number): Stopping {
  const hard = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(
      () => hard.abort(new OverreadError('cancelled', 'The run was stopped: resume it to go on.')),
      graceMs,
    );
  };
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return {
    get requested() {
      return signal?.aborted === true;
    },
    signal: hard.signal,
    release() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
