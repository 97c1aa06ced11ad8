// A run that stopped says why on its own page, and one that went on does not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { RunRecord } from '../../../domain/run.ts';
import type { WorkbenchContext } from '../context.ts';
import { notesFile, runNotes } from '../jobs/run-notes.ts';
import { runDetail } from './run-detail.ts';

const workFolder = mkdtempSync(join(tmpdir(), 'overread-detail-'));
afterAll(() => rmSync(workFolder, { recursive: true, force: true }));

const WHY = 'The release has no picture of it: check the release.';

it.each([
  ['failed', WHY],
  ['paused', WHY],
  ['done', undefined],
  ['cancelled', undefined],
] as const)('of a run that is %s', async (status, problem) => {
  runNotes(notesFile({ workFolder })).set('r-1', { problem: WHY });
  const run = { id: 'r-1', benchmarkHash: 'ab'.repeat(32), reader: 'random', status, settings: {} };
  const context = {
    workFolder,
    store: { runs: async () => [run as unknown as RunRecord], counts: async () => ({}) },
    library: { list: async () => [{ id: 'ab'.repeat(8) }] },
  } as unknown as WorkbenchContext;
  expect((await runDetail(context, 'r-1')).problem).toBe(problem);
});
