// What every answer parser must hold to; each parser's test imports it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerKind } from '../domain/question.ts';
import type { AnswerParser } from './parser.ts';

const OPTIONS = ['12.3 cm³', '14.1 cm³', '9.9 cm³', '15.0 cm³'].map((text, i) => ({
  letter: 'ABCD'[i],
  text,
}));
const KINDS: readonly AnswerKind[] = ['numeric', 'binary', 'categorical', 'text'];
/** Fragments that parsers look for, mixed with anything. */
const reply = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        'Answer: ',
        'B',
        '(C)',
        '12,5',
        '-',
        ' cm',
        'yes',
        'no',
        '<think>',
        '</think>',
        '\n',
        '\\boxed{',
        '**',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

export function parserContract(parser: AnswerParser): void {
  describe(`${parser.id} parser`, () => {
    it('gives an answer of the kind asked for or a reason, and never throws', () => {
      fc.assert(
        fc.property(
          reply,
          fc.constantFrom(...KINDS),
          fc.constantFrom('mc', 'free'),
          (raw, answerKind, format) => {
            const parsed = parser.parse(
              { answerKind, options: OPTIONS, unit: 'cm3' },
              raw,
              format as 'mc' | 'free',
            );
            if (!parsed.ok) {
              expect(parsed.reason).not.toBe('');
              return;
            }
            const { answer } = parsed;
            if (format === 'mc') expect(answer.kind).toBe('choice');
            else expect(answer.kind).toBe(answerKind === 'numeric' ? 'number' : 'text');
            if (answer.kind === 'choice') expect('ABCD').toContain(answer.letter);
            if (answer.kind === 'text') expect(answer.text).not.toBe('');
          },
        ),
        { numRuns: 600 },
      );
    });
    it('reads the bare letter of every option', () => {
      for (const { letter } of OPTIONS)
        expect(parser.parse({ answerKind: 'numeric', options: OPTIONS }, letter, 'mc')).toEqual({
          ok: true,
          answer: { kind: 'choice', letter },
        });
    });
    it('reads a bare number in its question’s unit', () => {
      fc.assert(
        fc.property(fc.integer({ min: -3000, max: 3000 }), (tenths) => {
          const parsed = parser.parse(
            { answerKind: 'numeric', options: [], unit: 'cm3' },
            String(tenths / 10),
            'free',
          );
          expect(parsed.ok && parsed.answer).toMatchObject({ kind: 'number', value: tenths / 10 });
        }),
      );
    });
    it('ignores what stands in a closed think block', () => {
      const question = { answerKind: 'numeric' as const, options: OPTIONS, unit: 'cm3' };
      for (const [raw, format] of [
        ['<think>A, surely 99</think>\nB', 'mc'],
        ['<think>A, surely 99</think>\n12.5', 'free'],
      ] as const) {
        const bare = parser.parse(question, raw.slice(raw.indexOf('\n') + 1), format);
        expect(parser.parse(question, raw, format)).toEqual(bare);
      }
    });
    it('finds no answer in an empty reply', () => {
      for (const answerKind of KINDS)
        for (const format of ['mc', 'free'] as const)
          expect(parser.parse({ answerKind, options: OPTIONS }, ' \n', format).ok).toBe(false);
    });
    it('reads a long reply in time proportional to its length', () => {
      const noise = ['A ', '1 ', '(', 'answer ', '-1.', '** ', 'yes no ', '<think>', 'is ', '1,'];
      for (const fragment of noise)
        for (const format of ['mc', 'free'] as const)
          for (const answerKind of KINDS) {
            const start = performance.now();
            parser.parse({ answerKind, options: OPTIONS, unit: 'cm3' }, fragment.repeat(40_000), format);
            expect(performance.now() - start, `${fragment} ${format} ${answerKind}`).toBeLessThan(2000);
          }
    });
  });
}
