import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noteOf } from './chat-model.ts';
import { backoffMs, RETRY_DEFAULTS, retryAfterMs } from './retry.ts';
import { ask, gatewayFixture, textOf } from './testing/gateway-fixture.ts';
import { instantClock } from './testing/instant-clock.ts';
import { type Fault, faultsByQuestion } from './testing/loopback-faults.ts';

const { server, gateway: gatewayTo, store } = gatewayFixture();
const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('Retry-After', () => {
  it('is read in seconds, as an HTTP date, and in the milliseconds some vendors add', () => {
    const read = (value: string) => retryAfterMs({ 'retry-after': value }, NOW);
    expect(read('120')).toBe(120_000);
    expect(read('0')).toBe(0);
    expect(read('1.5')).toBe(1500);
    expect(read('Thu, 01 Jan 2026 00:01:30 GMT')).toBe(90_000);
    // The two older date forms that RFC 9110 asks recipients to accept.
    expect(read('Thursday, 01-Jan-26 00:01:30 GMT')).toBe(90_000);
    expect(read('Wed, 31 Dec 2025 23:00:00 GMT')).toBe(0);
    expect(retryAfterMs({ 'retry-after-ms': '250', 'retry-after': '9' }, NOW)).toBe(250);
    for (const nonsense of ['', '-5', 'soon', '1e9x']) expect(read(nonsense)).toBeUndefined();
    expect(retryAfterMs(undefined, NOW)).toBeUndefined();
  });

  it.each([
    ['7', 7000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ])('%s is waited for, no less and no more, and written down', async (retryAfter, waitMs) => {
    const loopback = await server({
      fault: ({ attempt }) => (attempt === 0 ? { kind: 'rate-limit', retryAfter } : undefined),
      answer: () => ({ text: 'B' }),
    });
    const clock = instantClock(NOW);
    const reply = await gatewayTo(loopback, { clock }).languageModel('compatible/m').doGenerate(ask('q'));
    expect(clock.slept).toEqual([waitMs]);
    expect(textOf(reply)).toBe('B');
    expect(noteOf(reply)).toEqual({
      cached: false,
      requests: 2,
      retries: [{ code: 'provider-failed', status: 429, waitMs }],
      milliseconds: waitMs,
    });
  });

  it('that asks for too long is a failure, not a wait', async () => {
    const loopback = await server({ fault: () => ({ kind: 'rate-limit', retryAfter: '86400' }) });
    const clock = instantClock(NOW);
    const call = gatewayTo(loopback, { clock }).languageModel('compatible/m').doGenerate(ask('q'));
    await expect(call).rejects.toMatchObject({
      code: 'provider-failed',
      details: { status: 429, requests: 1 },
    });
    expect(clock.slept).toEqual([]);
  });
});

describe('backoff', () => {
  it('doubles, stays between half and all of its ceiling, is capped, and is the same for the same request', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (key, attempt) => {
        const wait = backoffMs(attempt, key, RETRY_DEFAULTS);
        const ceiling = Math.min(30_000, 500 * 2 ** (attempt - 1));
        expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
        expect(wait).toBeLessThanOrEqual(ceiling);
        expect(backoffMs(attempt, key, RETRY_DEFAULTS)).toBe(wait);
      }),
    );
  });
  it('spreads a crowd: a hundred requests do not come back together', () => {
    const waits = Array.from({ length: 100 }, (_, n) => backoffMs(3, `request ${n}`, RETRY_DEFAULTS));
    expect(new Set(waits).size).toBe(100);
    const mean = waits.reduce((a, b) => a + b) / 100;
    // Uniform on 1000…2000 ms: mean 1500, deviation of the mean 29.
    expect(Math.abs(mean - 1500)).toBeLessThan(100);
  });
});

