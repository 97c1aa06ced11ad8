// How many requests an endpoint gets at once: a fixed number, or one that follows what it can take.

export type Outcome = 'ok' | 'busy' | 'failed';

export interface Gate {
  /** Waits for a place. Undefined when there was one at once. */
  enter(signal?: AbortSignal): Promise<void> | undefined;
  /** Gives the place back. `busy`: the server said that it had too much (429, 503, no answer in time). */
  leave(outcome: Outcome, milliseconds: number): void;
  /** Requests allowed at once, now. */
  limit(): number;
}

const START = 16;
const CEILING = 256;

/**
 * `auto`: additive increase, multiplicative decrease. Doubles per round trip until the first sign of trouble, then
 * one more per round trip; halves on "busy", once per round trip; holds while replies take over three times as long
 * as the fastest ones did.
 */
export function concurrencyGate(setting: 'auto' | number, now: () => number = () => performance.now()): Gate {
  let limit = setting === 'auto' ? START : Math.max(1, Math.floor(setting));
  let active = 0;
  let starting = true;
  let credit = 0;
  let average = 0;
  let fastest = Number.POSITIVE_INFINITY;
  let lastCut = Number.NEGATIVE_INFINITY;
  // A queue with a moving head: shift() on a long array is slow.
  let queue: { enter: () => void; gone: boolean }[] = [];
  let head = 0;

  function admit(): void {
    while (active < limit && head < queue.length) {
      const next = queue[head++];
      if (next.gone) continue;
      active++;
      next.enter();
    }
    if (head > 1024 || head === queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
  }

  function adapt(outcome: Outcome, milliseconds: number, full: boolean): void {
    if (outcome === 'busy') {
      starting = false;
      // All replies of one round trip tell of the same trouble.
      if (now() - lastCut < Math.max(average, 1)) return;
      lastCut = now();
      limit = Math.max(1, Math.floor(limit / 2));
      credit = 0;
      return;
    }
    if (outcome !== 'ok') return;
    average = average === 0 ? milliseconds : average * 0.9 + milliseconds * 0.1;
    // The best ever seen fades, so that a slower phase of the day becomes the new measure.
    fastest = Math.min(fastest * 1.001, average);
    if (!full || limit >= CEILING) return;
    if (average > 3 * Math.max(fastest, 5)) {
      starting = false;
      return;
    }
    credit += starting ? 1 : 1 / limit;
    while (credit >= 1 && limit < CEILING) {
      credit -= 1;
      limit += 1;
    }
  }

  return {
    enter(signal) {
      if (active < limit && head === queue.length) {
        active++;
        return undefined;
      }
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          place.gone = true;
          reject(signal?.reason);
        };
        const place = {
          gone: false,
          enter: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        queue.push(place);
        admit();
      });
    },
    leave(outcome, milliseconds) {
      const full = active >= limit;
      active--;
      if (setting === 'auto') adapt(outcome, milliseconds, full);
      admit();
    },
    limit: () => limit,
  };
}
