import { describe, expect, it } from 'vitest';
import { random } from '../../domain/random.ts';
import { calibrate } from './calibration.ts';

describe('calibration', () => {
  it('of a reader who is always sure and half the time right is off by 0.5', () => {
    const result = calibrate([
      { confidence: 1, score: 1 },
      { confidence: 1, score: 0 },
    ]);
    expect(result).toMatchObject({ n: 2, ece: 0.5, brier: 0.5, aurc: 0.5 });
    expect(result?.bins[9]).toEqual({ low: 0.9, high: 1, n: 2, confidence: 1, accuracy: 0.5 });
  });
  it('of a reader who knows when it is right: risk 0 up to that coverage, then rising', () => {
    const reads = Array.from({ length: 10 }, (_, i) => ({ confidence: 1 - i / 20, score: i < 5 ? 1 : 0 }));
    const result = calibrate(reads);
    expect(result?.riskCoverage.map(({ risk }) => risk)).toEqual([
      0,
      0,
      0,
      0,
      0,
      1 / 6,
      2 / 7,
      3 / 8,
      4 / 9,
      5 / 10,
    ]);
    expect(result?.aurc).toBeCloseTo((1 / 6 + 2 / 7 + 3 / 8 + 4 / 9 + 1 / 2) / 10, 12);
  });
  it('a constant confidence orders nothing: the curve is flat whatever order the reads come in', () => {
    const reads = [1, 1, 0, 0, 0].map((score) => ({ confidence: 0.4, score }));
    for (const list of [reads, [...reads].reverse()])
      expect(calibrate(list)?.riskCoverage.every(({ risk }) => Math.abs(risk - 0.6) < 1e-12)).toBe(true);
  });
  it('a calibrated reader has an error near 0, an overconfident one does not', () => {
    const rng = random('calibrated');
    const reads = Array.from({ length: 20_000 }, () => {
      const confidence = rng.next();
      return { confidence, score: rng.next() < confidence ? 1 : 0 };
    });
    expect(calibrate(reads)?.ece).toBeLessThan(0.02);
    expect(calibrate(reads.map((r) => ({ ...r, confidence: Math.sqrt(r.confidence) })))?.ece).toBeGreaterThan(
      0.1,
    );
  });
  it('without a usable confidence there is none', () => {
    expect(calibrate([])).toBeNull();
    expect(calibrate([{ confidence: Number.NaN, score: 1 }])).toBeNull();
  });
});
