import { afterEach, describe, expect, it } from 'vitest';
import { testQuestion } from '../../tools/testing.ts';
import { createReader } from '../create-reader.ts';
import { type ScriptedModel, scriptedModel, testTask } from '../testing.ts';
import { letterLogprobs } from './letters.ts';

const models: ScriptedModel[] = [];
afterEach(async () => {
  for (const model of models.splice(0)) await model.close();
});
const options = [
  { letter: 'A', text: 'no' },
  { letter: 'B', text: 'yes' },
];
async function read(logprobs: readonly { token: string; logprob: number }[] | undefined) {
  const model = await scriptedModel({
    answer: () => ({ text: 'A', ...(logprobs === undefined ? {} : { logprobs }) }),
  });
  models.push(model);
  const reader = await createReader('letters@compatible/scripted', model.deps);
  const outcome = await reader.read(testTask({ question: testQuestion({ options }) }));
  return { outcome, body: model.server.requests[0].body };
}

describe('the letters strategy', () => {
  it('asks for one token with its alternatives and takes the likeliest letter, whatever token came', async () => {
    const { outcome, body } = await read([
      { token: 'The', logprob: Math.log(0.5) },
      { token: ' B', logprob: Math.log(0.24) },
      { token: 'B', logprob: Math.log(0.06) },
      { token: 'A', logprob: Math.log(0.1) },
    ]);
    expect(body).toMatchObject({ logprobs: true, top_logprobs: 20, max_tokens: 1, temperature: 0 });
    expect(outcome).toMatchObject({ status: 'answered', answer: { kind: 'choice', letter: 'B' } });
    const said = JSON.parse(outcome.raw.split('\n')[1]) as Record<string, number>;
    expect(said.A).toBeCloseTo(Math.log(0.1), 12);
    expect(said.B).toBeCloseTo(Math.log(0.3), 12);
    expect(outcome.confidence).toBeCloseTo(0.75, 12);
  });

  it('is unsupported where the server gives no log-probabilities, and unparsed where no letter is near', async () => {
    expect((await read(undefined)).outcome).toMatchObject({ status: 'unsupported', requests: 1 });
    expect(letterLogprobs(options, [{ token: 'The', logprob: -0.1 }])).toBeUndefined();
  });

  it('a letter that is not among the alternatives counts as the least likely of them', () => {
    const found = letterLogprobs(options, [
      { token: 'A', logprob: -0.2 },
      { token: 'x', logprob: -4 },
    ]);
    expect(found).toEqual({ A: expect.closeTo(-0.2, 12), B: -4 });
  });
});
