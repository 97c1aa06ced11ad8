// Selection: balanced over answers and types, the same whatever the order.
import { describe, expect, it } from 'vitest';
import { random } from '../domain/random.ts';
import { type Row, selectQuestions } from './select.ts';

const rows = (n: number, type: string, answerOf: (i: number) => string): Row[] =>
  Array.from({ length: n }, (_, i) => ({
    id: `${type}-${i}`,
    caseId: `case-${i % 50}`,
    type,
    answer: answerOf(i),
  }));
const options = { seed: 's', perTypeAndCase: 100, balance: 1 };
const answers = (all: readonly Row[], kept: ReadonlySet<string>) => {
  const counts: Record<string, number> = {};
  for (const { id, answer } of all) if (kept.has(id)) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
};

describe('selectQuestions', () => {
  it('asks yes and no equally often', () => {
    const all = rows(200, 'liver-lesion-existence', (i) => (i % 10 === 0 ? 'Yes' : 'No'));
    expect(answers(all, selectQuestions(all, options).chosen)).toEqual({ Yes: 20, No: 20 });
  });
  it('keeps rare classes whole and thins only the most frequent to the second', () => {
    const all = rows(200, 'splenomegaly-grading', (i) => (i < 150 ? 'Normal' : i < 190 ? 'Mild' : 'Severe'));
    expect(answers(all, selectQuestions(all, options).chosen)).toEqual({ Normal: 40, Mild: 40, Severe: 10 });
  });
  it('keeps a type with few questions of one answer, and continuous numbers', () => {
    const all = [...rows(9, 'a', () => 'Yes'), ...rows(30, 'b', () => '')];
    expect(selectQuestions(all, options)).toMatchObject({ chosen: { size: 39 }, uniform: [] });
  });
  it('leaves out a type whose answer is known without looking, and says so', () => {
    const all = [...rows(60, 'a', () => 'Yes'), ...rows(30, 'b', () => '')];
    expect(selectQuestions(all, options)).toMatchObject({
      chosen: { size: 30 },
      uniform: [{ type: 'a', cases: 50 }],
    });
    expect(selectQuestions(all, { ...options, balance: Number.POSITIVE_INFINITY }).chosen.size).toBe(90);
  });
  it('thins counts under three to those of three and more, so that small ones do not prevail', () => {
    const all = rows(200, 'lesion-counting', (i) =>
      String(i < 100 ? 0 : i < 160 ? 1 : i < 180 ? 2 : i % 2 ? 3 : 7),
    );
    expect(answers(all, selectQuestions(all, options).chosen)).toEqual({ 0: 20, 1: 20, 2: 20, 3: 10, 7: 10 });
    const few = rows(90, 'lesion-counting', (i) => String(i < 50 ? 0 : i < 80 ? 1 : 2));
    expect(answers(few, selectQuestions(few, options).chosen)).toEqual({ 0: 10, 1: 10, 2: 10 });
  });
  it('keeps the answers about each pair level, so that knowing which is the likelier does not help', () => {
    const all = rows(300, 'inter-segment-comparison', (i) =>
      i < 200 ? '7 more' : i < 290 ? 'equal' : '2 more',
    ).map((row) => ({ ...row, group: 'inter-segment-comparison 2 7' }));
    expect(answers(all, selectQuestions(all, options).chosen)).toEqual({
      '7 more': 10,
      equal: 10,
      '2 more': 10,
    });
    const alone = all.slice(0, 1);
    expect(selectQuestions(alone, options).chosen.size).toBe(1);
  });
  it('asks a case for one number once', () => {
    const all = rows(100, 'largest-lesion-diameter', () => '').map((row) => ({ ...row, fact: '3.21' }));
    // Fifty cases, each with the same lesion under two names.
    expect(selectQuestions(all, options).chosen.size).toBe(50);
  });
  it('does not depend on the order of the rows, and does on the seed', () => {
    const all = rows(300, 'a', (i) => (i % 3 === 0 ? 'Yes' : 'No'));
    const kept = selectQuestions(all, options);
    expect(selectQuestions(random('x').shuffle(all), options)).toEqual(kept);
    expect(selectQuestions(all, { ...options, seed: 't' })).not.toEqual(kept);
  });
  it('keeps to the number per case and prefers rare types within it', () => {
    const all = Array.from({ length: 40 }, (_, c) => [
      ...Array.from({ length: 20 }, (_, i) => ({
        id: `v${c}-${i}`,
        caseId: `c${c}`,
        type: 'common',
        answer: '',
      })),
      ...(c % 4 === 0 ? [{ id: `r${c}`, caseId: `c${c}`, type: 'rare', answer: '' }] : []),
    ]).flat();
    const kept = selectQuestions(all, { ...options, perCase: 3 }).chosen;
    expect(kept.size).toBe(120);
    expect([...kept].filter((id) => id.startsWith('r'))).toHaveLength(10);
  });
  it('keeps to the number of one type per case', () => {
    const all = rows(500, 'a', () => '');
    expect(selectQuestions(all, { ...options, perTypeAndCase: 4 }).chosen.size).toBe(200);
  });
});
