// A store of 200,000 reads: how fast they are committed durably, and how fast and small scoring gets them back.
// npx node bench/store/run.ts [--reads 200000] [--at-once 64]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Read } from '../../src/domain/read.ts';
import { openStore } from '../../src/storage/store.ts';

const { values } = parseArgs({
  options: { reads: { type: 'string', default: '200000' }, 'at-once': { type: 'string', default: '64' } },
});
const count = Number(values.reads);

function readOf(n: number): Read {
  // Question ids in no order, as hashes are.
  const id = ((n * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0');
  return {
    runId: 'run-of-many',
    questionId: `question-${id}-${n}`,
    caseId: `case-${n % 2000}`,
    patientId: `patient-${n % 1000}`,
    repeat: 0,
    status: 'answered',
    answer: { kind: 'choice', letter: 'ABCD'[n % 4] },
    raw: 'ABCD'[n % 4],
    transcript: [
      { role: 'system', text: 'You are an experienced abdominal radiologist. '.repeat(6) },
      { role: 'user', text: `What is the volume of the liver? ${n} `.repeat(12), images: [] },
      { role: 'assistant', text: 'ABCD'[n % 4] },
    ],
    toolCalls: [
      {
        step: 0,
        tool: 'measure',
        arguments: { target: 'liver' },
        result: { volume_cm3: n },
        milliseconds: 1,
      },
    ],
    maskSources: ['annotated'],
    usage: { inputTokens: 400, outputTokens: 2, reasoningTokens: 0, cachedInputTokens: 0 },
    milliseconds: 900,
    cached: false,
    requests: 1,
    at: '2026-01-01T00:00:00.000Z',
  };
}

const folder = mkdtempSync(join(tmpdir(), 'overread-store-bench-'));
const path = join(folder, 'store.db');
const store = await openStore(path);
const say = (line: string) => process.stdout.write(`${line}\n`);
const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const start = performance.now();
  return [await work(), (performance.now() - start) / 1000];
};
const memory = () => `${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB`;

let next = 0;
const lane = async () => {
  while (next < count) {
    const read = readOf(next++);
    const { runId, questionId, repeat, at } = read;
    await store.begin({ runId, questionId, repeat, at });
    await store.commit(read);
  }
};
const [, writing] = await timed(() => Promise.all(Array.from({ length: Number(values['at-once']) }, lane)));
say(`${count} intents and reads: ${(count / writing).toFixed(0)} a second, ${memory()} resident`);
say(`the file: ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`);
const [done, asking] = await timed(() => store.done('run-of-many'));
say(`what is done (${done.size}): ${asking.toFixed(2)} s`);
const [rows, scanning] = await timed(() => store.scoringRows('run-of-many'));
say(`rows for scoring (${rows.length}): ${scanning.toFixed(2)} s, ${memory()} resident`);
const [calls, joining] = await timed(() => store.scoringRows('run-of-many', { toolCalls: true }));
say(`with tool calls (${calls.length}): ${joining.toFixed(2)} s`);
const [whole, reading] = await timed(async () => {
  let n = 0;
  for await (const _ of store.reads('run-of-many')) n++;
  return n;
});
say(`whole reads, streamed (${whole}): ${reading.toFixed(2)} s`);
const [purged, purging] = await timed(() => store.purgePatient('patient-7'));
say(`one patient purged (${purged.reads} reads): ${purging.toFixed(2)} s`);
await store.close();
rmSync(folder, { recursive: true });
