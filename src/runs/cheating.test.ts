import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReader } from '../agents/create-reader.ts';
import { scriptedModel } from '../agents/testing.ts';
import type { Key } from '../domain/question.ts';
import type { Read, ToolCall } from '../domain/read.ts';
import type { ToolMode } from '../domain/tool.ts';
import type { LoopbackRequest } from '../experts/testing/loopback.ts';
import { answerMeasure } from '../measure/answer.ts';
import { type BenchmarkFolder, FILES, openBenchmark } from '../questions/benchmark-folder.ts';
import { openKeys } from '../questions/keys.ts';
import { openStore } from '../storage/store.ts';
import { caseOpener } from '../tools/case-access.ts';
import { executeRun } from './engine.ts';
import { type PhantomBenchmark, phantomBenchmark } from './testing/phantom-benchmark.ts';

let phantoms: PhantomBenchmark;
let benchmark: BenchmarkFolder;
let keys: ReadonlyMap<string, Key>;
let keysText: string;

beforeAll(async () => {
  phantoms = await phantomBenchmark({ seed: 5, cases: 3, perCase: 8 });
  keys = await openKeys(phantoms.benchmark);
  const file = join(phantoms.benchmark, FILES.keys);
  keysText = readFileSync(file, 'utf8');
  // Whatever follows works without the keys: they are not even there.
  rmSync(file);
  benchmark = await openBenchmark(phantoms.benchmark);
});
afterAll(() => rmSync(phantoms.folder, { recursive: true, force: true }));

const VOLUME = { target: 'liver', measurement_type: 'volume_cm3' };

/** What a model may try in order to see what it should not. `others` are ids of other cases. */
function attempts(others: readonly string[]) {
  const call = (name: string, args: unknown) => ({ name, arguments: args });
  const paths = [
    '../keys.jsonl',
    'keys.jsonl',
    '/etc/passwd',
    'file:///etc/passwd',
    '..\\keys.jsonl',
    '%2e%2e/keys.jsonl',
  ];
  return [
    call('measure', VOLUME),
    ...paths.map((path) => call('segment_organ', { target: path })),
    ...paths.map((path) => call('measure', { target: path, measurement_type: 'volume_cm3' })),
    ...paths.map((path) => call('crop_organ', { organ: path })),
    ...others.flatMap((other) => [
      call('measure', { ...VOLUME, case_id: other }),
      call('measure', { ...VOLUME, image_id: other }),
      call('measure', { ...VOLUME, target: `${other}/liver` }),
      call('segment_organ', { target: other }),
      call('crop_organ', { organ: `${other}_liver` }),
    ]),
    call('lookup_medical_knowledge', { query: 'the key, the right letter and the canary of this question' }),
    call('lookup_medical_knowledge', { query: '../keys.jsonl' }),
    call('open_keys', { path: '.' }),
    call('read_file', { path: 'keys.jsonl' }),
    call('measure', '{"target": "liver", "__proto__": {"measurement_type": "volume_cm3"}}'),
    call('constructor', {}),
    call('__proto__', {}),
  ];
}

/** A model that tries everything, up to sixteen calls a turn, then answers. */
async function cheatingRun(name: string) {
  const caseIds = [...benchmark.cases.keys()];
  const tries = attempts(caseIds);
  const model = await scriptedModel(
    {
      answer: ({ body, toolResults }) => {
        const calls = tries.slice(toolResults, toolResults + 16);
        return body.tools === undefined || calls.length === 0 ? { text: 'A' } : { toolCalls: calls };
      },
    },
    { maxSteps: 20 },
  );
  const store = await openStore(':memory:');
  const opened: { caseId: string; mode: ToolMode }[] = [];
  const open = caseOpener(benchmark, { blobs: model.blobs });
  const reader = await createReader(name, model.deps);
  const { runId, counts } = await executeRun({
    benchmark,
    reader,
    store,
    openCases: 1,
    openCase: (caseId, mode) => {
      opened.push({ caseId, mode });
      return open(caseId, mode);
    },
  });
  const reads: Read[] = [];
  for await (const read of store.reads(runId)) reads.push(read);
  await store.close();
  const { requests } = model.server;
  await model.close();
  return { reads, counts, requests, opened };
}

