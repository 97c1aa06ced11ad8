import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateText } from 'ai';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../storage/store.ts';
import { type ChatCall, noteOf } from './chat-model.ts';
import type { Clock } from './clock.ts';
import { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
import { type Loopback, type LoopbackScript, startLoopback } from './testing/loopback.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-gateway-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.reverse()) await thing.close();
  open = [];
});

async function server(script: LoopbackScript = {}): Promise<Loopback> {
  const loopback = await startLoopback(script);
  open.push(loopback);
  return loopback;
}

/** A clock whose sleeps take no time; what was slept is kept. */
function instantClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  return {
    slept,
    now: () => now,
    async sleep(ms) {
      slept.push(ms);
      now += ms;
    },
  };
}

function gatewayTo(loopback: Loopback, options: Partial<GatewayOptions> = {}): Gateway {
  const gateway = createGateway({
    allow: [new URL(loopback.url).origin],
    baseUrls: { compatible: loopback.url, openai: loopback.url },
    env: {},
    clock: instantClock(),
    ...options,
  });
  open.push(gateway);
  return gateway;
}

async function store(): Promise<Store> {
  const opened = await openStore(':memory:');
  open.push(opened);
  return opened;
}

function ask(text: string, rest: Partial<ChatCall> = {}): ChatCall {
  return { prompt: [{ role: 'user', content: [{ type: 'text', text }] }], temperature: 0, ...rest };
}

const textOf = (reply: { content: readonly { type: string }[] }) =>
  reply.content.map((part) => (part.type === 'text' ? (part as { text?: string }).text : '')).join('');

describe('the gateway', () => {
  it('answers through the AI SDK', async () => {
    const loopback = await server({ answer: ({ question }) => ({ text: `You asked: ${question}` }) });
    const gateway = gatewayTo(loopback);
    const { text, usage } = await generateText({
      model: gateway.languageModel('compatible/m'),
      prompt: 'liver?',
    });
    expect(text).toBe('You asked: liver?');
    expect(usage.inputTokens).toBe(100);
    expect(gateway.usage().models['compatible/m']).toMatchObject({ requests: 1, replies: 1, cached: 0 });
  });
});

describe('trust', () => {
  it('sends nothing to an address that is not allowed, loopback included', async () => {
    const loopback = await server();
    const gateway = gatewayTo(loopback, { allow: [] });
    const model = gateway.languageModel('compatible/m');
    await expect(model.doGenerate(ask('q'))).rejects.toMatchObject({
      code: 'endpoint-not-trusted',
      message: expect.stringContaining(`--allow ${new URL(loopback.url).origin}`),
    });
    await expect(gateway.prepare('compatible/m')).rejects.toMatchObject({ code: 'endpoint-not-trusted' });
    expect(loopback.count()).toBe(0);
  });
});

describe('the cache', () => {
  it('answers the same request once, and says so', async () => {
    const loopback = await server();
    const gateway = gatewayTo(loopback, { store: await store() });
    const model = gateway.languageModel('compatible/m');
    const first = await model.doGenerate(ask('q'));
    await new Promise((resolve) => setTimeout(resolve, 60));
    const second = await model.doGenerate(ask('q'));
    expect(textOf(second)).toBe(textOf(first));
    expect([noteOf(first), noteOf(second)]).toMatchObject([
      { cached: false, requests: 1 },
      { cached: true, requests: 0 },
    ]);
    expect(loopback.count()).toBe(1);
  });
});
