import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../storage/store.ts';
import { cleaned } from './failures.ts';
import { ask, gatewayFixture } from './testing/gateway-fixture.ts';

const { server, gateway: gatewayTo, store } = gatewayFixture();
const folder = mkdtempSync(join(tmpdir(), 'overread-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tracing() {
  const exporter = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer(
    'test',
  );
  return { tracer, spans: () => exporter.getFinishedSpans() };
}

const KEY = 'my-very-own-credential-4711';

describe('an API key', () => {
  it('comes from the environment, goes into the header, and is kept nowhere', async () => {
    const { tracer, spans } = tracing();
    const path = join(folder, 'keys.db');
    const kept = await openStore(path);
    const loopback = await server({
      // A careless server that repeats the key it was sent.
      fault: ({ question, headers }) =>
        question === 'bad'
          ? { kind: 'server-error', message: `no, ${headers.authorization} and ${KEY}` }
          : undefined,
    });
    const gateway = gatewayTo(loopback, {
      env: { COMPATIBLE_API_KEY: KEY },
      store: kept,
      spans: { tracer, content: true },
      exchanges: { folder: join(folder, 'exchanges'), mode: 'record' },
      retry: { attempts: 2 },
    });
    const model = gateway.languageModel('compatible/m');
    const reply = await model.doGenerate(ask('good', { headers: { 'x-also-secret': KEY } }));
    const error: unknown = await Promise.resolve(model.doGenerate(ask('bad'))).catch(
      (thrown: unknown) => thrown,
    );
    await kept.close();
    expect(loopback.requests[0].headers.authorization).toBe(`Bearer ${KEY}`);
    const traces = spans().map(({ name, attributes, events, status }) => ({
      name,
      attributes,
      events,
      status,
    }));
    expect(traces.length).toBe(2);
    const files = [
      path,
      ...readdirSync(join(folder, 'exchanges')).map((name) => join(folder, 'exchanges', name)),
    ];
    const everything = [
      ...files.map((file) => readFileSync(file, 'latin1')),
      JSON.stringify(reply),
      inspect(error, { depth: 20, showHidden: true }),
      inspect(traces, { depth: 20 }),
      JSON.stringify(gateway.usage()),
    ];
    expect(everything[everything.length - 3]).toContain('HTTP 500');
    for (const text of everything) expect(text).not.toContain(KEY);
  });

  it('is asked for by the variable’s name when a vendor needs one', async () => {
    const loopback = await server();
    const gateway = gatewayTo(loopback, { env: { OPENAI_API_KEY: '' } });
    await expect(gateway.prepare('openai/gpt-5')).rejects.toMatchObject({
      code: 'credential-missing',
      message: expect.stringContaining('OPENAI_API_KEY'),
    });
    expect(loopback.count()).toBe(0);
  });

  it('is not taken from an address, nor is the address repeated', async () => {
    const loopback = await server();
    for (const url of [loopback.url.replace('//', '//user:hush-hush@'), `${loopback.url}?key=hush-hush`]) {
      const gateway = gatewayTo(loopback, { baseUrls: { compatible: url } });
      const error = await gateway.prepare('compatible/m').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'bad-argument' });
      expect(inspect(error)).not.toContain('hush-hush');
    }
  });

  it('is cut out of what a provider says, and so are pictures', () => {
    const said = `Bad key sk-proj-abcdefghijklmnop (Bearer xyz.abc), ${KEY}: ${'QUJD'.repeat(100)}`;
    const shown = cleaned(said, KEY);
    for (const part of ['sk-proj', 'xyz.abc', KEY, 'QUJDQUJD']) expect(shown).not.toContain(part);
    expect(shown.length).toBeLessThanOrEqual(200);
  });
});

describe('spans', () => {
  it('follow the gen_ai conventions and hold no content by default', async () => {
    const { tracer, spans } = tracing();
    const loopback = await server({ answer: () => ({ text: 'a private answer' }) });
    const model = gatewayTo(loopback, { spans: { tracer }, store: await store() }).languageModel(
      'compatible/m',
    );
    await model.doGenerate(ask('a private question', { maxOutputTokens: 9 }));
    await new Promise((resolve) => setTimeout(resolve, 60));
    await model.doGenerate(ask('a private question', { maxOutputTokens: 9 }));
    const [sent, cached] = spans();
    expect(sent.name).toBe('chat m');
    expect(sent.kind).toBe(SpanKind.CLIENT);
    expect(sent.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'compatible',
      'gen_ai.request.model': 'm',
      'gen_ai.request.max_tokens': 9,
      'gen_ai.request.temperature': 0,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 2,
      'server.address': '127.0.0.1',
      'overread.cached': false,
      'overread.requests': 1,
    });
    expect(cached.attributes).toMatchObject({ 'overread.cached': true, 'overread.requests': 0 });
    expect(inspect(spans().map((span) => span.attributes))).not.toContain('private');
  });

  it('hold content when asked to, with pictures as hashes', async () => {
    const { tracer, spans } = tracing();
    const loopback = await server({ answer: () => ({ text: 'the answer' }) });
    const model = gatewayTo(loopback, { spans: { tracer, content: true } }).languageModel('compatible/m');
    const data = new Uint8Array(300).fill(7);
    await model.doGenerate({
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'the question' },
            { type: 'file', mediaType: 'image/png', data: { type: 'data', data } },
          ],
        },
      ],
    });
    const [{ attributes }] = spans();
    expect(attributes['gen_ai.input.messages']).toContain('the question');
    expect(attributes['gen_ai.input.messages']).toMatch(/"sha256":"[0-9a-f]{64}"/);
    expect(attributes['gen_ai.output.messages']).toContain('the answer');
  });

  it('carry the error’s code, not its words', async () => {
    const { tracer, spans } = tracing();
    const loopback = await server({
      fault: () => ({ kind: 'server-error', message: 'you asked: private question' }),
    });
    const gateway = gatewayTo(loopback, { spans: { tracer }, retry: { attempts: 1 } });
    await expect(gateway.languageModel('compatible/m').doGenerate(ask('private question'))).rejects.toThrow();
    const [span] = spans();
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'provider-failed' });
    expect(span.attributes['error.type']).toBe('provider-failed');
    expect(inspect(span.attributes) + inspect(span.events)).not.toContain('private');
  });
});
