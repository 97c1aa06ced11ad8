import { describe, expect, it } from 'vitest';
import type { Key } from '../domain/question.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import { parseAnswer } from './parse.ts';
import { scoreAnswer, scoreRead } from './score.ts';

const question = {
  answerKind: 'numeric' as const,
  unit: 'cm3',
  options: ['120.0', '156.6', '109.9', '173.6'].map((text, i) => ({
    letter: 'ABCD'[i],
    text: `${text} cm³`,
  })),
};
const key: Key = {
  questionId: 'q',
  answer: '156.6',
  value: 156.6,
  letter: 'B',
  evidence: [],
  assumed: [],
  flags: [],
};
const row = (raw: string, status: ScoringRow['status'] = 'answered') => ({ status, raw });
const strict = { protocol: 'strict', format: 'free' } as const;

describe('the score of a read', () => {
  it('unparsed, refused and failed are 0, unsupported is none', () => {
    expect(scoreAnswer(question, key, row('nothing here'), strict)).toBe(0);
    expect(scoreAnswer(question, key, row('156.6', 'refused'), strict)).toBe(0);
    expect(scoreAnswer(question, key, row('156.6', 'failed'), strict)).toBe(0);
    expect(scoreAnswer(question, key, row('', 'unsupported'), strict)).toBeNull();
  });
  it('numbers score by relative accuracy after conversion', () => {
    expect(scoreAnswer(question, key, row('156600 mm³'), strict)).toBe(1);
    expect(scoreAnswer(question, key, row('140.94 mL'), strict)).toBeCloseTo(0.9, 10);
    expect(scoreAnswer(question, key, row('0.1566 L'), strict)).toBe(1);
    // The released scorer sees no unit.
    expect(scoreAnswer(question, key, row('156600 mm³'), { protocol: 'published', format: 'free' })).toBe(0);
  });
  it('a run’s own verdict "unparsed" does not bind another protocol', () => {
    expect(scoreAnswer(question, key, row('1,5 or 156.6', 'unparsed'), strict)).toBe(0);
    expect(
      scoreRead(question, key, row('Based on this: B', 'unparsed'), { protocol: 'published', format: 'mc' }),
    ).toEqual({
      score: 1,
      outcome: 'scored',
      answer: { kind: 'choice', letter: 'B' },
    });
  });
  it('an answer without words is scored too', () => {
    const clicked = { status: 'answered', raw: '', answer: { kind: 'choice', letter: 'B' } } as const;
    for (const protocol of ['published', 'strict'] as const)
      expect(scoreAnswer(question, key, clicked, { protocol, format: 'mc' })).toBe(1);
  });
  it('a refusal is told from an unreadable reply', () => {
    expect(scoreRead(question, key, row('I cannot determine the volume.'), strict).outcome).toBe('refused');
    expect(scoreRead(question, key, row('a large spleen'), strict).outcome).toBe('unparsed');
    expect(parseAnswer(question, 'Unable to measure.', strict)).toMatchObject({ ok: false, refused: true });
  });
});
