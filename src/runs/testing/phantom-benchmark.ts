// A small benchmark of phantoms on disk, with its sources, for the tests of runs.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../domain/benchmark.ts';
import { phantomCohort, writeCohort } from '../../phantoms/cohort.ts';
import { buildBenchmark } from '../../questions/build.ts';

export interface PhantomBenchmark {
  /** Temporary folder of everything; the caller removes it. */
  readonly folder: string;
  readonly benchmark: string;
  readonly manifest: Manifest;
}

export async function phantomBenchmark(options: {
  readonly seed: number;
  readonly cases: number;
  readonly perCase?: number;
}): Promise<PhantomBenchmark> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-phantoms-'));
  const source = join(folder, 'cohort');
  const benchmark = join(folder, 'benchmark');
  await writeCohort(source, phantomCohort({ seed: options.seed, cases: options.cases }));
  const manifest = await buildBenchmark({ source, out: benchmark, workers: 1, perCase: options.perCase });
  return { folder, benchmark, manifest };
}
