import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SoftMask } from '../../../domain/expert.ts';
import { type Indicator, verdictOf, weigh, weighMarked, weightsOf, weighVerdicts } from './decision.ts';
import { type PlanTool, stepsBelow, TEXT_OUTPUT, validatePlan } from './plan.ts';
import {
  areaShare,
  boxOf,
  cardiothoracicRatio,
  gradeOf,
  publishedCardiothoracicRatio,
  verticalCupDiscRatio,
} from './ratios.ts';
import { RELIABILITIES, reliabilityOf, scaleOf } from './reliability.ts';

const TOOLS: PlanTool[] = [
  { id: 1, kind: 'look', type: 'qualitative', function: 'looks', input: 'image', output: 'text' },
  { id: 3, kind: 'segment', type: 'quantitative', function: 'draws', input: 'image', output: 'image' },
];
const step = (id: number, over: Record<string, unknown> = {}) => ({
  id,
  tool: [1],
  action_type: 'qualitative',
  action: 'Is the cup large?',
  input_type: [0],
  output_type: 'final indicator',
  output_path: TEXT_OUTPUT,
  ...over,
});

describe('the plan validator', () => {
  it('takes a plan whose steps build on earlier ones', () => {
    const drawn = {
      tool: [3],
      action_type: 'quantitative',
      output_type: 'intermediate result',
      output_path: 'cup.png',
    };
    const plan = validatePlan([step(1, drawn), step(2, { input_type: [0, 1] })], TOOLS);
    expect(plan).toMatchObject({ ok: true, mended: [] });
    expect(plan.ok && stepsBelow(plan.steps, 2).map(({ id }) => id)).toEqual([1]);
  });
  it.each([
    ['a gap', [step(1), step(3)]],
    ['ids from 0', [step(0), step(1)]],
    ['an id twice', [step(1), step(1)]],
    ['an unknown tool', [step(1, { tool: [2] })]],
    ['a step that builds on itself', [step(1, { input_type: [1] })]],
    ['a cycle', [step(1, { input_type: [2] }), step(2, { input_type: [1] })]],
    ['a negative input', [step(1, { input_type: [-1] })]],
    ['two findings with a comma', [step(1, { action: 'Large cup, thin rim?' })]],
    ['two findings with "and"', [step(1, { action: 'Large cup and thin rim?' })]],
    ['two findings with a stroke', [step(1, { action: 'Large cup / thin rim?' })]],
    ['no final indicator', [step(1, { output_type: 'intermediate result' })]],
    ['no steps', []],
    ['no list', { steps: 'none' }],
  ])('rejects %s, with the reason', (_, plan) => {
    const verdict = validatePlan(plan, TOOLS);
    expect(verdict.ok).toBe(false);
    expect(!verdict.ok && verdict.reasons[0]).toMatch(/\.$/);
  });
  it('lets a quantitative action name two structures', () => {
    const both = { action_type: 'quantitative', action: 'Ratio of cup and disc' };
    expect(validatePlan([step(1, both)], TOOLS).ok).toBe(true);
  });
  it('keeps results that are no picture in one file, and lets no path out of the folder', () => {
    const plan = validatePlan(
      [
        step(1, { output_path: '../../etc/passwd' }),
        step(2, { tool: [3], action_type: 'quantitative', output_path: '/tmp/x.png' }),
      ],
      TOOLS,
    );
    expect(plan.ok && plan.steps.map(({ output_path }) => output_path)).toEqual([TEXT_OUTPUT, 'step-2.png']);
  });
  it('coerces unknown output types by whether a later step builds on them', () => {
    const plan = validatePlan(
      [step(1, { output_type: 'mask' }), step(2, { output_type: 7, input_type: [1] })],
      TOOLS,
    );
    expect(plan.ok && plan.steps.map(({ output_type }) => output_type)).toEqual([
      'intermediate result',
      'final indicator',
    ]);
  });
  it('never throws, and what it takes is always in order', () => {
    const anyStep = fc.record({
      id: fc.integer({ min: 0, max: 4 }),
      tool: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.array(fc.integer({ min: 0, max: 4 }))),
      action_type: fc.constantFrom('qualitative', 'quantitative', 'other'),
      action: fc.constantFrom('Is it large?', 'a, b', 'a and b', ''),
      input_type: fc.array(fc.integer({ min: -1, max: 4 })),
      output_type: fc.oneof(fc.string(), fc.constant('final indicator')),
      output_path: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(anyStep, fc.anything())), (given) => {
        const plan = validatePlan(given, TOOLS);
        if (!plan.ok) return;
        plan.steps.forEach(({ id, tool, input_type, action, action_type }, at) => {
          expect(id).toBe(at + 1);
          for (const number of tool) expect([1, 3]).toContain(number);
          for (const from of input_type) expect(from >= 0 && from < id).toBe(true);
          if (action_type === 'qualitative') expect(action).not.toMatch(/,| and | \/ /);
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('reliability', () => {
  it.each([
    // TQ 4, ES 3, TD 2, CR 5: (4+3)/10 = 0.7; ease (6−2)/5 = 0.8; relevance 5/5 = 1; additive (4+3+4+5)/20 = 0.8.
    [{ tq: 4, es: 3, td: 2, cr: 5 }, [0.7, 0.56, 0.7, 0.56, 0.8]],
    // TQ 2, ES 2, TD 5, CR 2: 0.4; ease 0.2; relevance 0.4; additive (2+2+1+2)/20 = 0.35.
    [{ tq: 2, es: 2, td: 5, cr: 2 }, [0.4, 0.08, 0.16, 0.032, 0.35]],
    [{ tq: 5, es: 5, td: 1, cr: 5 }, [1, 1, 1, 1, 1]],
  ])('of %j by hand', (scales, wanted) => {
    RELIABILITIES.forEach((formula, at) => {
      expect(reliabilityOf(scales, formula)).toBeCloseTo(wanted[at], 12);
    });
  });
  it('takes the middle for what is no scale', () => {
    expect([5, '2', 0, 6, 2.5, 'high', null, undefined].map(scaleOf)).toEqual([5, 2, 3, 3, 3, 3, 3, 3]);
  });
});

const indicator = (id: number, weight: number, score: number, tq: number, rest = {}): Indicator => ({
  id,
  weight,
  score,
  scales: { tq, es: 3, td: 3, cr: 3, ...rest },
});

describe('the weighted decision', () => {
  const options = { formula: 'baseline' as const, gate: true, threshold: 0.4 };
  it('renormalises weights times reliability', () => {
    // Reliabilities (5+3)/10 = 0.8 and (2+3)/10 = 0.5: 0.6·0.8 = 0.48 and 0.4·0.5 = 0.20, of 0.68.
    // Score: 0.48/0.68 · (5−1)/4 + 0.20/0.68 · (2−1)/4 = 0.705882 + 0.073529.
    const { score, kept, positive } = weigh([indicator(1, 0.6, 5, 5), indicator(2, 0.4, 2, 2)], options);
    expect(kept[0].weight).toBeCloseTo(0.48 / 0.68, 12);
    expect(kept[1].weight).toBeCloseTo(0.2 / 0.68, 12);
    expect(score).toBeCloseTo(0.779412, 6);
    expect(positive).toBe(true);
  });
  it('drops what a poor tool gave, and only where there is a gate', () => {
    const both = [indicator(1, 0.9, 5, 1), indicator(2, 0.1, 1, 5)];
    expect(weigh(both, options)).toMatchObject({ score: 0, positive: false, dropped: [{ id: 1 }] });
    // 0.9·0.4 = 0.36, 0.1·0.8 = 0.08: 0.36/0.44.
    expect(weigh(both, { ...options, gate: false }).score).toBeCloseTo(0.36 / 0.44, 12);
  });
  it('decides nothing when nothing is left', () => {
    expect(weigh([indicator(1, 1, 5, 1)], options)).toMatchObject({ score: null, positive: null });
  });
  it('is positive at the threshold', () => {
    // Weights 0.4 and 0.6 of the same reliability, scores 5 and 1: exactly 0.4.
    expect(weigh([indicator(1, 0.4, 5, 3), indicator(2, 0.6, 1, 3)], options).positive).toBe(true);
  });
  it('lies between its lowest and highest indicator', () => {
    const some = fc.record({
      weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
      score: fc.integer({ min: 1, max: 5 }),
      tq: fc.integer({ min: 2, max: 5 }),
    });
    fc.assert(
      fc.property(
        fc.array(some, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...RELIABILITIES),
        (given, formula) => {
          const { score } = weigh(
            given.map(({ weight, score: grade, tq }, at) => indicator(at, weight, grade, tq)),
            { ...options, formula },
          );
          const scores = given.map((each) => (each.score - 1) / 4);
          expect(score).toBeGreaterThanOrEqual(Math.min(...scores) - 1e-9);
          expect(score).toBeLessThanOrEqual(Math.max(...scores) + 1e-9);
        },
      ),
    );
  });
  it('takes weights as they sum, and a threshold within its limits', () => {
    const weights = weightsOf(
      {
        weights: [
          { id: 1, weight: 3, role: 'definitive' },
          { id: 2, weight: 1 },
          { id: 9, weight: 8 },
        ],
        threshold: 0.9,
      },
      [1, 2],
    );
    expect([...weights.base.values()]).toEqual([0.75, 0.25]);
    expect(weights.threshold).toBe(0.55);
    expect(weights.role.get(1)).toBe('definitive');
    expect(weightsOf({ threshold: 0.1 }, [1]).threshold).toBe(0.2);
    const none = weightsOf('?', [1, 2]);
    expect([...none.base.values(), none.threshold]).toEqual([0.5, 0.5, 0.4]);
  });
});

describe('the older rules', () => {
  it('gives yes its weight, unclear half and no nothing', () => {
    const verdicts = [5, 3, 1].map((score, at) => ({
      weight: [0.2, 0.4, 0.4][at],
      verdict: verdictOf(score),
    }));
    const { score, positive } = weighVerdicts(verdicts);
    expect(score).toBeCloseTo(0.4, 12);
    expect(positive).toBe(true);
  });
  it('stops at Complete and passes over what was terminated', () => {
    const results = [
      { weight: 0.5, value: 1, mark: 'Terminate' as const },
      { weight: 0.2, value: 0.5, mark: 'Continue' as const },
      { weight: 0.2, value: 1, mark: 'Complete' as const },
      { weight: 0.1, value: 1, mark: 'Continue' as const },
    ];
    expect(weighMarked(results)).toMatchObject({ positive: false, counted: 2 });
    expect(weighMarked(results).score).toBeCloseTo(0.3, 12);
  });
});

/** Pixels whose centres lie within the ellipse around the centre of pixel (32, 32). */
function ellipse(rx: number, ry: number, size = 65): SoftMask {
  const probability = new Float32Array(size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      probability[y * size + x] = ((x - 32) / rx) ** 2 + ((y - 32) / ry) ** 2 <= 1 ? 1 : 0;
  return { width: size, height: size, probability };
}

describe('ratios', () => {
  it('measure the cup against the disc by their rows, whatever their widths', () => {
    // An ellipse of whole semi-axis r around a pixel covers 2r + 1 rows.
    for (const [cup, disc] of [
      [5, 20],
      [12, 24],
      [15, 18],
    ])
      expect(verticalCupDiscRatio(ellipse(3, cup), ellipse(25, disc))).toBe((2 * cup + 1) / (2 * disc + 1));
    expect(
      verticalCupDiscRatio(ellipse(3, 3), { width: 4, height: 4, probability: new Float32Array(16) }),
    ).toBeUndefined();
  });
  it('measure the heart against the picture as published, and against the thorax', () => {
    expect(publishedCardiothoracicRatio([10, 0, 60, 9], 200)).toBe(0.25);
    expect(cardiothoracicRatio([10, 0, 60, 9], [0, 0, 100, 90])).toBe(0.5);
  });
  it('measure boxes and areas of masks', () => {
    expect(boxOf(ellipse(3, 5))).toEqual([29, 27, 36, 38]);
    expect(areaShare({ width: 2, height: 2, probability: Float32Array.of(1, 0.5, 0.4, 0) })).toBe(0.5);
    expect([0.39, 0.4, 0.65, 0.9].map((value) => gradeOf(value, [0.4, 0.6, 0.7, 0.8]))).toEqual([1, 2, 3, 5]);
  });
});
