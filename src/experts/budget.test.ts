import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.ts';
import { worstTokens } from './estimate.ts';
import { costOf, parseModelRef, parsePrice } from './model-ref.ts';
import { ask, gatewayFixture } from './testing/gateway-fixture.ts';

const { server, gateway: gatewayTo, store } = gatewayFixture();

describe('a budget', () => {
  it('is never passed, whatever is under way at once and however it ends', async () => {
    const request = fc.record({
      worst: fc.integer({ min: 1, max: 30 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 120 }),
        fc.array(request, { maxLength: 40 }),
        async (limit, requests) => {
          const budget = createBudget({ tokens: limit });
          let held = 0;
          const run = async ({ worst, share }: { worst: number; share: number }, n: number) => {
            const amount = { usd: 0, tokens: worst };
            await budget.reserve(amount);
            held += worst;
            expect(budget.spent().tokens + held).toBeLessThanOrEqual(limit);
            for (let turn = 0; turn < n % 5; turn++) await Promise.resolve();
            held -= worst;
            budget.settle(amount, { usd: 0, tokens: Math.floor(worst * share) });
            return worst;
          };
          const ended = await Promise.allSettled(requests.map(run));
          expect(budget.spent().tokens).toBeLessThanOrEqual(limit);
          // Whoever was refused would not have fitted beside what is spent in the end.
          ended.forEach((end, n) => {
            if (end.status === 'rejected')
              expect(budget.spent().tokens + requests[n].worst).toBeGreaterThan(limit);
          });
        },
      ),
    );
  });

  it('lets a request wait for one under way that may turn out cheaper', async () => {
    const budget = createBudget({ usd: 1 });
    const amount = { usd: 0.7, tokens: 0 };
    expect(budget.reserve(amount)).toBeUndefined();
    const second = budget.reserve(amount);
    budget.settle(amount, { usd: 0.2, tokens: 0 });
    await expect(second).resolves.toBeUndefined();
    budget.settle(amount, { usd: 0.7, tokens: 0 });
    await expect(budget.reserve(amount)).rejects.toMatchObject({
      code: 'budget-exhausted',
      message: expect.stringContaining('$0.90 spent'),
    });
  });

  it('counts what earlier sessions of the run spent', async () => {
    const budget = createBudget({ usd: 1, spent: { usd: 0.95, tokens: 10 } });
    await expect(budget.reserve({ usd: 0.1, tokens: 1 })).rejects.toMatchObject({ code: 'budget-exhausted' });
  });
});

describe('the gateway’s budget', () => {
  const usage = { input: 20, output: 10 };

  it('spends the same with one request at a time and with many', async () => {
    const answered = async (concurrency: number) => {
      const loopback = await server({ answer: () => ({ text: 'B', usage, delayMs: 5 }) });
      const gateway = gatewayTo(loopback, {
        concurrency,
        budget: { usd: 0.0027 },
        prices: { 'compatible/m': { input: 1, output: 10 } },
      });
      const model = gateway.languageModel('compatible/m');
      const call = (n: number) => model.doGenerate(ask(`question ${n % 10}`, { maxOutputTokens: 50 }));
      const ended = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => call(n)));
      const refused = ended
        .filter((end) => end.status === 'rejected')
        .map((end) => (end.reason as { code: string }).code);
      expect(new Set(refused)).toEqual(new Set(['budget-exhausted']));
      expect(gateway.usage().spentUsd).toBeLessThanOrEqual(0.0027);
      expect(loopback.count()).toBe(60 - refused.length);
      return loopback.count();
    };
    const alone = await answered(1);
    // A reply costs 20·1 + 10·10 = 120 millionths of a dollar, at worst 500 and some 20 for the prompt:
    // beside 18 replies (2160) the worst case still fits into 2700, beside 19 (2280) it does not.
    expect(alone).toBe(19);
    expect(await answered(32)).toBe(alone);
  });

  it('stops tokens too, and limits replies that nobody limited', async () => {
    const loopback = await server({ answer: () => ({ text: 'B', usage }) });
    const gateway = gatewayTo(loopback, { budget: { tokens: 5000 } });
    const model = gateway.languageModel('compatible/m');
    await model.doGenerate(ask('q'));
    expect(loopback.requests[0].body.max_tokens).toBe(4096);
    expect(gateway.usage().spentTokens).toBe(30);
    await expect(model.doGenerate(ask('q', { maxOutputTokens: 5000 }))).rejects.toMatchObject({
      code: 'budget-exhausted',
      message: expect.stringContaining('5000 tokens'),
    });
  });

  it('needs a price, and says how to give one', async () => {
    const loopback = await server();
    const gateway = gatewayTo(loopback, { budget: { usd: 1 } });
    await expect(gateway.prepare('compatible/m')).rejects.toMatchObject({
      code: 'price-unknown',
      message: expect.stringContaining('--price compatible/m='),
    });
    await expect(gateway.languageModel('compatible/m').doGenerate(ask('q'))).rejects.toMatchObject({
      code: 'price-unknown',
    });
    expect(loopback.count()).toBe(0);
  });

  it('is not touched by cached replies', async () => {
    const loopback = await server({ answer: () => ({ text: 'B', usage }) });
    const shared = await store();
    await gatewayTo(loopback, { store: shared }).languageModel('compatible/m').doGenerate(ask('q'));
    await new Promise((resolve) => setTimeout(resolve, 60));
    const broke = gatewayTo(loopback, { store: shared, budget: { tokens: 0 } });
    expect((await broke.languageModel('compatible/m').doGenerate(ask('q'))).content).toHaveLength(1);
    expect(broke.usage().spentTokens).toBe(0);
  });

  it('counts the input of tries that brought no reply, since they may be billed', async () => {
    const loopback = await server({
      fault: ({ attempt }) => (attempt === 0 ? { kind: 'garbage' } : undefined),
      answer: () => ({ text: 'B', usage }),
    });
    const gateway = gatewayTo(loopback, { budget: { tokens: 100_000 } });
    await gateway.languageModel('compatible/m').doGenerate(ask('q'.repeat(2000)));
    expect(gateway.usage().spentTokens).toBeGreaterThan(1000);
    expect(gateway.usage().models['compatible/m'].inputTokens).toBe(20);
  });
});

