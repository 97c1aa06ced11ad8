// Overread whole: a benchmark folder on disk, the run engine, a reader, the gateway and a durable store.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReader } from '../../src/agents/create-reader.ts';
import type { CaseRecord } from '../../src/domain/case.ts';
import type { Question } from '../../src/domain/question.ts';
import { createGateway } from '../../src/experts/gateway.ts';
import { type BenchmarkFolder, FILES, openBenchmark } from '../../src/questions/benchmark-folder.ts';
import { writeJsonl } from '../../src/questions/jsonl.ts';
import { executeRun } from '../../src/runs/engine.ts';
import { memoryBlobs } from '../../src/storage/blobs.ts';
import { openStore } from '../../src/storage/store.ts';
import { memoryBenchmark, testCase, testQuestion } from '../../src/tools/testing.ts';

const PER_CASE = 100;

function caseOf(n: number): CaseRecord {
  return testCase({ id: `case-${n}`, patientId: `patient-${n}` });
}

function questionOf(n: number): Question {
  const person = Math.floor(n / PER_CASE);
  const volumes = [700, 900, 1100, 1300].map((step) => String(n + step));
  return testQuestion({
    id: `question-${n}`,
    caseId: `case-${person}`,
    patientId: `patient-${person}`,
    stage: 'measurement',
    type: 'organ-volume-measurement',
    answerKind: 'numeric',
    unit: 'cm3',
    text: `Case ${n}. What is the volume of the liver in cm³, measured on the whole scan?`,
    options: volumes.map((text, index) => ({ letter: 'ABCD'[index], text })),
  });
}

/** A benchmark of `count` questions in a new folder. */
export async function writeBenchmark(count: number): Promise<BenchmarkFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-throughput-benchmark-'));
  const { manifest } = memoryBenchmark({ questions: [], cases: [] });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, FILES.manifest), JSON.stringify(manifest));
  const questions = writeJsonl(join(folder, FILES.questions), manifest.canary);
  for (let n = 0; n < count; n++) await questions.write(questionOf(n));
  const cases = writeJsonl(join(folder, FILES.cases), manifest.canary);
  for (let n = 0; n <= count / PER_CASE; n++) await cases.write(caseOf(n));
  await Promise.all([questions.close(), cases.close()]);
  return openBenchmark(folder);
}

/** Reads the whole benchmark as `overread run --reader text-only@compatible/loopback` does. */
export async function readBenchmark(
  benchmark: BenchmarkFolder,
  { url, concurrency }: { readonly url: string; readonly concurrency: number },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-throughput-'));
  const store = await openStore(join(folder, 'run.db'));
  const blobs = memoryBlobs();
  const gateway = createGateway({
    allow: [new URL(url).origin],
    baseUrls: { compatible: url },
    env: {},
    concurrency,
    store,
    blobs,
  });
  const reader = await createReader('text-only@compatible/loopback', {
    gateway,
    blobs,
    criteria: 'guideline',
  });
  const openCase = async () => undefined;
  const summary = await executeRun({ benchmark, reader, store, openCase });
  await gateway.close();
  await store.close();
  rmSync(folder, { recursive: true });
  if (summary.counts.answered !== summary.planned) throw new Error(JSON.stringify(summary));
}
