import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractBinary, extractLetter, extractNumber, normalizeText, stripThink } from './extract.ts';
import { asciiDigits, round4, strip } from './python-text.ts';

describe('the released scorer reads a letter', () => {
  // Hazards recorded from runs of the released scorer.
  it.each([
    ['B', 'B'],
    ['Answer: B', 'A'],
    ['Based on the scan, D', 'B'],
    ['Cannot determine', 'C'],
    ['the option is (c)', 'C'],
    ['<think>A or B?</think> D', 'D'],
    ['<think>A never closed', ''],
    ['E', ''],
    ['option_B', ''],
    ['ẚ', 'A'],
    ['', ''],
  ])('%j as %j', (text, letter) => {
    expect(extractLetter(text)).toBe(letter);
  });
});

describe('the released scorer reads a number', () => {
  it.each([
    ['1,234.5', 1],
    ['about -12.5 HU', -12.5],
    ['10-12', 10],
    ['5.', 5],
    ['.5', 5],
    ['٣٫٥', 3],
    ['१२.५', 12.5],
    ['1e3', 1],
    ['none', undefined],
  ])('%j as %s', (text, value) => {
    expect(extractNumber(text)).toBe(value);
  });
});

describe('the released scorer reads yes and no', () => {
  it.each([
    ['Yes.', 'yes'],
    ['Normal liver', 'no'],
    ['Nodule seen, yes', 'no'],
    ['Not sure', 'no'],
    ['none', 'no'],
    ['I see no lesion', 'no'],
    ['perhaps', ''],
    ['yesterday', 'yes'],
  ])('%j as %j', (text, answer) => {
    expect(extractBinary(text)).toBe(answer);
  });
});

describe('text as Python treats it', () => {
  it('categories lose punctuation but keep hyphens, and inner white space becomes one space', () => {
    expect(normalizeText('  Hypo-attenuating,\u00a0 (mild)! ')).toBe('hypo-attenuating mild');
  });
  it('white space is Python’s: unit separators are, the byte order mark is not', () => {
    expect(strip('\x1c\x85 a \u3000')).toBe('a');
    expect(strip('\ufeffa')).toBe('\ufeffa');
  });
  it('digits of every script are digits', () => {
    expect(asciiDigits('٠١٢ ९ ９ 𝟗 𝟘')).toBe('012 9 9 9 0');
  });
  it('rounding takes exact ties to the even neighbour', () => {
    // Values of Python's round(x, 4).
    const expected = [
      [0.03125, 0.0312],
      [0.09375, 0.0938],
      [0.15625, 0.1562],
      [0.28125, 0.2812],
      [0.84375, 0.8438],
      [0.12345, 0.1235],
      [0.00005, 0.0001],
      [2 / 3, 0.6667],
    ];
    for (const [x, rounded] of expected) expect(round4(x)).toBe(rounded);
  });
});

describe('think blocks', () => {
  it('a tag that removal puts together is removed as well', () => {
    expect(stripThink('<thi<think>x</think>nk>secret')).toBe('');
  });
  it('a reply of many unclosed tags takes no longer than its length', () => {
    const start = performance.now();
    expect(stripThink('<think>'.repeat(200_000))).toBe('');
    expect(performance.now() - start).toBeLessThan(1000);
  });
  it('nothing of a closed block is left, whatever surrounds it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (inside, after) => {
        fc.pre(!/<\/?think/.test(inside) && !/<\/?think|^ink|[<]/.test(after));
        expect(stripThink(`<think>${inside}</think>${after}`)).toBe(strip(after));
      }),
    );
  });
});
