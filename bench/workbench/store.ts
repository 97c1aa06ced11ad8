// A store of 200,000 reads: how long from `overread serve` to the page of runs, and how much memory the server takes.
// npx node bench/workbench/store.ts [--reads 200000] [--runs 8] [--rounds 5]
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Question } from '../../src/domain/question.ts';
import type { Read } from '../../src/domain/read.ts';
import type { ScoringRow } from '../../src/domain/scoring-row.ts';
import { FILES } from '../../src/questions/benchmark-folder.ts';
import { writeJsonl } from '../../src/questions/jsonl.ts';
import { simulate } from '../../src/scoring/testing/simulate.ts';
import { openStore } from '../../src/storage/store.ts';
import { memoryBenchmark, testCase } from '../../src/tools/testing.ts';
import { CHROMIUM, openBrowser } from '../../test/workbench/browser.ts';
import { builtPage, serveFolder } from '../../test/workbench/served.ts';
import { median, memoryOf, say } from './measuring.ts';

const { values } = parseArgs({
  options: {
    reads: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
  },
});
const runs = Number(values.runs);
const perRun = Math.round(Number(values.reads) / runs);
const kept = fileURLToPath(new URL('../../.tmp/bench-workbench/', import.meta.url));

/** As the direct reader leaves one: a prompt with 25 pictures by hash, the question with options, the reply. */
function asRead(runId: string, question: Question, row: ScoringRow, n: number): Read {
  const options = question.options.map(({ letter, text }) => `${letter}. ${text}`).join('\n');
  const picture = (i: number) => (n % 1000).toString(16).padStart(56, 'a') + String(i).padStart(8, '0');
  return {
    ...{ runId, questionId: row.questionId, caseId: question.caseId, patientId: row.patientId },
    ...{ repeat: row.repeat, status: row.status, raw: row.raw },
    transcript: [
      {
        role: 'system',
        text: 'You read an abdominal CT scan. Answer with the letter of the right option only. '.repeat(8),
      },
      {
        role: 'user',
        text: `${question.text} The scan is shown as slices. ${options} `.repeat(3),
        images: Array.from({ length: 25 }, (_, i) => picture(i)),
      },
      { role: 'assistant', text: row.raw },
    ],
    toolCalls: [],
    maskSources: [],
    usage: {
      ...{ inputTokens: row.inputTokens, outputTokens: row.outputTokens },
      ...{ reasoningTokens: 0, cachedInputTokens: 0 },
    },
    costUsd: 0.0004,
    milliseconds: row.milliseconds,
    cached: false,
    requests: row.requests,
    at: '2026-01-01T00:00:00Z',
  };
}

/** A folder with overread.db and the benchmark that its runs read, made once. */
async function bigStore(): Promise<string> {
  const folder = join(kept, `store-${runs}x${perRun}`);
  if (existsSync(join(folder, 'overread.db'))) return folder;
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  const benchmark = join(making, 'benchmark');
  mkdirSync(benchmark, { recursive: true });
  const patients = Math.ceil(perRun / 100);
  const input = simulate({
    seed: 'workbench',
    questions: perRun,
    patients,
    readers: Array.from({ length: runs }, (_, i) => ({ name: `reader-${i}`, skill: 0.3 + 0.05 * i })),
    format: 'mc',
  });
  const cases = Array.from({ length: patients }, (_, n) => testCase({ id: `c${n}`, patientId: `p${n}` }));
  const { manifest } = memoryBenchmark({ questions: input.questions, cases });
  const [questions, keys, records] = [FILES.questions, FILES.keys, FILES.cases].map((name) =>
    writeJsonl(join(benchmark, name), manifest.canary),
  );
  for (const question of input.questions) {
    await questions.write(question);
    const key = input.keys.get(question.id);
    if (key !== undefined) await keys.write(key);
  }
  for (const record of cases) await records.write(record);
  for (const file of [questions, keys, records]) await file.close();
  writeFileSync(join(benchmark, FILES.manifest), JSON.stringify(manifest));
  const store = await openStore(join(making, 'overread.db'));
  for (const { run, rows } of input.runs) {
    await store.saveRun({
      ...run,
      benchmark: join(folder, 'benchmark'),
      benchmarkHash: manifest.contentHash,
    });
    for (let from = 0; from < rows.length; from += 2000)
      await Promise.all(
        rows
          .slice(from, from + 2000)
          .map((row, i) => store.commit(asRead(run.id, input.questions[from + i], row, from + i))),
      );
  }
  await store.close();
  renameSync(making, folder);
  return folder;
}

/** Seconds since the process began, without the server's help. */
async function once(folder: string): Promise<{ api: number; page: number; rss: number; peak: number }> {
  const browser = CHROMIUM === undefined ? undefined : await openBrowser();
  try {
    const page = await browser?.newPage();
    const start = performance.now();
    const since = () => (performance.now() - start) / 1000;
    const served = await serveFolder(folder);
    try {
      const reply = await fetch(`${served.origin}/api/runs`, {
        headers: { authorization: `Bearer ${served.token}` },
      });
      const { runs: rows } = (await reply.json()) as { runs: { counts: { answered: number } }[] };
      if (rows.length !== runs) throw new Error(`The store has ${runs} runs, and ${rows.length} are listed.`);
      const api = since();
      if (page !== undefined) {
        await page.goto(served.url);
        await page.getByText('reader-7').first().waitFor();
      }
      const drawn = since();
      // As it settles: what the page asks for after its first drawing counts too.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const { rss, peak } = memoryOf(served.pid);
      return { api, page: drawn, rss, peak };
    } finally {
      await served.close();
    }
  } finally {
    await browser?.close();
  }
}

await builtPage();
const folder = await bigStore();
const size = statSync(join(folder, 'overread.db')).size / 2 ** 20;
say(`${runs} runs × ${perRun} reads, a store of ${size.toFixed(0)} MiB; medians of ${values.rounds}`);
const rounds: Awaited<ReturnType<typeof once>>[] = [];
for (let i = 0; i < Number(values.rounds); i++) rounds.push(await once(folder));
const of = (pick: (one: (typeof rounds)[number]) => number) => median(rounds.map(pick));
say(`start to the list of runs: ${of((r) => r.api).toFixed(2)} s`);
say(`start to the page drawn:   ${of((r) => r.page).toFixed(2)} s`);
say(`server resident: ${of((r) => r.rss).toFixed(0)} MiB, peak ${of((r) => r.peak).toFixed(0)} MiB`);
say(`this machine: ${readFileSync('/proc/cpuinfo', 'utf8').match(/model name\s*: (.*)/)?.[1] ?? 'unknown'}`);
