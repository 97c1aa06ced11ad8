// What every text metric promises: its range, its value for a perfect and an empty prediction, and that order is no matter.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metric, TextPair } from '../metric.ts';

const REPORTS = [
  'The heart is mildly enlarged without any pleural effusion.',
  'No acute cardiopulmonary disease was seen in either lung today.',
  'Hai phổi sáng đều, không thấy tổn thương khu trú ở nhu mô.',
  '肝脏 代谢增高 ， 其余 部位 未见 异常摄取 。',
];

const word = fc.constantFrom(
  'heart',
  'hearts',
  'clear',
  'phổi',
  'không',
  '肝',
  '高',
  '3,5',
  'No',
  '.',
  'effusion',
);
const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
const pair = fc.record({ prediction: text, references: fc.array(text, { minLength: 1, maxLength: 3 }) });

/** Runs the suite on a metric. */
export function textMetricContract<Item>(metric: Metric<TextPair, Item>): void {
  const value = (pairs: readonly TextPair[]) => metric.of(pairs.map((one) => metric.item(one)));
  describe(`text metric ${metric.id}`, () => {
    it('names its tokens or its form of the text', () => {
      expect(metric.summary).toMatch(/NFC|as it stands/);
    });
    it('gives texts that equal their reference its highest value', () => {
      const own = REPORTS.map((one) => ({ prediction: one, references: [one] }));
      // One chunk is still penalised by METEOR: 1 − 0.5/m³; the ASCII tokenizer sees no word in Chinese.
      const reachable = /ascii|meteor/.test(metric.id) ? own.slice(0, 2) : own;
      const perfect = (value(reachable) ?? 0) / metric.range[1];
      expect(perfect).toBeGreaterThan(/meteor/.test(metric.id) ? 0.99 : 1 - 1e-9);
      expect(perfect).toBeLessThanOrEqual(1 + 1e-9);
    });
    it('gives empty predictions its lowest value', () => {
      expect(value(REPORTS.map((one) => ({ prediction: '', references: [one] })))).toBe(metric.range[0]);
    });
    it('has no value without items', () => {
      expect(metric.of([])).toBeNull();
    });
    it('stays in its range and does not heed the order of items', () => {
      fc.assert(
        fc.property(fc.array(pair, { minLength: 2, maxLength: 6 }), (pairs) => {
          const found = value(pairs) ?? Number.NaN;
          expect(found).toBeGreaterThanOrEqual(metric.range[0]);
          expect(found).toBeLessThanOrEqual(metric.range[1] + 1e-9);
          expect(value([...pairs].reverse())).toBeCloseTo(found, 12);
        }),
        { numRuns: 60 },
      );
    });
    it('takes composed and decomposed letters for the same, unless it takes the text as it stands', () => {
      const apart = REPORTS.map((one) => ({ prediction: one.normalize('NFD'), references: [one] }));
      const same = REPORTS.map((one) => ({ prediction: one, references: [one] }));
      if (metric.summary.includes('as it stands')) expect(value(apart)).toBeLessThan(value(same) ?? 0);
      else expect(value(apart)).toBe(value(same));
    });
  });
}
