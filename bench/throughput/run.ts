// Questions a second against a zero-latency server: the bare AI SDK beside Overread, interleaved, medians.
// npx node bench/throughput/run.ts [--questions 10000] [--concurrency 64] [--rounds 3] [--only NAME,NAME]
//   [--promptfoo DIR [--promptfoo-questions 1000]]
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import { CONTENDERS } from './contenders.ts';
import { promptfooSeconds } from './promptfoo.ts';

const { values } = parseArgs({
  options: {
    questions: { type: 'string', default: '10000' },
    concurrency: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    promptfoo: { type: 'string' },
    'promptfoo-questions': { type: 'string', default: '1000' },
  },
});
const names = values.only?.split(',') ?? Object.keys(CONTENDERS);
const here = (file: string) => new URL(file, import.meta.url).pathname;

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const server = spawn(process.execPath, [here('server.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
const [url] = await new Promise<[string]>((resolve) =>
  createInterface({ input: server.stdout }).once('line', (line) => resolve([line])),
);

const results = new Map<string, Measured[]>(names.map((name) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++)
  for (const name of names) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      here('contender.ts'),
      name,
      url,
      values.questions,
      values.concurrency,
    ]);
    results.get(name)?.push(JSON.parse(stdout) as Measured);
  }
const { promptfoo } = values;
const fewer = Number(values['promptfoo-questions']);
const promptfooRates: number[] = [];
// It takes minutes for what the others do in seconds: fewer questions, after the others' rounds.
if (promptfoo !== undefined)
  for (let round = 0; round < Number(values.rounds); round++) {
    const load = { url, questions: fewer, concurrency: Number(values.concurrency) };
    promptfooRates.push(fewer / (await promptfooSeconds(promptfoo, load)));
  }
server.stdin.end();

const perSecond = (measured: readonly Measured[]) =>
  median(measured.map(({ seconds }) => Number(values.questions) / seconds));
const first = perSecond(results.get(names[0]) ?? []);
process.stdout.write(
  `${values.questions} questions, ${values.concurrency} at once, medians of ${values.rounds} interleaved rounds\n`,
);
process.stdout.write(`| way | questions/s | of the first | CPU s | peak MiB |\n|---|---|---|---|---|\n`);
for (const [name, measured] of results) {
  const rate = perSecond(measured);
  const cpu = median(measured.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1);
  const peak = median(measured.map(({ peakMiB }) => peakMiB)).toFixed(0);
  process.stdout.write(
    `| ${name} | ${rate.toFixed(0)} | ${(rate / first).toFixed(2)} | ${cpu} | ${peak} |\n`,
  );
}
if (promptfooRates.length > 0) {
  const rate = median(promptfooRates);
  process.stdout.write(
    `| promptfoo (${fewer} questions) | ${rate.toFixed(0)} | ${(rate / first).toFixed(2)} | | |\n`,
  );
}
