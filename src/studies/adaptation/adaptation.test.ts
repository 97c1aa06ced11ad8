// Adaptation: formats, the letter parser, parts that share no cluster, verdicts, and prompts that flip a verdict.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PublishedRecord } from '../../benchmarks/published.ts';
import { silent } from '../../domain/progress.ts';
import { random } from '../../domain/random.ts';
import { metricPair } from '../../scoring/metric-cells.ts';
import { zeroShotCandidates } from './candidates.ts';
import { comparisonOf, scriptedAdaptation } from './check.ts';
import { ACCURACY, measuredChoice, replyLetter } from './choice-items.ts';
import { DEFAULT_TEMPLATE, renderChoice, sampleTemplates } from './grammar.ts';
import { sectionsOf } from './render.ts';
import { adaptationParts, ratesOf } from './run.ts';

const options = ['pleural effusion', 'effusion', 'pneumothorax', 'none'].map((text, at) => ({
  letter: 'ABCD'[at],
  text,
}));

describe('formats', () => {
  it('are as many as the study tries: one default, and three system prompts with eleven formats each', () => {
    const candidates = zeroShotCandidates({ seed: '42' });
    expect(candidates).toHaveLength(34);
    expect(new Set(candidates.map((one) => JSON.stringify(one))).size).toBe(34);
    expect(new Set(candidates.map(({ system }) => system)).size).toBe(4);
    expect(zeroShotCandidates({ seed: '42' })).toEqual(candidates);
    expect(zeroShotCandidates({ seed: '43' })).not.toEqual(candidates);
  });

  it('keep line breaks out of separators when the space has none', () => {
    for (const template of sampleTemplates(random('1'), 300))
      if (!template.space.includes('\n')) {
        expect(template.separator).not.toContain('\n');
        expect(template.optionSpacing).not.toContain('\n');
      }
  });

  it('write a question, and a solved example of it', () => {
    const asked = { question: 'What is seen?', options: options.slice(2) };
    expect(renderChoice(asked, DEFAULT_TEMPLATE)).toBe(
      'Question: What is seen?\nOptions: (C) pneumothorax\n(D) none\nAnswer:',
    );
    expect(renderChoice(asked, DEFAULT_TEMPLATE, 'C')).toMatch(/\nAnswer: C$/);
  });
});

describe('the letter of a reply', () => {
  it.each([
    ['B', 'B'],
    ['(C)', 'C'],
    ['The answer is D.', 'D'],
    ['[B] effusion', 'B'],
    ['B or C', 'B'],
    ['Pneumothorax is seen.', 'C'],
    ['A small pneumothorax is seen.', 'C'],
    // Both "pleural effusion" and "effusion" are in it: no unique option.
    ['pleural effusion', undefined],
    ['E', undefined],
    ['ABC', undefined],
    ['', undefined],
  ])('%s → %s', (reply, letter) => {
    expect(replyLetter(reply, options)).toBe(letter);
  });
});

describe('a reply', () => {
  const asked = {
    item: { question: { id: 'q', patientId: 'p' } },
    options,
    key: 'C',
  } as unknown as Parameters<typeof measuredChoice>[0];
  it.each([
    ['C', 'answered', 'scored', true],
    ['A', 'answered', 'scored', false],
    ['I cannot say.', 'answered', 'unparsed', false],
    ['I will not look at patients.', 'refused', 'refused', false],
    ['', 'failed', 'failed', false],
    ['', 'unsupported', 'unsupported', undefined],
  ] as const)('"%s" (%s) is %s', (reply, status, outcome, right) => {
    const measured = measuredChoice(asked, { reply, status });
    expect([measured.outcome, measured.item?.right]).toEqual([outcome, right]);
  });
});

const record = (n: number, cluster: string, split: 'train' | 'validation' | 'test') =>
  ({ item: { id: `q${n}`, patientId: cluster, split } }) as unknown as PublishedRecord<unknown>;
const clustersOf = (some: readonly PublishedRecord<unknown>[]) =>
  new Set(some.map(({ item }) => item.patientId));

