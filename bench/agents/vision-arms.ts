// One arm of a demonstration: a reader over a folder of items of one's own, through the parts of `overread run`.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { publishedReports, readPublished } from '../../src/cli/reading-published.ts';
import { silent } from '../../src/domain/progress.ts';
import type { Read } from '../../src/domain/read.ts';
import type { MetricCell } from '../../src/domain/report.ts';
import { openStore } from '../../src/storage/store.ts';

export interface Arm {
  readonly data: string;
  readonly reader: string;
  readonly url: string;
  readonly mode?: string;
  readonly experts?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

export interface ArmResult {
  readonly cells: readonly MetricCell[];
  readonly reads: ReadonlyMap<string, Read>;
}

let count = 0;

/** Reads in a store of its own below `scratch`. */
export async function readArm(scratch: string, arm: Arm): Promise<ArmResult> {
  const store = join(scratch, `arm-${++count}.db`);
  const [summary] = await readPublished({
    benchmark: 'own-items',
    data: arm.data,
    readers: [arm.reader],
    baseUrl: arm.url,
    allow: [new URL(arm.url).origin],
    experts: arm.experts ?? [],
    readerOptions: arm.options ?? {},
    ...(arm.mode === undefined ? {} : { mode: arm.mode }),
    store,
    seed: '0',
    progress: silent,
    signal: new AbortController().signal,
  });
  if (summary.error !== undefined) throw summary.error;
  const [report] = await publishedReports({ store, runs: [summary.runId], protocols: ['strict'] });
  const opened = await openStore(store);
  const reads = new Map<string, Read>();
  for await (const read of opened.reads(summary.runId)) reads.set(read.questionId, read);
  await opened.close();
  return { cells: report.readers[0].overall, reads };
}

/** "71.2 [60.1, 80.4]" of a metric, in percent. */
export function told(cells: readonly MetricCell[], metric: string): string {
  const cell = cells.find((one) => one.metric === metric);
  const percent = (value: number) => (100 * value).toFixed(1);
  if (cell === undefined || cell.score === null) return '–';
  const { ci95 } = cell;
  return `${percent(cell.score)}${ci95 === null ? '' : ` [${percent(ci95[0])}, ${percent(ci95[1])}]`}`;
}

export function row(...values: readonly (string | number)[]): void {
  process.stdout.write(`| ${values.join(' | ')} |\n`);
}

export function header(...names: readonly string[]): void {
  row(...names);
  row(...names.map(() => '---'));
}

/** Removes what the arms left. */
export function cleared(scratch: string): void {
  for (const name of readdirSync(scratch)) rmSync(join(scratch, name), { recursive: true });
  rmSync(scratch, { recursive: true });
}
