// Runs the benchmark's cases over N worker threads, one in this thread as `overread build` does, and prints seconds
// and peak memory as one JSON line.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PeerTask } from './peer.ts';

/** The worker's file has this file's own ending: .ts from source, .js once compiled. */
const ENDING = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const task = JSON.parse(Buffer.concat(chunks).toString()) as PeerTask & { workers: number };

type Case = PeerTask['cases'][number];

interface Lane {
  readonly measure: (one: Case) => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

async function thisThread(): Promise<Lane> {
  const { measureFiles } = await import('./measure-files.ts');
  return { measure: measureFiles, close: async () => {} };
}

async function startWorker(): Promise<Lane> {
  const worker = new Worker(new URL(`worker${ENDING}`, import.meta.url));
  let answer: () => void = () => {};
  worker.on('message', () => answer());
  worker.on('error', (error) => {
    throw error;
  });
  const next = () =>
    new Promise<void>((resolve) => {
      answer = resolve;
    });
  await next();
  const measure = (one: Case) => {
    worker.postMessage(one);
    return next();
  };
  return { measure, close: () => worker.terminate() };
}

const lanes = await Promise.all(
  task.workers === 1 ? [thisThread()] : Array.from({ length: task.workers }, startWorker),
);
const waiting = [...task.cases];
const began = performance.now();
const cpu = process.cpuUsage();
await Promise.all(
  lanes.map(async ({ measure }) => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await measure(one);
  }),
);
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
await Promise.all(lanes.map(({ close }) => close()));
const peakRssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  `${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakRssMb, cores: availableParallelism() })}\n`,
);
