// What this server knows of runs that it began and the store does not: why they stopped, and what they may cost.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const note = z.object({
  /** Why it failed or paused by itself, in one sentence. */
  problem: z.string().optional(),
  /** US dollars for all its sessions together. */
  maxCost: z.number().optional(),
});
export type RunNote = z.infer<typeof note>;

export interface RunNotes {
  of(run: string): RunNote;
  /** Replaces what stands there of the fields given; undefined removes one. */
  set(run: string, patch: { readonly [P in keyof RunNote]?: RunNote[P] | undefined }): void;
}

/** Where the notes of a workbench are. */
export const notesFile = ({ workFolder }: { readonly workFolder: string }): string =>
  join(workFolder, 'runs', 'notes.json');

const MOST = 1000;

/** Kept in a file, so that the next server knows them too. */
export function runNotes(file: string): RunNotes {
  const all = new Map<string, RunNote>(existsSync(file) ? Object.entries(read(file)) : []);
  return {
    of: (run) => all.get(run) ?? {},
    set(run, patch) {
      const next = Object.entries({ ...all.get(run), ...patch }).filter(([, value]) => value !== undefined);
      all.delete(run);
      if (next.length > 0) all.set(run, Object.fromEntries(next));
      for (const old of [...all.keys()].slice(0, Math.max(0, all.size - MOST))) all.delete(old);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(all)), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}

/** A damaged file says nothing; what it held is no loss worth stopping for. */
function read(file: string): Record<string, RunNote> {
  try {
    return z.record(z.string(), note).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
