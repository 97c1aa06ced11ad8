// Live news for open pages: whoever changes something says so, every open stream hears it.
import type { LiveEvent } from './shapes/events.ts';

export interface Events {
  /** Tells every listener. */
  tell(event: LiveEvent): void;
  /** Listens until the returned function is called. */
  listen(listener: (event: LiveEvent) => void): () => void;
  /** Open streams. */
  readonly listeners: number;
}

export function newEvents(): Events {
  const all = new Set<(event: LiveEvent) => void>();
  return {
    tell(event) {
      for (const listener of all) listener(event);
    },
    listen(listener) {
      all.add(listener);
      return () => all.delete(listener);
    },
    get listeners() {
      return all.size;
    },
  };
}
