// Lanes: a bounded number of workers that take items from one stream until it ends or the work is stopped.

export interface LanesOptions<T> {
  readonly items: AsyncIterable<T>;
  readonly lanes: number;
  /** Handles one item. A throw stops every lane after what it is doing. */
  readonly work: (item: T) => Promise<void>;
  /** Asked before each item: true ends the lanes in order. */
  readonly stopped: () => boolean;
}

/**
 * Resolves when every lane has ended, with true when the stream was worked off; rejects with the first error once the
 * other lanes have finished their item.
 */
export async function runLanes<T>({ items, lanes, work, stopped }: LanesOptions<T>): Promise<boolean> {
  const iterator = items[Symbol.asyncIterator]();
  let error: { cause: unknown } | undefined;
  let ended = false;
  let dropped = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** One lane at a time reads the stream: an async generator serves one caller after another anyway. */
  const next = (): Promise<IteratorResult<T>> => {
    const mine = turn.then(() => iterator.next());
    turn = mine.catch(() => {});
    return mine;
  };
  const lane = async (): Promise<void> => {
    while (!ended && error === undefined && !stopped()) {
      try {
        const item = await next();
        if (item.done === true) {
          ended = true;
          return;
        }
        if (error !== undefined || stopped()) {
          dropped = true;
          return;
        }
        await work(item.value);
      } catch (cause) {
        error ??= { cause };
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, lanes) }, lane));
  await iterator.return?.();
  if (error !== undefined) throw error.cause;
  return ended && !dropped;
}
