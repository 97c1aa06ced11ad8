// A process that streams shards and keeps a journal of what it has read; made to be killed and started again.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openData } from '../data-root.ts';
import { openHttpData } from '../http-root.ts';
import { overFiles } from '../over-files.ts';
import type { Cursor, StreamOptions } from '../source.ts';
import { type Counted, countedRecords, type ShardFormat } from './shard-set.ts';

export interface ChildSettings {
  /** Folder or address of the shards. */
  readonly data: string;
  readonly names: readonly string[];
  readonly format: ShardFormat;
  readonly journal: string;
  /** Records between two durable writes. */
  readonly batch: number;
  /** Pause after each write in ms, for small sets that would be over before they are killed. */
  readonly pauseMs: number;
}

/** What the process says of itself when it has come to the end. */
export interface ChildReport {
  readonly peakBytes: number;
  /** Time on processors, its start included. */
  readonly cpuSeconds: number;
}

/** A line of the journal: a record, and where to go on behind it. */
export type JournalLine = Counted & { readonly next: Cursor };

/**
 * Most resident memory of a living process, in bytes; 0 where the system does not say. What getrusage tells would be
 * at least the memory of the process that started it.
 */
export function residentPeak(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Lines that were written wholly; a torn last one is cut off. */
export function journalLines(path: string): JournalLine[] {
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) truncateSync(path, whole);
  return bytes
    .toString('utf8', 0, whole)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalLine);
}

async function main(settings: ChildSettings): Promise<void> {
  const { data, names, format, journal, batch, pauseMs } = settings;
  const from = journalLines(journal).at(-1)?.next;
  const root = /^https?:/.test(data)
    ? openHttpData(data, { files: names, fetch: globalThis.fetch, attempts: 50, wait: () => sleep(1) })
    : await openData(data);
  const out = openSync(journal, 'a');
  let lines: string[] = [];
  const flush = async () => {
    writeSync(out, lines.join(''));
    fsyncSync(out);
    lines = [];
    if (pauseMs > 0) await sleep(pauseMs);
  };
  const stream = (source: Parameters<typeof countedRecords>[1], options: StreamOptions) =>
    countedRecords(format, source, options);
  for await (const { value, next } of overFiles(root, names, stream, from === undefined ? {} : { from })) {
    lines.push(`${JSON.stringify({ ...value, next })}\n`);
    if (lines.length >= batch) await flush();
  }
  await flush();
  closeSync(out);
  const { user, system } = process.cpuUsage();
  const said: ChildReport = { peakBytes: residentPeak(process.pid), cpuSeconds: (user + system) / 1e6 };
  process.stdout.write(JSON.stringify(said));
}

if (process.argv[2] !== undefined && process.argv[1]?.endsWith('stream-child.ts'))
  await main(JSON.parse(process.argv[2]) as ChildSettings);
