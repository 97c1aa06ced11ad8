// From run ids of a published benchmark to its reports: opens the release that they read, and scores.
import { openDataAt } from '../benchmarks/open-data.ts';
import type { Judge } from '../benchmarks/published.ts';
import { publishedPlugin } from '../benchmarks/published-plugins.ts';
import { scorePublished } from '../benchmarks/published-score.ts';
import { publishedSettings } from '../benchmarks/published-settings.ts';
import { fingerprint, recordOptions } from '../benchmarks/published-source.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Protocol, PublishedReport } from '../domain/report.ts';
import { openStore } from '../storage/store.ts';

export interface PublishedReportingOptions {
  readonly store: string;
  /** Runs of one published benchmark in one mode. */
  readonly runs: readonly string[];
  readonly protocols: readonly Protocol[];
  readonly baseline?: string;
  /** Where the release lies now, if not where it lay when the runs began. */
  readonly data?: string;
  readonly judge?: Judge;
  readonly seed?: string;
  readonly resamples?: number;
}

/** Reports under each protocol. Errors: `run-unknown`, `bad-argument`, `benchmark-invalid`. */
export async function publishedReports(options: PublishedReportingOptions): Promise<PublishedReport[]> {
  const store = await openStore(options.store);
  try {
    const runs = await Promise.all(
      options.runs.map(async (id) => {
        const run = await store.run(id);
        if (run === undefined)
          throw new OverreadError('run-unknown', `The store has no run ${id}: check the id and --store.`);
        return { run, rows: await store.scoringRows(id) };
      }),
    );
    const [first] = runs;
    const settings = first === undefined ? undefined : publishedSettings(first.run);
    if (settings === undefined || runs.some(({ run }) => run.benchmarkHash !== first.run.benchmarkHash))
      throw new OverreadError(
        'bad-argument',
        'These runs read different benchmarks and cannot stand in one report: report them apart.',
      );
    const plugin = publishedPlugin(settings.benchmark);
    const data = await openDataAt(options.data ?? first.run.benchmark, plugin.card.files);
    const { split, ...rest } = settings;
    const chosen = recordOptions(plugin, { ...rest, ...(split === null ? {} : { split }) });
    const contentHash = await fingerprint(plugin.id, data, chosen);
    if (contentHash !== first.run.benchmarkHash)
      throw new OverreadError(
        'benchmark-invalid',
        'The release has changed since the runs read it: give the one they read with --benchmark DIR.',
      );
    const reports: PublishedReport[] = [];
    for (const protocol of options.protocols)
      reports.push(
        await scorePublished({
          plugin,
          data,
          contentHash,
          options: chosen,
          runs,
          protocol,
          ...(options.judge === undefined ? {} : { judge: options.judge }),
          ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
          ...(options.seed === undefined ? {} : { seed: options.seed }),
          ...(options.resamples === undefined ? {} : { resamples: options.resamples }),
        }),
      );
    await data.close?.();
    return reports;
  } finally {
    await store.close();
  }
}
