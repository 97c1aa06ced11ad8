// What every question type promises.
import { expect, it } from 'vitest';
import { conversion } from '../domain/units.ts';
import type { Candidate } from './ask.ts';
import type { LatticeGrid } from './lattice.ts';
import { pose } from './pose.ts';
import { optionLetter, type QuestionType } from './question-type.ts';
import { newSpread } from './spread.ts';

/** 3.5 × 3.5 × 5 mm: the phantoms' own grid. */
const GRID = { shape: [96, 96, 64], spacing: [3.5, 3.5, 5], axes: 'RAS' } satisfies LatticeGrid;

/** What a model, a broken tool or another question's tools may hand to `conclude`. */
const GARBAGE: readonly unknown[] = [
  undefined,
  null,
  'text',
  3,
  [],
  {},
  { error: 'no mask' },
  { value: 'x' },
  { value: Number.NaN },
  { value: null },
  { value: [] },
  { value: {} },
  { results: 'x' },
  { results: [null, {}] },
  { mask_found: 'maybe' },
];

/** @param candidates questions of the type on phantoms, at least one */
export function questionTypeContract(type: QuestionType, candidates: readonly Candidate[]): void {
  it('is defined in one sentence, with reasons for what it assumes', () => {
    expect(type.definition).toMatch(/^[A-Z].*\.$/s);
    for (const { name, why, assumed } of type.assumptions) {
      expect(name.startsWith(`${type.id}.`)).toBe(true);
      expect(why.length).toBeGreaterThan(30);
      expect(assumed).toBe(true);
    }
  });
  it('has questions on the phantoms', () => {
    expect(candidates.length).toBeGreaterThan(0);
  });
  it('follows the published chain, with at most further measurements', () => {
    for (const { slots } of candidates) {
      const made = type.plan(slots).map(({ primitive }) => primitive);
      let next = 0;
      for (const primitive of made) if (primitive === type.chain[next]) next++;
      expect(next, `${made.join('-')} for ${type.chain.join('-')}`).toBe(type.chain.length);
    }
  });
  it('plans from public slots alone, the same each time', () => {
    for (const { slots } of candidates) expect(type.plan({ ...slots })).toEqual(type.plan(slots));
  });
  it('plans nothing for an imported question, which has no slots', () => {
    expect(type.plan({})).toEqual([]);
    expect('error' in type.conclude({}, [])).toBe(true);
  });
  it('never throws on results that do not fit', () => {
    for (const { slots } of candidates.slice(0, 3))
      for (const garbage of GARBAGE) {
        const steps = type.plan(slots).length;
        const conclusion = type.conclude(
          slots,
          Array.from({ length: steps }, () => garbage),
        );
        expect('error' in conclusion || typeof conclusion.answer === 'string').toBe(true);
        expect('error' in type.conclude(slots, [])).toBe(true);
      }
  });
  it('has three wordings or more, each a question or request of its own that does not hold the answer', () => {
    for (const { slots, conclusion } of candidates) {
      const wordings = type.wordings(slots);
      expect(new Set(wordings).size).toBeGreaterThanOrEqual(3);
      for (const text of wordings) {
        expect(text).toMatch(/^[A-Z].*[?.]$/s);
        expect(text).not.toMatch(/undefined|NaN|_|the both|the the/);
        if (type.answerKind === 'numeric') expect(text).not.toContain(` ${conclusion.answer} `);
      }
    }
  });
  it('puts the answer among two to four distinct options, and finds it there again', () => {
    const record = { id: 'case-x', patientId: 'patient-x', split: 'test' as const, ...GRID };
    for (const candidate of candidates) {
      const { question, key } = pose(candidate, type, record, { seed: 'seed', rules: 'strict' }, newSpread());
      const texts = question.options.map((o) => o.text);
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts.length).toBeGreaterThanOrEqual(2);
      expect(texts.length).toBeLessThanOrEqual(4);
      expect(question.options.map((o) => o.letter)).toEqual(['A', 'B', 'C', 'D'].slice(0, texts.length));
      expect(question.options.find((o) => o.letter === key.letter)?.text).toBe(key.answer);
      expect(optionLetter(question, candidate.conclusion)).toBe(key.letter);
      if (type.answerKind === 'binary') expect(texts.sort()).toEqual(['No', 'Yes']);
      if (type.answerKind === 'numeric') {
        expect(texts).toHaveLength(4);
        expect(Number(key.answer)).toBe(key.value);
        expect(question.unit === undefined ? undefined : conversion(question.unit, question.unit)).toBe(1);
      }
    }
  });
  it('closes its evidence with the step that gives the answer, and tells each step in a sentence', () => {
    for (const { evidence, slots } of candidates) {
      const tools = evidence.filter(({ tool }) => tool !== undefined);
      expect(tools).toHaveLength(type.plan(slots).length);
      for (const { statement } of evidence) {
        expect(statement).toMatch(/[.]$/);
        expect(statement).not.toMatch(/undefined|NaN|\[object/);
      }
      for (const step of evidence.filter(({ primitive }) => primitive === 'knowledge'))
        expect(step.criterion).toBeDefined();
    }
  });
}
