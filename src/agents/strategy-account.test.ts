import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openExperts } from '../experts/expert-service.ts';
import { createGateway, type GatewayOptions } from '../experts/gateway.ts';
import type { Loopback, LoopbackReply } from '../experts/testing/loopback.ts';
import { type SimulatedReader, startSimulatedReader } from '../experts/testing/simulated-reader.ts';
import { encodePng } from '../imaging/write-png.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { testQuestion } from '../tools/testing.ts';
import { parseReaderName } from './reader-name.ts';
import { strategy } from './strategy.ts';
import { testTask } from './testing.ts';

let server: Loopback | undefined;
afterEach(() => server?.close());

/** Asks the same words twice as two samples, a critic once, and says what chance says. */
const committee = strategy({
  id: 'committee',
  summary: 'two samples, a critic and a coin',
  needsImage: false,
  options: [{ name: 'table', summary: 'a file', file: true }],
  roles: [{ name: 'critic', summary: 'another model' }],
  async read(session) {
    const turns = [{ role: 'user' as const, content: 'Which?' }];
    const said = [await session.ask(turns), await session.ask(turns, { sample: 1 })];
    said.push(await session.ask(turns, { as: 'critic' }));
    session.note('said', said, { coin: session.random.next() });
    return 'A';
  },
});

interface Reading {
  readonly answer?: SimulatedReader['answer'];
  readonly options?: Readonly<Record<string, string>>;
  readonly gateway?: Partial<GatewayOptions>;
}

const drawn: SimulatedReader['answer'] = (_, random): LoopbackReply => ({
  text: String(random.int(1e9)),
  usage: { input: 1000, output: 100 },
});

async function committeeOf({ answer = drawn, options = {}, gateway = {} }: Reading) {
  server = await startSimulatedReader({ seed: '1', answer });
  const blobs = memoryBlobs();
  const way = createGateway({
    allow: [server.url],
    baseUrls: { compatible: server.url },
    blobs,
    ...gateway,
  });
  const written = 'committee@compatible/m';
  return committee.create({
    ...{ gateway: way, blobs, criteria: 'guideline', name: parseReaderName(written), written, options },
    chat: way.languageModel('compatible/m'),
  });
}

const task = (repeat = 0) =>
  testTask({ question: testQuestion(), access: undefined, repeat, seed: `0/q-1/${repeat}` });

describe('what a strategy’s read costs', () => {
  const prices = {
    'compatible/m': { input: 2, output: 20 },
    'compatible/critic': { input: 10, output: 100 },
  };
  it('is that of every model that it asked, by its own price', async () => {
    const reader = await committeeOf({ options: { critic: 'compatible/critic' }, gateway: { prices } });
    const outcome = await reader.read(task());
    expect(outcome.usage).toMatchObject({ inputTokens: 3000, outputTokens: 300 });
    // 1000 in and 100 out: $0.004 of the reader, twice, and $0.02 of the critic.
    expect(outcome.costUsd).toBeCloseTo(2 * 0.004 + 0.02, 12);
    expect(outcome.requests).toBe(3);
  });
  it('is unknown as soon as one of them has no price, never too little', async () => {
    const { 'compatible/m': own } = prices;
    const reader = await committeeOf({
      options: { critic: 'compatible/critic' },
      gateway: { prices: { 'compatible/m': own } },
    });
    expect((await reader.read(task())).costUsd).toBeUndefined();
  });
});

