import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boxed,
  choiceOf,
  containedOption,
  firstLetter,
  lastNumbers,
  letterSet,
  loneLetter,
  numbersIn,
  optionOfText,
  type Parsed,
  tokenLetter,
  withoutThinking,
  yesNoWords,
  yesOrNo,
} from './replies.ts';

const said = <T>(found: Parsed<T>): T | string => (found.ok ? found.value : `(${found.reason})`);
const options = ['Pneumonia', 'Edema', 'Fibrosis', 'No finding', 'Mass'].map((text, at) => ({
  letter: 'ABCDE'[at],
  text,
}));
const ten = [...'ABCDEFGHIJ'];

describe('reasoning before an answer', () => {
  it.each([
    ['<think>A?</think>B', 'B'],
    ['no opening mark</think> B', 'B'],
    ['B <think>never closed', 'B'],
    ['◁think▷A◁/think▷\nB', 'B'],
    ['[THINK]A[/THINK]B', 'B'],
    ['<unused94>thought A<unused95>B', 'B'],
    ['<Thinking>A</Thinking><think>C</think>B', 'B'],
    ['B', 'B'],
  ])('%j leaves %s', (text, rest) => {
    expect(withoutThinking(text)).toBe(rest);
  });
});

describe('letters', () => {
  it.each([
    ['The answer is B.', 'B'],
    ['B', 'B'],
    ['(J)', 'J'],
    ['It must be C, because the mass is large and round', '(the option letter stands too far from the end)'],
    ['A or B', '(several option letters stand in the reply)'],
    ['none of these', '(no option letter stands by itself)'],
    ['It is A', 'A'],
    ['{"answer":"D"}', '(no option letter stands by itself)'],
  ])('by the words near the end of %j: %s', (text, letter) => {
    expect(said(tokenLetter(text, ten))).toBe(letter);
  });

  it('stand first, alone, or are stated', () => {
    expect(said(firstLetter(' B) Edema', ten))).toBe('B');
    expect(said(firstLetter('b', ten))).toMatch(/does not begin/);
    expect(said(loneLetter('Perhaps (C) or D', ten))).toBe('C');
    expect(said(loneLetter('Certainly', ten))).toMatch(/no option letter/);
    expect(said(choiceOf('<think>A</think>The answer is **E**', options))).toBe('E');
    expect(choiceOf('A or B', options).ok).toBe(false);
  });

  it('come from the text of one option', () => {
    expect(said(containedOption('There is pulmonary edema here', options))).toBe('B');
    expect(said(containedOption('edema or fibrosis', options))).toMatch(/several/);
    expect(said(optionOfText('No finding.', options))).toBe('D');
    expect(said(optionOfText('There is no finding', options))).toMatch(/no option/);
  });

  it.each([
    ['AB', 'A B'],
    ['B, A', 'A B'],
    ['A and C', 'A C'],
    ['(B) (D)', 'B D'],
    ['["A", "C"]', 'A C'],
    ['Reasoning about A.\nAnswer: B, D', 'B D'],
    ['\\boxed{AC}', 'A C'],
    ['A. C.', 'A C'],
    ['AK', '(K is not one of the options)'],
    ['A mass is seen', '(no set of option letters is stated)'],
  ])('as a set in %j: %s', (text, letters) => {
    const found = letterSet(text, ten);
    expect(found.ok ? found.value.join(' ') : `(${found.reason})`).toBe(letters);
  });

  it('a set of letters in any order and with any separator is read back', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...ten), { minLength: 1 }),
        fc.constantFrom('', ', ', ' and ', ' ', '; '),
        (letters, separator) => {
          expect(said(letterSet(letters.join(separator), ten))).toEqual([...letters].sort());
        },
      ),
    );
  });
});

describe('yes and no', () => {
  it('is one statement, or a list of them', () => {
    expect(said(yesOrNo('Yes, there is.'))).toBe('yes');
    expect(said(yesOrNo('<think>yes</think>No'))).toBe('no');
    expect(said(yesOrNo('perhaps'))).toMatch(/neither/);
    expect(yesNoWords('1. YES\n2. No (nothing)\n3. yes')).toEqual(['yes', 'no', 'yes']);
  });
});

describe('numbers', () => {
  it('are read with signs, separators and exponents', () => {
    expect(numbersIn('from −3.5 to 1,234.5 and 2e-3, T2 aside, .5')).toEqual([-3.5, 1234.5, 0.002, 0.5]);
  });
  it('the last ones count', () => {
    expect(said(lastNumbers('first 1 2, then 30 and 40.5', 2))).toEqual([30, 40.5]);
    expect(said(lastNumbers('only 3', 2))).toBe('(1 numbers where 2 are wanted)');
  });
  it('a number that was written is read back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(numbersIn(`so it is ${x} mm`)).toEqual([x === 0 ? 0 : x]);
      }),
    );
  });
});

describe('boxes', () => {
  it('hold the answer, braces matched, the last one wins', () => {
    expect(said(boxed('\\boxed{A} no, \\boxed{\\text{B}}'))).toBe('B');
    expect(said(boxed('$\\boxed{\\frac{1}{2}}$'))).toBe('\\frac{1}{2}');
    expect(said(boxed('\\boxed{A'))).toMatch(/not closed/);
    expect(said(boxed('A'))).toMatch(/nothing/);
  });
});

it('no parser throws, whatever the reply', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const parse of [boxed, yesOrNo, (t: string) => choiceOf(t, options)]) parse(text);
      letterSet(text, ten);
      tokenLetter(text, ten);
      lastNumbers(text, 3);
    }),
  );
});
