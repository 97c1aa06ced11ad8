// Commits under way: a lane goes on while its read waits for company on the way to disk.
import type { Read } from '../domain/read.ts';
import type { Store } from '../storage/store.ts';

export interface Commits {
  /** Begins a commit; waits only while too many are open. Rejects once any commit has failed. */
  add(read: Read): Promise<void>;
  /** Resolves when none is open; rejects when one has failed. */
  settled(): Promise<void>;
}

/** @param onDurable called once a read is on disk, not before */
export function commitsOf(store: Store, maxOpen: number, onDurable: (read: Read) => void): Commits {
  const open = new Set<Promise<void>>();
  // Promise.race over hundreds of commits would cost each read as many handlers: whoever waits is woken by hand.
  const waiting: (() => void)[] = [];
  let failed: { readonly error: unknown } | undefined;
  const check = () => {
    if (failed !== undefined) throw failed.error;
  };
  return {
    async add(read) {
      const commit: Promise<void> = store
        .commit(read)
        .then(() => onDurable(read))
        .catch((error: unknown) => {
          failed ??= { error };
        })
        .finally(() => {
          open.delete(commit);
          waiting.shift()?.();
        });
      open.add(commit);
      if (open.size > maxOpen) await new Promise<void>((resolve) => waiting.push(resolve));
      check();
    },
    async settled() {
      await Promise.all(open);
      check();
    },
  };
}