describe('a model behind an expert', () => {
  it('counts in the read that asked it, by its own price, and costs nothing from the cache', async () => {
    const kept = new Map<string, string>();
    server = await startSimulatedReader({
      seed: '1',
      answer: ({ asked }) => ({
        text: asked.includes('Find') ? '{"boxes": [{"box": [0, 0, 500, 500], "score": 0.9}]}' : 'A',
        usage: asked.includes('Find') ? { input: 500, output: 50 } : { input: 1000, output: 100 },
      }),
    });
    const blobs = memoryBlobs();
    const gateway = createGateway({
      allow: [server.url],
      baseUrls: { compatible: server.url },
      blobs,
      prices: { 'compatible/m': { input: 2, output: 20 }, 'compatible/finder': { input: 10, output: 100 } },
      store: {
        cached: async (key: string) => kept.get(key),
        cache: async (key: string, text: string) => {
          kept.set(key, text);
        },
      },
    });
    const { experts } = await openExperts(['ground=model:compatible/finder'], { fetch, gateway, blobs });
    const pointing = strategy({
      id: 'pointing',
      summary: 'asks where, by an expert and by a tool, and answers',
      needs: ['ground'],
      tools: ['ground_phrase'],
      async read(session) {
        const { patientId } = session.task.question;
        const picture = await session.stored(session.shown[0].hash);
        await session.expert('ground').ground(picture, 'a spot', { patientId });
        await session.call('ground_phrase', { phrase: 'a stone' });
        return session.ask([{ role: 'user', content: session.question }]);
      },
    });
    const written = 'pointing@compatible/m';
    const reader = await pointing.create({
      ...{ gateway, blobs, experts, criteria: 'guideline', name: parseReaderName(written), written },
      chat: gateway.languageModel('compatible/m'),
    });
    const raster = { width: 8, height: 8, channels: 1 as const, data: new Uint8Array(64) };
    const hash = await blobs.put(await encodePng(raster));
    const question = testQuestion({ prompt: [{ type: 'image', hash, mediaType: 'image/png' }] });
    const first = await reader.read(testTask({ question, access: undefined }));
    expect(first.toolCalls.map(({ error }) => error)).toEqual([undefined]);
    // Twice 500 in and 50 out of the expert at $0.01 each, once 1000 and 100 of the reader at $0.004.
    expect(first).toMatchObject({ requests: 3, usage: { inputTokens: 2000, outputTokens: 200 } });
    expect(first.costUsd).toBeCloseTo(2 * 0.01 + 0.004, 12);
    const again = await reader.read(testTask({ question, access: undefined }));
    expect(again).toMatchObject({ requests: 0, costUsd: 0, cached: true });
  });
});

describe('a read that is made again', () => {
  it('with the same seed is the same, chance and all; another repeat is another', async () => {
    const once = await (await committeeOf({})).read(task());
    await server?.close();
    const again = await (await committeeOf({})).read(task());
    expect(again.toolCalls).toEqual(once.toolCalls);
    expect(again.transcript).toEqual(once.transcript);
    const other = await (await committeeOf({})).read(task(1));
    expect(other.toolCalls[0].arguments).not.toEqual(once.toolCalls[0].arguments);
  });
  it('sends nothing again that was answered before, and takes no sample or repeat for another', async () => {
    const kept = new Map<string, string>();
    const store = {
      cached: async (key: string) => kept.get(key),
      cache: async (key: string, text: string) => {
        kept.set(key, text);
      },
    };
    const reader = await committeeOf({ gateway: { store } });
    const first = await reader.read(task());
    // The critic is the reader's own model here and is asked what the first sample was asked: one exchange.
    expect(first.requests).toBe(2);
    const resumed = await reader.read(task());
    expect(resumed).toMatchObject({ requests: 0, cached: true });
    expect(resumed.toolCalls).toEqual(first.toolCalls);
    const repeat = await reader.read(task(1));
    expect(repeat.requests).toBe(2);
    expect(kept.size).toBe(4);
    const said = [first, repeat].flatMap(({ toolCalls }) => (toolCalls[0].result as string[]).slice(0, 2));
    expect(new Set(said).size).toBe(4);
  });
});

describe('a file that an option names', () => {
  it('is in the settings by what it holds, so that a run is not resumed with other content', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'option-file-'));
    try {
      const table = join(folder, 'table.json');
      await writeFile(table, 'abc');
      const before = (await committeeOf({ options: { table } })).settings;
      // SHA-256 of "abc" as FIPS 180-2 gives it.
      expect(before?.optionFiles).toEqual({
        table: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      });
      await server?.close();
      await writeFile(table, 'abd');
      expect((await committeeOf({ options: { table } })).settings).not.toEqual(before);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
  it('that is not there stops the run before its first question, and is named without its folder', async () => {
    await expect(committeeOf({ options: { table: '/home/somebody/table.json' } })).rejects.toMatchObject({
      code: 'file-not-found',
      message: expect.not.stringContaining('somebody'),
    });
  });
  it('is not asked for where none is given', async () => {
    expect((await committeeOf({})).settings).not.toHaveProperty('optionFiles');
  });
});
