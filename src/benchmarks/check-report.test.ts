import { describe, expect, it } from 'vitest';
import type { PairRow, Report } from '../domain/report.ts';
import { cellOf, pairOf } from './check-report.ts';

const pair = { a: 'x', b: 'y', stage: 'overall', difference: 0.2, ci95: [0.1, 0.3] } as PairRow;
const report = { readers: [], pairs: [pair] } as unknown as Report;

describe('reading a report for a check', () => {
  it('turns a pair round with its interval', () => {
    expect(pairOf(report, 'x', 'y')).toEqual({ difference: 0.2, low: 0.1 });
    expect(pairOf(report, 'y', 'x')).toEqual({ difference: -0.2, low: -0.3 });
  });
  it('a missing reader is a failed check, not a zero', () => {
    expect(() => cellOf(report, 'x')).toThrow(/left no score/);
  });
});
