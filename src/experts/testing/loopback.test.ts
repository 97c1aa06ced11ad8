import { describe, expect, it } from 'vitest';
import { ask, gatewayFixture, textOf } from './gateway-fixture.ts';
import { faultsByQuestion } from './loopback-faults.ts';

const { server, gateway: gatewayTo } = gatewayFixture();
const tools = [
  {
    type: 'function' as const,
    name: 'measure',
    inputSchema: { type: 'object' as const, properties: { target: { type: 'string' as const } } },
  },
];

describe('the loopback server', () => {
  it('answers by script and keeps what it was asked', async () => {
    const loopback = await server({
      answer: ({ question, images }) => ({ text: `${question} ${images}`, usage: { input: 7, output: 3 } }),
    });
    const data = new Uint8Array([1, 2, 3]);
    const reply = await gatewayTo(loopback)
      .languageModel('compatible/m')
      .doGenerate({
        prompt: [
          { role: 'system', content: 'be brief' },
          {
            role: 'user',
            content: [
              { type: 'file', mediaType: 'image/png', data: { type: 'data', data } },
              { type: 'text', text: 'which organ?' },
            ],
          },
        ],
      });
    expect(textOf(reply)).toBe('which organ? 1');
    expect([reply.usage.inputTokens.total, reply.usage.outputTokens.total]).toEqual([7, 3]);
    expect(loopback.requests).toHaveLength(1);
    expect(loopback.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      question: 'which organ?',
      images: 1,
      attempt: 0,
    });
  });

  it('plays a model that calls a tool nobody gave it, or gives a tool the wrong things', async () => {
    const loopback = await server({
      fault: ({ question }) => ({ kind: question === 'unknown' ? 'unknown-tool' : 'wrong-arguments' }),
    });
    const model = gatewayTo(loopback).languageModel('compatible/m');
    const [unknown] = (await model.doGenerate(ask('unknown', { tools }))).content;
    expect(unknown).toMatchObject({ type: 'tool-call', toolName: 'no_such_tool' });
    const [wrong] = (await model.doGenerate(ask('wrong', { tools }))).content;
    expect(wrong).toMatchObject({ type: 'tool-call', toolName: 'measure', input: '{"target":7,"extra":[]}' });
  });

  it('gives about the share of questions asked for each fault, the same for the same seed', () => {
    const plan = [
      { kind: 'garbage', share: 0.25 },
      { kind: 'refusal', share: 0.25 },
    ] as const;
    const request = (question: string, attempt = 0, toolResults = 0) => ({
      path: '',
      headers: {},
      body: { model: 'm', messages: [] },
      images: 0,
      question,
      attempt,
      toolResults,
    });
    const draw = (seed: string) =>
      Array.from({ length: 400 }, (_, n) => faultsByQuestion(plan, seed)(request(`q${n}`))?.kind);
    // 400 draws at 1/4: 100 with a deviation of 8.7.
    for (const kind of ['garbage', 'refusal'])
      expect(Math.abs(draw('a').filter((drawn) => drawn === kind).length - 100)).toBeLessThan(40);
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
    const faulty = draw('a').findIndex((kind) => kind !== undefined);
    expect(faultsByQuestion(plan, 'a')(request(`q${faulty}`, 1))).toBeUndefined();
    expect(faultsByQuestion(plan, 'a')(request(`q${faulty}`, 0, 1))).toBeUndefined();
  });

  it('streams when asked, lists a model, and says what it cannot read', async () => {
    const loopback = await server({ answer: () => ({ text: 'B' }) });
    const post = (body: string) => fetch(`${loopback.url}/chat/completions`, { method: 'POST', body });
    const streamed = await post(
      JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'q' }], stream: true }),
    );
    const text = await streamed.text();
    expect(text).toContain('"delta":{"role":"assistant","content":"B"}');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(await (await fetch(`${loopback.url}/models`)).json()).toMatchObject({ object: 'list' });
    expect((await post('{not json')).status).toBe(400);
  });

  it('closes although a request is still open', async () => {
    const loopback = await server({ fault: () => ({ kind: 'timeout' }) });
    const hanging = fetch(`${loopback.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', messages: [] }),
    }).catch(() => 'ended');
    while (loopback.count() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await loopback.close();
    expect(await hanging).toBe('ended');
  });
});
