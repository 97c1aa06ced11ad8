import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricContract } from '../metric.contract.ts';
import auprcMetric from '../metrics/auprc.ts';
import aurocMetric from '../metrics/auroc.ts';
import balanced from '../metrics/balanced-accuracy.ts';
import f1 from '../metrics/macro-f1.ts';
import { balancedAccuracy, type LabelPair, macroF1 } from './confusion.ts';
import { auprc, auroc, type ScoredTruth } from './ranking.ts';

const pairs = (truth: string, said: string): LabelPair[] =>
  [...truth].map((reference, at) => ({ reference, prediction: said[at] === '-' ? null : said[at] }));
const scored: ScoredTruth[] = [0.9, 0.8, 0.8, 0.7, 0.6, 0.6, 0.6, 0.4, 0.3, 0.1].map((score, at) => ({
  score,
  positive: '1101010010'[at] === '1',
}));

describe('averages over labels', () => {
  it('agree with scikit-learn 1.2.1 where an answer is no true label', () => {
    const given = pairs('aaaaaabbbc', 'aaaabbbbad');
    expect(macroF1(given)).toBeCloseTo(0.3246753246753247, 12);
    expect(balancedAccuracy(given)).toBeCloseTo(0.4444444444444444, 12);
  });

  it('a reader of one answer has balanced accuracy 1/2 however rare the other is', () => {
    expect(balancedAccuracy(pairs('aaaaaaaaab', 'aaaaaaaaaa'))).toBe(0.5);
  });

  it('an unread reply is a miss of its label and no answer of any', () => {
    expect(balancedAccuracy(pairs('aabb', 'a-bb'))).toBe(0.75);
    expect(macroF1(pairs('aabb', 'a-bb'))).toBeCloseTo((2 / 3 + 1) / 2, 12);
  });
});

describe('ranking', () => {
  it('agrees with scikit-learn 1.2.1 on scores with ties', () => {
    expect(auroc(scored)).toBeCloseTo(0.7, 12);
    expect(auprc(scored)).toBeCloseTo(0.7087301587301587, 12);
  });

  it('of equal scores is a coin: AUROC 1/2, AUPRC the share of positives', () => {
    const flat = scored.map(({ positive }) => ({ score: 1, positive }));
    expect(auroc(flat)).toBe(0.5);
    expect(auprc(flat)).toBe(0.5);
  });

  it('has no value where one kind is missing', () => {
    expect(auroc(scored.filter(({ positive }) => positive))).toBeNull();
    expect(auprc(scored.filter(({ positive }) => !positive))).toBeNull();
  });

  it('is the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ score: fc.integer({ min: 0, max: 6 }), positive: fc.boolean() }), {
          maxLength: 30,
        }),
        (items) => {
          const [yes, no] = [items.filter((i) => i.positive), items.filter((i) => !i.positive)];
          let sum = 0;
          for (const a of yes)
            for (const b of no) sum += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
          const expected = yes.length * no.length === 0 ? null : sum / (yes.length * no.length);
          const found = auroc(items);
          if (expected === null) expect(found).toBeNull();
          else expect(found).toBeCloseTo(expected, 12);
        },
      ),
    );
  });
});

const labelled = pairs('aabbc', 'ab-bc');
metricContract(f1, { inputs: labelled, perfect: pairs('aabbc', 'aabbc') });
metricContract(balanced, { inputs: labelled, perfect: pairs('aabbc', 'aabbc') });
const apart = scored.map(({ positive }, at) => ({ score: positive ? 10 + at : at / 10, positive }));
metricContract(aurocMetric, { inputs: scored, perfect: apart });
metricContract(auprcMetric, { inputs: scored, perfect: apart });
