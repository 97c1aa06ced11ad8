// A read as its page gets it: where a scripted tool reader went wrong, and texts of any size and content.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Key, key as keySchema } from '../../../domain/question.ts';
import { emptyOutcome, type Read, type ToolCall } from '../../../domain/read.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { phantomCohort, writeCohort } from '../../../phantoms/cohort.ts';
import { FILES, openBenchmark } from '../../../questions/benchmark-folder.ts';
import { buildBenchmark } from '../../../questions/build.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { openStore, type Store } from '../../../storage/store.ts';
import type { WorkbenchContext } from '../context.ts';
import { type BuiltBenchmark, benchmarkIdOf, newLibrary } from '../library/library.ts';
import { runOver } from '../library/testing.ts';
import { readDetail } from '../shapes/read.ts';
import { otherReadsOf } from './other-reads.ts';
import { readDetailOf } from './read-detail.ts';
import { lineOf, storedRead } from './read-source.ts';
import { textPieceOf } from './texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-read-detail-'));
const benchmarkFolder = join(folder, 'benchmark');
let store: Store;
let context: WorkbenchContext;
let run: RunRecord;
let keys: ReadonlyMap<string, Key>;
let ids: readonly string[] = [];

beforeAll(async () => {
  await writeCohort(join(folder, 'scans'), phantomCohort({ seed: 3, cases: 1, shape: [48, 48, 40] }));
  const manifest = await buildBenchmark({ source: join(folder, 'scans'), out: benchmarkFolder, seed: '3' });
  store = await openStore(':memory:');
  run = { ...runOver(manifest, benchmarkFolder), reader: 'tools@scripted', settings: { maxSteps: 12 } };
  await store.saveRun(run);
  const blobs = memoryBlobs();
  const library = newLibrary(store, blobs, { folders: [benchmarkFolder] });
  context = { store, blobs, library, onProblem: () => {} } as unknown as WorkbenchContext;
  const opened = (await library.open(benchmarkIdOf(manifest.contentHash))) as BuiltBenchmark;
  keys = await opened.keys();
  const wanted = [...(await opened.questions()).values()].filter(
    ({ id, type }) => type === 'organ-volume-measurement' && (keys.get(id)?.evidence.length ?? 0) >= 2,
  );
  ids = wanted.map(({ id }) => id);
}, 60_000);
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

async function keep(questionId: string, over: Partial<Read>): Promise<void> {
  const asked = await (await context.library.open(benchmarkIdOf(run.benchmarkHash))).questions();
  const { caseId, patientId } = asked.get(questionId) ?? { caseId: 'c', patientId: 'p' };
  await store.commit({
    ...emptyOutcome(),
    ...{
      runId: run.id,
      questionId,
      caseId,
      patientId,
      repeat: 0,
      status: 'answered',
      at: '2026-01-01T00:00:00Z',
    },
    ...over,
  });
}

/** The calls of the chain, and what they yield. */
function madeCalls(key: Key): ToolCall[] {
  return key.evidence.flatMap(({ tool, arguments: given, value, primitive }, at) =>
    tool === undefined
      ? []
      : [
          {
            ...{ step: at + 1, tool, arguments: given, milliseconds: 2 },
            result: primitive === 'segment' ? { mask_found: true, voxel_count: value } : { value },
          },
        ],
  );
}

const detailOf = (question: string) =>
  readDetailOf(context, { run: run.id, question, repeat: 0, protocol: 'strict' });

function questionAt(at: number): { id: string; key: Key; wrong: string } {
  const id = ids[at];
  const key = keys.get(id);
  if (id === undefined || key === undefined) throw new Error('the phantom has such a question');
  return { id, key, wrong: key.letter === 'A' ? 'B' : 'A' };
}

