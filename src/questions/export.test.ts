import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { phantomCohort } from '../phantoms/cohort.ts';
import { writeCohort } from '../phantoms/write-cohort.ts';
import { buildBenchmark } from './build.ts';
import { exportBenchmark } from './export.ts';

const scratch = mkdtempSync(join(tmpdir(), 'overread-export-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('an export that fails', () => {
  it('leaves no half of a file, and says so in one sentence', async () => {
    const [source, out] = [join(scratch, 'scans'), join(scratch, 'benchmark')];
    await writeCohort(source, phantomCohort({ seed: 3, cases: 1, shape: [64, 64, 40] }));
    await buildBenchmark({ source, out, workers: 1, types: ['recognition', 'measurement'] });
    // The second of its two files cannot take its place.
    mkdirSync(join(scratch, 'to', 'own.jsonl'), { recursive: true });
    const failing = exportBenchmark(out, { to: 'deeptumorvqa', out: join(scratch, 'to', 'own') });
    await expect(failing).rejects.toMatchObject({ code: 'write-failed' });
    expect(readdirSync(join(scratch, 'to')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
