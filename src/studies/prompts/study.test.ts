// The prompt study on scripted models: equal calls, an untouched test part, gains where there are some and none elsewhere.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OverreadError } from '../../domain/errors.ts';
import { openStore } from '../../storage/store.ts';
import { OPTIMISERS, optimisersNamed } from './optimisers.ts';
import { promptStudyMarkdown, promptStudyText } from './render.ts';
import { type PromptStudy, promptedModel } from './study.ts';
import { type ScriptedStudyOptions, scriptedStudy } from './testing/scripted-study.ts';
import { startStochasticModel } from './testing/stochastic-model.ts';

const items = { train: 24, validation: 24, test: 60 };
const names = OPTIMISERS.map(({ id }) => id);
let folder = '';
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prompt-study-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const study = (options: Partial<ScriptedStudyOptions> = {}): Promise<PromptStudy> =>
  scriptedStudy({
    folder: join(folder, String(made++)),
    seed: '3',
    kind: 'promptable',
    optimisers: names,
    calls: 170,
    items,
    signal: new AbortController().signal,
    ...options,
  });

/** Pictures of a request, and its texts. */
function seenIn(body: Parameters<NonNullable<ScriptedStudyOptions['watch']>>[0]) {
  const parts = body.messages.flatMap(({ content }) =>
    typeof content === 'string' || content === null ? [{ type: 'text', text: content ?? '' }] : content,
  ) as readonly { text?: string; image_url?: { url: string } }[];
  return {
    pictures: parts.flatMap(({ image_url }) => (image_url === undefined ? [] : [image_url.url])),
    text: parts.map(({ text }) => text ?? '').join('\n'),
  };
}

describe('a prompt study', () => {
  it('searches with equal calls, never sees a test picture before the end, and gains on a model that heeds its prompt', async () => {
    const requests: ReturnType<typeof seenIn>[] = [];
    const { results, base, testCalls, clusters } = await study({
      watch: (body) => requests.push(seenIn(body)),
    });
    expect(clusters).toEqual(items);
    for (const { optimiser, spent, validated } of results) {
      expect(spent.calls, optimiser).toBeLessThanOrEqual(170);
      // What is left does not pay for another full validation.
      expect(spent.calls, optimiser).toBeGreaterThan(170 - items.validation - 20);
      expect(spent.reads + spent.proposals).toBe(spent.calls);
      expect(validated).toBeGreaterThan(1);
    }
    expect(base.test).toBeGreaterThan(0.1);
    expect(base.test).toBeLessThan(0.5);
    const gains = results.filter(({ gain }) => gain.verdict === 'gain');
    expect(gains.length).toBeGreaterThanOrEqual(2);
    for (const { gain, test } of results)
      expect(gain.absolute).toBeCloseTo((test ?? 0) - (base.test ?? 0), 9);

    // The test part is read last, one prompt after the other; each of its pictures is new.
    const before = requests.slice(0, requests.length - testCalls);
    const tested = requests.slice(requests.length - testCalls);
    const asked = new Set(tested.map(({ pictures }) => pictures.at(-1)));
    expect(asked.size).toBe(items.test);
    for (const { pictures } of before) for (const picture of pictures) expect(asked.has(picture)).toBe(false);
    for (const { pictures } of tested)
      for (const example of pictures.slice(0, -1)) expect(asked.has(example)).toBe(false);
    const proposals = before.filter(({ text }) => text.includes('</instruction>'));
    expect(proposals.length).toBe(results.reduce((sum, { spent }) => sum + spent.proposals, 0));
    expect(proposals.every(({ pictures }) => pictures.length === 0)).toBe(true);
  });

  it('shows no gain on a model that no prompt helps, and says so', async () => {
    const found = await study({ kind: 'deaf', optimisers: ['mipro', 'simba'] });
    for (const { gain, optimiser } of found.results) {
      expect(gain.verdict, optimiser).not.toBe('gain');
      expect(gain.ci95?.[0], optimiser).toBeLessThanOrEqual(0);
    }
    const [, { gain }] = found.results;
    expect(gain.verdict).toBe('no gain shown');
    expect(gain.ci95?.[1]).toBeGreaterThanOrEqual(0);
    for (const words of [promptStudyText(found), promptStudyMarkdown(found)]) {
      expect(words).toContain('No gain shown: on the test part no optimiser’s interval lies above zero.');
      expect(words).toContain('No optimiser is shown to be better than random-search');
    }
  });

  it('goes on where it stopped: what was asked before is not sent again, and the result is the same', async () => {
    const store = await openStore(':memory:');
    const model = await startStochasticModel({ kind: 'promptable', seed: '3' });
    try {
      const small = { optimisers: ['gepa'], calls: 80, model };
      await expect(study({ ...small, store, budget: { tokens: 30_000 } })).rejects.toMatchObject({
        code: 'budget-exhausted',
      });
      // The store gathers writes for up to 50 ms.
      await setTimeout(100);
      const first = model.count();
      expect(first).toBeGreaterThan(20);
      const whole = await study({ ...small, store });
      const both = model.count();
      const fresh = await study(small);
      // The second run sent what the first had not got; a run without its store sends everything.
      expect(both - first).toBeLessThan(model.count() - both);
      const figures = ({ results }: PromptStudy) =>
        results.map(({ prompt, validation, test, gain, spent }) => [
          prompt,
          validation,
          test,
          gain,
          spent.calls,
        ]);
      expect(figures(whole)).toEqual(figures(fresh));
    } finally {
      await model.close();
      await store.close();
    }
  });

  it('says in one sentence what cannot be done', async () => {
    await expect(study({ calls: 47 })).rejects.toThrow(
      '47 calls cannot validate two prompts on 24 items: give at least --calls 48, or fewer items with --validation.',
    );
    expect(() => optimisersNamed(['mipro', 'copro'])).toThrow(
      /^There is no optimiser "copro": use random-search/,
    );
    expect(optimisersNamed(['simba', 'mipro']).map(({ id }) => id)).toEqual([
      'random-search',
      'mipro',
      'simba',
    ]);
    for (const reader of ['random', 'constant']) {
      const ask = () => promptedModel(reader);
      expect(ask).toThrow(OverreadError);
      expect(ask).toThrow(/no model behind it/);
    }
    expect(promptedModel('text-only@openai/gpt-5')).toBe('openai/gpt-5');
  });
});
