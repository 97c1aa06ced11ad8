// Runs that people read in the reading room: no engine goes on with them.
import type { RunRecord } from '../domain/run.ts';

/** A person's readings, or what a panel of people decided. */
export const isPersonRun = ({ settings }: Pick<RunRecord, 'settings'>): boolean =>
  settings.person !== undefined || settings.panel !== undefined;
