import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerKind } from '../../domain/question.ts';
import { parserContract } from '../parser.contract.ts';
import strict from './strict.ts';

parserContract(strict);

const lettered = (...texts: string[]) => texts.map((text, i) => ({ letter: 'ABCD'[i], text }));
const VOLUMES = lettered('12.3 cm³', '14.1 cm³', '9.9 cm³', '15.0 cm³');
const YES_NO = lettered('Yes', 'No');
const SIDES = lettered('Left', 'Right', 'The same');
const GRADES = lettered(
  'Normal (no splenomegaly)',
  'Mild splenomegaly',
  'Moderate splenomegaly',
  'Severe splenomegaly',
);

/** The letter, the number, the text, or a reason in parentheses. */
function read(
  raw: string,
  format: 'mc' | 'free',
  answerKind: AnswerKind,
  options = VOLUMES,
  unit?: string,
): string | number {
  const parsed = strict.parse({ answerKind, options, unit }, raw, format);
  if (!parsed.ok) return parsed.refused ? '(refused)' : `(${parsed.reason})`;
  const { answer } = parsed;
  return answer.kind === 'choice' ? answer.letter : answer.kind === 'number' ? answer.value : answer.text;
}

describe('strict multiple choice', () => {
  it.each([
    ['B', 'B'],
    ['b', 'B'],
    ['(B)', 'B'],
    ['B.', 'B'],
    ['**C**', 'C'],
    ['\\boxed{C}', 'C'],
    ['<answer>D</answer>', 'D'],
    ['Answer: B', 'B'],
    ['Based on the scan, D', 'D'],
    ['The correct answer is option **D**.', 'D'],
    ['The best choice is B because it is largest', 'B'],
    ['I choose C.', 'C'],
    ['It must be B', 'B'],
    ['B is correct', 'B'],
    ['B) 14.1 cm³ since A) is too small', 'B'],
    ['A\n\nBecause the volume is 12.3.', 'A'],
    ['Reasoning first.\n\nC', 'C'],
    ['Answer: A\nFinal answer: B', 'B'],
    ['I cannot be certain. Answer: B', 'B'],
    ['no closing tag was opened</think>C', 'C'],
    ['14.1', 'B'],
    ['the volume is 14.1 cm³.', 'B'],
    ['{"answer": "B", "confidence": 0.8}', 'B'],
    ['Final Answer: $\\boxed{\\text{B}}$', 'B'],
    ['Answer: b', 'B'],
    ['Answer — C', 'C'],
    ['I am not sure, but I would guess B.', 'B'],
    ['Answer: (A) 12.3 cm³\n\nExplanation: B is too large.', 'A'],
  ])('%j chooses %s', (raw, letter) => {
    expect(read(raw, 'mc', 'numeric')).toBe(letter);
  });
  it.each([
    ['Cannot determine', '(refused)'],
    ['I am unable to determine the answer.', '(refused)'],
    ['The answer cannot be determined', '(refused)'],
    ['Insufficient information.', '(refused)'],
    ['None of the above', '(the reader says that none of the options is right)'],
    ['E', '(E is not one of the options)'],
    ['Answer: E', '(E is not one of the options)'],
    ['Answer: A or B', '(several options are stated as the answer)'],
    ['Answer: A. Wait, Answer: B', '(the stated answers differ)'],
    ['(A) or maybe (B)', '(several options are named and none is stated as the answer)'],
    ['A: 12.3 cm³ B: 14.1 cm³ C: 9.9 cm³', '(several options are named and none is stated as the answer)'],
    ['B. 9.9 cm³', '(B is given with the text of C)'],
    ['A large lesion is seen', '(no option is stated)'],
    ['The answer is A large lesion', '(no option is stated)'],
    ['Answer: not B', '(no option is stated)'],
    ['I would not choose B', '(no option is stated)'],
    ['<think>A', '(the reply holds reasoning only)'],
    ['', '(the reply is empty)'],
  ])('%j chooses nothing: %s', (raw, reason) => {
    expect(read(raw, 'mc', 'numeric')).toBe(reason);
  });
  it('knows yes and no by their texts, at the start only', () => {
    expect(read('No, there is no lesion.', 'mc', 'binary', YES_NO)).toBe('B');
    expect(read('The answer is yes.', 'mc', 'binary', YES_NO)).toBe('A');
    expect(read('There is no lesion', 'mc', 'binary', YES_NO)).toBe('(no option is stated)');
    expect(read('Normal', 'mc', 'binary', YES_NO)).toBe('(no option is stated)');
  });
  it('accepts a letter only among the question’s options', () => {
    expect(read('C', 'mc', 'binary', YES_NO)).toBe('(C is not one of the options)');
  });
});

