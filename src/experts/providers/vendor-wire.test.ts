// Vendors' own wire formats through the gateway: replies, tool calls, usage, limits and errors as their APIs send them.
import { generateText, stepCountIs, tool } from 'ai';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { memoryBlobs } from '../../storage/blobs.ts';
import { noteOf } from '../chat-model.ts';
import type { GatewayOptions } from '../gateway.ts';
import { imagePart } from '../prompt-pixels.ts';
import { ask, gatewayFixture, textOf } from '../testing/gateway-fixture.ts';
import { instantClock } from '../testing/instant-clock.ts';
import { startWire, type WireReply, type WireRequest, type WireServer } from '../testing/wire-server.ts';

const KEY = 'wire-test-key-4711';
const { gateway: gatewayTo } = gatewayFixture();
let wires: WireServer[] = [];
afterEach(async () => {
  for (const wire of wires) await wire.close();
  wires = [];
});

/** One vendor's format: what its API answers, and where a request holds what. */
interface Vendor {
  readonly id: string;
  readonly model: string;
  readonly base: string;
  readonly path: string;
  readonly keyHeader: string;
  readonly keyVariable: string;
  text(said: string, usage: { input: number; output: number }): unknown;
  call(name: string, input: object): unknown;
  readonly refusal: unknown;
  error(status: number, message: string): unknown;
  /** HTTP status of a server that has too much to do. */
  readonly overloaded: number;
  /** Base64 of the pictures in a request. */
  pictures(request: WireRequest): string[];
  /** What a tool answered, as the next request tells it. */
  toolResult(request: WireRequest): { name: string; text: string };
}

type Json = Readonly<Record<string, unknown>>;
const parts = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

const anthropic: Vendor = {
  id: 'anthropic',
  model: 'claude-sonnet-4-5',
  base: '/v1',
  path: '/v1/messages',
  keyHeader: 'x-api-key',
  keyVariable: 'ANTHROPIC_API_KEY',
  text: (said, { input, output }) => ({
    ...message({ stop_reason: 'end_turn', content: [{ type: 'text', text: said }] }),
    usage: { input_tokens: input, output_tokens: output },
  }),
  call: (name, input) =>
    message({ stop_reason: 'tool_use', content: [{ type: 'tool_use', id: 'toolu_01', name, input }] }),
  refusal: message({ stop_reason: 'refusal', content: [{ type: 'text', text: 'I will not.' }] }),
  error: (status, said) => ({
    type: 'error',
    error: { type: status === 429 ? 'rate_limit_error' : 'api_error', message: said },
  }),
  overloaded: 529,
  pictures: ({ body }) =>
    parts(body.messages).flatMap(({ content }) =>
      parts(content).flatMap(({ source }) => {
        const picture = source as { type: string; data: string } | undefined;
        return picture?.type === 'base64' ? [picture.data] : [];
      }),
    ),
  toolResult({ body }) {
    const all = parts(body.messages).flatMap(({ content }) => parts(content));
    const result = all.find(({ type }) => type === 'tool_result');
    const called = all.find(({ type, id }) => type === 'tool_use' && id === result?.tool_use_id);
    return { name: String(called?.name), text: JSON.stringify(result?.content) };
  },
};

