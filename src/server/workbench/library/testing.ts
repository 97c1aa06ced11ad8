// For tests: a run's record over a benchmark, as the engine writes it.
import type { Manifest } from '../../../domain/benchmark.ts';
import type { RunRecord } from '../../../domain/run.ts';

export function runOver(
  { name, contentHash }: Pick<Manifest, 'name' | 'contentHash'>,
  path: string,
): RunRecord {
  return {
    id: 'r-test',
    reader: 'random',
    benchmark: path,
    benchmarkHash: contentHash,
    benchmarkName: name,
    format: 'mc',
    repeats: 1,
    seed: '0',
    settings: {},
    status: 'done',
    planned: 0,
    resent: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    version: '0.1.0',
  };
}