describe('the worst case of a request', () => {
  it('is above what tokenizers make of prose, and not by much', () => {
    const { input, output } = worstTokens(ask('What is the volume of the liver?', { maxOutputTokens: 7 }));
    expect(output).toBe(7);
    // 32 letters are 7 to 9 tokens in the usual vocabularies.
    expect(input).toBeGreaterThan(9);
    expect(input).toBeLessThan(60);
  });
  it('grows with the pixels of a picture', () => {
    const picture = (side: number) => {
      const png = new Uint8Array(32);
      png.set([0x89, 0x50, 0x4e, 0x47]);
      new DataView(png.buffer).setUint32(16, side);
      new DataView(png.buffer).setUint32(20, side);
      const file = {
        type: 'file' as const,
        mediaType: 'image/png',
        data: { type: 'data' as const, data: png },
      };
      return worstTokens({ prompt: [{ role: 'user', content: [file] }] }).input;
    };
    expect(picture(512)).toBeGreaterThanOrEqual(1600);
    expect(picture(3000)).toBeGreaterThanOrEqual((3000 * 3000) / 750);
  });
});

describe('prices and names', () => {
  it('are per million tokens, cached input apart', () => {
    expect(parsePrice('openai/gpt-5=1.25,10,0.125')).toEqual({
      ref: 'openai/gpt-5',
      price: { input: 1.25, output: 10, cachedInput: 0.125 },
    });
    const { price } = parsePrice('m/x=2,8,1');
    expect(costOf(price, { inputTokens: 1e6, outputTokens: 5e5, cachedInputTokens: 4e5 })).toBeCloseTo(
      1.2 + 0.4 + 4,
      12,
    );
    expect(
      costOf({ input: 2, output: 8 }, { inputTokens: 1e6, outputTokens: 0, cachedInputTokens: 5e5 }),
    ).toBe(2);
    for (const text of ['openai/gpt-5', '=1,2', 'm/x=1', 'm/x=1,-2', 'm/x=a,b', 'm/x=1,2,3,4', 'm/x=,'])
      expect(() => parsePrice(text)).toThrow(/dollars per million/);
  });
  it('split at the first slash', () => {
    expect(parseModelRef('compatible/Qwen/Qwen3-VL-8B', ['compatible'])).toEqual({
      provider: 'compatible',
      model: 'Qwen/Qwen3-VL-8B',
    });
    for (const ref of ['gpt-5', 'openai/', '/x', 'other/x'])
      expect(() => parseModelRef(ref, ['openai'])).toThrow();
  });
});