describe('strict numbers', () => {
  it.each([
    ['1,234.5', 1234.5],
    ['1,234', 1234],
    ['1.234,5', 1234.5],
    ['1 234,5', 1234.5],
    ['1.234.567', 1234567],
    ['12,5', 12.5],
    ['0,234', 0.234],
    ['−3.5', -3.5],
    ['1.2e3', 1200],
    ['1.2 × 10^3', 1200],
    ['three', 3],
    ['about 12 cm3', 12],
    ['1234.5 mL', 1234.5],
    ['1.2345 L', 1234.5],
    ['it is 12 mm³', 0.012],
    ['approximately 1432 cubic centimetres', 1432],
    ['12.3 cm³ (12.3 mL)', 12.3],
    ['10 ± 2', 10],
    ['4/3 * pi * 2 * 3 * 4 = 100.5 cm3', 100.5],
    ['5 cm x 4 cm x 3 cm, volume 31.4 cc', 31.4],
    ['The volume is 12.5 cm³ on slices 40-120', 12.5],
    ['$1432.5\\ \\text{cm}^3$', 1432.5],
    ['1432.5 cm<sup>3</sup>', 1432.5],
    ['1432.5 cm³ (normal range 1200-1600 cm³)', 1432.5],
    ['Liver 1400 cm³, spleen 200 cm³.\nAnswer: 200', 200],
  ])('%j is %d cm³', (raw, value) => {
    expect(read(raw, 'free', 'numeric', [], 'cm3')).toBe(value);
  });
  it.each([
    ['10-12', '(a range is stated, not a value)'],
    ['10 to 12 cm³', '(a range is stated, not a value)'],
    ['between 10 and 12', '(a range is stated, not a value)'],
    ['less than 5', '(a bound is stated, not a value)'],
    ['>= 5', '(a bound is stated, not a value)'],
    ['12 cm', '(the number is given in cm, not in cm³)'],
    ['12 HU', '(the number is given in HU, not in cm³)'],
    ['12 cm³ or 15 cm³', '(several different numbers are stated)'],
    ['T2', '(no number is stated)'],
    ['unable to measure', '(refused)'],
    ['<think>50</think>', '(the reply holds reasoning only)'],
  ])('%j is no value: %s', (raw, reason) => {
    expect(read(raw, 'free', 'numeric', [], 'cm3')).toBe(reason);
  });
  it('converts between lengths', () => {
    expect(read('12 mm', 'free', 'numeric', [], 'cm')).toBe(1.2);
    expect(read('1.2 cm', 'free', 'numeric', [], 'mm')).toBe(12);
  });
  it('counts without a unit, and does not count the segment', () => {
    expect(read('There are 3 lesions in segment 4', 'free', 'numeric', [], '1')).toBe(3);
    expect(read('45 %', 'free', 'numeric', [], '1')).toBe(0.45);
  });
  it('reads back any number however its thousands are grouped', () => {
    const grouping = fc.constantFrom<[string, string]>(
      [',', '.'],
      ['.', ','],
      [' ', ','],
      ['\u202f', '.'],
      ["'", '.'],
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000_000, max: 99_999_999 }),
        grouping,
        (hundredths, [group, decimal]) => {
          const whole = String(Math.trunc(hundredths / 100));
          const cents = String(hundredths % 100).padStart(2, '0');
          const shown = `${whole.replace(/\B(?=(\d{3})+$)/g, group)}${decimal}${cents} HU`;
          expect(read(shown, 'free', 'numeric', [], "[hnsf'U]")).toBe(hundredths / 100);
        },
      ),
    );
  });
});

