// What the measurements of the workbench share: medians, memory, lines.
import { readFileSync } from 'node:fs';

export const say = (line: string): boolean => process.stdout.write(`${line}\n`);

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Resident memory of a process and its peak, in MiB (Linux). */
export function memoryOf(pid: number): { rss: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024;
  return { rss: of('VmRSS'), peak: of('VmHWM') };
}
