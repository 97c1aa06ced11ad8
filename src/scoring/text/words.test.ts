import { describe, expect, it } from 'vitest';
import { matchForm, tokenF1 } from './words.ts';

describe('short answers', () => {
  it('token F1 counts repeated words as often as both have them', () => {
    expect(tokenF1(['left', 'left', 'lung'], ['left', 'lung'])).toBeCloseTo(0.8, 15);
    expect(tokenF1([], [])).toBe(1);
    expect(tokenF1([], ['lung'])).toBe(0);
  });
  it('exact match forgives case, spacing and a closing full stop, and nothing else', () => {
    expect(matchForm('  Left\nlower  lobe. ')).toBe('left lower lobe');
    expect(matchForm('T1.')).not.toBe(matchForm('T2.'));
    expect(matchForm('phổi'.normalize('NFD'))).toBe('phổi');
  });
});
