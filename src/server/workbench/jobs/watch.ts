// Watches the store for what other processes write, as long as a page listens.
import type { WorkbenchContext } from '../context.ts';
import { statusOf } from './run-rows.ts';

const LOOK_MS = 500;
/** A process that was killed writes nothing: who still lives is asked every so many looks. */
const LIVING_EVERY = 4;

/** Tells "runs" after every change, at most twice a second, until the server ends. */
export function watchStore({
  store,
  events,
  signal,
  onProblem,
}: Pick<WorkbenchContext, 'store' | 'events' | 'signal' | 'onProblem'>): void {
  let changes: string | undefined;
  let living = '';
  let looks = 0;

  async function look(): Promise<void> {
    if (events.listeners === 0) {
      changes = undefined;
      return;
    }
    const now = store.changes();
    const changed = changes !== undefined && now !== changes;
    changes = now;
    if (changed || looks++ % LIVING_EVERY === 0) {
      const before = living;
      living = (await store.runs()).map((run) => `${run.id} ${statusOf(run)}`).join('\n');
      if (changed || (before !== '' && living !== before)) events.tell({ topic: 'runs' });
    }
  }

  const timer = setInterval(() => void look().catch(onProblem), LOOK_MS);
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
