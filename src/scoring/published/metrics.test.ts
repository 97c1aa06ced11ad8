import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../../domain/question.ts';
import { PUBLISHED_STAGES, SUBTYPES } from '../subtypes.ts';
import { aggregatePublished } from './aggregate.ts';
import {
  relativeAccuracy,
  scoreBinary,
  scoreCategorical,
  scoreChoice,
  scoreNumeric,
  weightedMean,
} from './metrics.ts';

describe('published metrics', () => {
  it('relative accuracy falls linearly and never below 0', () => {
    expect(relativeAccuracy(90, 100)).toBeCloseTo(0.9, 12);
    expect(relativeAccuracy(-20, -10)).toBe(0);
    expect(relativeAccuracy(0, 0)).toBe(1);
    expect(relativeAccuracy(1e-9, 0)).toBe(0);
    expect(relativeAccuracy(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)).toBe(0);
  });
  it('numbers: the mean is over truths that hold a number, the tolerances are inclusive', () => {
    const score = scoreNumeric([
      ['105', '100'],
      ['120 cm³', '100'],
      ['no idea', '100'],
      ['5', 'not a number'],
    ]);
    expect(score).toEqual({
      metric: 'MRA',
      mean_mra: 0.5833,
      tolerance_acc: { 'tol_5%': 0.3333, 'tol_10%': 0.3333, 'tol_20%': 0.6667, 'tol_50%': 0.6667 },
      n_total: 4,
      n_scored: 3,
    });
  });
  it('yes and no: silence is wrong, and is a no for specificity', () => {
    const score = scoreBinary([
      ['yes', 'Yes'],
      ['', 'Yes'],
      ['', 'No'],
      ['yes', 'No'],
    ]);
    expect(score).toMatchObject({ accuracy: 0.25, sensitivity: 0.5, specificity: 0.5 });
  });
  it('categories: containment is partial', () => {
    expect(
      scoreCategorical([
        ['the left kidney', 'left'],
        ['Left.', 'left'],
      ]),
    ).toMatchObject({
      accuracy: 0.5,
      partial_accuracy: 1,
    });
  });
  it('a question without a right letter is won by saying nothing, as released', () => {
    expect(scoreChoice([['', '']])).toMatchObject({ accuracy: 1, n_parsed: 0 });
  });
});

describe('published averages', () => {
  it('are weighted by questions over rounded subtype scores', () => {
    // 1/3 → 0.3333 over three questions, 1 over one: (0.9999 + 1) / 4 = 0.499975 → 0.5.
    const questions = new Map(
      [0, 1, 2, 3].map((i) => [
        `q${i}`,
        {
          subtype: i < 3 ? 'organ HU ratio' : 'lesion outlier',
          superType: i < 3 ? 'measurement' : 'visual reasoning',
          answer: '',
          correctOption: 'A',
        },
      ]),
    );
    const said = ['A', 'B', 'C', 'A', 'D'].map((prediction, i) => ({ qid: `q${i}`, prediction }));
    const result = aggregatePublished(said, questions, 'mc');
    expect(result.by_subtype['organ HU ratio']).toMatchObject({ accuracy: 0.3333, n_total: 3 });
    expect(result.overall).toEqual({ accuracy: 0.5, n_total: 4, n_subtypes: 2 });
    expect(Object.keys(result.by_super_type)).toEqual(['measurement', 'visual reasoning']);
  });

  const leaderboards = ['leaderboard.csv', 'leaderboard_freeform.csv'].map(
    (name) => new URL(`../../../../shared/data/deeptumorvqa-metadata/${name}`, import.meta.url),
  );
  it.skipIf(!leaderboards.every((url) => existsSync(url)))(
    'reproduce the overall column of every leaderboard row from its four stages within 0.1',
    () => {
      const weights = STAGES.map((stage) =>
        SUBTYPES.filter((s) => s.stage === stage).reduce((sum, s) => sum + s.published10k, 0),
      );
      expect(weights).toEqual([2023, 2023, 4049, 1905]);
      let rows = 0;
      for (const url of leaderboards)
        for (const line of readFileSync(url, 'utf8').trim().split(/\r?\n/).slice(1)) {
          const [model, , , , overall, ...stages] = line.split(',');
          // The radiologists read a sample with other weights.
          if (/radiologist/i.test(model)) continue;
          const cells = weights.map((n, s) => ({ primary: Number(stages[s]) / 100, n }));
          expect(Math.abs(weightedMean(cells) * 100 - Number(overall)), model).toBeLessThanOrEqual(0.1);
          rows++;
        }
      expect(rows).toBe(36 + 24);
    },
  );
  it('stage names are those of the released files', () => {
    expect(Object.values(PUBLISHED_STAGES)).toEqual([
      'recognition',
      'measurement',
      'visual reasoning',
      'medical reasoning',
    ]);
  });
});
