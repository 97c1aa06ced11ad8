// The reads of a check's runs with all that was logged: what a strategy did beside what it answered.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Read, ToolCall } from '../../domain/read.ts';
import { openStore } from '../../storage/store.ts';

/**
 * Reads of a run, by question. `scratch` is the check's folder, in whose subfolders the runs of `readRelease` keep
 * their stores.
 */
export async function loggedReads(scratch: string, runId: string | null): Promise<Map<string, Read>> {
  const found = new Map<string, Read>();
  for (const entry of readdirSync(scratch, { withFileTypes: true })) {
    const file = join(scratch, entry.name, 'overread.db');
    if (!entry.isDirectory() || runId === null || !existsSync(file)) continue;
    const store = await openStore(file);
    try {
      if ((await store.run(runId)) === undefined) continue;
      for await (const read of store.reads(runId)) found.set(read.questionId, read);
    } finally {
      await store.close();
    }
  }
  return found;
}

/** Steps of a strategy's log by name. */
export function notes<T>(read: Pick<Read, 'toolCalls'>, step: string): readonly (ToolCall & { result: T })[] {
  return read.toolCalls.filter(({ tool }) => tool === step) as (ToolCall & { result: T })[];
}
