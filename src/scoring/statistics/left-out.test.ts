import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaveOut, type SampleItem } from './left-out.ts';

const item = fc.record({
  patientId: fc.constantFrom('p', 'q', 'r'),
  label: fc.constantFrom('no', 'yes', 'both'),
  value: fc.integer({ min: 0, max: 9 }),
});

describe('a sample without one patient', () => {
  it('is the same as the sample that never had the patient', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), (sample: SampleItem[]) => {
        const left = leaveOut(sample)('p');
        const never = sample.filter(({ patientId }) => patientId !== 'p');
        const values = never.map(({ value }) => value ?? 0).sort((a, b) => a - b);
        const half = values.length / 2;
        const median =
          values.length === 0 ? undefined : (values[Math.ceil(half) - 1] + values[Math.floor(half)]) / 2;
        const middle = values.length % 2 === 1 ? values[Math.floor(half)] : median;
        const often = (label: string) => never.filter((other) => other.label === label).length;
        const most = Math.max(0, ...['both', 'no', 'yes'].map(often));
        expect(left.size).toBe(never.length);
        expect(left.median()).toBe(middle);
        expect(left.mode()).toBe(
          most === 0 ? undefined : ['both', 'no', 'yes'].find((l) => often(l) === most),
        );
        expect(never.map((_, n) => left.label(n))).toEqual(never.map(({ label }) => label));
      }),
    );
  });
  it('is the whole sample for a patient who is not in it', () => {
    const sample = [1, 5, 3, 9].map((value, n) => ({ patientId: `p${n}`, label: `${value}`, value }));
    expect(leaveOut(sample)('somebody else').median()).toBe(4);
    expect(leaveOut(sample)('p3').median()).toBe(3);
  });
});
