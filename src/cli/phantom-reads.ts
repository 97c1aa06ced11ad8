// The main job on phantoms, from drawing them to a report: what the demo shows and what checks of methods rest on.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../domain/benchmark.ts';
import type { Progress } from '../domain/progress.ts';
import type { Protocol, Report } from '../domain/report.ts';
import type { QuestionFormat } from '../domain/run.ts';
import { phantomCohort, writeCohort } from '../phantoms/cohort.ts';
import { buildBenchmark } from '../questions/build.ts';
import { reportOf } from '../report/run-reports.ts';
import { readBenchmark } from './reading.ts';

export interface PhantomReads {
  /** Gets `scans`, `benchmark` and `overread.db`. */
  readonly folder: string;
  readonly seed: string;
  readonly cases: number;
  readonly readers: readonly string[];
  readonly format: QuestionFormat;
  readonly protocol: Protocol;
  /** Criteria set. Default: the builder's. */
  readonly criteria?: string;
  /** Reader that others are compared with. */
  readonly baseline?: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Draws phantoms, builds a benchmark of them, lets readers read it and scores what they said. */
export async function readPhantoms(job: PhantomReads): Promise<{ manifest: Manifest; report: Report }> {
  const { folder, seed, cases, readers, format, protocol, criteria, baseline, progress, signal } = job;
  const scans = join(folder, 'scans');
  const benchmark = join(folder, 'benchmark');
  const store = join(folder, 'overread.db');
  progress.start('Drawing phantoms', cases);
  try {
    await writeCohort(scans, phantomCohort({ seed, cases }), { onCase: () => progress.advance(1) });
  } catch (error) {
    await rm(scans, { recursive: true, force: true });
    throw error;
  }
  progress.finish();
  const manifest = await buildBenchmark({
    source: scans,
    out: benchmark,
    layout: 'mask-folder',
    name: 'phantoms',
    seed,
    progress,
    signal,
    ...(criteria === undefined ? {} : { criteria }),
  });
  const summaries = await readBenchmark({ benchmark, readers, store, format, seed, progress, signal });
  if (signal.aborted) throw signal.reason;
  progress.start('Scoring');
  const report = await reportOf({
    store,
    runs: summaries.map((summary) => summary.runId),
    protocol,
    seed,
    ...(baseline === undefined ? {} : { baseline }),
  });
  progress.finish();
  return { manifest, report };
}
