// The phi study: the paper's arithmetic, tokens as squares, and masks that hide what they are to hide.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawStatement } from '../../privacy/statements/draw.ts';
import { FIELD_IDS, PUBLISHED_FIELDS, statements } from '../../privacy/statements/statement.ts';
import { armReports } from './leakage.ts';
import type { PageResult } from './measure.ts';
import { categoriesRemoved, categoryScore } from './published-score.ts';
import { STRATEGIES, tokenRegions } from './strategies.ts';

describe('the published score', () => {
  it('of three categories of seven is 42.9 %', () => {
    expect(PUBLISHED_FIELDS).toHaveLength(7);
    const kept = new Map([
      ...PUBLISHED_FIELDS.map((id) => [id, 0] as const),
      ['mrn', 100],
      ['ssn', 100],
      ['email', 97],
      ['account', 100],
    ] as [string, number][]);
    const removed = categoriesRemoved(kept, PUBLISHED_FIELDS);
    expect(removed).toEqual(['name', 'birth-date', 'address']);
    expect(categoryScore(removed.length, 7)).toBeCloseTo(0.429, 3);
  });
  it('of a hybrid with a filter of 80 % effect is 88.6 %', () => {
    expect(categoryScore(3, 7, 0.8)).toBeCloseTo(0.886, 3);
  });
  it('lets a single leak anywhere cost the category', () => {
    expect(categoriesRemoved(new Map([['ssn', 1]]), ['ssn'])).toEqual([]);
  });
});

describe('tokens as squares', () => {
  const box = { left: 100, top: 70, right: 180, bottom: 90 };
  it('a box of 80 × 20 pixels touches 2 tokens of 64 pixels, and with radius 1 twelve', () => {
    expect(tokenRegions([box], { tokenPixels: [64] }, { cover: 'overlap', radius: 0 })).toHaveLength(2);
    expect(tokenRegions([box], { tokenPixels: [64] }, { cover: 'overlap', radius: 1 })).toHaveLength(12);
  });
  it('a box that holds no token’s centre zeroes none, whatever the radius', () => {
    expect(tokenRegions([box], { tokenPixels: [64] }, { cover: 'centre', radius: 3 })).toEqual([]);
  });
  it('there are seven places, and every box is covered where tokens are those it touches', () => {
    expect(STRATEGIES.map(({ id }) => id)).toEqual(['v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9']);
    const at = fc.integer({ min: 0, max: 1000 });
    const size = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(
        at,
        at,
        size,
        size,
        fc.constantFrom(...STRATEGIES),
        (left, top, width, height, strategy) => {
          const whole = {
            left,
            top,
            right: Math.min(1024, left + width),
            bottom: Math.min(1024, top + height),
          };
          const regions = tokenRegions([whole], strategy, { cover: 'overlap', radius: 0 });
          const inside = (x: number, y: number) =>
            regions.some((r) => x >= r.left && x < r.right && y >= r.top && y < r.bottom);
          for (const x of [whole.left, whole.right - 1])
            for (const y of [whole.top, whole.bottom - 1]) expect(inside(x, y)).toBe(true);
        },
      ),
    );
  });
});

describe('drawn statements', () => {
  it('have a box for every identifier, and no value twice', async () => {
    const made = statements({ seed: 'boxes', count: 40 });
    const values = made.flatMap(({ fields }) => [
      fields.name,
      fields.ssn,
      fields.mrn,
      fields.email,
      fields.account,
    ]);
    expect(new Set(values).size).toBe(values.length);
    const page = await drawStatement(made[0], { layout: 'columns', condition: 'clean' });
    expect(page.fields.map(({ field }) => field).sort()).toEqual([...FIELD_IDS].sort());
    for (const { boxes } of page.fields)
      for (const { left, top, right, bottom } of boxes) {
        // One line of text of 19 pixels: never taller than two of them.
        expect(bottom - top).toBeLessThan(38);
        expect(right - left).toBeGreaterThan(40);
      }
  });
  it('lie so that outside their boxes and labels nothing dark is left of a value', async () => {
    const [statement] = statements({ seed: 'ink', count: 1 });
    const [a, b] = await Promise.all([
      drawStatement(statement, { layout: 'ledger', condition: 'clean' }),
      drawStatement(
        { ...statement, fields: { ...statement.fields, ssn: ' .' } },
        { layout: 'ledger', condition: 'clean' },
      ),
    ]);
    const own = a.fields.find(({ field }) => field === 'ssn')?.boxes ?? [];
    expect(own).toHaveLength(1);
    for (let at = 0; at < a.raster.data.length; at++) {
      if (a.raster.data[at] === b.raster.data[at]) continue;
      const [x, y] = [at % a.raster.width, Math.floor(at / a.raster.width)];
      expect(x >= own[0].left && x < own[0].right && y >= own[0].top && y < own[0].bottom).toBe(true);
    }
  });
});

describe('leakage', () => {
  const page = (n: number, exact: boolean): PageResult => ({
    ...{
      page: `page-${n}`,
      layout: 'ledger',
      condition: 'clean',
      arm: 'boxes',
      hybrid: false,
      kept: 9,
      keep: 10,
    },
    fields: PUBLISHED_FIELDS.map((field) => ({
      field,
      exact,
      normalised: exact,
      near: exact,
      covered: exact ? 0 : 1,
    })),
  });
  it('counts instances, with an interval over pages', () => {
    const [report] = armReports(
      Array.from({ length: 40 }, (_, n) => page(n, n < 10)),
      '1',
    );
    expect(report.instances).toBe(280);
    expect(report.removed.score).toBeCloseTo(0.75);
    expect(report.removed.nPatients).toBe(40);
    // As wide as for 40 coins, not 280: Clopper–Pearson of 30 of 40 is 0.588–0.873.
    expect(report.removed.ci95?.[0]).toBeLessThan(0.64);
    expect(report.painted.score).toBeCloseTo(0.75);
    expect(report.kept.score).toBeCloseTo(0.9);
    expect(report.categoriesRemoved).toEqual([]);
  });
});
