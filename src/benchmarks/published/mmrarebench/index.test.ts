import { describe, expect, it } from 'vitest';
import { OverreadError } from '../../../domain/errors.ts';
import { publishedContract } from '../../published.contract.ts';
import type { Judge, PublishedItem, PublishedRecord } from '../../published.ts';
import mmrarebench from './index.ts';
import type { Rubric } from './judge.ts';
import { aliasF1, publishedJudgement, strictJudgement, type Track } from './scores.ts';

/** Gives every criterion of the prompt its best answer. */
const kind: Judge = {
  id: 'kind',
  ask: async (prompt) => {
    const count = [...prompt.matchAll(/^\d\. /gm)].length;
    return Array.from({ length: count }, () => (count === 8 ? '2' : 'YES')).join('\n');
  },
};

publishedContract(mmrarebench, {
  judge: kind,
  items: 12,
  secrets: ({ reference }) => [
    reference.answer,
    ...reference.aliases.filter((alias) => alias.length > 4),
    ...reference.required.filter((entry) => entry.includes(reference.answer)),
  ],
});

const record: PublishedRecord<Rubric> = {
  item: { id: 'x', text: 'What is it?', options: [], facets: {} } as unknown as PublishedItem,
  reference: {
    answer: 'Erdheim-Chester disease',
    aliases: ['ECD', 'Polyostotic sclerosing histiocytosis'],
    required: ['vemurafenib'],
    forbidden: [],
    redFlags: [],
    relation: 'confirm',
  },
};
const judged = async (mode: Track, reply: string, protocol: 'published' | 'strict') => {
  const judge: Judge = { id: 'canned', ask: async () => reply };
  return (await mmrarebench.measure(record, { text: 'ECD', status: 'answered' }, { protocol, mode, judge }))
    .item.judged;
};

describe('judges of MMRareBench', () => {
  it.each([
    ['YES\nNO\nYES', 0.8],
    ['NO\nYES\nYES', 0.2],
    ['NO\nNO\nNO', 0],
    ['YES\nYES\nYES', 1],
    ['1. Yes\n2. Yes\n3. No', 0.8],
    ['gibberish', 0],
    ['4/5', 0.8],
    ['7/5', 1],
    ['4/0', 0],
    ['YES NO', 0],
  ])('diagnosis %j is %d', async (reply, score) => {
    expect(await judged('diagnosis', reply, 'published')).toBeCloseTo(score, 12);
  });

  it.each([
    ['treatment', 'YES\nYES\nNO\nNO\nNO\nNO', 1 / 3, 1 / 3],
    ['treatment', 'YES\nYES', 1, null],
    ['treatment', 'Half of it: 50 %', 0.5, null],
    ['treatment', 'about 0.25', 0.25, null],
    ['crossmodal', 'YES\nYES\nYES\nNO\nYES', 0.8, 0.8],
    ['crossmodal', 'No idea', 0, null],
    ['crossmodal', '', 0, null],
    ['diagnosis', 'YES\nNO\nYES\nNO', 0.8, null],
  ] as const)('%s %j is %d as published and %d strictly', async (track, reply, published, strict) => {
    expect(await judged(track, reply, 'published')).toBeCloseTo(published, 12);
    const found = await judged(track, reply, 'strict');
    if (strict === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(strict, 12);
  });

  it('a numbered list of scores pollutes the published examination score and not the strict one', () => {
    const scores = [2, 1, 0, 1, 1, 2, 0, 1];
    const plain = scores.join('\n');
    const numbered = scores.map((score, at) => `${at + 1}. ${score}`).join('\n');
    const named = scores.map((score, at) => `${at + 1}) **Criterion**: ${score}/2`).join('\n');
    // As published the first eight of 1 2 2 1 0 1 1 2 0 1 …: the numbers 1 and 2 count, 3 to 8 do not.
    expect(publishedJudgement('examination', plain)).toBe(8 / 16);
    expect(publishedJudgement('examination', numbered)).toBe((1 + 2 + 2 + 1 + 0 + 1 + 1 + 2) / 16);
    for (const reply of [plain, numbered, named, scores.join(' '), scores.join(', ')])
      expect(strictJudgement('examination', reply)).toEqual({ ok: true, value: 0.5 });
    expect(strictJudgement('examination', '2\n1').ok).toBe(false);
    expect(publishedJudgement('examination', '12/16')).toBe(0.75);
    expect(publishedJudgement('examination', 'yes yes yes no no no')).toBe(0.5);
  });

  it('a judge that fails scores nought as published, is left out strictly, and a spent budget stops the report', async () => {
    const failing = (code: 'provider-failed' | 'budget-exhausted'): Judge => ({
      id: 'failing',
      ask: async () => {
        throw new OverreadError(code, 'No.');
      },
    });
    const measure = (protocol: 'published' | 'strict', judge: Judge) =>
      mmrarebench.measure(
        record,
        { text: 'ECD', status: 'answered' },
        { protocol, mode: 'treatment', judge },
      );
    expect((await measure('published', failing('provider-failed'))).item).toMatchObject({
      judged: 0,
      unread: 1,
    });
    expect((await measure('strict', failing('provider-failed'))).item).toMatchObject({
      judged: null,
      unread: 1,
    });
    await expect(measure('strict', failing('budget-exhausted'))).rejects.toThrow();
  });

  it('without a judge there is no judged score', async () => {
    const { item } = await mmrarebench.measure(
      record,
      { text: 'ECD', status: 'answered' },
      { protocol: 'published', mode: 'treatment' },
    );
    expect([item.judged, item.unread]).toEqual([null, null]);
    expect(mmrarebench.metrics('published', 'treatment')[0].of([item])).toBeNull();
  });
});

describe('names of a diagnosis', () => {
  it('the best of answer and aliases counts, articles and punctuation aside', () => {
    const names = ['Erdheim-Chester disease', 'ECD', 'Polyostotic sclerosing histiocytosis'];
    expect(aliasF1('The ErdheimChester disease.', names)).toBe(1);
    expect(aliasF1('ECD', names)).toBe(1);
    // One of two words is among the three: precision 1/2, recall 1/3.
    expect(aliasF1('sclerosing cholangitis', names)).toBeCloseTo(0.4, 12);
    expect(aliasF1('', names)).toBe(0);
    expect(aliasF1('the', ['the'])).toBe(0);
  });
});
