// One arm of a demonstration: readers over a release through the command line's own parts, with a simulated reader.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPublished } from '../../src/cli/reading-published.ts';
import { silent } from '../../src/domain/progress.ts';
import type { Read } from '../../src/domain/read.ts';
import type { MetricCell, PublishedReport } from '../../src/domain/report.ts';
import { type SimulatedReader, startSimulatedReader } from '../../src/experts/testing/simulated-reader.ts';
import { publishedReports } from '../../src/report/published-reports.ts';
import { openStore } from '../../src/storage/store.ts';

export interface Arm {
  /** Default: items of one's own. */
  readonly benchmark?: string;
  readonly data: string;
  /** The first is what the others are compared with. */
  readonly readers: readonly string[];
  readonly mode?: string;
  readonly split?: string;
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly limit?: number;
  readonly options?: Readonly<Record<string, string>>;
  readonly experts?: readonly string[];
  readonly concurrency?: number;
  /** Of the bootstrap. Default as in a run. */
  readonly resamples?: number;
}

/** Where an arm is read: stores lie below `scratch`, models are behind `url`. */
export interface Place {
  readonly scratch: string;
  readonly url: string;
  readonly seed: string;
}

export interface ArmResult {
  readonly report: PublishedReport;
  /** Of the first reader. */
  readonly cells: readonly MetricCell[];
  /** What the first reader did, by question. */
  reads(): Promise<ReadonlyMap<string, Read>>;
}

let arms = 0;

/** Reads with each reader in turn, in a store of its own; addresses of experts are allowed too. */
export async function readArm({ scratch, url, seed }: Place, arm: Arm): Promise<ArmResult> {
  const store = join(scratch, `arm-${++arms}.db`);
  const { benchmark = 'own-items', data, readers, options, experts = [], resamples, ...how } = arm;
  const addresses = [url, ...experts].flatMap((text) => text.match(/https?:\/\/[^/,]+/g) ?? []);
  const summaries = await readPublished({
    ...how,
    benchmark,
    data,
    readers: [...readers],
    ...(options === undefined ? {} : { readerOptions: options }),
    experts: [...experts],
    baseUrl: url,
    allow: [...new Set(addresses)],
    store,
    seed,
    progress: silent,
    signal: new AbortController().signal,
  });
  for (const { error } of summaries) if (error !== undefined) throw error;
  const runs = summaries.map(({ runId }) => runId);
  const [report] = await publishedReports({
    store,
    runs,
    protocols: ['strict'],
    seed,
    ...(readers.length > 1 ? { baseline: readers[0] } : {}),
    ...(resamples === undefined ? {} : { resamples }),
  });
  return {
    report,
    cells: report.readers[0].overall,
    async reads() {
      const opened = await openStore(store);
      const reads = new Map<string, Read>();
      for await (const read of opened.reads(runs[0])) reads.set(read.questionId, read);
      await opened.close();
      return reads;
    },
  };
}

/** One arm with a simulated reader of its own. */
export async function simulatedArm(
  simulated: SimulatedReader,
  { scratch, ...arm }: Arm & { readonly scratch: string },
): Promise<ArmResult> {
  const server = await startSimulatedReader(simulated);
  try {
    return await readArm({ scratch, url: server.url, seed: simulated.seed }, arm);
  } finally {
    await server.close();
  }
}

/** Several arms with one simulated reader; the folder is theirs and is removed in the end. */
export async function withArms(
  simulated: SimulatedReader,
  work: (read: (arm: Arm) => Promise<ArmResult>, folder: string) => Promise<void>,
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'overread-arms-'));
  const server = await startSimulatedReader(simulated);
  try {
    await work((arm) => readArm({ scratch, url: server.url, seed: simulated.seed }, arm), scratch);
  } finally {
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
