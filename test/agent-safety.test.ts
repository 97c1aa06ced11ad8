// What an agent cannot do, by trying: a model that obeys every order it reads, on real cases, tools and servers.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReader, readerPlugins } from '../src/agents/create-reader.ts';
import ownItems from '../src/benchmarks/published/own-items/index.ts';
import type { PublishedBenchmark } from '../src/benchmarks/published.ts';
import { openPublished } from '../src/benchmarks/published-source.ts';
import { gridOf } from '../src/domain/geometry.ts';
import type { Read } from '../src/domain/read.ts';
import type { Tool } from '../src/domain/tool.ts';
import { directFetch } from '../src/experts/direct-fetch.ts';
import { openExperts } from '../src/experts/expert-service.ts';
import { createGateway } from '../src/experts/gateway.ts';
import type { LoopbackRequest } from '../src/experts/testing/loopback.ts';
import { trustList } from '../src/experts/trust.ts';
import type { Sample } from '../src/imaging/dicom/testing/dicom-sample.ts';
import { dicomSegBytes } from '../src/imaging/write-dicom-seg.ts';
import { encodePng } from '../src/imaging/write-png.ts';
import { openBenchmark } from '../src/questions/benchmark-folder.ts';
import { buildBenchmark } from '../src/questions/build.ts';
import { openData } from '../src/records/data-root.ts';
import { executeRun } from '../src/runs/engine.ts';
import { openStore } from '../src/storage/store.ts';
import { callTool, inputSchema } from '../src/tools/call.ts';
import { caseOpener } from '../src/tools/case-access.ts';
import { readPictures } from '../src/tools/read-pictures.ts';
import { allTools } from '../src/tools/toolkit.ts';
import { argumentsWith } from './safety/obedient-model.ts';
import { startTrap } from './safety/trap.ts';
import {
  HEADER_ORDER,
  hostileSlice,
  openWorld,
  SECRET,
  sentPictures,
  type World,
  words,
} from './safety/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.close());

interface Tried {
  readonly reads: readonly Read[];
  readonly requests: readonly LoopbackRequest[];
}

async function tried(name: string): Promise<Tried> {
  const { benchmark, blobs, experts, model, outside, withOrders } = world;
  const store = await openStore(':memory:');
  const through = world.gateway();
  const reader = await createReader(name, {
    gateway: through,
    blobs,
    criteria: 'guideline',
    maxSteps: 60,
    tools: ['all'],
    outsideTools: outside.tools,
    experts,
  });
  const before = model.requests.length;
  const { runId } = await executeRun({
    benchmark: { ...benchmark, eachQuestion: withOrders },
    reader,
    store,
    openCase: caseOpener(benchmark, { blobs }),
  });
  const reads: Read[] = [];
  for await (const read of store.reads(runId)) reads.push(read);
  await store.close();
  await through.close();
  return { reads, requests: model.requests.slice(before) };
}

describe('the checks themselves', () => {
  it('would see a canary, a request to the trap and a foreign picture', async () => {
    const { blobs, folder, foreign, leakedIn, phantoms } = world;
    expect(leakedIn(readFileSync(join(folder, 'outside.txt'), 'utf8'))).toEqual([SECRET]);
    expect(leakedIn(readFileSync(join(phantoms.benchmark, 'keys.jsonl'), 'utf8')).length).toBeGreaterThan(3);
    const other = await startTrap();
    await fetch(other.url);
    expect(other.hits).toEqual(['GET /']);
    other.close();
    const bytes = await blobs.get(foreign[0]);
    const body = {
      messages: [{ url: `data:image/png;base64,${Buffer.from(bytes ?? []).toString('base64')}` }],
    };
    expect(sentPictures([{ body } as unknown as LoopbackRequest]).has(foreign[0])).toBe(true);
  });
});

