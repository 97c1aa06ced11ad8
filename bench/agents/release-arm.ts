// One arm of a demonstration: readers on a folder of items, through the command line's own parts, with a simulated reader.
import { join } from 'node:path';
import { publishedReports, readPublished } from '../../src/cli/reading-published.ts';
import { silent } from '../../src/domain/progress.ts';
import type { MetricCell, PublishedReport } from '../../src/domain/report.ts';
import { type SimulatedReader, startSimulatedReader } from '../../src/experts/testing/simulated-reader.ts';

export interface Arm {
  readonly folder: string;
  readonly data: string;
  readonly readers: readonly string[];
  readonly seed: string;
  readonly answer: SimulatedReader['answer'];
  readonly options?: Readonly<Record<string, string>>;
  readonly experts?: readonly string[];
}

let arms = 0;

/** Reads with each reader in turn; the first is what the others are compared with. */
export async function readArm({
  folder,
  data,
  readers,
  seed,
  answer,
  options,
  experts = [],
}: Arm): Promise<PublishedReport> {
  const server = await startSimulatedReader({ seed, answer });
  try {
    const store = join(folder, `arm-${++arms}.db`);
    const addresses = [server.url, ...experts].flatMap((text) => text.match(/https?:\/\/[^/,]+/g) ?? []);
    const summaries = await readPublished({
      benchmark: 'own-items',
      data,
      readers: [...readers],
      ...(options === undefined ? {} : { readerOptions: options }),
      baseUrl: server.url,
      allow: [...new Set(addresses)],
      experts: [...experts],
      store,
      seed,
      progress: silent,
      signal: new AbortController().signal,
    });
    for (const { error } of summaries) if (error !== undefined) throw error;
    const [report] = await publishedReports({
      store,
      runs: summaries.map(({ runId }) => runId),
      protocols: ['strict'],
      baseline: readers[0],
      seed,
    });
    return report;
  } finally {
    await server.close();
  }
}

const percent = (value: number | null | undefined) =>
  value === null || value === undefined ? '–' : (100 * value).toFixed(1);

/** "66.7 [60.0, 73.0] (n 120, 40 patients)". */
export function cellText({ score, ci95, n, nPatients }: MetricCell): string {
  const interval = ci95 === null ? '' : ` [${percent(ci95[0])}, ${percent(ci95[1])}]`;
  return `${percent(score)}${interval} (n ${n}, ${nPatients} patients)`;
}

export { percent };
