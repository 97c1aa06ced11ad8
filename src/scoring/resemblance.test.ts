// Another patient's answer: worth a guess where answers are level, more where one prevails.
import { describe, expect, it } from 'vitest';
import type { Key, Question } from '../domain/question.ts';
import { resemblance } from './resemblance.ts';

function asked(answers: readonly string[], texts: readonly string[]) {
  const questions = answers.map(
    (_, i) =>
      ({
        id: `q${i}`,
        type: 'kidney-volume-comparison',
        patientId: `p${i}`,
        options: texts.map((text, n) => ({ letter: 'ABCD'[n], text })),
      }) as unknown as Question,
  );
  const keys = new Map(answers.map((answer, i) => [`q${i}`, { questionId: `q${i}`, answer } as Key]));
  return resemblance(questions, keys);
}

describe('resemblance', () => {
  it('of three equal answers and one other: (3 · 2/3 + 0) / 4 by hand', () => {
    expect(asked(['Yes', 'Yes', 'Yes', 'No'], ['Yes', 'No'])).toBeCloseTo(0.5, 12);
  });
  it('of nine in ten: 9 · 8/9 of ten', () => {
    expect(asked([...Array.from({ length: 9 }, () => 'Yes'), 'No'], ['Yes', 'No'])).toBeCloseTo(0.8, 12);
  });
  it('is nothing where the others are shown and wrong, and a guess where they are not among the options', () => {
    expect(asked(['1.0', '2.0', '3.0'], ['1.0', '2.0', '3.0', '4.0'])).toBeCloseTo(0, 12);
    expect(asked(['10.0', '20.0'], ['1.0', '2.0', '3.0', '4.0'])).toBeCloseTo(0.25, 12);
  });
  it('needs another patient', () => {
    expect(asked(['Yes'], ['Yes', 'No'])).toBeNull();
  });
});
