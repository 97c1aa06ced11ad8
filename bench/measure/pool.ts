// Runs the benchmark's cases over N worker threads, one in this thread as `overread build` does, puts the questions
// of all of them, and prints seconds and peak memory as one JSON line.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { rowsOf } from '../../src/questions/candidates.ts';
import { posed } from '../../src/questions/pose-all.ts';
import type { CaseResult } from '../../src/questions/read-case.ts';
import { THREAD_LIMITS } from '../../src/questions/worker-pool.ts';
import type { BenchCase } from './measure-files.ts';

/** The worker's file has this file's own ending: .ts from source, .js once compiled. */
const ENDING = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const task = JSON.parse(Buffer.concat(chunks).toString()) as { cases: BenchCase[]; workers: number };

interface Lane {
  readonly measure: (one: BenchCase) => Promise<CaseResult>;
  readonly close: () => Promise<unknown>;
}

async function thisThread(): Promise<Lane> {
  const { measureFiles } = await import('./measure-files.ts');
  return { measure: measureFiles, close: async () => {} };
}

async function startWorker(): Promise<Lane> {
  const worker = new Worker(new URL(`worker${ENDING}`, import.meta.url), { resourceLimits: THREAD_LIMITS });
  let answer: (result: CaseResult) => void = () => {};
  worker.on('message', (result: CaseResult) => answer(result));
  worker.on('error', (error) => {
    throw error;
  });
  const next = () =>
    new Promise<CaseResult>((resolve) => {
      answer = resolve;
    });
  await next();
  const measure = (one: BenchCase) => {
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
const results: CaseResult[] = [];
await Promise.all(
  lanes.map(async ({ measure }) => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
      results.push(await measure(one));
  }),
);
await Promise.all(lanes.map(({ close }) => close()));
// The last step of a build. Every question is put: a build would choose among them.
const rows = results.flatMap(({ record, candidates }) => rowsOf(record.id, candidates));
async function* lines() {
  yield* results;
}
const all = new Set(rows.map(({ id }) => id));
let questions = 0;
for await (const { key } of posed(lines(), all, rows, { seed: '0', rules: 'strict' }))
  if (key.letter !== '') questions++;
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
const peakRssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  `${JSON.stringify({ questions, seconds, cpuSeconds: (user + system) / 1e6, peakRssMb, cores: availableParallelism() })}\n`,
);
