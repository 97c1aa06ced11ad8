// Runs the benchmark's cases over N worker threads and prints seconds and peak memory as one JSON line.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PeerTask } from './peer.ts';

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const task = JSON.parse(Buffer.concat(chunks).toString()) as PeerTask & { workers: number };

/** One worker, and the promise of its next message. */
function startWorker() {
  const worker = new Worker(new URL('worker.ts', import.meta.url));
  let answer: () => void = () => {};
  worker.on('message', () => answer());
  worker.on('error', (error) => {
    throw error;
  });
  const next = () =>
    new Promise<void>((resolve) => {
      answer = resolve;
    });
  return { worker, next };
}

const workers = Array.from({ length: task.workers }, startWorker);
await Promise.all(workers.map(({ next }) => next()));
const waiting = [...task.cases];
const began = performance.now();
const cpu = process.cpuUsage();
await Promise.all(
  workers.map(async ({ worker, next }) => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const done = next();
      worker.postMessage(one);
      await done;
    }
  }),
);
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
await Promise.all(workers.map(({ worker }) => worker.terminate()));
const peakRssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  `${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakRssMb, cores: availableParallelism() })}\n`,
);
