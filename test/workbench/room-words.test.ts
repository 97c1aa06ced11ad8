// What a study's figures are called in sentences.
import { describe, expect, test } from 'vitest';
import type { AgreementResult, ComparisonResult } from '../../src/server/workbench/shapes/room-results.ts';
import { numberOf } from '../../web/src/pages/reading-item/draft.ts';
import { armNames } from '../../web/src/pages/room/plan-form.ts';
import {
  agreementSentence,
  comparisonSentence,
  kappaWords,
  pWords,
} from '../../web/src/pages/room-study/plain-words.ts';

const none = { value: null, ci95: null, units: 0 };
const pair = { a: 'Ada', b: 'Ben', units: 40, percent: 0.85, kappa: 0.7, ci95: null, weightedKappa: null };
const agreement: AgreementResult = {
  arm: 'plain',
  raters: ['Ada', 'Ben'],
  pairs: [pair, { ...pair, b: 'a/model', kappa: 0.1 }],
  fleiss: none,
  krippendorff: none,
  krippendorffNumeric: none,
};

describe('agreement in words', () => {
  test('the words are those of Landis and Koch, 1977', () => {
    expect([-0.1, 0.2, 0.4, 0.6, 0.8, 0.81].map(kappaWords)).toEqual([
      'no more than by chance',
      'slight',
      'fair',
      'moderate',
      'substantial',
      'almost perfect',
    ]);
  });

  test('two people are told of each other, and not of the model that one of them is compared with', () => {
    expect(agreementSentence(agreement)).toBe(
      'Ada and Ben gave the same answer to 85 % of 40 questions: substantial agreement beyond chance (κ 0.70).',
    );
  });

  test('without common answers there is a next step instead of a number', () => {
    expect(agreementSentence({ ...agreement, pairs: [] })).toContain('two people must have answered');
  });
});

describe('a comparison in words', () => {
  const trial = { standardError: 2, df: 8, statistic: 2, p: 0.03, ci95: [0.004, 0.08] as [number, number] };
  const comparison: ComparisonResult = {
    figure: 'score',
    a: 'With an aid',
    b: 'Without an aid',
    against: 'arm',
    readers: 3,
    patients: 40,
    questions: 120,
    valueA: 0.8,
    valueB: 0.758,
    difference: 0.042,
    byReader: [],
    randomReadersRandomCases: trial,
    fixedReadersRandomCases: trial,
    randomReadersFixedCases: trial,
    why: null,
  };

  test('says how much, in which direction, how sure, and of whom', () => {
    expect(comparisonSentence(comparison)).toBe(
      'The score of With an aid is 4.2 points higher than of Without an aid (95 % interval 0.4 to 8.0; 3 people, ' +
        '40 patients; p = 0.030): more than chance for other readers and other patients, too.',
    );
  });

  test('a single reader says nothing of other readers', () => {
    const one = { ...comparison, readers: 1, difference: -0.01, randomReadersRandomCases: null };
    const words = comparisonSentence({
      ...one,
      fixedReadersRandomCases: { ...trial, p: 0.4, ci95: [-0.05, 0.03] },
    });
    expect(words).toContain('1.0 points lower');
    expect(words).toContain('95 % interval −5.0 to 3.0; 1 person');
    expect(words).toContain('this can be chance for these readers, and other patients.');
  });

  test('very small p are not printed as zero', () => {
    expect([0.2, 0.0312, 0.0004].map(pWords)).toEqual(['0.20', '0.031', '< 0.001']);
  });
});

test('a number that could be read in two ways is asked for again', () => {
  expect(['12.5', ' 7 ', '-3', '−3', '1e3', '.5'].map(numberOf)).toEqual([12.5, 7, -3, -3, 1000, 0.5]);
  for (const typed of ['1,432', '', '12 mm', '1.2.3', 'NaN', 'Infinity', '0x10'])
    expect(typeof numberOf(typed), typed).toBe('string');
});

test('arms have names of small letters, and no two the same', () => {
  expect(
    armNames([{ label: 'With the model’s answer' }, { label: 'Ohne Hilfe!' }, { label: 'ohne hilfe' }]),
  ).toEqual(['with-the-model-s-ans', 'ohne-hilfe', 'ohne-hilfe-2']);
  expect(armNames([{ label: '読影' }])).toEqual(['arm']);
});
