// Streams shards in a process that is killed again and again, and compares its journal with what was written.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { random } from '../../domain/random.ts';
import type { Counted } from './shard-set.ts';
import { type ChildReport, type ChildSettings, journalLines, residentPeak } from './stream-child.ts';

export interface KillCampaign extends ChildSettings {
  readonly expected: readonly Counted[];
  readonly kills: number;
  readonly seed: string;
}

export interface KillResult {
  /** Kills that met the stream under way. */
  readonly kills: number;
  readonly records: number;
  readonly lost: number;
  readonly doubled: number;
  /** Records in another order or with other bytes than were written. */
  readonly wrong: number;
  /** Most memory that any of the processes had resident at once, in bytes. */
  readonly peakBytes: number;
}

/** Left to itself, Node lets garbage lie for as long as the machine has memory; bounded, what is in use must fit. */
export const HEAP = ['--max-old-space-size=64', '--max-semi-space-size=4'];

/** Starts the process. `ended` gives what it says of itself; zeros when it was killed. */
export function streamingChild(settings: ChildSettings) {
  const path = fileURLToPath(new URL('stream-child.ts', import.meta.url));
  const child = spawn(process.execPath, [...HEAP, path, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<ChildReport>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(said) as ChildReport);
      else if (signal === 'SIGKILL') resolve({ peakBytes: 0, cpuSeconds: 0 });
      else reject(new Error(`the streaming process ended with ${code ?? signal}`));
    });
  });
  return { child, ended };
}

const size = (path: string) => (existsSync(path) ? statSync(path).size : 0);

export async function killStreaming(campaign: KillCampaign): Promise<KillResult> {
  const { expected, kills, seed, ...settings } = campaign;
  const { journal } = settings;
  const rng = random(seed, 'kills', settings.format);
  let done = 0;
  let peakBytes = 0;
  for (let kill = 1; kill <= kills; kill++) {
    // As long as the rest of the journal will be, near enough to place the kills in.
    const before = size(journal);
    const lines = journalLines(journal).length;
    const left = Math.max(1, (expected.length - lines) * (lines === 0 ? 80 : before / lines));
    const { child, ended } = streamingChild(settings);
    const until = before + 1 + rng.int(Math.ceil((2 * left) / (kills - kill + 2)));
    while (size(journal) < until && child.exitCode === null) {
      await sleep(1);
      peakBytes = Math.max(peakBytes, residentPeak(child.pid));
    }
    // Anywhere between two writes, within a record's bytes.
    await sleep(rng.uniform(0, 10));
    peakBytes = Math.max(peakBytes, residentPeak(child.pid));
    if (child.exitCode === null && child.kill('SIGKILL')) done++;
    await ended;
  }
  peakBytes = Math.max(peakBytes, (await streamingChild(settings).ended).peakBytes);
  const found = journalLines(journal);
  const seen = new Set(found.map(({ id }) => id));
  return {
    kills: done,
    records: found.length,
    lost: expected.filter(({ id }) => !seen.has(id)).length,
    doubled: found.length - seen.size,
    wrong: found.filter(({ id, sum }, at) => expected[at]?.id !== id || expected[at]?.sum !== sum).length,
    peakBytes,
  };
}