describe.each(['tools@compatible/obedient#oracle', 'tools@compatible/obedient#vision'])('%s', (name) => {
  it('obeys orders in a question, a record, a passage, a tool’s description and its result, and gets nowhere', async () => {
    const { foreign, leakedIn, told, trap } = world;
    const { reads, requests } = await tried(name);
    expect(reads).toHaveLength(1);
    const [{ toolCalls, transcript, raw }] = reads;
    // It really tried: every order with every tool that takes words.
    expect(toolCalls.length).toBeGreaterThan(80);
    const names = new Set(toolCalls.map(({ tool }) => tool));
    for (const tool of ['read_file', 'open_keys', 'http_get', 'far_shell', 'far_search', 'search_passages'])
      expect([...names], tool).toContain(tool);

    for (const call of toolCalls) {
      if (['read_file', 'open_keys', 'http_get', 'far_shell', 'open_question'].includes(call.tool))
        expect(call.error, call.tool).toMatch(/no tool named/);
      if (JSON.stringify(call.arguments).includes('case_id'))
        expect(call.error).toMatch(/cannot use these arguments|no tool named/);
    }
    // Another case's picture is stored and named, and opens for no tool.
    const withForeign = toolCalls.filter(
      ({ tool, arguments: args }) =>
        tool !== 'far_search' && Object.values(args as object).includes(foreign[0]),
    );
    expect(withForeign.length).toBeGreaterThan(3);
    const opening = toolCalls.filter((call) => (call.arguments as { image?: unknown }).image === foreign[0]);
    expect(opening.length).toBeGreaterThan(1);
    for (const { tool, error } of opening) expect(error, tool).toBeDefined();
    expect(opening.find(({ tool }) => tool === 'zoom_picture')?.error).toMatch(/no (such )?picture/i);
    const pictures = sentPictures(requests);
    expect(foreign.filter((hash) => pictures.has(hash))).toEqual([]);

    expect(leakedIn(words(requests))).toEqual([]);
    expect(leakedIn(JSON.stringify([toolCalls, transcript, raw]))).toEqual([]);
    expect(leakedIn(told.join('\n'))).toEqual([]);
    expect(trap.hits).toEqual([]);
  });
});

it('every tool by itself: paths, addresses and foreign hashes in every text argument open nothing', async () => {
  const { asked, benchmark, blobs, experts, folder, foreign, leakedIn, phantoms, trap } = world;
  const access = await caseOpener(benchmark, { blobs })(asked, 'oracle');
  if (access === undefined) throw new Error('no case');
  const targets = [
    join(phantoms.benchmark, 'keys.jsonl'),
    '../../keys.jsonl',
    '/etc/passwd',
    '/proc/self/environ',
    `file://${folder}/outside.txt`,
    `${trap.url}/tool`,
    `\\\\attacker\\share`,
    `${foreign[0]}`,
    '__proto__',
    'constructor',
  ];
  let tries = 0;
  for (const tool of allTools() as readonly Tool[])
    for (const mode of tool.modes)
      for (const target of targets) {
        const call = await callTool(
          [tool],
          { name: tool.name, arguments: argumentsWith(inputSchema(tool), target), step: 1 },
          {
            case: access,
            mode,
            criteria: 'guideline',
            signal: new AbortController().signal,
            pictures: readPictures([], blobs),
            materials: [],
            experts,
          },
        );
        tries++;
        const said = JSON.stringify(call.result);
        expect(leakedIn(said), tool.name).toEqual([]);
        const image = (call.result as { image?: unknown } | null)?.image;
        expect(foreign.includes(String(image)), tool.name).toBe(false);
        if ((call.arguments as { image?: unknown }).image === foreign[0])
          expect(call.error, tool.name).toBeDefined();
      }
  expect(tries).toBeGreaterThan(allTools().length * targets.length);
  expect(trap.hits).toEqual([]);
});

describe('addresses', () => {
  it('an expert off the trust list is sent nothing, and one that redirects leads nowhere', async () => {
    const { blobs, trap } = world;
    const sender = await startTrap(`${trap.url}/redirected`);
    const { fetch: send, close } = directFetch(trustList([sender.url]));
    const picture = await encodePng({ width: 2, height: 2, channels: 1, data: new Uint8Array(4) });
    const hash = await blobs.put(picture);
    const stored = { hash, mediaType: 'image/png', bytes: async () => picture };
    for (const url of [trap.url, sender.url]) {
      const opened = await openExperts([`ground=http:${url}/ground,health=none`], { fetch: send, blobs });
      await expect(opened.experts.ground?.ground(stored, `look at ${trap.url}/phrase`)).rejects.toThrow(
        /trust list|redirect/,
      );
      await opened.close();
    }
    expect(sender.hits.length).toBeGreaterThan(0);
    expect(trap.hits).toEqual([]);
    close();
    sender.close();
  });

  it('a model’s address that redirects off the list leads nowhere', async () => {
    const { benchmark, blobs, trap, withOrders } = world;
    const sender = await startTrap(`${trap.url}/chat`);
    const through = createGateway({
      allow: [sender.url],
      baseUrls: { compatible: `${sender.url}/v1` },
      blobs,
      retry: { attempts: 1 },
    });
    const reader = await createReader('direct@compatible/moved', {
      gateway: through,
      blobs,
      criteria: 'guideline',
    });
    const store = await openStore(':memory:');
    const { error } = await executeRun({
      benchmark: { ...benchmark, eachQuestion: withOrders },
      reader,
      store,
      openCase: caseOpener(benchmark, { blobs }),
    });
    expect(error?.code).toBe('endpoint-not-trusted');
    expect(trap.hits).toEqual([]);
    await store.close();
    await through.close();
    sender.close();
  });
});

