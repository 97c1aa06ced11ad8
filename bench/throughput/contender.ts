// One contender, once, in a process of its own: prints seconds and peak memory as JSON.
import { rmSync } from 'node:fs';
import { benchmarkOf, CONTENDERS } from './contenders.ts';

const [name, url, questions, concurrency] = process.argv.slice(2);
const contender = CONTENDERS[name];
if (contender === undefined) throw new Error(`no contender ${name}`);
const load = { url, questions: Number(questions), concurrency: Number(concurrency) };
// A short warm-up, so that loading and compiling is not measured.
await contender({ ...load, questions: 300 });
const { path } = await benchmarkOf(load.questions);
const cpu = process.cpuUsage();
const start = performance.now();
await contender(load);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
for (const folder of [path, (await benchmarkOf(300)).path]) rmSync(folder, { recursive: true });
process.stdout.write(
  `${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`,
);
