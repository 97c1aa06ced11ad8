import { describe, expect, it } from 'vitest';
import type { EvidenceStep, Key, Question } from '../domain/question.ts';
import { type LadderRow, ladderRungs } from './ladder.ts';
import { ladderPlan, tellableSteps, twinOf } from './plan.ts';

const step = (primitive: EvidenceStep['primitive'], value: unknown, statement: string): EvidenceStep => ({
  primitive,
  ...(primitive === 'compare' ? {} : { tool: primitive }),
  value,
  statement,
});
const keyOf = (answer: string, evidence: EvidenceStep[], value?: number): Key => ({
  questionId: 'q',
  answer,
  ...(value === undefined ? {} : { value }),
  letter: 'A',
  evidence,
  assumed: [],
  flags: [],
});
const ratio = (liver: number, spleen: number): Key =>
  keyOf(
    String(liver / spleen),
    [
      step('segment', true, 'The liver is segmented.'),
      step('measure', liver, `The liver measures ${liver} HU.`),
      step('segment', true, 'The spleen is segmented.'),
      step('measure', spleen, `The spleen measures ${spleen} HU.`),
      step('compare', liver / spleen, `The ratio is ${liver / spleen}.`),
    ],
    liver / spleen,
  );

describe('the plan of a ladder', () => {
  it('tells one more step each rung and never the last measurement or the comparison', () => {
    const plan = ladderPlan({ answerKind: 'numeric' }, ratio(60, 50));
    expect(plan.map((rung) => rung.steps)).toEqual([0, 1, 2, 3]);
    const told = plan.flatMap((rung) => rung.evidence).join(' ');
    expect(told).toContain('The liver measures 60 HU.');
    expect(told).not.toContain('50');
    expect(told).not.toContain('ratio');
  });
  it('a one-step chain has nothing to tell', () => {
    const existence = keyOf('Yes', [
      step('segment', true, 'A lesion mask is found.'),
      step('compare', true, 'Yes.'),
    ]);
    expect(ladderPlan({ answerKind: 'binary' }, existence)).toEqual([
      { steps: 0, twin: false, evidence: [] },
    ]);
  });
  it('stops before a step that already states the answer', () => {
    const early = keyOf(
      '12.5',
      [step('measure', 12.5, 'It is 12.5.'), step('segment', true, 'x'), step('measure', 1, 'y')],
      12.5,
    );
    expect(tellableSteps({ answerKind: 'numeric' }, early)).toHaveLength(0);
    const named = keyOf('Left', [
      step('segment', true, 'The left kidney holds it.'),
      step('measure', 3, 'z'),
    ]);
    expect(tellableSteps({ answerKind: 'categorical' }, named)).toHaveLength(0);
  });
  it('a count told in the words of an earlier step is the answer too', () => {
    const count = keyOf(
      '3',
      [step('segment', true, 'A mask in 3 separate lesions.'), step('measure', 3, 'x')],
      3,
    );
    expect(tellableSteps({ answerKind: 'numeric' }, count)).toHaveLength(0);
    const volume = keyOf(
      '1432.1',
      [step('segment', true, 'A mask of 1,432 voxels.'), step('measure', 1432.1, 'x')],
      1432.1,
    );
    expect(tellableSteps({ answerKind: 'numeric' }, volume)).toHaveLength(1);
  });
  it('twins tell as many steps of the other patient, and the rung without evidence has none', () => {
    const plan = ladderPlan({ answerKind: 'numeric' }, ratio(60, 50), ratio(40, 55));
    const twins = plan.filter((rung) => rung.twin);
    expect(twins.map((rung) => rung.steps)).toEqual([1, 2, 3]);
    expect(twins[1].evidence).toEqual(['The liver is segmented.', 'The liver measures 40 HU.']);
  });
  it('the twin is another patient’s question of the same type and slots, with another answer if there is one', () => {
    const question = (id: string, patientId: string, organ: string): Question => ({
      id,
      caseId: id,
      patientId,
      stage: 'measurement',
      type: 'organ-hu-ratio',
      answerKind: 'numeric',
      text: '?',
      options: [],
      slots: { organ },
      split: 'test',
    });
    const all = [
      question('q', 'p1', 'liver'),
      question('same-patient', 'p1', 'liver'),
      question('other-organ', 'p2', 'spleen'),
      question('same-answer', 'p3', 'liver'),
      question('right', 'p4', 'liver'),
    ];
    const keys = new Map(all.map((q) => [q.id, keyOf(q.id === 'right' ? '2' : '1', [])]));
    for (const seed of ['a', 'b', 'c']) expect(twinOf(all[0], all, keys, seed)?.id).toBe('right');
    expect(twinOf(all[0], all.slice(0, 2), keys, 'a')).toBeUndefined();
  });
});

describe('rungs', () => {
  const rows: LadderRow[] = [];
  for (let i = 0; i < 60; i++) {
    const base = { questionId: `q${i}`, patientId: `p${i % 20}`, stage: 'measurement' as const, repeat: 0 };
    rows.push({ ...base, stepsGiven: 0, twin: false, score: i % 2 });
    rows.push({ ...base, stepsGiven: 1, twin: false, score: 1 });
    rows.push({ ...base, stepsGiven: 1, twin: true, score: i % 2 });
  }
  const rungs = ladderRungs('reader', rows, { seed: '1', resamples: 200 });
  it('give the paired difference to the twin, per stage and overall', () => {
    const measured = rungs.filter((rung) => rung.stage === 'measurement');
    expect(measured.map((rung) => rung.steps)).toEqual([0, 1]);
    expect(measured[1]).toMatchObject({ n: 60, nPatients: 20, score: 1, twin: 0.5, effect: 0.5 });
    expect(measured[1].ci95?.[0]).toBeGreaterThan(0);
    expect(rungs.filter((rung) => rung.stage === 'overall')).toHaveLength(2);
  });
  it('without evidence there is no effect and no interval', () => {
    expect(rungs[0]).toMatchObject({ steps: 0, score: 0.5, twin: 0.5, effect: 0, ci95: null });
  });
  it('questions read only with their own evidence are left out', () => {
    const alone = ladderRungs(
      'reader',
      rows.filter((row) => !row.twin || row.questionId === 'q0'),
      { seed: '1', resamples: 50 },
    );
    expect(alone.find((rung) => rung.steps === 1)?.n).toBe(1);
  });
});
