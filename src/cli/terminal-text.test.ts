import { describe, expect, it } from 'vitest';
import { progressBar } from './progress-bar.ts';
import { folded, terminalText } from './terminal-text.ts';

const HOSTILE = 'liver\u001b]0;owned\u0007\u001b[2J\u009b31m\r\u202egnp.exe';

describe('what files and models say', () => {
  it('reaches the terminal without control characters', () => {
    expect(terminalText(HOSTILE)).toBe('liver ]0;owned  [2J 31m  gnp.exe');
    expect(terminalText('Größe 3 × 4 mm²\n\tzwei')).toBe('Größe 3 × 4 mm²\n\tzwei');
  });

  it('cannot break out of the progress line', () => {
    const written: string[] = [];
    const bar = progressBar({ write: (text) => written.push(text) });
    bar.start(HOSTILE, 1);
    bar.advance(1, HOSTILE);
    bar.finish(HOSTILE);
    expect(written.join('')).toContain('owned');
    for (const text of written) expect(text).toBe(terminalText(text));
    for (const code of ['\u001b', '\u0007', '\u009b', '\r', '\u202e'])
      expect(written.join('')).not.toContain(code);
  });
});

describe('a line of a list', () => {
  const line =
    'vqa-rad            open          CC0-1.0; 3,515 questions on 315 pictures of heads, chests and abdomens';
  it('is folded under its last column and loses no word', () => {
    const rows = folded(line, 70).split('\n');
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(70);
    for (const row of rows.slice(1)) expect(row).toMatch(/^ {33}\S/);
    expect(rows.map((row) => row.trim()).join(' ')).toBe(line);
  });
  it('stays whole in a file, and where there is no room to fold', () => {
    expect(folded(line, undefined)).toBe(line);
    expect(folded(line, 50)).toBe(line);
  });
});
