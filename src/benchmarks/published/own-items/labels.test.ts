import { describe, expect, it } from 'vitest';
import { labelledReply, labelSummaries } from './labels.ts';

const options = (...texts: string[]) =>
  texts.map((text, at) => ({ letter: String.fromCharCode(65 + at), text }));
const choice = (letter: string) => ({ kind: 'choice' as const, letter });

describe('labels of items of your own', () => {
  const yesNo = { answerKind: 'binary', options: options('yes', 'no') };
  const turned = { answerKind: 'binary', options: options('no', 'yes') };
  const metrics = labelSummaries((item: ReturnType<typeof labelledReply>) => item);
  const values = (items: ReturnType<typeof labelledReply>[]) =>
    Object.fromEntries(metrics.map(({ id, of }) => [id, of(items)]));

  it('counts a label whatever letter it had, and an unread reply as a miss', () => {
    const items = [
      labelledReply(yesNo, { answer: 'yes' }, choice('A')),
      labelledReply(turned, { answer: 'yes' }, choice('A')),
      labelledReply(turned, { answer: 'no' }, choice('A')),
      labelledReply(yesNo, { answer: 'no' }, undefined),
    ];
    // yes: 1 right of 1 said and 2 true; no: 1 right of 2 said and 2 true.
    expect(values(items)['balanced-accuracy']).toBe(0.5);
    expect(values(items)['f1-yes']).toBeCloseTo(2 / 3, 12);
    expect(values(items)['macro-f1']).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
  });
  it('is not defined over items that choose among other labels, or write', () => {
    const other = labelledReply(
      { answerKind: 'categorical', options: options('a', 'b') },
      { answer: 'a' },
      choice('A'),
    );
    const written = labelledReply({ answerKind: 'text', options: [] }, { answer: 'x' }, undefined);
    const one = labelledReply(yesNo, { answer: 'yes' }, choice('A'));
    expect(Object.values(values([one, other]))).toEqual([null, null, null]);
    expect(Object.values(values([written]))).toEqual([null, null, null]);
    expect(values([other])['f1-yes']).toBeNull();
  });
});
