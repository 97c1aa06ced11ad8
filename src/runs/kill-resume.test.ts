import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killCampaign } from './testing/kill-campaign.ts';
import { type PhantomBenchmark, phantomBenchmark } from './testing/phantom-benchmark.ts';

let phantoms: PhantomBenchmark;
beforeAll(async () => {
  phantoms = await phantomBenchmark({ seed: 3, cases: 2, perCase: 20 });
});
afterAll(() => rmSync(phantoms.folder, { recursive: true, force: true }));

describe('a run that is killed and resumed', () => {
  // The campaign of twenty kills is `npx node bench/kill-resume/run.ts`.
  it.each([
    'direct@compatible/loopback',
    'tools@compatible/loopback#oracle',
  ])('%s ends in the same table as one left alone, and asks no committed read again', async (reader) => {
    const scratch = join(phantoms.folder, reader.replace(/\W/g, '-'));
    mkdirSync(scratch);
    const result = await killCampaign({
      benchmark: phantoms.benchmark,
      scratch,
      reader,
      kills: 3,
      seed: '1',
    });
    expect(result.disturbed).toBe(result.undisturbed);
    expect(result.overwritten).toBe(0);
    expect(result.kills).toBeGreaterThan(0);
    expect(result.reads).toBe(phantoms.manifest.counts.questions);
    // Faults are among what must come out the same; which ones depends on the wording of the questions.
    expect(Object.keys(result.byStatus)).toContain('answered');
    expect(Object.keys(result.byStatus).length).toBeGreaterThan(2);
  });
});
