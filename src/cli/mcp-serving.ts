// What `overread mcp serve` serves: a benchmark folder or a published release, its tools, and the run engine.

import { openDataAt } from '../benchmarks/open-data.ts';
import { publishedPlugin } from '../benchmarks/published-plugins.ts';
import { openPublished } from '../benchmarks/published-source.ts';
import { type Progress, silent } from '../domain/progress.ts';
import type { ToolMode } from '../domain/tool.ts';
import { openSegmenter } from '../experts/segmenter.ts';
import { openBenchmark } from '../questions/benchmark-folder.ts';
import { publishedReports } from '../report/published-reports.ts';
import { reportsOf } from '../report/run-reports.ts';
import type { Served } from '../server/mcp/served.ts';
import type { BlobStore } from '../storage/blobs.ts';
import { caseOpener } from '../tools/case-access.ts';
import { toolkit } from '../tools/toolkit.ts';
import { runDesk } from './mcp-runs.ts';
import { DEFAULT_SEGMENTER, openReading, type ReadingOptions, readBenchmark } from './reading.ts';
import { readPublished } from './reading-published.ts';

type Shared = Omit<ReadingOptions, 'benchmark' | 'readers' | 'format' | 'progress' | 'tools'>;

export interface ServingOptions extends Shared {
  /** Benchmark folder, or with `data` a published benchmark's id. */
  readonly benchmark: string;
  readonly data?: string;
  readonly askMode?: string;
  readonly split?: string;
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly columns?: Readonly<Record<string, string>>;
  readonly toolMode: ToolMode;
  /** Tools beside the published five. Default all. */
  readonly tools?: readonly string[];
  /** Whether clients may start runs. */
  readonly runs: boolean;
}

export interface Serving {
  readonly served: Served;
  close(): Promise<void>;
}

/** Opens everything once, for all clients. Errors: those of opening a benchmark, a release, a segmenter, experts. */
export async function openServing(options: ServingOptions): Promise<Serving> {
  const { store, blobs, deps, fetch, close } = await openReading({
    ...options,
    readers: [],
    progress: silent,
  });
  const closing: (() => Promise<void> | void)[] = [close];
  try {
    const place = await (options.data === undefined ? folderOf(options) : releaseOf(options, options.data));
    closing.push(place.close);
    const runs = options.runs ? runDesk(place.work) : undefined;
    if (runs !== undefined) closing.push(runs.close);
    return {
      served: {
        source: place.source,
        blobs,
        criteria: place.criteria,
        mode: options.toolMode,
        tools: toolkit(options.toolMode, { also: options.tools ?? ['all'] }).filter(
          (tool) => place.hasScans || tool.needsScan !== true,
        ),
        openCase: place.openCase,
        ...(deps.experts === undefined ? {} : { experts: deps.experts }),
        ...(runs === undefined ? {} : { runs }),
      },
      close: () => closeAll(closing),
    };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
  async function folderOf(given: ServingOptions) {
    const benchmark = await openBenchmark(given.benchmark);
    const segmenter =
      given.toolMode === 'predicted' || given.segmenter !== undefined
        ? await openSegmenter(given.segmenter ?? DEFAULT_SEGMENTER, { blobs, index: store, fetch })
        : undefined;
    await segmenter?.health?.(given.signal);
    return {
      source: benchmark,
      hasScans: true,
      criteria: benchmark.manifest.criteria,
      openCase: (caseId: string, own: BlobStore) =>
        caseOpener(benchmark, {
          ...{ blobs: own, cache: store },
          ...(segmenter === undefined ? {} : { segmenter }),
        })(caseId, given.toolMode),
      close: () => {},
      work: {
        read: async (reader: string, progress: Progress, signal: AbortSignal) =>
          (await readBenchmark({ ...given, format: 'mc', readers: [reader], progress, signal }))[0],
        report: async (run: string) =>
          (
            await reportsOf({
              store: given.store,
              runs: [run],
              protocols: ['strict'],
              benchmark: given.benchmark,
              ...(given.passphrase === undefined ? {} : { passphrase: given.passphrase }),
            })
          )[0],
      },
    };
  }
  async function releaseOf({ askMode, tools: _, ...given }: ServingOptions, at: string) {
    const plugin = publishedPlugin(given.benchmark);
    const data = await openDataAt(at, plugin.card.files, given.signal);
    const chosen = { ...given, ...(askMode === undefined ? {} : { mode: askMode }) };
    return {
      source: await openPublished(plugin, data, blobs, chosen),
      hasScans: false,
      criteria: 'guideline',
      openCase: async () => undefined,
      close: () => data.close?.(),
      work: {
        read: async (reader: string, progress: Progress, signal: AbortSignal) =>
          (await readPublished({ ...chosen, data: at, readers: [reader], progress, signal }))[0],
        report: async (run: string) =>
          (await publishedReports({ store: given.store, runs: [run], protocols: ['strict'], data: at }))[0],
      },
    };
  }
}

async function closeAll(closing: readonly (() => Promise<void> | void)[]): Promise<void> {
  for (const one of closing.toReversed()) await one();
}
