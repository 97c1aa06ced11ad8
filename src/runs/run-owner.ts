// Who runs a run: whether its process still lives, and how to ask it to stop without hitting another.
import { hostname } from 'node:os';
import type { RunRecord } from '../domain/run.ts';
import { processStart } from './process-start.ts';

/**
 * "none": the record names nobody. "elsewhere": another machine, of which nothing can be known from here. "here": this
 * very process. "alive" and "gone": another process of this machine.
 */
export type RunOwner = 'none' | 'elsewhere' | 'here' | 'alive' | 'gone';

export function thisProcess(): NonNullable<RunRecord['process']> {
  const started = processStart(process.pid);
  return { host: hostname(), pid: process.pid, ...(started === undefined ? {} : { started }) };
}

/** One that began at another time only has the number of the one that ran it. */
export function ownerOf({ process: owner }: Pick<RunRecord, 'process'>): RunOwner {
  if (owner === undefined) return 'none';
  if (owner.host !== hostname()) return 'elsewhere';
  if (owner.started !== undefined) {
    if (processStart(owner.pid) !== owner.started) return 'gone';
    return owner.pid === process.pid ? 'here' : 'alive';
  }
  if (owner.pid === process.pid) return 'here';
  try {
    process.kill(owner.pid, 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : 'gone';
  }
}

/**
 * Asks the process of a run to stop after what is under way, as Ctrl-C does; false where there is none that is
 * certainly the run's: its number and its start must both fit. Once is enough: the second time it ends at once.
 */
export function interruptOwner(run: Pick<RunRecord, 'process'>): boolean {
  if (run.process?.started === undefined || ownerOf(run) !== 'alive') return false;
  try {
    process.kill(run.process.pid, 'SIGINT');
    return true;
  } catch {
    return false;
  }
}