describe('faults of a server', () => {
  const meeting = async (fault: Fault, times: number, timeoutMs = 10_000) => {
    const loopback = await server({
      fault: ({ attempt }) => (attempt < times ? fault : undefined),
      answer: () => ({ text: 'B' }),
    });
    const clock = instantClock();
    const gateway = gatewayTo(loopback, { clock, timeoutMs });
    const outcome = await gateway
      .languageModel('compatible/m')
      .doGenerate(ask('q'))
      .then(
        (reply) => ({ reply, error: undefined }),
        (error: unknown) => ({ reply: undefined, error }),
      );
    return { ...outcome, loopback, clock, gateway };
  };

  it.each([
    ['server-error', 'provider-failed'],
    ['garbage', 'provider-garbage'],
    ['truncated', 'provider-failed'],
    ['disconnect', 'provider-failed'],
  ] as const)('%s is tried again, and is %s when it stays', async (kind, code) => {
    const passing = await meeting({ kind }, 2);
    expect(passing.reply && textOf(passing.reply)).toBe('B');
    expect(passing.reply && noteOf(passing.reply)?.retries.map((retry) => retry.code)).toEqual([code, code]);
    expect(passing.clock.slept).toHaveLength(2);
    const lasting = await meeting({ kind }, Number.POSITIVE_INFINITY);
    expect(lasting.error).toMatchObject({ code, details: { requests: 5 } });
    expect(lasting.loopback.count()).toBe(5);
    expect(lasting.gateway.usage().models['compatible/m']).toMatchObject({
      requests: 5,
      retries: 4,
      failed: 1,
    });
  });

  it.each([
    '{"choices":[]}',
    '{"choices":[{"index":0}]}',
    '[]',
    'null',
    '{"error":"overloaded"}',
    '',
  ])('the body %s is garbage, not a lost connection', async (message) => {
    const { error } = await meeting({ kind: 'garbage', message }, Number.POSITIVE_INFINITY);
    expect(error).toMatchObject({ code: 'provider-garbage' });
  });

  it('a rejected key is not tried again, and the sentence names the variable', async () => {
    const { error, loopback } = await meeting({ kind: 'unauthorized' }, 1);
    expect(error).toMatchObject({
      code: 'credential-missing',
      message: expect.stringContaining('COMPATIBLE_API_KEY'),
    });
    expect(loopback.count()).toBe(1);
  });

  it('no server at all is said so', async () => {
    const gateway = gatewayTo({ url: 'http://127.0.0.1:1/v1' }, { retry: { attempts: 2 } });
    await expect(gateway.languageModel('compatible/m').doGenerate(ask('q'))).rejects.toMatchObject({
      code: 'provider-failed',
      message: expect.stringMatching(/127\.0\.0\.1:1 cannot be reached.*ECONNREFUSED.*--base-url/),
    });
  });

  it('keyed by question give the same outcomes under any order', async () => {
    const plan = [
      { kind: 'server-error', share: 0.3, times: 1 },
      { kind: 'garbage', share: 0.2, times: 2 },
      { kind: 'disconnect', share: 0.1, times: Number.POSITIVE_INFINITY },
    ] as const;
    const questions = Array.from({ length: 60 }, (_, n) => `question ${n}`);
    const outcomes = async (order: string[], concurrency: number) => {
      const loopback = await server({
        fault: faultsByQuestion(plan, 'seed'),
        answer: ({ question }) => ({ text: `re ${question}` }),
      });
      const model = gatewayTo(loopback, { concurrency, retry: { attempts: 3 } }).languageModel(
        'compatible/m',
      );
      const ended = await Promise.all(
        order.map(async (question) => {
          const reply = await Promise.resolve(model.doGenerate(ask(question))).catch(
            (error: { code: string }) => error.code,
          );
          return [
            question,
            typeof reply === 'string' ? reply : [textOf(reply), noteOf(reply)?.requests],
          ] as const;
        }),
      );
      return { ended: new Map(ended), sent: loopback.count() };
    };
    const forward = await outcomes(questions, 1);
    const backward = await outcomes([...questions].reverse(), 32);
    expect(backward.sent).toBe(forward.sent);
    for (const question of questions)
      expect(backward.ended.get(question)).toEqual(forward.ended.get(question));
    // All four fates occur, or this showed little.
    expect(
      new Set([...forward.ended.values()].map((end) => (typeof end === 'string' ? end : end[1]))),
    ).toEqual(new Set([1, 2, 3, 'provider-failed']));
  });

  it('are not cached', async () => {
    const loopback = await server({
      fault: ({ attempt }) => (attempt < 2 ? { kind: 'garbage' } : undefined),
    });
    const options = { store: await store(), retry: { attempts: 2 } };
    const model = gatewayTo(loopback, options).languageModel('compatible/m');
    await expect(model.doGenerate(ask('q'))).rejects.toMatchObject({ code: 'provider-garbage' });
    expect(textOf(await model.doGenerate(ask('q')))).toBe('A');
  });
});
