import { describe, expect, it } from 'vitest';
import { noteSentence } from './notes.ts';

describe('notes for people', () => {
  it('spell out what a code stands for', () => {
    expect(noteSentence('kidney-sides-derived')).toMatch(/^The mask does not tell the sides of the kidneys/);
    expect(noteSentence('kidney_lesion: not all kinds')).toBe('kidney lesion: not all kinds');
    expect(noteSentence('The file holds more bytes.')).toBe('The file holds more bytes.');
  });
});
