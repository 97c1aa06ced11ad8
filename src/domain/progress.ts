// Progress: how long work tells whoever watches, without knowing who that is.

export interface Progress {
  /** A named piece of work with a known or unknown total begins. */
  start(task: string, total?: number): void;
  /** `count` more items are done. */
  advance(count: number, detail?: string): void;
  /** The current task ended. */
  finish(detail?: string): void;
}

export const silent: Progress = { start: () => {}, advance: () => {}, finish: () => {} };
