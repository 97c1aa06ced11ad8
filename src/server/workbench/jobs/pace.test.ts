import { expect, it } from 'vitest';
import { newPace } from './pace.ts';

it('is the reads of the last minute over its time, whatever came before', () => {
  const pace = newPace();
  expect(pace.perMinute('r')).toBeUndefined();
  // Ten reads a second for two minutes, then one.
  for (let s = 0; s <= 120; s++) pace.note('r', s * 10, s * 1000);
  expect(pace.perMinute('r')).toBeCloseTo(600, 6);
  for (let s = 1; s <= 61; s++) pace.note('r', 1200 + s, (120 + s) * 1000);
  expect(pace.perMinute('r')).toBeCloseTo(60, 6);
});

it('says nothing after a glance, and begins again where reads were removed', () => {
  const pace = newPace();
  pace.note('r', 100, 0);
  pace.note('r', 150, 1000);
  expect(pace.perMinute('r')).toBeUndefined();
  pace.note('r', 200, 4000);
  expect(pace.perMinute('r')).toBeCloseTo(1500, 6);
  pace.note('r', 20, 5000);
  expect(pace.perMinute('r')).toBeUndefined();
  pace.note('r', 80, 8000);
  expect(pace.perMinute('r')).toBeCloseTo(1200, 6);
});

it('falls to zero where nothing comes any more', () => {
  const pace = newPace();
  for (let s = 0; s <= 200; s++) pace.note('r', Math.min(s, 60), s * 1000);
  expect(pace.perMinute('r')).toBe(0);
});
