import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tableRows } from '../../records/delimited.ts';
import { macroF1 } from './confusion.ts';
import { crossValidated, groupedFolds, majority, naiveBayes, type TableRow } from './naive-bayes.ts';

const row = (label: string, ...features: string[]): TableRow => ({ label, features, group: label });

describe('naive Bayes', () => {
  const rows = [
    row('sick', 'red', 'wet'),
    row('sick', 'red', 'dry'),
    row('well', 'pale', 'dry'),
    row('well', 'red', 'dry'),
    row('well', 'pale', 'dry'),
  ];
  it('weighs evidence by Laplace counts', () => {
    // red, dry: sick 2/5 · 3/4 · 2/4 = 0.150; well 3/5 · 2/5 · 4/5 = 0.192.
    expect(naiveBayes(rows)(['red', 'dry'])).toBe('well');
    // With even priors: sick 3/8 = 0.375, well 8/25 = 0.32.
    expect(naiveBayes(rows, { prior: 'flat' })(['red', 'dry'])).toBe('sick');
  });
  it('lets a category that it never met say nothing', () => {
    expect(naiveBayes(rows)(['green', 'dry'])).toBe('well');
    expect(naiveBayes(rows)(['red', '?'])).toBe('sick');
  });
  it('knows no label without rows', () => {
    expect(naiveBayes([])(['red'])).toBeNull();
    expect(majority([])()).toBeNull();
  });
});

describe('grouped cross-validation', () => {
  it('parts no group, and deals groups out evenly', () => {
    const groups = Array.from({ length: 23 }, (_, at) => `g${at >> 1}`);
    const folds = groupedFolds(groups, { folds: 5, seed: '1' });
    expect(folds.size).toBe(12);
    const sizes = [0, 1, 2, 3, 4].map((fold) => [...folds.values()].filter((of) => of === fold).length);
    expect(sizes).toEqual([3, 3, 2, 2, 2]);
  });
  it('cannot learn a group’s own label from its twin row', () => {
    const twins = Array.from(
      { length: 20 },
      (_, at): TableRow => ({
        features: [`only-${at >> 1}`],
        label: (at >> 1) % 2 === 0 ? 'even' : 'odd',
        group: `g${at >> 1}`,
      }),
    );
    // Each category stands in one group only, so that held-out rows are all new: the larger training class is said.
    const said = crossValidated(twins, { seed: '3' });
    const right = said.filter(({ prediction, reference }) => prediction === reference).length;
    expect(right).toBeLessThanOrEqual(10);
  });
});

const sheet = new URL('../../../../shared/data/surgwound-labels/labels.csv', import.meta.url);
describe.skipIf(!existsSync(sheet))('naive Bayes on 686 wounds', () => {
  const rows = () => {
    const [header, ...cells] = tableRows(readFileSync(sheet, 'utf8'));
    return cells.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at]])));
  };
  const attributes = [
    'wound_location',
    'wound_status',
    'closure_method',
    'exudate_characteristics',
    'erythema',
    'edema',
  ];
  it.each([
    ['infection_risk_assessment', 0.851, 0.519, 0.835, 0.303],
    ['urgency_level', 0.866, 0.508, 0.875, 0.311],
  ])('predicts %s as it was found to elsewhere', (target, accuracy, f1, majorityAccuracy, majorityF1) => {
    const table = rows().map(
      (cells): TableRow => ({
        features: attributes.map((name) => cells[name]),
        label: cells[target],
        group: cells.image_name,
      }),
    );
    expect(table).toHaveLength(686);
    const mean = (learn: typeof naiveBayes | typeof majority) => {
      const runs = ['0', '1', '2', '3', '4'].map((seed) => crossValidated(table, { seed, learn }));
      const over = (of: (said: (typeof runs)[number]) => number) =>
        runs.reduce((sum, said) => sum + of(said) / 5, 0);
      return {
        accuracy: over((said) => said.filter((each) => each.prediction === each.reference).length / 686),
        f1: over((said) => macroF1(said) ?? 0),
      };
    };
    const [bayes, most] = [mean(naiveBayes), mean(majority)];
    expect(Math.abs(bayes.accuracy - accuracy)).toBeLessThan(0.006);
    expect(Math.abs(bayes.f1 - f1)).toBeLessThan(0.02);
    expect(most.accuracy).toBeCloseTo(majorityAccuracy, 3);
    expect(most.f1).toBeCloseTo(majorityF1, 3);
  });
});