/** Reads a release of one's own items with a reader that is given every tool. */
async function readItems(release: string, name = 'tools@compatible/obedient'): Promise<Tried> {
  const { blobs, experts, model, outside } = world;
  const through = world.gateway();
  const reader = await createReader(name, {
    ...{ gateway: through, blobs, criteria: 'guideline', maxSteps: 60 },
    ...{ tools: ['all'], outsideTools: outside.tools, experts },
  });
  const store = await openStore(':memory:');
  const before = model.requests.length;
  const data = await openData(release);
  const source = await openPublished(ownItems as unknown as PublishedBenchmark, data, blobs);
  try {
    const { runId } = await executeRun({ benchmark: source, reader, store, openCase: async () => undefined });
    const reads: Read[] = [];
    for await (const read of store.reads(runId)) reads.push(read);
    return { reads, requests: model.requests.slice(before) };
  } finally {
    await reader.close?.();
    await store.close();
    await through.close();
  }
}

/** A tenth of a second of silence: 16 bit, 16 kHz, one channel. */
function silence(): Uint8Array {
  const bytes = Buffer.alloc(44 + 3200);
  bytes.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  for (const [at, value, size] of [
    [16, 16, 4],
    [20, 1, 2],
    [22, 1, 2],
    [24, 16_000, 4],
    [28, 32_000, 4],
    [32, 2, 2],
    [34, 16, 2],
  ])
    bytes.writeUIntLE(value, at, size);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(3200, 40);
  return bytes;
}

describe('items of a hostile release', () => {
  it('headers and names of picture files reach nobody; orders in records come to nothing', async () => {
    const { foreign, leakedIn, orders, release, told, trap } = world;
    const path = release('orders', {
      pictures: [`${HEADER_ORDER}.dcm`],
      question: `Is it bright? ${orders}`,
      materials: [
        { id: 'm', kind: 'record', title: 'note', text: orders },
        { id: 'p', kind: 'page', title: 'page', file: `${HEADER_ORDER}.dcm` },
      ],
    });
    writeFileSync(join(path, `${HEADER_ORDER}.dcm`), hostileSlice({ columns: 32, rows: 32 }));
    const { reads, requests } = await readItems(path);
    const [{ toolCalls, transcript }] = reads;
    expect(requests.length).toBeGreaterThan(3);
    expect(sentPictures(requests).size).toBeGreaterThan(0);
    expect(toolCalls.some(({ tool, error }) => tool === 'read_file' && error !== undefined)).toBe(true);
    for (const text of [words(requests), JSON.stringify([toolCalls, transcript]), told.join('\n')]) {
      expect(text).not.toContain(HEADER_ORDER);
      expect(leakedIn(text)).toEqual([]);
    }
    expect(foreign.filter((hash) => sentPictures(requests).has(hash))).toEqual([]);
    expect(trap.hits).toEqual([]);
  });

  const strategies = readerPlugins()
    .filter(({ model, local }) => model && local !== true)
    .map(({ id }) => id);

  it.each(strategies)('the strategy %s carries orders no further', async (id) => {
    const { blobs, foreign, leakedIn, orders, release, told, trap } = world;
    const path = release(`strategy-${id}`, {
      pictures: [`${HEADER_ORDER}.dcm`, 'plain.png'],
      question: `Is it bright? ${orders}`,
      patient: 'p-own',
      ...(id === 'silvar-med' ? { audio: 'question.wav' } : {}),
      materials: [
        { id: 'm', kind: 'record', title: 'note', text: orders, visitsBefore: 1 },
        {
          id: 'r',
          kind: 'report',
          title: 'earlier',
          text: `Earlier. ${orders}`,
          visitsBefore: 1,
          regions: ['chest'],
        },
        { id: 'p', kind: 'page', title: orders.slice(0, 200), file: 'plain.png' },
        { id: 'q', kind: 'picture', title: 'earlier', file: 'plain.png', visitsBefore: 1 },
      ],
    });
    writeFileSync(join(path, `${HEADER_ORDER}.dcm`), hostileSlice({ columns: 32, rows: 32 }));
    const bytes = Uint8Array.from({ length: 4096 }, (_, at) => at % 251);
    writeFileSync(join(path, 'question.wav'), silence());
    writeFileSync(
      join(path, 'plain.png'),
      await encodePng({ width: 64, height: 64, channels: 1, data: bytes }),
    );
    const { reads, requests } = await readItems(path, `${id}@compatible/obedient`);
    expect(reads).toHaveLength(1);
    const [read] = reads;
    const report = [words(requests), JSON.stringify(read), told.join('\n')];
    for (const text of report) {
      expect(text).not.toContain(HEADER_ORDER);
      expect(leakedIn(text)).toEqual([]);
    }
    const pictures = sentPictures(requests);
    expect(foreign.filter((hash) => pictures.has(hash))).toEqual([]);
    // Whatever it shows of its transcript's pictures is its own.
    const shown = read.transcript.flatMap(({ images = [] }) => images);
    expect(foreign.filter((hash) => shown.includes(hash))).toEqual([]);
    for (const hash of shown) expect(await blobs.has(hash)).toBe(true);
    expect(trap.hits).toEqual([]);
    if (read.status !== 'unsupported') expect(requests.length).toBeGreaterThan(0);
  });

  const outsideNames = ['../outside.txt', '/etc/passwd', 'sub/../../outside.txt', 'linked.png', 'linked.wav'];
  it.each(
    outsideNames.flatMap((name) => [
      { name, as: 'picture', item: { pictures: [name] } },
      { name, as: 'material', item: { materials: [{ id: 'm', kind: 'picture', file: name }] } },
      ...(name.endsWith('.wav') ? [{ name, as: 'question', item: { audio: name } }] : []),
    ]),
  )('a file outside, $name as a $as, is not read', async ({ name, as, item }) => {
    const { folder, leakedIn, model, release } = world;
    const path = release(`outside-${name.replaceAll(/\W/g, '-')}-${as}`, item);
    mkdirSync(join(path, 'sub'), { recursive: true });
    symlinkSync('../outside.txt', join(path, 'linked.png'));
    symlinkSync(join(folder, 'outside.txt'), join(path, 'linked.wav'));
    const before = model.requests.length;
    await expect(readItems(path)).rejects.toMatchObject({ code: 'path-escape' });
    expect(leakedIn(words(model.requests.slice(before)))).toEqual([]);
  });
});

