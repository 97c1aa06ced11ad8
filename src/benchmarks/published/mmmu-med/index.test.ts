import { describe, expect, it } from 'vitest';
import { publishedContract } from '../../published.contract.ts';
import mmmu from './index.ts';
import { openPredictions, publishedChoice, publishedOpen, strictOpen } from './parse.ts';

publishedContract(mmmu);

const options = ['an acute abscess', 'a benign cyst', 'a cyst', 'none'].map((text, at) => ({
  letter: 'ABCD'[at],
  text,
}));

describe('MMMU choices as released', () => {
  it.each([
    ['B', 'B'],
    ['(C)', 'C'],
    ['The answer is B.', 'B'],
    ['Not (A) but (D)', 'D'],
    ['(A) over B', 'A'],
    ['I would say that this is a benign cyst here', 'B'],
    // The shorter option stands in the longer: of equal ends the one that begins last is taken.
    ['It may well be a cyst of some kind', 'C'],
    ['A lesion, so B or C', 'C'],
    ["'A'", 'A'],
  ])('%j is %s', (reply, letter) => {
    expect(publishedChoice(reply, options, 'x')).toEqual({ letter, random: false });
  });

  it('nothing named is a random option, the same every time', () => {
    const drawn = publishedChoice('unknown', options, 'validation_Pharmacy_1');
    expect(drawn.random).toBe(true);
    expect(publishedChoice('unknown', options, 'validation_Pharmacy_1')).toEqual(drawn);
    const letters = Array.from({ length: 200 }, (_, at) => publishedChoice('', options, String(at)).letter);
    expect(new Set(letters).size).toBe(4);
  });
});

describe('MMMU open answers', () => {
  it.each([
    // The separator and the decimals are never read together.
    ['The result is 1,234.5 mg', ['1234.5'], false, true],
    ['about 12,000 cells', ['12000'], true, true],
    ['-3.5', ['-3.5'], true, true],
    ['so x = 0.125', ['0.12'], true, true],
    ['30', ['30.0'], true, true],
    ['36 watts', ['30'], false, false],
    ['It is not known', ['no'], true, false],
    ['The organ is the spleen.', ['spleen'], true, false],
    ['Spleen.', ['spleen', 'the spleen'], true, true],
    ['Answer: the spleen', ['spleen', 'the spleen'], true, true],
    ['1e3', ['1000'], true, true],
    ['5 of 7', ['7'], true, false],
    ['\\boxed{7}', ['7'], true, true],
    ['', ['7'], false, false],
  ])('%j for %j: %s as published, %s strictly', (reply, answers, published, strict) => {
    expect(publishedOpen(reply, answers)).toBe(published);
    const found = strictOpen(reply, answers);
    expect(found.ok && found.value).toBe(strict);
  });

  it('predictions are the tails of lines and their numbers', () => {
    // As the released parser has it in CPython: "12." is a number, and "1,250.456" is three.
    expect(new Set(openPredictions('The sum is 12.\nSo the answer is 1,250.456'))).toEqual(
      new Set([12, 1250, 1250.46, 250.46]),
    );
  });
});