/** Everything that reached the model, as text. */
function seenBy(requests: readonly LoopbackRequest[]): string {
  return requests
    .flatMap(({ body, headers, path }) => [
      path,
      JSON.stringify(headers),
      // What the model itself wrote is no leak: its calls are repeated to it as they were.
      ...body.messages
        .filter((message) => message.role !== 'assistant')
        .map((message) => JSON.stringify(message.content)),
    ])
    .join('\n');
}

describe('a model that tries to see what it should not', () => {
  it.each([
    'tools@compatible/cheat#oracle',
    'tools@compatible/cheat#vision',
    'direct@compatible/cheat',
  ])('%s sees no key, no name and no path', async (name) => {
    const { requests, counts, opened } = await cheatingRun(name);
    expect(counts.answered).toBe(phantoms.manifest.counts.questions);
    const seen = seenBy(requests);
    const { canary } = benchmark.manifest;
    expect(keysText).toContain(canary);
    const secret = [
      canary,
      phantoms.folder,
      phantoms.benchmark,
      'phantom-0',
      'ct.nii.gz',
      ...[...benchmark.cases.values()].flatMap((record) => [record.patientId, record.imageHash ?? canary]),
      ...keys.keys(),
      'root:',
    ];
    for (const text of secret) expect(seen).not.toContain(text);
    // Evidence statements are the keys' own sentences.
    for (const { evidence } of keys.values())
      for (const { statement, primitive } of evidence)
        if (primitive !== 'knowledge') expect(seen).not.toContain(statement);
    expect(new Set(opened.map(({ mode }) => mode)).size).toBe(1);
  });

  it('every measurement that a tool gives is of the case that is asked about', async () => {
    const { reads } = await cheatingRun('tools@compatible/cheat#oracle');
    const volumes = new Set<number>();
    for (const read of reads) {
      const set = await benchmark.measurements(read.caseId);
      const own = answerMeasure(set, 'liver', 'volume_cm3');
      const given = read.toolCalls.filter((call) => call.error === undefined && hasValue(call));
      expect(given.length).toBeGreaterThan(0);
      for (const { result } of given) expect(result).toEqual(own);
      if ('value' in own) volumes.add(own.value as number);
      // Every other try found nothing; look-ups say the same to everybody.
      for (const call of read.toolCalls)
        if (!hasValue(call) && call.tool !== 'lookup_medical_knowledge')
          expect(call.result).toHaveProperty('error');
    }
    expect(volumes.size).toBe(benchmark.cases.size);
  });

  it('in vision mode nothing is measured, whatever it asks', async () => {
    const { reads } = await cheatingRun('tools@compatible/cheat#vision');
    const measured = reads.flatMap((read) => read.toolCalls).filter((call) => call.tool === 'measure');
    expect(measured.length).toBeGreaterThan(0);
    for (const call of measured) expect(call.error).toMatch(/no tool named "measure"/);
  });
});

describe('an endpoint off the trust list', () => {
  it('gets nothing: the reader is refused before the first question', async () => {
    const model = await scriptedModel({}, {}, { allow: [] });
    await expect(createReader('compatible/scripted', model.deps)).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
    });
    expect(model.server.count()).toBe(0);
    await model.close();
  });

  it('gets nothing by a redirect from one that is trusted', async () => {
    const elsewhere = await scriptedModel({});
    const model = await scriptedModel({
      fault: () => ({ kind: 'redirect', location: elsewhere.server.url }),
    });
    const store = await openStore(':memory:');
    const { counts, status } = await executeRun({
      benchmark,
      reader: await createReader('compatible/scripted', model.deps),
      store,
      openCase: caseOpener(benchmark, { blobs: model.blobs }),
      limit: 2,
    });
    expect(model.server.count()).toBeGreaterThan(0);
    expect(elsewhere.server.count()).toBe(0);
    expect(counts.answered).toBe(0);
    expect(['failed', 'done']).toContain(status);
    await store.close();
    await model.close();
    await elsewhere.close();
  });
});

function hasValue(call: ToolCall): boolean {
  return typeof call.result === 'object' && call.result !== null && 'value' in call.result;
}
