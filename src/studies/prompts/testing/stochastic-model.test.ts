// The scripted model: as accurate as it says under any prompt, and reading nothing but what it is sent.
import { describe, expect, it } from 'vitest';
import { shadedPicture } from '../../../benchmarks/fixture-picture.ts';
import { random } from '../../../domain/random.ts';
import { ask, gatewayFixture, textOf } from '../../../experts/testing/gateway-fixture.ts';
import { fromReflection } from '../proposals.ts';
import { accuracyOf, type StochasticOptions, startStochasticModel } from './stochastic-model.ts';
import { type Traits, traitsOf } from './traits.ts';

const fixture = gatewayFixture();
const nothing: Traits = {
  commits: false,
  brief: false,
  explains: false,
  looks: false,
  examples: 0,
  bothAnswers: false,
};

/** Share of right answers about dark pictures, each of them new. */
async function rightOf(
  lead: readonly string[],
  kind: StochasticOptions['kind'],
  count = 300,
): Promise<number> {
  const model = await startStochasticModel({ kind, seed: 'accuracy' });
  const chat = fixture.gateway(model).languageModel('compatible/scripted');
  const rng = random('pictures');
  let right = 0;
  await Promise.all(
    Array.from({ length: count }, async () => {
      const data = await shadedPicture('dark', rng);
      const reply = await chat.doGenerate({
        temperature: 0,
        prompt: [
          {
            role: 'user',
            content: [
              ...lead.map((text) => ({ type: 'text' as const, text })),
              { type: 'file', mediaType: 'image/png', data: { type: 'data', data } },
              { type: 'text', text: 'How does the picture look?\nAnswer in as few words as you can.' },
            ],
          },
        ],
      });
      if (textOf(reply) === 'dark') right++;
    }),
  );
  await model.close();
  return right / count;
}

describe('the scripted model', () => {
  it.each<[string, readonly string[], Partial<Traits>]>([
    ['nothing', [], {}],
    [
      'an instruction that mends three faults',
      [
        'Look at the whole picture before you answer. When you are unsure, give the most likely answer. Give the answer alone and nothing else.',
      ],
      { looks: true, commits: true, brief: true },
    ],
    [
      'examples of both answers',
      ['Example 1', 'Is it?', 'Answer: yes', 'Example 2', 'How?', 'Answer: dark', 'Now answer this one.'],
      { examples: 2, bothAnswers: true },
    ],
    ['an instruction that does harm', ['Explain your answer.'], { explains: true }],
  ])('told %s, is right as often as it says', async (_, lead, told) => {
    const traits = { ...nothing, ...told };
    expect(traitsOf([...lead, 'How does the picture look?'])).toEqual(traits);
    const expected = accuracyOf(traits, 1);
    const reach = 3.3 * Math.sqrt((expected * (1 - expected)) / 120);
    expect(Math.abs((await rightOf(lead, 'promptable')) - expected)).toBeLessThan(reach);
  });

  it('the deaf one is right half of the time, whatever it is told', async () => {
    for (const lead of [[], ['Look at the whole picture. Give the answer alone and nothing else.']])
      expect(Math.abs((await rightOf(lead, 'deaf')) - 0.5)).toBeLessThan(0.15);
  });

  it('the same request gets the same reply, and another seed above temperature 0 another', async () => {
    const model = await startStochasticModel({ kind: 'promptable', seed: '1' });
    const chat = fixture.gateway(model).languageModel('compatible/scripted');
    const request = fromReflection('', []);
    const say = async (temperature: number, seed: number) =>
      textOf(await chat.doGenerate(ask(request, { temperature, seed })));
    expect(await say(0, 1)).toBe(await say(0, 2));
    const sampled = await Promise.all(Array.from({ length: 12 }, (_, seed) => say(1, seed)));
    expect(new Set(sampled).size).toBeGreaterThan(1);
    await model.close();
  });
});