describe('where a scripted reader went wrong', () => {
  it.each([
    [
      'wrong-tool',
      (calls: ToolCall[]) => [{ ...calls[0], tool: 'render_slice', arguments: { index: 3 } }],
      'segment',
    ],
    [
      'wrong-argument',
      (calls: ToolCall[]) =>
        calls.map((call) => ({ ...call, arguments: { ...Object(call.arguments), target: 'colon' } })),
      'segment',
    ],
    [
      'wrong-measurement',
      (calls: ToolCall[]) =>
        calls.map((call) => (call.tool === 'measure' ? { ...call, result: { value: 1e6 } } : call)),
      'measure',
    ],
    ['wrong-conclusion', (calls: ToolCall[]) => calls, undefined],
    ['no-tool', () => [], 'segment'],
  ] as const)('%s is marked at its step', async (cause, change, primitive) => {
    const { id, key, wrong } = questionAt(0);
    await keep(id, {
      raw: wrong,
      answer: { kind: 'choice', letter: wrong },
      toolCalls: change(madeCalls(key)),
    });
    const detail = await detailOf(id);
    expect(detail.read?.outcome).toBe('wrong');
    expect(detail.first?.cause).toBe(cause);
    const row = detail.rows[detail.first?.row ?? -1];
    expect(row?.gold?.primitive).toBe(primitive);
    expect(readDetail.parse(JSON.parse(JSON.stringify(detail)))).toEqual(JSON.parse(JSON.stringify(detail)));
  });

  it('the step is marked among more calls than a page shows', async () => {
    const { id, key, wrong } = questionAt(0);
    const others = Array.from({ length: 700 }, () => ({
      ...madeCalls(key)[0],
      tool: 'render_slice',
      arguments: {},
    }));
    const [segmented, ...rest] = madeCalls(key);
    const measured = rest.map((call) => ({ ...call, result: { value: 1e6 } }));
    const answer = { kind: 'choice', letter: wrong } as const;
    await keep(id, { raw: wrong, answer, toolCalls: [segmented, ...others, ...measured] });
    const { rows, first, read } = await detailOf(id);
    expect(read?.calls).toBe(701 + measured.length);
    expect(rows.reduce((sum, { calls }) => sum + calls.length, 0)).toBe(500);
    expect(rows[first?.row ?? -1]).toMatchObject({
      gold: { primitive: 'measure' },
      cause: 'wrong-measurement',
    });
  });

  it('a right read deviates nowhere, and each step stands in the scan', async () => {
    const { id, key } = questionAt(0);
    const answer = { kind: 'choice', letter: key.letter } as const;
    await keep(id, { raw: key.letter, answer, toolCalls: madeCalls(key) });
    const detail = await detailOf(id);
    expect(detail.read).toMatchObject({ outcome: 'right', score: 1 });
    expect(detail.first).toBeNull();
    expect(detail.rows.every(({ cause }) => cause === undefined)).toBe(true);
    for (const { gold, calls } of detail.rows) {
      expect(gold?.place).not.toBeNull();
      if (gold?.tool !== undefined) expect(calls[0]?.place?.index).toBe(gold.place?.index);
    }
    expect(detail.scan?.base).toMatch(/^\/api\/benchmarks\/[0-9a-f]{16}\/cases\//);
  });

  it('a question that nobody has read yet is there with its key, and one that is not there says so', async () => {
    const { id } = questionAt(1);
    expect(await detailOf(id)).toMatchObject({ read: null, key: { kind: 'open' }, question: { id } });
    expect(await detailOf('nobody')).toMatchObject({
      read: null,
      question: null,
      problem: { code: 'file-not-found' },
      key: { kind: 'none' },
    });
  });

  it('what a control was told of another patient is placed nowhere in this one', async () => {
    const { id, key } = questionAt(0);
    const bounding_box = { min: [1, 1, 1], max: [2, 2, 2] };
    const [segmented] = madeCalls(key);
    const toolCalls = [{ ...segmented, result: { mask_found: true, voxel_count: 8, bounding_box } }];
    const marksOf = async () => (await detailOf(id)).rows[0]?.calls[0]?.place?.marks.map(({ by }) => by);
    await keep(id, { raw: 'A', toolCalls });
    expect(await marksOf()).toContain('reader');
    await keep(id, { raw: 'A', toolCalls, alsoOf: ['another patient'] });
    expect(await marksOf()).not.toContain('reader');
  });

  it('keys that are locked stay so, and all else is shown', async () => {
    const locked = join(folder, 'locked');
    const source = join(folder, 'scans');
    const manifest = await buildBenchmark({
      source,
      out: locked,
      seed: '4',
      passphrase: 'a long passphrase',
    });
    const its = { ...runOver(manifest, locked), id: 'r-locked' };
    await store.saveRun(its);
    const [question] = await (await openBenchmark(locked)).questions({ limit: 1 });
    if (question === undefined) throw new Error('the benchmark has questions');
    const answer = { kind: 'choice', letter: 'A' } as const;
    const { caseId, patientId } = question;
    await keep(question.id, { runId: its.id, raw: 'A', answer, caseId, patientId });
    const address = { run: its.id, question: question.id, repeat: 0, protocol: 'strict' } as const;
    const detail = await readDetailOf(context, address);
    expect(detail).toMatchObject({
      key: { kind: 'none', code: 'key-locked' },
      read: { outcome: 'unscored', score: null },
      question: { id: question.id },
      rows: [],
      first: null,
    });
  });

  it('one line is found in a file as it is among all of them', async () => {
    const { id, key } = questionAt(1);
    const file = join(benchmarkFolder, FILES.keys);
    expect(await lineOf(file, keySchema, id, (each) => each.questionId)).toEqual(key);
    expect(await lineOf(file, keySchema, 'A', (each) => each.questionId)).toBeUndefined();
  });

  it('the answers of other runs stand beside it with their outcome', async () => {
    const { id, key, wrong } = questionAt(0);
    await keep(id, { raw: wrong, answer: { kind: 'choice', letter: wrong } });
    await store.saveRun({ ...run, id: 'r-other', reader: 'another' });
    await keep(id, { runId: 'r-other', raw: key.letter, answer: { kind: 'choice', letter: key.letter } });
    const { reads } = await otherReadsOf(context, {
      benchmark: benchmarkIdOf(run.benchmarkHash),
      question: id,
      protocol: 'strict',
    });
    expect(reads.map(({ reader, outcome }) => [reader, outcome]).sort()).toEqual([
      ['another', 'right'],
      ['tools@scripted', 'wrong'],
    ]);
  });
});

describe('what a model wrote', () => {
  const hostile =
    '<script>alert(1)</script>\u202Eright to left\u202C\u0000\u001b[31m\uD800 <img src=x onerror=alert(2)>';
  const long = `${hostile} ${'a'.repeat(10 << 20)}😀 end`;
  /** A half of a pair is no text that a database could keep. */
  const kept = long.toWellFormed();

  it('comes as it is, ten megabytes in pieces that join to the whole, and no reply is large', async () => {
    const { id } = questionAt(1);
    await keep(id, {
      status: 'unparsed',
      raw: long,
      reason: hostile,
      transcript: [
        { role: 'user', text: hostile, images: [] },
        ...Array.from({ length: 40 }, () => ({ role: 'assistant' as const, text: long.slice(0, 200_000) })),
      ],
      toolCalls: [
        { step: 1, tool: hostile, arguments: { a: long }, result: { b: [hostile] }, milliseconds: 1 },
      ],
    });
    const detail = await detailOf(id);
    const sent = JSON.stringify(detail);
    expect(sent.length).toBeLessThan(3 << 20);
    expect(readDetail.safeParse(JSON.parse(sent)).success).toBe(true);
    expect(detail.read?.raw.total).toBe(long.length);
    expect(kept.startsWith(detail.read?.raw.text ?? '-')).toBe(true);
    expect(detail.rows.find(({ calls }) => calls.length > 0)?.calls[0]?.arguments).toHaveProperty('cut');
    const read = await storedRead(context, run.id, id, 0);
    let whole = detail.read?.raw.text ?? '';
    for (let pieces = 0; whole.length < long.length && pieces < 100; pieces++) {
      const piece = textPieceOf('raw', whole.length, { read, asked: {} });
      expect(piece.text.length).toBeLessThanOrEqual(256 << 10);
      whole += piece.text;
    }
    expect(whole === kept).toBe(true);
  });

  it('no name of a part leads anywhere else', async () => {
    const { id } = questionAt(1);
    const read = await storedRead(context, run.id, id, 0);
    for (const part of [
      '__proto__',
      'constructor',
      'transcript.99',
      'arguments.-1',
      'patientId',
      'raw.1',
      '../raw',
    ])
      expect(() => textPieceOf(part, 0, { read, asked: {} })).toThrow(/no such text/);
  });
});
