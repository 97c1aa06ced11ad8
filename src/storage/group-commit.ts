// Group commit: many small durable writes share one transaction, and each waits until that one is on disk.

export interface GroupCommit<T> {
  /** Queues a write; resolves once the transaction that holds it is durable, rejects when that one failed. */
  add(item: T): Promise<void>;
  /** Writes what is queued now. */
  flush(): void;
}

export interface GroupCommitOptions {
  /** Longest a write waits for company, in ms. Default 50. */
  readonly maxDelay?: number;
  /** A queue this long is written at once. Default 128. */
  readonly maxBatch?: number;
}

/**
 * `write` runs one synchronous transaction over a batch, in the order of `add`.
 * The wait before a transaction follows the cost of the last one (four times as long, 1 ms to `maxDelay`), so that
 * a fast disk answers at once and a slow one spends at most about a fifth of the time writing.
 */
export function groupCommit<T>(
  write: (batch: readonly T[]) => void,
  options: GroupCommitOptions = {},
): GroupCommit<T> {
  const maxDelay = options.maxDelay ?? 50;
  const maxBatch = options.maxBatch ?? 128;
  let queue: T[] = [];
  let waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let cost = 0;

  function flush(): void {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    if (queue.length === 0) return;
    const batch = queue;
    const callers = waiting;
    queue = [];
    waiting = [];
    const start = performance.now();
    try {
      write(batch);
    } catch (error) {
      for (const caller of callers) caller.reject(error);
      return;
    } finally {
      cost = performance.now() - start;
    }
    for (const caller of callers) caller.resolve();
  }

  return {
    add(item) {
      return new Promise((resolve, reject) => {
        queue.push(item);
        waiting.push({ resolve, reject });
        if (queue.length >= maxBatch) flush();
        else timer ??= setTimeout(flush, Math.min(maxDelay, Math.max(1, cost * 4)));
      });
    },
    flush,
  };
}
