import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateText, stepCountIs, streamText, tool } from 'ai';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sha256 } from '../domain/content-hash.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { openStore } from '../storage/store.ts';
import { type ChatCall, noteOf } from './chat-model.ts';
import { imagePart } from './prompt-pixels.ts';
import { ask, gatewayFixture, textOf } from './testing/gateway-fixture.ts';

const { server, gateway: gatewayTo, store } = gatewayFixture();
const folder = mkdtempSync(join(tmpdir(), 'overread-gateway-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the gateway under the AI SDK', () => {
  it('answers generateText and counts what it used', async () => {
    const loopback = await server({ answer: ({ question }) => ({ text: `You asked: ${question}` }) });
    const gateway = gatewayTo(loopback);
    const { text, usage } = await generateText({
      model: gateway.languageModel('compatible/m'),
      prompt: 'liver?',
    });
    expect(text).toBe('You asked: liver?');
    expect(usage).toMatchObject({ inputTokens: 100, outputTokens: 2 });
    expect(gateway.usage().models['compatible/m']).toEqual({
      requests: 1,
      replies: 1,
      cached: 0,
      retries: 0,
      failed: 0,
      inputTokens: 100,
      outputTokens: 2,
      costUsd: undefined,
    });
  });

  it('carries a tool loop: call, result, answer', async () => {
    const loopback = await server({
      answer: ({ toolResults }) =>
        toolResults === 0
          ? { toolCalls: [{ name: 'measure', arguments: { target: 'liver' } }] }
          : { text: '1432 cm³' },
    });
    const measured: string[] = [];
    const { text, steps } = await generateText({
      model: gatewayTo(loopback).languageModel('compatible/m'),
      prompt: 'volume?',
      tools: {
        measure: tool({
          inputSchema: z.object({ target: z.string() }),
          execute: ({ target }) => {
            measured.push(target);
            return { value: 1432 };
          },
        }),
      },
      stopWhen: stepCountIs(3),
    });
    expect(text).toBe('1432 cm³');
    expect(measured).toEqual(['liver']);
    expect(steps.map((step) => noteOf(step)?.requests)).toEqual([1, 1]);
    expect(loopback.requests.map((request) => request.toolResults)).toEqual([0, 1]);
  });

  it('serves streamText from the same path', async () => {
    const loopback = await server({ answer: () => ({ text: 'B' }) });
    const gateway = gatewayTo(loopback, { store: await store() });
    const read = async () =>
      await streamText({ model: gateway.languageModel('compatible/m'), prompt: 'q' }).text;
    expect(await read()).toBe('B');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await read()).toBe('B');
    expect(loopback.count()).toBe(1);
  });

  it('says that a model refused', async () => {
    const loopback = await server({ fault: () => ({ kind: 'refusal' }) });
    const reply = await gatewayTo(loopback).languageModel('compatible/m').doGenerate(ask('q'));
    expect(reply.finishReason.unified).toBe('content-filter');
    expect(textOf(reply)).toContain("can't help");
  });

  it('ends a call when its caller does', async () => {
    const loopback = await server({ fault: () => ({ kind: 'timeout' }) });
    const controller = new AbortController();
    const call = gatewayTo(loopback)
      .languageModel('compatible/m')
      .doGenerate(ask('q', { abortSignal: controller.signal }));
    setTimeout(() => controller.abort(), 50);
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the cache', () => {
  const settled = () => new Promise((resolve) => setTimeout(resolve, 60));

  it('answers the same request once, and says so', async () => {
    const loopback = await server({ answer: ({ question }) => ({ text: question.toUpperCase() }) });
    const gateway = gatewayTo(loopback, {
      store: await store(),
      prices: { 'compatible/m': { input: 1, output: 1 } },
    });
    const model = gateway.languageModel('compatible/m');
    const first = await model.doGenerate(ask('q'));
    await settled();
    const second = await model.doGenerate(ask('q'));
    expect(textOf(second)).toBe('Q');
    expect([noteOf(first), noteOf(second)]).toMatchObject([
      { cached: false, requests: 1, costUsd: 102e-6 },
      { cached: true, requests: 0, costUsd: 0 },
    ]);
    expect(second.usage.inputTokens.total).toBe(100);
    expect(loopback.count()).toBe(1);
    expect(gateway.usage()).toMatchObject({
      models: { 'compatible/m': { requests: 1, replies: 2, cached: 1 } },
    });
  });

  it('tells apart whatever may change the answer, and nothing else', async () => {
    const loopback = await server();
    const shared = await store();
    const asked = async (call: ChatCall, ref = 'compatible/m', cache: 'use' | 'refresh' | 'off' = 'use') => {
      const before = loopback.count();
      await gatewayTo(loopback, { store: shared, cache }).languageModel(ref).doGenerate(call);
      await settled();
      return loopback.count() - before;
    };
    const repeat = (sample: number) => ({ providerOptions: { overread: { sample } } });
    expect(await asked(ask('q', { seed: 1, topP: 0.5 }))).toBe(1);
    expect(await asked({ topP: 0.5, seed: 1, ...ask('q') })).toBe(0);
    expect(await asked(ask('q', { seed: 1, topP: 0.5, headers: { 'x-trace': 'other' } }))).toBe(0);
    expect(
      await asked(ask('q', { seed: 1, topP: 0.5, providerOptions: { overread: { patientId: 'p' } } })),
    ).toBe(0);
    expect(await asked(ask('q', { seed: 2, topP: 0.5 }))).toBe(1);
    expect(await asked(ask('q', { seed: 1 }))).toBe(1);
    expect(await asked(ask('q?', { seed: 1, topP: 0.5 }))).toBe(1);
    expect(await asked(ask('q', { seed: 1, topP: 0.5 }), 'compatible/other')).toBe(1);
    expect(await asked(ask('q', repeat(0)))).toBe(1);
    expect(await asked(ask('q', repeat(1)))).toBe(1);
    expect(await asked(ask('q', repeat(0)))).toBe(0);
    expect(await asked(ask('q', repeat(0)), 'compatible/m', 'off')).toBe(1);
    expect(await asked(ask('q', repeat(0)), 'compatible/m', 'refresh')).toBe(1);
  });

  it('keeps no failure', async () => {
    const loopback = await server({
      fault: ({ attempt }) => (attempt < 1 ? { kind: 'unauthorized' } : undefined),
    });
    const model = gatewayTo(loopback, { store: await store() }).languageModel('compatible/m');
    await expect(model.doGenerate(ask('q'))).rejects.toMatchObject({ code: 'credential-missing' });
    expect(noteOf(await model.doGenerate(ask('q')))?.cached).toBe(false);
  });

  it('is purged with the patient', async () => {
    const loopback = await server();
    const kept = await store();
    const model = gatewayTo(loopback, { store: kept }).languageModel('compatible/m');
    const call = ask('q', { providerOptions: { overread: { patientId: 'patient-1' } } });
    await model.doGenerate(call);
    await settled();
    expect(await kept.purgePatient('patient-1')).toMatchObject({ cached: 1 });
    await model.doGenerate(call);
    expect(loopback.count()).toBe(2);
  });

  it('lets a store that cannot keep replies stop the run', async () => {
    const loopback = await server();
    const broken = { cached: async () => undefined, cache: () => Promise.reject(new Error('disk full')) };
    const model = gatewayTo(loopback, { store: broken }).languageModel('compatible/m');
    await model.doGenerate(ask('one'));
    await settled();
    await expect(model.doGenerate(ask('two'))).rejects.toThrow('disk full');
  });
});

describe('pixels', () => {
  const png = Uint8Array.from({ length: 3000 }, (_, i) => (i * 2654435761) >>> 24);
  const base64 = Buffer.from(png).toString('base64');
  const looking = (part: ChatCall['prompt'][number]['content']) =>
    ({ prompt: [{ role: 'user', content: part }], temperature: 0 }) as ChatCall;

  it('reach the provider as bytes and everything that is kept as a hash', async () => {
    const loopback = await server();
    const blobs = memoryBlobs();
    const hash = await blobs.put(png);
    const path = join(folder, 'pixels.db');
    const kept = await openStore(path);
    const exchanges = { folder: join(folder, 'pixels'), mode: 'record' as const };
    const model = gatewayTo(loopback, { store: kept, blobs, exchanges }).languageModel('compatible/m');
    const reply = await model.doGenerate(looking([{ type: 'text', text: 'look' }, imagePart(hash)]));
    await kept.close();
    expect(JSON.stringify(loopback.requests[0].body)).toContain(base64);
    expect(JSON.stringify(reply)).not.toContain(base64.slice(0, 60));
    for (const file of [path, ...readdirSync(exchanges.folder).map((name) => join(exchanges.folder, name))])
      expect(readFileSync(file, 'latin1')).not.toContain(base64.slice(0, 60));
    expect(readFileSync(join(exchanges.folder, readdirSync(exchanges.folder)[0]), 'utf8')).toContain(hash);
  });

  it('are the same request by hash and by bytes', async () => {
    const loopback = await server();
    const blobs = memoryBlobs();
    const hash = await blobs.put(png);
    const model = gatewayTo(loopback, { store: await store(), blobs }).languageModel('compatible/m');
    await model.doGenerate(looking([imagePart(hash)]));
    await new Promise((resolve) => setTimeout(resolve, 60));
    const bytes = {
      type: 'file' as const,
      mediaType: 'image/png',
      data: { type: 'data' as const, data: png },
    };
    expect(noteOf(await model.doGenerate(looking([bytes])))?.cached).toBe(true);
  });

  it('pass generateText by hash, undownloaded', async () => {
    const loopback = await server();
    const blobs = memoryBlobs();
    const hash = await blobs.put(png);
    await generateText({
      model: gatewayTo(loopback, { blobs }).languageModel('compatible/m'),
      messages: [
        {
          role: 'user',
          content: [{ type: 'file', mediaType: 'image/png', data: new URL(`overread-blob:${hash}`) }],
        },
      ],
    });
    expect(loopback.requests[0].images).toBe(1);
    expect(JSON.stringify(loopback.requests[0].body)).toContain(base64);
  });

  it('are in memory only for a request that has its place', async () => {
    const stored = memoryBlobs();
    let filled = 0;
    const blobs = {
      ...stored,
      get(hash: string) {
        filled++;
        return stored.get(hash);
      },
    };
    const filledWhenAsked: number[] = [];
    const loopback = await server({
      answer: () => {
        filledWhenAsked.push(filled);
        return { text: 'A', delayMs: 5 };
      },
    });
    const model = gatewayTo(loopback, { blobs, concurrency: 1 }).languageModel('compatible/m');
    const hash = await stored.put(png);
    const calls = Array.from({ length: 8 }, (_, n) =>
      model.doGenerate(looking([{ type: 'text', text: `look ${n}` }, imagePart(hash)])),
    );
    await Promise.all(calls);
    expect(filledWhenAsked).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('are not held between tries, and are sent again with each', async () => {
    const loopback = await server({
      fault: ({ attempt }) => (attempt === 0 ? { kind: 'server-error' } : undefined),
    });
    const stored = memoryBlobs();
    let filled = 0;
    const blobs = {
      ...stored,
      get(hash: string) {
        filled++;
        return stored.get(hash);
      },
    };
    const hash = await stored.put(png);
    await gatewayTo(loopback, { blobs })
      .languageModel('compatible/m')
      .doGenerate(looking([imagePart(hash)]));
    expect(filled).toBe(2);
    expect(loopback.requests.map(({ images }) => images)).toEqual([1, 1]);
  });

  it('count by their size against a budget before any is held for sending', async () => {
    const large = new Uint8Array(32);
    large.set([0x89, 0x50, 0x4e, 0x47]);
    new DataView(large.buffer).setUint32(16, 3000);
    new DataView(large.buffer).setUint32(20, 3000);
    const blobs = memoryBlobs();
    const hash = await blobs.put(large);
    const loopback = await server();
    // A picture of 3000 × 3000 counts as 12,000 tokens: one for each 750 pixels.
    const within = (tokens: number) =>
      gatewayTo(loopback, { blobs, budget: { tokens } })
        .languageModel('compatible/m')
        .doGenerate({ ...looking([imagePart(hash)]), maxOutputTokens: 10 });
    await expect(within(12_000)).rejects.toMatchObject({ code: 'budget-exhausted' });
    expect(loopback.count()).toBe(0);
    expect(textOf(await within(12_500))).toBe('A');
  });

  it('that are gone, or lie on the web, stop the call before anything is sent', async () => {
    const loopback = await server();
    const model = gatewayTo(loopback, { blobs: memoryBlobs() }).languageModel('compatible/m');
    await expect(model.doGenerate(looking([imagePart(sha256('gone'))]))).rejects.toMatchObject({
      code: 'file-not-found',
    });
    const url = { type: 'url' as const, url: new URL('https://example.org/scan.png') };
    const web = { type: 'file' as const, mediaType: 'image/png', data: url };
    await expect(model.doGenerate(looking([web]))).rejects.toMatchObject({ code: 'not-allowed' });
    expect(loopback.count()).toBe(0);
  });
});

describe('recordings', () => {
  it('answer without any server, whatever its address was', async () => {
    const loopback = await server({ answer: ({ question }) => ({ text: `${question}!` }) });
    const at = join(folder, 'recorded');
    await gatewayTo(loopback, { exchanges: { folder: at, mode: 'record' } })
      .languageModel('compatible/m')
      .doGenerate(ask('q'));
    const replay = gatewayTo(
      { url: 'http://127.0.0.1:1/v1' },
      { allow: [], exchanges: { folder: at, mode: 'replay' } },
    );
    const reply = await replay.languageModel('compatible/m').doGenerate(ask('q'));
    expect(textOf(reply)).toBe('q!');
    expect(noteOf(reply)).toMatchObject({ cached: true, requests: 0 });
    await expect(replay.languageModel('compatible/m').doGenerate(ask('new'))).rejects.toMatchObject({
      code: 'provider-failed',
      message: expect.stringContaining('no recording'),
    });
    expect(loopback.count()).toBe(1);
  });
});
