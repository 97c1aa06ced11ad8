// What demonstrations of strategies share: arms read through the command's own parts, and their scores as table rows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishedReports, readPublished } from '../../src/cli/reading-published.ts';
import { silent } from '../../src/domain/progress.ts';
import type { MetricCell } from '../../src/domain/report.ts';
import { type SimulatedReader, startSimulatedReader } from '../../src/experts/testing/simulated-reader.ts';

export interface Arm {
  readonly benchmark: string;
  readonly data: string;
  readonly reader: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly split?: string;
}

/** A simulated reader behind a loopback server, and what an arm scores with it. */
export async function withArms(
  simulated: SimulatedReader,
  work: (score: (arm: Arm) => Promise<readonly MetricCell[]>, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-arms-'));
  const server = await startSimulatedReader(simulated);
  const { signal } = new AbortController();
  let count = 0;
  try {
    await work(async ({ benchmark, data, reader, options, facets, split }) => {
      const store = join(folder, `${count++}.db`);
      const [summary] = await readPublished({
        benchmark,
        data,
        readers: [reader],
        ...(options === undefined ? {} : { readerOptions: options }),
        ...(facets === undefined ? {} : { facets }),
        ...(split === undefined ? {} : { split }),
        baseUrl: server.url,
        allow: [new URL(server.url).origin],
        store,
        seed: simulated.seed,
        progress: silent,
        signal,
      });
      if (summary.error !== undefined) throw summary.error;
      const [report] = await publishedReports({ store, runs: [summary.runId], protocols: ['strict'] });
      return report.readers[0].overall;
    }, folder);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** "0.519 [0.460, 0.571]" of a metric; "–" where it is not defined. */
export function told(cells: readonly MetricCell[], metric: string): string {
  const cell = cells.find((each) => each.metric === metric);
  if (cell === undefined || cell.score === null) return '–';
  const interval = cell.ci95 === null ? '' : ` [${cell.ci95.map((end) => end.toFixed(3)).join(', ')}]`;
  return `${cell.score.toFixed(3)}${interval}`;
}

export function row(...cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

export function header(...cells: readonly string[]): void {
  row(...cells);
  row(...cells.map(() => '---'));
}
