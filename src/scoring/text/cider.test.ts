import { describe, expect, it } from 'vitest';
import { ciderMetric } from './cider.ts';

const value = (metric: ReturnType<typeof ciderMetric>, pairs: readonly [string, string][]) =>
  metric.of(pairs.map(([prediction, reference]) => metric.item({ prediction, references: [reference] })));

describe('CIDEr', () => {
  it('is 10 for the reference itself, 0 for foreign words, the mean over items', () => {
    expect(
      value(ciderMetric('cider'), [
        ['the left lung is clear', 'the left lung is clear'],
        ['nothing seen here today', 'small right pleural effusion'],
      ]),
    ).toBeCloseTo(5, 12);
  });
  it('gives no weight to words that every document has', () => {
    const corpus = [['chest'], ['chest clear']];
    expect(value(ciderMetric('cider', { corpus }), [['chest', 'chest']])).toBe(0);
  });
  it('weights by ln(documents / documents with the word)', () => {
    // Of four documents one has "a", two have "b": weights ln 4 and ln 2. Only order 1 can match across the two texts.
    const corpus = [['a'], ['b'], ['b'], ['c']];
    const [a, b] = [Math.log(4), Math.log(2)];
    const pair: [string, string][] = [['a b', 'a']];
    expect(value(ciderMetric('cider', { corpus }), pair)).toBeCloseTo(
      (10 / 4) * ((a * a) / (Math.hypot(a, b) * a)),
      12,
    );
  });
  it('in its D variant is damped by exp(−Δ²/72) and clips repeated words', () => {
    const corpus = [['a'], ['b']];
    // Twice "a" has the direction of one "a": plain 1; clipped to one, 1/2; one word more, exp(−1/72).
    const pair: [string, string][] = [['a a', 'a']];
    expect(value(ciderMetric('cider', { corpus }), pair)).toBeCloseTo(10 / 4, 12);
    expect(value(ciderMetric('cider-d', { corpus, variant: 'd' }), pair)).toBeCloseTo(
      (10 / 4) * 0.5 * Math.exp(-1 / 72),
      12,
    );
  });
  it('has no value for one item without a corpus, where no word is rarer than another', () => {
    expect(value(ciderMetric('cider'), [['a', 'a']])).toBeNull();
  });
});
