// The whole command over a real store: 200,000 committed reads with transcripts, then `overread report` as a process.
// npx node bench/report-speed/process.ts [--reads 200000] [--readers 2] [--rounds 3]
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Key, Question } from '../../src/domain/question.ts';
import type { Read } from '../../src/domain/read.ts';
import type { ScoringRow } from '../../src/domain/scoring-row.ts';
import { FILES } from '../../src/questions/benchmark-folder.ts';
import { writeJsonl } from '../../src/questions/jsonl.ts';
import { simulate } from '../../src/scoring/testing/simulate.ts';
import { openStore } from '../../src/storage/store.ts';
import { memoryBenchmark, testCase } from '../../src/tools/testing.ts';

const { values } = parseArgs({
  options: {
    reads: { type: 'string', default: '200000' },
    readers: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
  },
});
const readers = Number(values.readers);
const perReader = Math.round(Number(values.reads) / readers);
const bin = fileURLToPath(new URL('../../bin/overread.js', import.meta.url));

/** A key as `overread build` writes one: with its chain of evidence. */
function withEvidence(key: Key, question: Question): Key {
  const step = (primitive: 'segment' | 'measure', value: unknown) => ({
    primitive,
    tool: primitive,
    arguments: { target: 'liver', measurement_type: 'volume_cm3' },
    value,
    unit: 'cm3',
    statement: `The liver of case ${question.caseId} was measured on the whole scan for this statement.`,
  });
  return { ...key, evidence: [step('segment', { found: true }), step('measure', key.value ?? 1432.1)] };
}

/** A read as the direct reader leaves one: prompt with 25 pictures by hash, question with options, reply. */
function asRead(runId: string, question: Question, row: ScoringRow, n: number): Read {
  const options = question.options.map(({ letter, text }) => `${letter}. ${text}`).join('\n');
  const picture = (i: number) => (n % 1000 === 0 ? 'a' : 'b').repeat(56) + String(i).padStart(8, '0');
  return {
    runId,
    questionId: row.questionId,
    caseId: question.caseId,
    patientId: row.patientId,
    repeat: row.repeat,
    status: row.status,
    raw: row.raw,
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
      inputTokens: row.inputTokens,
      outputTokens: row.outputTokens,
      reasoningTokens: 0,
      cachedInputTokens: 0,
    },
    costUsd: 0.0004,
    milliseconds: row.milliseconds,
    cached: false,
    requests: row.requests,
    at: '2026-01-01T00:00:00Z',
  };
}

const folder = mkdtempSync(join(tmpdir(), 'overread-report-speed-'));
const benchmark = join(folder, 'benchmark');
const path = join(folder, 'overread.db');

async function prepare(): Promise<string[]> {
  mkdirSync(benchmark);
  const patients = Math.ceil(perReader / 100);
  const input = simulate({
    seed: 'speed',
    questions: perReader,
    patients,
    readers: Array.from({ length: readers }, (_, i) => ({ name: `reader-${i}`, skill: 0.4 + 0.1 * i })),
    format: 'mc',
  });
  const cases = Array.from({ length: patients }, (_, n) => testCase({ id: `c${n}`, patientId: `p${n}` }));
  const { manifest } = memoryBenchmark({ questions: input.questions, cases });
  const { canary } = manifest;
  const files = [FILES.questions, FILES.keys, FILES.cases].map((name) =>
    writeJsonl(join(benchmark, name), canary),
  );
  for (const question of input.questions) {
    await files[0].write(question);
    const key = input.keys.get(question.id);
    if (key !== undefined) await files[1].write(withEvidence(key, question));
  }
  for (const record of cases) await files[2].write(record);
  for (const file of files) await file.close();
  writeFileSync(join(benchmark, FILES.manifest), JSON.stringify(manifest));
  const store = await openStore(path);
  for (const { run, rows } of input.runs) {
    await store.saveRun({ ...run, benchmark, benchmarkHash: manifest.contentHash });
    for (let from = 0; from < rows.length; from += 2000)
      await Promise.all(
        rows.slice(from, from + 2000).map((row, i) => {
          const question = input.questions[from + i];
          return store.commit(asRead(run.id, question, row, from + i));
        }),
      );
  }
  await store.close();
  return input.runs.map(({ run }) => run.id);
}

interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly peakMiB: number;
  readonly bytes: number;
}

/** Measured by the process itself at its end: nothing outside tells its peak memory on every system. */
const PROBE = `process.on('exit', () => { const u = process.resourceUsage();
  process.stderr.write('\\nprobe ' + JSON.stringify([(u.userCPUTime + u.systemCPUTime) / 1e6, u.maxRSS / 1024]) + '\\n'); });`;

function report(runs: readonly string[], format: string): Promise<Measured> {
  const out = join(folder, `report.${format}`);
  const probe = `data:text/javascript,${encodeURIComponent(PROBE)}`;
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', probe, bin, 'report', ...runs, '--format', format, '--store', path, '--out', out],
      { stdio: ['ignore', 'inherit', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('close', (status) => {
      const found = /probe (\[.*\])/.exec(said);
      if (status !== 0 || found === null) return reject(new Error(said));
      const [cpu, peakMiB] = JSON.parse(found[1]) as [number, number];
      resolve({ wall: (performance.now() - start) / 1000, cpu, peakMiB, bytes: statSync(out).size });
    });
  });
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}

try {
  const runs = await prepare();
  process.stdout.write(
    `${readers} runs × ${perReader} reads, store of ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB, medians of ${values.rounds} rounds\n`,
  );
  process.stdout.write(
    '| format | seconds | processor s | peak MiB | report KiB |\n| --- | ---: | ---: | ---: | ---: |\n',
  );
  for (const format of ['json', 'html']) {
    const rounds: Measured[] = [];
    for (let i = 0; i < Number(values.rounds); i++) rounds.push(await report(runs, format));
    const of = (pick: (one: Measured) => number) => median(rounds.map(pick));
    process.stdout.write(
      `| ${format} | ${of((r) => r.wall).toFixed(1)} | ${of((r) => r.cpu).toFixed(1)} | ${of((r) => r.peakMiB).toFixed(0)} | ${(of((r) => r.bytes) / 1024).toFixed(0)} |\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