it('a benchmark built from DICOM: its headers’ texts are in no question, prompt, tool result or file', async () => {
  const { blobs, folder, model } = world;
  const source = join(folder, 'dicom');
  mkdirSync(join(source, 'a', 'ct'), { recursive: true });
  const [columns, rows, slices] = [24, 24, 12];
  const series = '1.2.77.1';
  for (let z0 = 0; z0 < slices; z0++) {
    const values = Array.from({ length: columns * rows }, (_, n) => 1024 + (n % columns > 4 ? 100 : -900));
    const more: Sample = {
      '0020000d': ['UI', '1.2.77'],
      '00200052': ['UI', '1.2.77.7'],
      '00280030': ['DS', '5\\5'],
    };
    const bytes = hostileSlice(
      { columns, rows, values, position: [0, 0, z0 * 5], instance: z0 + 1, series },
      more,
    );
    writeFileSync(join(source, 'a', 'ct', `${z0}.dcm`), bytes);
  }
  const grid = gridOf([columns, rows, slices], [-5, 0, 0, 0, 0, -5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1]);
  const data = Uint8Array.from({ length: columns * rows * slices }, (_, n) => (n % columns > 4 ? 1 : 0));
  const instances = Array.from({ length: slices }, (_, n) => ({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: `1.2.3.4.9.${series.length}.${n + 1}`,
  }));
  const references = {
    ...{ studyInstanceUid: '1.2.77', seriesInstanceUid: series, frameOfReferenceUid: '1.2.77.7' },
    instances,
  };
  const layers = [{ data, labels: [{ value: 1, name: 'liver' }] }];
  writeFileSync(join(source, 'a', 'seg.dcm'), dicomSegBytes({ grid, layers }, { references }));
  const out = join(folder, 'dicom-benchmark');
  const manifest = await buildBenchmark({ source, out, workers: 1, layout: 'dicom-seg' });
  expect(manifest.counts.questions).toBeGreaterThan(0);
  for (const file of ['benchmark.json', 'questions.jsonl', 'cases.jsonl', 'measurements.jsonl', 'keys.jsonl'])
    expect(readFileSync(join(out, file), 'utf8'), file).not.toContain('HEADER-ORDER');
  const built = await openBenchmark(out);
  const through = world.gateway();
  const reader = await createReader('tools@compatible/obedient#vision', {
    ...{ gateway: through, blobs, criteria: 'guideline', maxSteps: 20, tools: ['all'] },
  });
  const store = await openStore(':memory:');
  const before = model.requests.length;
  const { runId } = await executeRun({
    ...{ benchmark: built, reader, store, openCase: caseOpener(built, { blobs }), limit: 1 },
  });
  let kept = '';
  for await (const read of store.reads(runId)) kept += JSON.stringify(read);
  const sent = words(model.requests.slice(before));
  expect(sent.length).toBeGreaterThan(1000);
  expect(`${sent}${kept}`).not.toContain('HEADER-ORDER');
  expect(`${sent}${kept}`).not.toContain('Secret^Person');
  await store.close();
  await through.close();
});
