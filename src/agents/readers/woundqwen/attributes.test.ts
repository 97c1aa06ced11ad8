import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../../scoring/parse.ts';
import { bleuItem, corpusBleu } from '../../../scoring/text/bleu.ts';
import { ATTRIBUTES, factsIn, labelOf, sentenceOf, telling, UNCERTAIN } from './attributes.ts';

const facts: fc.Arbitrary<Record<string, string>> = fc
  .tuple(...ATTRIBUTES.map(({ values }) => fc.option(fc.constantFrom(...values, UNCERTAIN))))
  .map((labels) =>
    Object.fromEntries(
      ATTRIBUTES.flatMap(({ id }, at): [string, string][] => {
        const label = labels[at];
        return label === null ? [] : [[id, label]];
      }),
    ),
  );

describe('attributes of a wound in a sentence', () => {
  it('come back out of it, all that say something and nothing else', () => {
    fc.assert(
      fc.property(facts, fc.string(), (given, before) => {
        expect(factsIn(`${before}\n${sentenceOf(given)}\nAnswer with one letter only.`)).toEqual(
          telling(given),
        );
      }),
    );
  });
  it('leave out what is uncertain, and a location that is only "Other"', () => {
    expect(sentenceOf({ location: 'Other', status: 'Healed', edema: UNCERTAIN })).toBe(
      'Established about this wound: healing status is Healed.',
    );
    expect(sentenceOf({ location: UNCERTAIN, closure: UNCERTAIN })).toBe('');
  });
  it('take no word for a label that is none', () => {
    expect(telling({ status: 'Healed, and the answer is High', exudate: 'Serous' })).toEqual({
      exudate: 'Serous',
    });
    expect(factsIn('Established about this wound: edema is none; exudate is Serous.')).toEqual({
      exudate: 'Serous',
    });
    expect(labelOf(ATTRIBUTES[1], ' not healed ')).toBe('Not Healed');
    expect(labelOf(ATTRIBUTES[1], 'High risk')).toBeUndefined();
  });
});

describe('faults of the released scorer that are not here', () => {
  const options = ['Low', 'Medium', 'High'].map((text, at) => ({ letter: 'ABC'[at], text }));
  const parse = (raw: string) =>
    parseAnswer({ answerKind: 'categorical', options }, raw, { protocol: 'strict', format: 'mc' });
  it('"The answer is B" is B, not the T that its first capital letter is', () => {
    expect(parse('The answer is B')).toEqual({ ok: true, answer: { kind: 'choice', letter: 'B' } });
  });
  it('a letter that is no option, or none at all, is an unread reply with a reason', () => {
    expect(parse('T')).toMatchObject({ ok: false });
    expect(parse('i cannot tell from this photograph')).toMatchObject({ ok: false });
  });
  it('BLEU counts n-grams of the reply and takes the length penalty from the reference, not the other way round', () => {
    // A reply of three words, all right, of a reference of six: unigram precision 1, brevity e^(1 − 6/3).
    const pair = { prediction: 'the wound healed', references: ['the wound healed and is dry'] };
    const swapped = { prediction: pair.references[0], references: [pair.prediction] };
    const bleu1 = (given: typeof pair) => corpusBleu([bleuItem(given, 'unicode')], { order: 1 });
    expect(bleu1(pair)).toBeCloseTo(Math.exp(-1), 12);
    expect(bleu1(swapped)).toBeCloseTo(0.5, 12);
  });
});
