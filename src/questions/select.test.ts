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
  it('asks yes and no alike: each question as if its answer had been thrown with a coin', () => {
    const all = rows(2000, 'liver-lesion-existence', (i) => (i % 10 === 0 ? 'Yes' : 'No'));
    const { Yes, No } = answers(all, selectQuestions(all, options).chosen);
    // All of the rarer answer; of the other as many as 200 throws of one side need: 200 ± √400 (negative binomial).
    expect(Yes).toBe(200);
    expect(Math.abs(No - 200)).toBeLessThan(4 * Math.sqrt(400));
  });
  it('does not let the answers of others tell the own one', () => {
    // Dealt out evenly, what the others lack is right: the more frequent answer among the others would score nothing.
    let [right, asked] = [0, 0];
    for (let type = 0; type < 200; type++) {
      const all = rows(60, `type ${type}`, (i) => (i % 3 === 0 ? 'Yes' : 'No'));
      const kept = selectQuestions(all, options).chosen;
      const { Yes = 0, No = 0 } = answers(all, kept);
      for (const { id, answer } of all) {
        if (!kept.has(id)) continue;
        const lead = Yes - No - (answer === 'Yes' ? 1 : -1);
        right += lead === 0 ? 0.5 : lead > 0 === (answer === 'Yes') ? 1 : 0;
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(6000);
    expect(Math.abs(right / asked - 0.5)).toBeLessThan(0.06);
  });
  it('levels all classes to the rarest, and says of how many cases questions were left out', () => {
    const all = rows(2000, 'splenomegaly-grading', (i) =>
      i % 10 === 0 ? 'Severe' : i % 5 < 3 ? 'Normal' : 'Mild',
    );
    const { chosen, levelled } = selectQuestions(all, options);
    const kept = answers(all, chosen);
    expect(kept.Severe).toBe(200);
    for (const answer of ['Normal', 'Mild']) expect(Math.abs(kept[answer] - 200)).toBeLessThan(80);
    // In five of the fifty cases every question is about a severe one.
    expect(levelled).toEqual([{ type: 'splenomegaly-grading', cases: 45 }]);
    expect(selectQuestions(all, { ...options, balance: Number.POSITIVE_INFINITY }).levelled).toEqual([]);
  });
  it('does not let one rare answer thin a type to nothing: three of each other, or a hundredth of all', () => {
    const few = rows(30, 'a', (i) => (i === 0 ? 'Same' : i % 2 ? 'More' : 'Less'));
    const kept = answers(few, selectQuestions(few, options).chosen);
    expect(kept.Same).toBe(1);
    expect(kept.More).toBeGreaterThanOrEqual(3);
    const many = rows(5000, 'a', (i) => (i === 0 ? 'Same' : i % 2 ? 'More' : 'Less'));
    expect(answers(many, selectQuestions(many, options).chosen)).toEqual({ Same: 1, More: 50, Less: 50 });
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
  it('asks for no count more often than one in the number of options', () => {
    const all = rows(4000, 'lesion-counting', (i) =>
      String(i < 2000 ? 0 : i < 3200 ? 1 : i < 3600 ? 2 : i % 2 ? 3 : 7),
    ).map((row) => ({ ...row, shown: 4 }));
    const kept = answers(all, selectQuestions(all, options).chosen);
    const total = Object.values(kept).reduce((a, b) => a + b);
    // 400 of 2, 200 each of 3 and 7: with 400 each of 0 and 1 none has more than a quarter of 1,600.
    expect(total).toBeGreaterThan(1200);
    for (const n of Object.values(kept)) expect(n / total).toBeLessThan(0.25 + 0.04);
  });
  it('keeps the answers about each pair level, so that knowing which is the likelier does not help', () => {
    const pair = (a: string, b: string, n: number, sideOf: (i: number) => number) =>
      rows(n, 'inter-segment-comparison', (i) => [`${a} more`, `${b} more`, 'equal'][sideOf(i)]).map(
        (row, i) => ({
          ...row,
          id: `${a}${b}${row.id}`,
          shown: 3,
          group: `${a} ${b}`,
          side: String(sideOf(i)),
        }),
      );
    const level = pair('2', '7', 300, (i) => (i < 200 ? 1 : i < 290 ? 2 : 0));
    const kept = answers(level, selectQuestions(level, options).chosen);
    expect(Math.max(...Object.values(kept))).toBe(10);
    // Of the pair 1 and 7 nobody has seen more in 1: of its answers the others would be the better guess.
    const lopsided = pair('1', '7', 300, (i) => (i < 200 ? 1 : 2));
    const both = selectQuestions([...level, ...lopsided], options).chosen;
    expect([...both].filter((id) => id.startsWith('17'))).toEqual([]);
    expect(selectQuestions(lopsided.slice(0, 1), options).chosen.size).toBe(1);
  });
  it('asks a case for one number once', () => {
    const all = rows(100, 'largest-lesion-diameter', () => '').map((row) => ({ ...row, fact: '3.21' }));
    // Fifty cases, each with the same lesion under two names.
    expect(selectQuestions(all, options).chosen.size).toBe(50);
    // The volume of both kidneys is the sum of the two kidneys; a diameter of as many centimetres is another number.
    const volumes = [
      ['organ-volume-measurement', 'cm3'],
      ['organ-aggregation', 'cm3'],
      ['largest-lesion-diameter', 'cm'],
    ].map(([type, unit]) => ({ id: type, caseId: 'case', type, answer: '', fact: '3.21', unit }));
    expect(selectQuestions(volumes, options).chosen.size).toBe(2);
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
