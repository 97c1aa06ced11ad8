import { describe, expect, it } from 'vitest';
import type { Key, Question } from '../domain/question.ts';
import type { ReadTask } from '../domain/reader.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { testQuestion } from '../tools/testing.ts';
import { numberIn } from './baseline.ts';
import { createReader } from './create-reader.ts';
import { trainPrior } from './prior.ts';
import { testTask } from './testing.ts';

const numeric = testQuestion({
  id: 'n',
  type: 'organ-volume-measurement',
  answerKind: 'numeric',
  unit: 'cm3',
  options: [
    { letter: 'A', text: '1,900.5' },
    { letter: 'B', text: '100.1' },
    { letter: 'C', text: '800.7' },
    { letter: 'D', text: '400.2' },
  ],
});
const three = testQuestion({
  options: [
    { letter: 'A', text: 'left' },
    { letter: 'B', text: 'right' },
    { letter: 'C', text: 'they are the same' },
  ],
});

const keyOf = (questionId: string, answer: string, letter: string, value?: number): Key => ({
  questionId,
  answer,
  letter,
  ...(value === undefined ? {} : { value }),
  evidence: [],
  assumed: [],
  flags: [],
});

const training: [Question, Key][] = [
  ...([1, 5, 3, 9] as const).map((value, n): [Question, Key] => [
    testQuestion({ id: `t${n}`, patientId: `train-${n}`, type: numeric.type, split: 'train' }),
    keyOf(`t${n}`, `${value}`, 'C', value),
  ]),
  ...(['yes', 'no', 'yes'] as const).map((answer, n): [Question, Key] => [
    testQuestion({ id: `b${n}`, patientId: `train-${n}`, split: 'train' }),
    keyOf(`b${n}`, answer, 'A'),
  ]),
  // The test split must not leak into the prior.
  [testQuestion({ id: 'x' }), keyOf('x', 'no', 'B')],
  [testQuestion({ id: 'y' }), keyOf('y', 'no', 'B')],
];
const prior = trainPrior(
  training.map(([question]) => question),
  (id) => training.find(([question]) => question.id === id)?.[1],
);

async function wordsOf(name: string, task: Partial<ReadTask>, withPrior = true) {
  const reader = await createReader(name, {
    blobs: memoryBlobs(),
    criteria: 'guideline',
    ...(withPrior ? { prior } : {}),
  });
  return reader.read(testTask(task));
}

describe('the prior', () => {
  it('is read off the training split only', () => {
    const found = prior.of('liver-lesion-existence', 'somebody');
    expect(found).toMatchObject({ mostFrequent: 'yes', size: 3 });
    expect([0, 1, 2].map((n) => found?.answer(n))).toEqual(['yes', 'no', 'yes']);
  });
  it('has the median of the training values', () => {
    expect(prior.of(numeric.type, 'somebody')?.median).toBe(4);
  });
  it('knows nothing of the patient who is asked, in the training split or not', () => {
    expect(prior.of(numeric.type, 'train-3')?.median).toBe(3);
    expect(prior.of('liver-lesion-existence', 'train-1')).toMatchObject({ mostFrequent: 'yes', size: 2 });
    const alone = trainPrior(
      training.slice(0, 1).map(([question]) => question),
      () => training[0][1],
    );
    expect(alone.of(numeric.type, 'train-0')).toBeUndefined();
  });
});

describe('baselines', () => {
  it('middle-option takes one of the two middle numbers of four, each about as often', async () => {
    const counts: Record<string, number> = {};
    for (let n = 0; n < 200; n++) {
      const { raw } = await wordsOf('middle-option', { question: numeric, seed: `${n}` });
      counts[raw] = (counts[raw] ?? 0) + 1;
    }
    expect(Object.keys(counts).sort()).toEqual(['C', 'D']);
    // 200 fair draws lie within 60…140 with a probability of more than 1 − 1e-8.
    expect(Math.abs(counts.C - 100)).toBeLessThan(40);
  });
  it('longest-option takes the longest text', async () => {
    expect((await wordsOf('longest-option', { question: three })).raw).toBe('C');
  });
  it('random draws every option about equally often, and the same one for the same seed', async () => {
    const counts: Record<string, number> = {};
    for (let n = 0; n < 400; n++) {
      const { raw } = await wordsOf('random', { question: numeric, seed: `${n}` });
      counts[raw] = (counts[raw] ?? 0) + 1;
    }
    for (const letter of ['A', 'B', 'C', 'D']) expect(Math.abs(counts[letter] - 100)).toBeLessThan(50);
    const again = await Promise.all([1, 2].map(() => wordsOf('random', { question: numeric, seed: 'same' })));
    expect(again[0].raw).toBe(again[1].raw);
  });
  it('constant: the first option; in free form yes, or the train median', async () => {
    expect((await wordsOf('constant', { question: numeric })).raw).toBe('A');
    expect(await wordsOf('constant', { format: 'free' })).toMatchObject({ raw: 'yes', status: 'answered' });
    expect((await wordsOf('constant', { question: numeric, format: 'free' })).answer).toMatchObject({
      kind: 'number',
      value: 4,
    });
  });
  it('most-frequent: the most frequent training answer where it is an option, else the letter, else A', async () => {
    expect((await wordsOf('most-frequent', {})).raw).toBe('B');
    expect((await wordsOf('most-frequent', { question: numeric })).raw).toBe('C');
    expect((await wordsOf('most-frequent', { question: numeric }, false)).raw).toBe('A');
  });
  it('free form without a training question of the type is unsupported, not wrong', async () => {
    for (const name of ['random', 'most-frequent'])
      expect((await wordsOf(name, { format: 'free' }, false)).status).toBe('unsupported');
  });
  it('none of them is asked for the scan or the masks', async () => {
    for (const name of ['random', 'constant', 'most-frequent', 'middle-option', 'longest-option']) {
      const read = await wordsOf(name, { access: undefined });
      expect(read).toMatchObject({ status: 'answered', requests: 0, maskSources: [] });
    }
  });
});

describe('numbers in options', () => {
  it.each([
    ['1,432.5 cm³', 1432.5],
    ['−12.0 HU', -12],
    ['48 %', 48],
    ['T2', 2],
    ['left', undefined],
  ])('%j holds %s', (text, value) => {
    expect(numberIn(text)).toBe(value);
  });
});
