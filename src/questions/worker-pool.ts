// Threads that read cases side by side while their results come out in the order in which they were asked for.
import { Worker } from 'node:worker_threads';
import { messageOf, OverreadError } from '../domain/errors.ts';
import { type CaseOutcome, type CaseSelection, caseReader } from './case-reader.ts';

/** The worker's file has this file's own ending: .ts from source, .js once built. */
const WORKER = new URL(`./build-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Results that may wait for an earlier one, per thread: bounds memory when one case takes long. */
const AHEAD = 4;

/**
 * Reads the items and yields their outcomes in the items' order, whatever the number of threads.
 * With one worker everything runs in this thread. A thread that dies (out of memory, say) costs the case it was at,
 * and so does one that cannot start: every item has its outcome.
 * @param worker the threads' program
 */
export async function* readCases(
  items: readonly string[],
  selection: CaseSelection,
  workers: number,
  signal?: AbortSignal,
  worker: URL = WORKER,
): AsyncGenerator<CaseOutcome> {
  const cancelled = () => {
    if (signal?.aborted) throw new OverreadError('cancelled', 'The build was stopped; nothing was kept.');
  };
  if (workers <= 1 || items.length <= 1) {
    const read = caseReader(selection);
    for (const item of items) {
      cancelled();
      yield await read(item);
    }
    return;
  }
  const threads = Array.from({ length: Math.min(workers, items.length) }, () => thread(selection, worker));
  const idle = [...threads];
  const pending = new Map<number, Promise<CaseOutcome>>();
  const stopped = new Promise<undefined>((resolve) => {
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let next = 0;
  let sent = 0;
  let closed = false;
  const send = () => {
    // A thread that is ended while it reads becomes idle too: it must not start anew and keep the process alive.
    while (!closed && idle.length > 0 && sent < items.length && sent < next + threads.length * AHEAD) {
      const one = idle.pop();
      if (one === undefined) return;
      const outcome = one.read(items[sent]);
      pending.set(sent++, outcome);
      outcome.then(() => {
        idle.push(one);
        send();
      });
    }
  };
  try {
    for (; next < items.length; next++) {
      cancelled();
      send();
      const outcome = await Promise.race([pending.get(next), stopped]);
      cancelled();
      pending.delete(next);
      if (outcome !== undefined) yield outcome;
    }
  } finally {
    closed = true;
    await Promise.all(threads.map((one) => one.close()));
  }
}

/**
 * A case leaves little behind in the young generation, which by default grows to 16 MB in every thread before it is
 * swept: with 2 MB two threads take a third less memory and are no slower.
 */
export const THREAD_LIMITS = { maxYoungGenerationSizeMb: 2 } as const;

interface Thread {
  read(item: string): Promise<CaseOutcome>;
  close(): Promise<void>;
}

/** A thread that reads one case at a time; it is started for its first case, and again after it has died. */
function thread(selection: CaseSelection, program: URL): Thread {
  let worker: Worker | undefined;
  let finish: ((outcome: CaseOutcome) => void) | undefined;
  let reading = '';
  const died = (one: Worker | undefined, message: string) => {
    if (one !== worker) return;
    worker = undefined;
    finish?.({ item: reading, failure: { code: 'internal', message } });
    // It may still live after a reply that could not be taken: whatever it says now is nobody's.
    void one?.terminate();
  };
  const start = () => {
    const started = new Worker(program, { workerData: selection, resourceLimits: THREAD_LIMITS });
    started.on('message', (outcome: CaseOutcome) => {
      if (started === worker) finish?.(outcome);
    });
    started.on('error', (error) => died(started, failed(error)));
    started.on('messageerror', (error) => died(started, failed(error)));
    started.on('exit', () => died(started, 'The thread that read the case ended early.'));
    return started;
  };
  return {
    read(item) {
      reading = item;
      return new Promise((resolve) => {
        finish = (outcome) => {
          finish = undefined;
          resolve(outcome);
        };
        try {
          worker ??= start();
          worker.postMessage(item);
        } catch (error) {
          died(worker, failed(error));
        }
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}

function failed(error: unknown): string {
  return `The thread that read the case failed: ${messageOf(error)}.`;
}
