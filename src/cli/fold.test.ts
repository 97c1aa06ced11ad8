import { expect, it } from 'vitest';
import { fold } from './fold.ts';

it('folds words at 100 columns, further lines under the first word', () => {
  const words = Array.from({ length: 40 }, (_, at) => `word${at}`).join(' ');
  const lines = fold('  name  ', words).split('\n');
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  expect(lines.slice(1).every((line) => line.startsWith('        word'))).toBe(true);
  expect(lines.map((line, at) => (at === 0 ? line.slice(8) : line.trim())).join(' ')).toBe(words);
});

it('leaves short lines and words longer than a line as they are', () => {
  expect(fold('a ', 'b c')).toBe('a b c');
  expect(fold('', 'x'.repeat(120))).toBe('x'.repeat(120));
});
