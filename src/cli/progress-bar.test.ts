import { describe, expect, it } from 'vitest';
import { duration, progressBar } from './progress-bar.ts';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 120, write: (text: string) => written.push(text), written };
}

describe('progress on stderr', () => {
  it('shows count, share and the time left at the present speed', () => {
    const stream = recorder(true);
    let clock = 0;
    const bar = progressBar(stream, () => clock);
    bar.start('Reading cases', 8);
    clock = 4000;
    bar.advance(2);
    expect(stream.written.at(-1)).toContain('2/8 (25 %), 12 s left');
    bar.finish();
    expect(stream.written.at(-1)).toMatch(/Reading cases {2}2\/8 in 4 s\n$/);
  });
  it('writes no escape codes where there is no terminal', () => {
    const stream = recorder(false);
    let clock = 0;
    const bar = progressBar(stream, () => clock);
    bar.start('Reading', 3);
    for (let i = 0; i < 3; i++) {
      clock += 3000;
      bar.advance(1);
    }
    bar.finish('done');
    expect(stream.written.join('')).not.toContain('\u001b');
    expect(stream.written).toHaveLength(4);
  });
  it('spells out long times', () => {
    expect([duration(59.6), duration(200), duration(3900)]).toEqual([
      '1 min 0 s',
      '3 min 20 s',
      '1 h 05 min',
    ]);
  });
});