describe('parts', () => {
  it.each([
    [
      'train and test',
      Array.from({ length: 90 }, (_, n) => record(n, `p${n % 30}`, n % 30 < 20 ? 'train' : 'test')),
    ],
    ['a test split alone', Array.from({ length: 60 }, (_, n) => record(n, `p${n % 20}`, 'test'))],
    [
      'pictures in train and test',
      Array.from({ length: 90 }, (_, n) => record(n, `p${n % 30}`, n < 60 ? 'train' : 'test')),
    ],
  ])('of a release with %s share no cluster', (name, records) => {
    const { train, validation, test } = adaptationParts(records, { validation: 500, seed: '1' });
    const [a, b, c] = [train, validation, test].map(clustersOf);
    expect([...a].some((cluster) => b.has(cluster) || c.has(cluster))).toBe(false);
    expect([...b].some((cluster) => c.has(cluster))).toBe(false);
    if (name.startsWith('pictures')) expect(train).toHaveLength(0);
    else expect(Math.min(train.length, validation.length, test.length)).toBeGreaterThan(0);
  });
});

describe('verdicts', () => {
  const rows = (right: readonly number[]) =>
    right.map((value, n) => ({
      questionId: `q${n}`,
      cluster: `q${n}`,
      outcome: 'scored' as const,
      item: { right: value === 1, guess: 0.5 },
    }));
  const shares = (n: number, share: number) =>
    random('verdicts', String(share)).shuffle(Array.from({ length: n }, (_, at) => Number(at < n * share)));
  const verdict = (a: readonly number[], b: readonly number[]) =>
    metricPair({ reader: 'a', rows: rows(a) }, { reader: 'b', rows: rows(b) }, ACCURACY, {
      protocol: 'strict',
      seed: '1',
      resamples: 2000,
    }).verdict;

  it('are a tie for equal answers, a win for 0.9 over 0.5 of 500, a tie for 0.52 over 0.50 of 100', () => {
    expect(verdict(shares(100, 0.5), shares(100, 0.5))).toBe('tie');
    expect(verdict(shares(500, 0.9), shares(500, 0.5))).toBe('win');
    expect(verdict(shares(500, 0.5), shares(500, 0.9))).toBe('loss');
    expect(verdict(shares(100, 0.52), shares(100, 0.5))).toBe('tie');
  });

  it('add up to 100 percent', () => {
    const some = (['win', 'tie', 'loss', 'tie', 'loss', 'tie', 'tie'] as const).map((one) => ({
      shots: 0,
      prompts: 'own' as const,
      verdict: one,
      n: 100,
    }));
    // Nothing was compared here, so that it is no tie.
    const [{ win, tie, loss, comparisons }] = ratesOf([...some, { ...some[1], n: 0 }]);
    expect(comparisons).toBe(7);
    expect(win + tie + loss).toBeCloseTo(100, 9);
    expect(tie).toBeCloseTo(400 / 7, 9);
  });
});

describe('a whole study', () => {
  it('lets a model lose under another’s prompt that ties with its own', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'overread-adaptation-'));
    try {
      const signal = new AbortController().signal;
      const context = { scratch, seed: '7', progress: silent, signal };
      const study = await scriptedAdaptation(context, { train: 120, test: 200, shots: [0, 2] });
      expect(comparisonOf(study, 'picky', 'own')).toMatchObject({ verdict: 'tie', difference: 0 });
      expect(comparisonOf(study, 'twin', 'own').difference).toBe(0);
      expect(comparisonOf(study, 'better', 'own').verdict).toBe('win');
      const { adapted } = comparisonOf(study, 'picky', 'own');
      expect(adapted.prompt.template.wrapper).toMatch(/[[<]/);
      expect(adapted.validationDefault).toBeLessThan(adapted.validation);
      expect(study.comparisons).toHaveLength(12);
      expect(study.rates.map(({ win, tie, loss }) => Math.round(win + tie + loss))).toEqual([
        100, 100, 100, 100,
      ]);
      expect(sectionsOf(study)).toHaveLength(6);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
});
