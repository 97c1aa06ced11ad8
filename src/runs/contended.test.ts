import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoopback } from '../experts/testing/loopback.ts';
import { aRun } from '../storage/store.contract.ts';
import { openStore } from '../storage/store.ts';
import type { ChildSettings } from './testing/kill-campaign.ts';
import { type PhantomBenchmark, phantomBenchmark } from './testing/phantom-benchmark.ts';

let phantoms: PhantomBenchmark;
beforeAll(async () => {
  phantoms = await phantomBenchmark({ seed: 3, cases: 2, perCase: 10 });
});
afterAll(() => rmSync(phantoms.folder, { recursive: true, force: true }));

describe('a stopped run that three processes resume at the same moment', () => {
  it('is taken up by one of them, so that nothing is asked twice', async () => {
    const model = await startLoopback({ answer: () => ({ delayMs: 60, text: 'A' }) });
    const { contentHash, counts } = phantoms.manifest;
    const reader = 'text-only@compatible/m';
    const path = join(phantoms.folder, 'store.db');
    const store = await openStore(path);
    await store.saveRun(
      aRun('r-1', {
        reader,
        benchmark: phantoms.benchmark,
        benchmarkHash: contentHash,
        settings: {},
        status: 'cancelled',
        planned: counts.questions,
      }),
    );
    const settings: ChildSettings = {
      store: path,
      benchmark: phantoms.benchmark,
      url: model.url,
      reader,
      // One at a time: the run lasts longer than the processes' starts lie apart.
      concurrency: 1,
    };
    const child = new URL('testing/kill-child.ts', import.meta.url).pathname;
    const ends = await Promise.allSettled(
      [1, 2, 3].map(() => promisify(execFile)(process.execPath, [child, JSON.stringify(settings)])),
    );
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    // One that starts only when the run is over finds nothing left to do, and ends well.
    expect(refused.length).toBeLessThan(3);
    for (const reason of refused) expect(reason).toMatch(/is being read by process \d+/);
    expect((await store.done('r-1')).size).toBe(counts.questions);
    expect(model.count()).toBe(counts.questions);
    expect((await store.run('r-1'))?.status).toBe('done');
    await store.close();
    await model.close();
  });
});