describe('strict yes and no', () => {
  it.each([
    ['Yes', 'yes'],
    ['No, the liver is normal.', 'no'],
    ['Answer: yes', 'yes'],
    ['The scan is clear. No.', 'no'],
    ['Absent', 'no'],
    ['<think>yes</think>no', 'no'],
  ])('%j is %s', (raw, answer) => {
    expect(read(raw, 'free', 'binary', YES_NO)).toBe(answer);
  });
  it.each([
    'Normal liver',
    'Nodule in segment 4',
    'Not sure',
    'none',
    'yes or no',
    'yesterday',
  ])('%j is neither', (raw) => {
    expect(String(read(raw, 'free', 'binary', YES_NO))).toMatch(/^\(/);
  });
});

describe('strict categories', () => {
  it.each([
    ['left', 'Left'],
    ['The left kidney.', 'Left'],
    ['Both are similar', 'The same'],
    ['Answer: Right', 'Right'],
  ])('%j is %s', (raw, text) => {
    expect(read(raw, 'free', 'categorical', SIDES)).toBe(text);
  });
  it('a comparison that names both sides, and a negation, are refused', () => {
    expect(read('The left kidney is larger than the right', 'free', 'categorical', SIDES)).toBe(
      '(several categories are named)',
    );
    expect(read('not left', 'free', 'categorical', SIDES)).toBe('(a category is only named in a negation)');
  });
  it.each([
    ['Mild', 'Mild splenomegaly'],
    ['normal', 'Normal (no splenomegaly)'],
    ['no splenomegaly', 'Normal (no splenomegaly)'],
    ['Severe splenomegaly.', 'Severe splenomegaly'],
    ['mild to moderate splenomegaly', '(several categories are named)'],
    ['splenomegaly', '(no category of the question is named)'],
  ])('%j among grades is %s', (raw, text) => {
    expect(read(raw, 'free', 'categorical', GRADES)).toBe(text);
  });
  it('an organ that is an option is an answer, the kidneys too', () => {
    const organs = lettered('Liver', 'Kidneys', 'The same');
    for (const raw of ['Kidneys', 'The kidneys.', 'both kidneys', 'Kidney'])
      expect(read(raw, 'free', 'categorical', organs)).toBe('Kidneys');
    expect(read('The left kidney', 'free', 'categorical', organs)).toMatch(/^\(/);
    expect(read('The kidneys are the same', 'free', 'categorical', SIDES)).toBe('The same');
    expect(read('both kidneys', 'free', 'categorical', lettered('Left', 'Right', 'Both'))).toBe('Both');
  });
  it('knows synonyms of stages, attenuation and resectability', () => {
    expect(read('Stage T2', 'free', 'categorical', lettered('T1', 'T2', 'T3', 'T4'))).toBe('T2');
    expect(read('pT3', 'free', 'categorical', lettered('T1', 'T2', 'T3', 'T4'))).toBe('T3');
    expect(
      read('It is hypodense', 'free', 'categorical', lettered('hypo-attenuating', 'iso-attenuating')),
    ).toBe('hypo-attenuating');
    const resectable = lettered('Resectable', 'Borderline resectable', 'Unresectable');
    expect(read('borderline resectable', 'free', 'categorical', resectable)).toBe('Borderline resectable');
    expect(read('not resectable', 'free', 'categorical', resectable)).toBe('Unresectable');
  });
});
