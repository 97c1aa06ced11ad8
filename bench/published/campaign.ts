// One published set through the whole engine: counted, its baselines scored, read by a scripted model and by class means.
import { join } from 'node:path';
import { publishedPlugin } from '../../src/benchmarks/published-plugins.ts';
import { openPublished } from '../../src/benchmarks/published-source.ts';
import { readPublished } from '../../src/cli/reading-published.ts';
import type { Progress } from '../../src/domain/progress.ts';
import type { PublishedReport } from '../../src/domain/report.ts';
import { openData } from '../../src/records/data-root.ts';
import { publishedReports } from '../../src/report/published-reports.ts';
import { memoryBlobs } from '../../src/storage/blobs.ts';
import { writeClassMeans } from './class-means.ts';
import { startScripted } from './scripted.ts';
import type { PublishedSet } from './sets.ts';

export interface SetResult {
  readonly set: PublishedSet;
  /** Strict; readers: the scripted model, then controls and class means where the set has pictures. */
  readonly report: PublishedReport;
  /** The same runs as the released evaluator would score them. */
  readonly published: PublishedReport;
  readonly scripted: { readonly right: number; readonly counted: number };
  readonly seconds: number;
}

export interface CampaignOptions {
  /** Folder in which the sets lie. */
  readonly data: string;
  readonly scratch: string;
  readonly seed: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Of the bootstrap. Default: the report's. */
  readonly resamples?: number;
}

export async function readSet(set: PublishedSet, options: CampaignOptions): Promise<SetResult> {
  const began = performance.now();
  const plugin = publishedPlugin(set.benchmark);
  const path = join(options.data, set.path);
  const folder = join(options.scratch, set.name.replace(/[^a-z0-9]+/gi, '-'));
  const chosen = {
    split: set.split,
    seed: options.seed,
    ...(set.mode === undefined ? {} : { mode: set.mode }),
    ...(set.columns === undefined ? {} : { columns: set.columns }),
  };
  const source = await openPublished(plugin, await openData(path), memoryBlobs(), chosen);
  const { server, right, counted } = await startScripted(plugin, source, options.seed);
  const store = join(folder, 'overread.db');
  try {
    const readers = ['compatible/scripted'];
    if (set.learnable) {
      const vectors = join(options.scratch, `${set.name.replace(/[^a-z0-9]+/gi, '-')}.jsonl`);
      await writeClassMeans(plugin, set, path, vectors);
      readers.push(`encoder@embeddings/${vectors}`);
    }
    const summaries = await readPublished({
      benchmark: plugin.id,
      data: path,
      ...chosen,
      readers,
      baseUrl: server.url,
      allow: [new URL(server.url).origin],
      store,
      progress: options.progress,
      signal: options.signal,
    });
    for (const { error } of summaries) if (error !== undefined) throw error;
    const [report, published] = await publishedReports({
      store,
      runs: summaries.map(({ runId }) => runId),
      protocols: ['strict', 'published'],
      seed: options.seed,
      ...(options.resamples === undefined ? {} : { resamples: options.resamples }),
    });
    return {
      set,
      report,
      published,
      scripted: { right, counted },
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await server.close();
  }
}
