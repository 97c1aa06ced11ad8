// What every scoring protocol must hold to; each protocol's test imports it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerKind, Key } from '../domain/question.ts';
import type { QuestionFormat } from '../domain/run.ts';
import { parsers } from './parsers/registry.generated.ts';
import type { ScoringProtocol } from './protocol.ts';

const OPTIONS = ['Left', 'Right', 'The same'].map((text, i) => ({ letter: 'ABC'[i], text }));

const keyOf = (answer: string, value?: number): Key => ({
  questionId: 'q',
  answer,
  ...(value === undefined ? {} : { value }),
  letter: 'B',
  evidence: [],
  assumed: [],
  flags: [],
});

export function protocolContract(protocol: ScoringProtocol): void {
  const score = (
    answerKind: AnswerKind,
    format: QuestionFormat,
    key: Key,
    raw: string,
  ): number | undefined => {
    const question = { answerKind, options: OPTIONS, unit: answerKind === 'numeric' ? 'cm3' : undefined };
    const parsed = parsers[protocol.id].parse(question, raw, format);
    return parsed.ok ? protocol.score(question, key, parsed.answer, format) : undefined;
  };
  describe(`${protocol.id} protocol`, () => {
    it('gives the key itself 1, whatever the kind', () => {
      expect(score('numeric', 'mc', keyOf('12'), 'B')).toBe(1);
      expect(score('numeric', 'free', keyOf('-12.5', -12.5), '-12.5')).toBe(1);
      expect(score('binary', 'free', keyOf('Yes'), 'Yes')).toBe(1);
      expect(score('binary', 'free', keyOf('No'), 'no.')).toBe(1);
      expect(score('categorical', 'free', keyOf('The same'), 'the same')).toBe(1);
    });
    it('gives another option, another yes or no, another category 0', () => {
      expect(score('numeric', 'mc', keyOf('12'), 'C')).toBe(0);
      expect(score('binary', 'free', keyOf('Yes'), 'No')).toBe(0);
      expect(score('categorical', 'free', keyOf('The same'), 'left')).toBe(0);
    });
    it('numbers lose in proportion to their relative error, on both sides, down to 0', () => {
      const tenths = fc.integer({ min: 1, max: 90_000 }).map((n) => n / 10);
      fc.assert(
        fc.property(tenths, tenths, (gold, said) => {
          const expected = Math.max(0, 1 - Math.abs(said - gold) / gold);
          expect(score('numeric', 'free', keyOf(String(gold), gold), String(said))).toBeCloseTo(expected, 9);
        }),
      );
    });
    it('states the relative error of numbers only', () => {
      const question = { unit: 'cm3' };
      expect(protocol.relativeError(question, keyOf('10', 10), { kind: 'number', value: 12 })).toBeCloseTo(
        0.2,
        12,
      );
      expect(protocol.relativeError(question, keyOf('10', 10), { kind: 'text', text: '12' })).toBeUndefined();
    });
  });
}
