// Gold traces of the 42 types: made with the real tools, repeated with the same results.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Key, Question } from '../../domain/question.ts';
import { phantomCohort, writeCohort } from '../../phantoms/cohort.ts';
import { type BenchmarkFolder, openBenchmark } from '../../questions/benchmark-folder.ts';
import { buildBenchmark } from '../../questions/build.ts';
import { openKeys } from '../../questions/keys.ts';
import { SUBTYPES } from '../../scoring/subtypes.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { openCaseAccess } from '../../tools/case-access.ts';
import { goldTrace, replayTrace } from './gold.ts';
import type { Trace } from './trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-gold-'));
const signal = new AbortController().signal;
let benchmark: BenchmarkFolder;
let keys: ReadonlyMap<string, Key>;
const first = new Map<string, { question: Question; trace: Trace }>();

beforeAll(async () => {
  await writeCohort(join(folder, 'scans'), phantomCohort({ seed: 0, cases: 32 }));
  await buildBenchmark({
    source: join(folder, 'scans'),
    out: join(folder, 'benchmark'),
    layout: 'mask-folder',
    name: 'phantoms',
    seed: '0',
    criteria: 'published',
  });
  benchmark = await openBenchmark(join(folder, 'benchmark'));
  keys = await openKeys(join(folder, 'benchmark'));
  for await (const question of benchmark.eachQuestion()) {
    const key = keys.get(question.id);
    const record = benchmark.cases.get(question.caseId);
    if (first.has(question.type) || key === undefined || record === undefined) continue;
    const access = openCaseAccess(benchmark, question.caseId, 'oracle', { blobs: memoryBlobs() });
    const criteria = benchmark.manifest.criteria;
    const trace = await goldTrace({ question, key, case: record, access, format: 'mc', criteria, signal });
    first.set(question.type, { question, trace });
  }
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('gold traces', () => {
  it('are there for each of the 42 types', () => {
    expect([...first.keys()].sort()).toEqual(SUBTYPES.map(({ id }) => id).sort());
  });
  it('make the calls of the key’s evidence chain, in its order, and end in the key’s letter', () => {
    for (const [type, { question, trace }] of first) {
      const key = keys.get(question.id);
      const calls = trace.messages.flatMap((message) => (message.role === 'assistant' ? message.calls : []));
      const chain = key?.evidence.filter((step) => step.tool !== undefined) ?? [];
      expect(
        calls.map(({ tool }) => tool),
        type,
      ).toEqual(chain.map(({ tool }) => tool));
      expect(trace.messages.at(-1), type).toMatchObject({ role: 'assistant', text: key?.letter, calls: [] });
    }
  });
  it('repeat with the same results on the case opened anew', async () => {
    for (const [type, { question, trace }] of first) {
      const access = openCaseAccess(benchmark, question.caseId, 'oracle', { blobs: memoryBlobs() });
      const criteria = benchmark.manifest.criteria;
      const replayed = await replayTrace(trace, { access, criteria, signal });
      expect(replayed.changed, type).toEqual([]);
      expect(replayed.calls, type).toBeGreaterThan(0);
    }
  });
  it('do not repeat on another patient: a replay compares results and not only names', async () => {
    const { trace, question } = first.get('organ-volume-measurement') ?? {};
    const other = [...benchmark.cases.keys()].find((id) => id !== question?.caseId) ?? '';
    const access = openCaseAccess(benchmark, other, 'oracle', { blobs: memoryBlobs() });
    if (trace === undefined) throw new Error('there is no such trace');
    const replayed = await replayTrace(trace, { access, criteria: 'published', signal });
    expect(replayed.changed.length).toBeGreaterThan(0);
  });
  it('are refused where the tools lead to another answer than the key', async () => {
    const { question } = first.get('liver-lesion-existence') ?? {};
    const key = question === undefined ? undefined : keys.get(question.id);
    if (question === undefined || key === undefined) throw new Error('there is no such question');
    const access = openCaseAccess(benchmark, question.caseId, 'oracle', { blobs: memoryBlobs() });
    const wrong = { ...key, answer: key.answer === 'yes' ? 'no' : 'yes' };
    const record = { id: question.caseId, patientId: question.patientId };
    await expect(
      goldTrace({ question, key: wrong, case: record, access, format: 'mc', criteria: 'published', signal }),
    ).rejects.toMatchObject({ code: 'benchmark-invalid' });
  });
});
