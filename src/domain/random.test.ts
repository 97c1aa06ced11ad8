import { describe, expect, it } from 'vitest';
import { random } from './random.ts';

describe('seeded random numbers', () => {
  it('the same seed gives the same stream, another label another', () => {
    const take = (...labels: string[]) => Array.from({ length: 5 }, () => random(7, ...labels).next());
    expect(take('a')).toEqual(take('a'));
    expect(take('a')).not.toEqual(take('b'));
  });
  it('a uniform mean and a normal variance are right within five standard errors', () => {
    const r = random('moments');
    const n = 40_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      sum += r.next();
      squares += r.normal() ** 2;
    }
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  });
  it('a shuffle keeps every element', () => {
    expect([...random(1).shuffle([1, 2, 3, 4, 5])].sort()).toEqual([1, 2, 3, 4, 5]);
  });
  it('forking does not advance the parent', () => {
    const a = random(3);
    const b = random(3);
    b.fork('x').next();
    expect(a.next()).toBe(b.next());
  });
});
