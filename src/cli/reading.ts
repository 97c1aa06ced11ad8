// Lets readers read a benchmark: opens benchmark, store, blobs, gateway and segmenter, and runs them one by one.
import { checkReaderOptions, createReader, pluginOf } from '../agents/create-reader.ts';
import { type TrainPrior, trainPrior } from '../agents/prior.ts';
import type { ReaderDeps } from '../agents/reader-plugin.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Progress } from '../domain/progress.ts';
import type { ReadStatus } from '../domain/read.ts';
import type { QuestionFormat } from '../domain/run.ts';
import { directFetch, type Fetch } from '../experts/direct-fetch.ts';
import { expertSettings, openExperts } from '../experts/expert-service.ts';
import { createGateway, type Gateway } from '../experts/gateway.ts';
import type { OutsideServers, OutsideSetting } from '../experts/mcp/client.ts';
import type { Price } from '../experts/model-ref.ts';
import { openSegmenter, type Segmenter, type SegmenterDeps } from '../experts/segmenter.ts';
import { MAX_MASKS } from '../experts/segmenters/http.ts';
import { trustList } from '../experts/trust.ts';
import { type BenchmarkFolder, openBenchmark } from '../questions/benchmark-folder.ts';
import { openKeys } from '../questions/keys.ts';
import { executeRun, type RunOptions, type RunSummary } from '../runs/engine.ts';
import { executeLadder } from '../runs/ladder-run.ts';
import { otherCases } from '../runs/other-cases.ts';
import { type BlobStore, blobsFolder, fileBlobs } from '../storage/blobs.ts';
import { openStore, type Store } from '../storage/store.ts';
import { type CaseAccessOptions, caseOpener } from '../tools/case-access.ts';

/** The noise that `#predicted` uses when no segmenter is named: a boundary off by about a millimetre and a half. */
export const DEFAULT_SEGMENTER = 'noise:sd=1.5,drop=0.1,false=0.1';