function message(rest: Json): Json {
  const usage = { input_tokens: 40, output_tokens: 7 };
  return { id: 'msg_01', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', usage, ...rest };
}

const google: Vendor = {
  id: 'google',
  model: 'gemini-2.5-flash',
  base: '/v1beta',
  path: '/v1beta/models/gemini-2.5-flash:generateContent',
  keyHeader: 'x-goog-api-key',
  keyVariable: 'GOOGLE_GENERATIVE_AI_API_KEY',
  text: (said, { input, output }) => ({
    candidates: [{ content: { role: 'model', parts: [{ text: said }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: output,
      totalTokenCount: input + output,
    },
  }),
  call: (name, args) => ({
    candidates: [
      {
        content: { role: 'model', parts: [{ functionCall: { name, args }, thoughtSignature: 'c2lnbmVk' }] },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: { promptTokenCount: 40, candidatesTokenCount: 7, totalTokenCount: 47 },
  }),
  refusal: {
    promptFeedback: { blockReason: 'SAFETY' },
    usageMetadata: { promptTokenCount: 40, totalTokenCount: 40 },
  },
  error: (status, said) => ({
    error: { code: status, message: said, status: status === 429 ? 'RESOURCE_EXHAUSTED' : 'INTERNAL' },
  }),
  overloaded: 503,
  pictures: ({ body }) =>
    parts(body.contents).flatMap((turn) =>
      parts(turn.parts).flatMap(({ inlineData }) => {
        const picture = inlineData as { data: string } | undefined;
        return picture === undefined ? [] : [picture.data];
      }),
    ),
  toolResult({ body }) {
    const [result] = parts(body.contents).flatMap((turn) =>
      parts(turn.parts).flatMap(({ functionResponse }) =>
        functionResponse === undefined ? [] : [functionResponse as { name: string; response: unknown }],
      ),
    );
    return { name: result.name, text: JSON.stringify(result.response) };
  },
};

describe.each([anthropic, google])('$id through the gateway', (vendor) => {
  const ref = `${vendor.id}/${vendor.model}`;
  async function answering(replies: readonly WireReply[], options: Partial<GatewayOptions> = {}) {
    const wire = await startWire(replies);
    wires.push(wire);
    const clock = instantClock();
    const url = wire.origin + vendor.base;
    const gateway = gatewayTo(
      { url },
      { baseUrls: { [vendor.id]: url }, env: { [vendor.keyVariable]: KEY }, clock, ...options },
    );
    return { wire, clock, gateway, model: gateway.languageModel(ref) };
  }
  const b = vendor.text('B', { input: 1000, output: 20 });

  it('reads text, counts tokens and prices them', async () => {
    const { wire, gateway, model } = await answering([{ body: b }], {
      prices: { [ref]: { input: 3, output: 15 } },
    });
    const { text, usage } = await generateText({ model, prompt: 'liver?' });
    expect(text).toBe('B');
    expect(usage).toMatchObject({ inputTokens: 1000, outputTokens: 20 });
    // 1,000 tokens at $3 and 20 at $15 a million.
    expect(gateway.usage().models[ref].costUsd).toBeCloseTo(0.0033, 12);
    const [{ path, headers, body }] = wire.requests;
    expect(path).toBe(vendor.path);
    expect(headers[vendor.keyHeader]).toBe(KEY);
    expect(JSON.stringify(body)).toContain('liver?');
    expect(JSON.stringify(body) + path).not.toContain(KEY);
  });

  it('sends a stored picture’s bytes and never its hash', async () => {
    const blobs = memoryBlobs();
    const pixels = Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 1, 2, 3]);
    const hash = await blobs.put(pixels);
    const { wire, model } = await answering([{ body: b }], { blobs });
    const prompt = [
      { role: 'user' as const, content: [{ type: 'text' as const, text: 'q' }, imagePart(hash)] },
    ];
    await model.doGenerate({ prompt });
    expect(vendor.pictures(wire.requests[0])).toEqual([Buffer.from(pixels).toString('base64')]);
    expect(JSON.stringify(wire.requests[0].body)).not.toContain(hash);
  });

  it('carries a tool loop: call, result, answer', async () => {
    const { wire, model } = await answering([
      { body: vendor.call('measure', { target: 'liver' }) },
      { body: vendor.text('1432 cm³', { input: 90, output: 5 }) },
    ]);
    const measured: string[] = [];
    const { text, totalUsage } = await generateText({
      model,
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
    expect([text, measured]).toEqual(['1432 cm³', ['liver']]);
    expect(totalUsage).toMatchObject({ inputTokens: 130, outputTokens: 12 });
    const { name, text: told } = vendor.toolResult(wire.requests[1]);
    expect(name).toBe('measure');
    expect(told).toContain('1432');
  });

  it('waits as long as a limit asks, then goes on', async () => {
    const limited = {
      status: 429,
      headers: { 'retry-after': '7' },
      body: vendor.error(429, 'Too many requests'),
    };
    const { wire, clock, model } = await answering([
      limited,
      { status: vendor.overloaded, body: vendor.error(vendor.overloaded, 'Overloaded') },
      { body: b },
    ]);
    const reply = await model.doGenerate(ask('q'));
    expect(textOf(reply)).toBe('B');
    expect(wire.requests).toHaveLength(3);
    expect(noteOf(reply)?.retries).toMatchObject([
      { status: 429, code: 'provider-failed', waitMs: 7000 },
      { status: vendor.overloaded, code: 'provider-failed' },
    ]);
    expect(Math.max(...clock.slept)).toBeGreaterThanOrEqual(7000);
  });

  it('says what the vendor says of a wrong request, once and without the key', async () => {
    const said = `The request of ${KEY} names an unknown field`;
    const { wire, model } = await answering([{ status: 400, body: vendor.error(400, said) }]);
    await expect(model.doGenerate(ask('q'))).rejects.toMatchObject({
      code: 'provider-failed',
      message: expect.stringMatching(/HTTP 400 .*The request of \[key\] names an unknown field/),
      details: { status: 400, requests: 1 },
    });
    expect(wire.requests).toHaveLength(1);
  });

  it('names the variable of a key that is not accepted', async () => {
    const { model } = await answering([{ status: 401, body: vendor.error(401, 'invalid key') }]);
    await expect(model.doGenerate(ask('q'))).rejects.toMatchObject({
      code: 'credential-missing',
      message: expect.stringContaining(vendor.keyVariable),
    });
  });

  it('tells a refusal from an answer', async () => {
    const { model } = await answering([{ body: vendor.refusal }]);
    expect((await model.doGenerate(ask('q'))).finishReason.unified).toBe('content-filter');
  });

  it.each([
    ['of another API', '{"choices":[]}'],
    ['of no API', '<html>It works!</html>'],
  ])('takes an answer %s for garbage', async (_, body) => {
    const { model } = await answering([{ body }]);
    await expect(model.doGenerate(ask('q'))).rejects.toMatchObject({ code: 'provider-garbage' });
  });
});
