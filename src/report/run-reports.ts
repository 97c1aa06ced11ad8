// From run ids to a report: finds the runs, their benchmark and keys, and scores.
import { OverreadError } from '../domain/errors.ts';
import type { Protocol, Report } from '../domain/report.ts';
import type { RunRecord } from '../domain/run.ts';
import { openBenchmark } from '../questions/benchmark-folder.ts';
import { openKeys } from '../questions/keys.ts';
import { isLadderRun, ladderRowsOf } from '../runs/ladder-run.ts';
import { buildReport } from '../scoring/report.ts';
import { openStore } from '../storage/store.ts';

export interface ReportsOptions {
  readonly store: string;
  /** Run ids; empty: the newest run of each reader over the newest run's benchmark. */
  readonly runs: readonly string[];
  /** One report each, from reads and keys that are read once. */
  readonly protocols: readonly Protocol[];
  readonly baseline?: string;
  /** Where the benchmark lies now, if not where it lay when the runs began. */
  readonly benchmark?: string;
  readonly passphrase?: string;
  readonly seed?: string;
}

export interface ReportingOptions extends Omit<ReportsOptions, 'protocols'> {
  readonly protocol: Protocol;
}

/** "published", "strict" or "both" as protocols, strict first. Throws `bad-argument`. */
export function protocolsOf(wanted: string): Protocol[] {
  if (wanted === 'both') return ['strict', 'published'];
  if (wanted === 'published' || wanted === 'strict') return [wanted];
  throw new OverreadError('bad-argument', 'Give --protocol published, strict or both.');
}

function newestOfEach(runs: readonly RunRecord[]): RunRecord[] {
  const [newest] = runs;
  if (newest === undefined) return [];
  const found = new Map<string, RunRecord>();
  for (const run of runs)
    if (run.benchmarkHash === newest.benchmarkHash && run.format === newest.format) {
      const kind = `${isLadderRun(run) ? 'ladder' : 'run'} ${run.reader}`;
      if (!found.has(kind)) found.set(kind, run);
    }
  return [...found.values()].reverse();
}

/** Builds the report of some runs of one benchmark. Errors: `run-unknown`, `bad-argument`, `benchmark-invalid`. */
export async function reportOf({ protocol, ...options }: ReportingOptions): Promise<Report> {
  const [report] = await reportsOf({ ...options, protocols: [protocol] });
  return report;
}

/**
 * The runs that were named, or the newest run of each reader over the newest run's benchmark; at least one, and all of
 * one benchmark. Errors: `run-unknown`, `bad-argument`.
 */
export async function chosenRuns(storeAt: string, ids: readonly string[]): Promise<readonly RunRecord[]> {
  const store = await openStore(storeAt);
  try {
    const all = await store.runs();
    const runs =
      ids.length === 0
        ? newestOfEach(all)
        : ids.map((id) => {
            const run = all.find((candidate) => candidate.id === id);
            if (run !== undefined) return run;
            throw new OverreadError(
              'run-unknown',
              `The store has no run ${id}: it has ${
                all
                  .slice(0, 5)
                  .map((r) => r.id)
                  .join(', ') || 'none'
              }; check --store.`,
            );
          });
    if (runs.length === 0)
      throw new OverreadError('run-unknown', 'The store has no run yet: start one with "overread run".');
    if (new Set(runs.map((run) => run.benchmarkHash)).size > 1)
      throw new OverreadError(
        'bad-argument',
        'These runs read different benchmarks and cannot stand in one report: report them apart.',
      );
    return runs;
  } finally {
    await store.close();
  }
}

/** The same under each protocol. */
export async function reportsOf(options: ReportsOptions): Promise<Report[]> {
  const runs = await chosenRuns(options.store, options.runs);
  const store = await openStore(options.store);
  try {
    const folder = options.benchmark ?? runs[0].benchmark;
    const benchmark = await openBenchmark(folder);
    if (benchmark.manifest.contentHash !== runs[0].benchmarkHash)
      throw new OverreadError(
        'benchmark-invalid',
        'The benchmark has changed since the runs read it: give the one they read with --benchmark DIR.',
      );
    const [questions, keys] = await Promise.all([
      benchmark.questions(),
      openKeys(folder, options.passphrase),
    ]);
    const withRows = await Promise.all(
      runs.map(async (run) => ({
        run,
        rows: await store.scoringRows(run.id, { toolCalls: usesTools(run) }),
      })),
    );
    const byId = new Map(questions.map((question) => [question.id, question]));
    return options.protocols.map((protocol) =>
      buildReport({
        benchmark: benchmark.manifest,
        questions,
        keys,
        runs: withRows.filter(({ run }) => !isLadderRun(run)),
        ladders: withRows
          .filter(({ run }) => isLadderRun(run))
          .map(({ run, rows }) => ({
            reader: run.reader,
            rows: ladderRowsOf(run, rows, byId, keys, protocol),
          })),
        protocol,
        ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
      }),
    );
  } finally {
    await store.close();
  }
}

/** Only readers with tools have calls to attribute errors to; the others' rows stay light. */
export function usesTools(run: Pick<RunRecord, 'reader'>): boolean {
  return /^(tools@|executor)/.test(run.reader);
}