export interface ReadingOptions {
  readonly benchmark: string;
  readonly readers: readonly string[];
  readonly store: string;
  readonly format: QuestionFormat;
  readonly repeats?: number;
  readonly limit?: number;
  readonly only?: readonly string[];
  readonly retry?: 'failed' | 'unparsed';
  readonly resume?: string;
  readonly seed?: string;
  readonly allow?: readonly string[];
  readonly baseUrl?: string;
  readonly prices?: Readonly<Record<string, Price>>;
  readonly maxCost?: number;
  readonly concurrency?: 'auto' | number;
  /** Seconds that one try of a request may take. Default: the gateway's. */
  readonly timeout?: number;
  readonly segmenter?: string;
  readonly passphrase?: string;
  readonly published?: boolean;
  readonly confidence?: boolean;
  readonly noCache?: boolean;
  /** Ask again with more and more gold evidence, and with another patient's. */
  readonly ladder?: boolean;
  /** ROLE=EXPERT, for strategies and tools that want one. */
  readonly experts?: readonly string[];
  /** Options of strategies, by name. */
  readonly readerOptions?: Readonly<Record<string, string>>;
  /** Tools beside the published five, by name or group. */
  readonly tools?: readonly string[];
  /** MCP servers whose tools join, NAME=COMMAND or NAME=URL. */
  readonly mcp?: readonly string[];
  /** Told what a user should know of before reading begins. */
  readonly remark?: (sentence: string) => void;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Reads with each reader in turn; a reader's failure does not stop the next.
 * @param onRun told each run's summary when it ends
 */
export async function readBenchmark(
  options: ReadingOptions,
  onRun: (summary: RunSummary) => void = () => {},
): Promise<RunSummary[]> {
  // Names are checked before anything is opened, so that a typing error costs nothing.
  for (const name of options.readers) pluginOf(name);
  checkReaderOptions(options.readers, options.readerOptions);
  const benchmark = await openBenchmark(options.benchmark);
  const { store, blobs, gateway, deps, fetch, close } = await openReading(options);
  let segmenter: Segmenter | undefined;
  try {
    segmenter = await segmenterFor(options, { index: store, blobs, fetch });
    const prior = await priorFor(options, benchmark);
    const summaries: RunSummary[] = [];
    for (const name of options.readers) {
      if (options.signal.aborted) break;
      const summary = await oneReader(name, {
        ...{ options, benchmark, store, blobs, gateway, deps, segmenter, prior },
      });
      summaries.push(summary);
      onRun(summary);
      await remarkReasons(summary, store, options);
    }
    return summaries;
  } finally {
    await segmenter?.close?.();
    await close();
  }
}

/** What every kind of reading needs: the store, the blobs beside it, and the gateway over both. */
export async function openReading(options: Omit<ReadingOptions, 'benchmark' | 'format'>): Promise<{
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly gateway: Gateway;
  /** What readers are made with, whatever they read. */
  readonly deps: StrategyDeps;
  /** Reaches the addresses of the trust list that are no vendor's: experts and segmenters. */
  readonly fetch: Fetch;
  close(): Promise<void>;
}> {
  const store = await openStore(options.store);
  const blobs = fileBlobs(blobsFolder(options.store));
  const spent = await spentBefore(options, store);
  const gateway = createGateway({
    allow: options.allow ?? [],
    ...(options.baseUrl === undefined ? {} : { baseUrls: { compatible: options.baseUrl } }),
    store,
    blobs,
    ...(options.noCache ? { cache: 'off' as const } : {}),
    ...(options.maxCost === undefined ? {} : { budget: { usd: options.maxCost, spent } }),
    ...(options.prices === undefined ? {} : { prices: options.prices }),
    concurrency: options.concurrency ?? 'auto',
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }),
  });
  // Vendors' names are for models; what stands behind an address of its own is allowed by its address.
  const addresses = (options.allow ?? []).filter((entry) => entry.includes('://'));
  const direct = directFetch(trustList(addresses), MAX_MASKS);
  const closing: (() => Promise<void> | void)[] = [() => store.close(), () => gateway.close(), direct.close];
  const close = async () => {
    for (const one of closing.toReversed()) await one();
  };
  try {
    const opened = await openExperts(options.experts ?? [], {
      fetch: direct.fetch,
      gateway,
      blobs,
      index: store,
    });
    closing.push(opened.close);
    const outside = await outsideServers(options, addresses);
    if (outside !== undefined) closing.push(outside.close);
    const deps = {
      ...strategyDeps(options),
      experts: opened.experts,
      ...(outside === undefined ? {} : { outsideTools: outside.tools, mcpServers: outside.settings }),
    };
    return { store, blobs, gateway, deps, fetch: direct.fetch, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type StrategyDeps = Pick<ReaderDeps, 'experts' | 'options' | 'tools' | 'outsideTools'> & {
  /** What outside servers said of themselves, for the run's record. */
  readonly mcpServers?: readonly OutsideSetting[];
};

/** Outside servers that the user named; one that does not answer stops everything before the first question. */
async function outsideServers(
  { mcp = [] }: Pick<ReadingOptions, 'mcp'>,
  allow: readonly string[],
): Promise<OutsideServers | undefined> {
  if (mcp.length === 0) return undefined;
  const [{ openMcpServers }, { allTools }] = await Promise.all([
    import('../experts/mcp/client.ts'),
    import('../tools/toolkit.ts'),
  ]);
  return openMcpServers(mcp, { allow, taken: allTools().map(({ name }) => name) });
}

function strategyDeps({
  readerOptions,
  tools,
}: Pick<ReadingOptions, 'readerOptions' | 'tools'>): StrategyDeps {
  return {
    ...(readerOptions === undefined ? {} : { options: readerOptions }),
    ...(tools === undefined ? {} : { tools }),
  };
}

/** What of that belongs into a run's record: enough to say what was read with, and to go on with the same. */
export function strategySettings(
  deps: StrategyDeps,
  { experts = [], readerOptions, tools, mcp }: Partial<ReadingOptions>,
): Record<string, unknown> {
  return {
    ...(experts.length === 0
      ? {}
      : { experts: expertSettings(deps.experts ?? {}), expertsAsWritten: experts }),
    ...(readerOptions === undefined ? {} : { readerOptions }),
    ...(tools === undefined ? {} : { toolsAsked: tools }),
    ...(mcp === undefined ? {} : { mcp, mcpServers: deps.mcpServers ?? [] }),
  };
}

/** Tells why the first failed and the first unsupported read came to it. */
export async function remarkReasons(
  summary: RunSummary,
  store: Store,
  { remark }: Pick<ReadingOptions, 'remark'>,
): Promise<void> {
  for (const status of ['failed', 'unsupported'] as const) {
    const reason = summary.counts[status] > 0 ? await firstReason(store, summary.runId, status) : undefined;
    if (reason !== undefined) remark?.(`  ${status}, the first: ${reason}`);
  }
}

/** Why the first read of a status came to it: one sentence tells a user more than a count. */
async function firstReason(store: Store, runId: string, status: ReadStatus): Promise<string | undefined> {
  for await (const read of store.reads(runId, { status })) return read.reason;
  return undefined;
}

interface Workplace {
  readonly options: ReadingOptions;
  readonly benchmark: BenchmarkFolder;
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly gateway: Gateway;
  readonly deps: StrategyDeps;
  readonly segmenter: Segmenter | undefined;
  readonly prior: TrainPrior | undefined;
}

async function oneReader(name: string, at: Workplace): Promise<RunSummary> {
  const { options, benchmark, store, blobs, gateway, deps, segmenter, prior } = at;
  const access: CaseAccessOptions = {
    blobs,
    cache: store,
    ...(segmenter === undefined ? {} : { segmenter }),
  };
  const openCase = caseOpener(benchmark, access);
  const reader = await createReader(name, {
    ...deps,
    gateway,
    blobs,
    criteria: benchmark.manifest.criteria,
    ...(prior === undefined || !usesPrior(name) ? {} : { prior }),
    others: otherCases(benchmark, access),
    ...(options.published ? { published: true } : {}),
    ...(options.confidence ? { confidence: true } : {}),
  });
  const run: RunOptions = {
    benchmark,
    reader,
    store,
    openCase,
    format: options.format,
    repeats: options.repeats ?? 1,
    seed: options.seed ?? '0',
    progress: options.progress,
    signal: options.signal,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.only === undefined || options.only.length === 0 ? {} : { only: options.only }),
    ...(options.resume === undefined ? {} : { resume: options.resume }),
    ...(options.retry === undefined ? {} : { retry: options.retry }),
    settings: {
      ...strategySettings(deps, options),
      ...(segmenter === undefined || reader.mode !== 'predicted'
        ? {}
        : { segmenter: shownSegmenter(options, segmenter), segmenterHash: segmenter.hash }),
    },
  };
  try {
    if (!options.ladder) return await executeRun(run);
    // The ladder tells gold statements below the answer: the one place where keys meet a run.
    return await executeLadder({
      ...run,
      benchmark,
      keys: await openKeys(options.benchmark, options.passphrase),
    });
  } finally {
    await reader.close?.();
  }
}

/** As it was written where that names no folder or program of this machine: enough to resume the run by itself. */
function shownSegmenter({ segmenter = DEFAULT_SEGMENTER }: ReadingOptions, { id }: Segmenter): string {
  return id === 'noise' ? segmenter : id;
}

async function segmenterFor(
  options: ReadingOptions,
  deps: Required<SegmenterDeps>,
): Promise<Segmenter | undefined> {
  const predicted = options.readers.some((name) => name.endsWith('#predicted'));
  const written = options.segmenter ?? (predicted ? DEFAULT_SEGMENTER : undefined);
  if (written === undefined) return undefined;
  const segmenter = await openSegmenter(written, deps);
  await segmenter.health?.(options.signal);
  return segmenter;
}

function usesPrior(name: string): boolean {
  return pluginOf(name).plugin.usesPrior === true;
}

/** What earlier sessions of the run that is resumed have spent: a budget is one for all of them. */
async function spentBefore(
  { resume, maxCost }: Pick<ReadingOptions, 'resume' | 'maxCost'>,
  store: Store,
): Promise<{ usd: number; tokens: number }> {
  const spent = { usd: 0, tokens: 0 };
  if (resume === undefined || maxCost === undefined) return spent;
  for (const { costUsd = 0, inputTokens, outputTokens } of await store.scoringRows(resume)) {
    spent.usd += costUsd;
    spent.tokens += inputTokens + outputTokens;
  }
  return spent;
}

/** What the training split says, for the baselines that may know it; other readers never get near a key. */
async function priorFor(
  options: ReadingOptions,
  benchmark: BenchmarkFolder,
): Promise<TrainPrior | undefined> {
  if (!options.readers.some(usesPrior)) return undefined;
  try {
    const keys = await openKeys(options.benchmark, options.passphrase);
    return trainPrior(await benchmark.questions({ splits: ['train'] }), (id) => keys.get(id));
  } catch (error) {
    // Without a passphrase the baselines fall back to what they can know; a wrong one is a mistake to be told.
    if (options.passphrase !== undefined || !OverreadError.isInstance(error) || error.code !== 'key-locked')
      throw error;
    options.remark?.(
      'The keys are encrypted, so the built-in readers know nothing of the training split: give --passphrase to let them.',
    );
    return undefined;
  }
}
