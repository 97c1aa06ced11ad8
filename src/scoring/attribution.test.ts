import { describe, expect, it } from 'vitest';
import type { EvidenceStep } from '../domain/question.ts';
import type { ToolCall } from '../domain/read.ts';
import { attributeErrors, firstDeviation, traceMetrics } from './attribution.ts';

const evidence: EvidenceStep[] = [
  {
    primitive: 'knowledge',
    tool: 'lookup_medical_knowledge',
    arguments: { query: 'splenomegaly volume' },
    value: 314.5,
    criterion: { id: 'splenomegaly', set: 'published', version: '1' },
    statement: 'Over 314.5 cm³ is enlarged.',
  },
  {
    primitive: 'segment',
    tool: 'segment_organ',
    arguments: { target: 'spleen' },
    value: 900,
    statement: 'Found.',
  },
  {
    primitive: 'measure',
    tool: 'measure',
    arguments: { target: 'spleen', measurement_type: 'volume_cm3' },
    value: 420,
    statement: 'The spleen measures 420 cm³.',
  },
  { primitive: 'compare', value: true, statement: '420 is over 314.5.' },
];
const key = { evidence };
const call = (tool: string, args: unknown, result: unknown, error?: string): ToolCall => ({
  step: 0,
  tool,
  arguments: args,
  result,
  ...(error === undefined ? {} : { error }),
  milliseconds: 1,
});
const lookup = (id: string) =>
  call(
    'lookup_medical_knowledge',
    { query: 'enlarged spleen?' },
    { results: [{ text: '', source: '', criterion: { id } }] },
  );
const segment = call('segment_organ', { target: 'spleen' }, { mask_found: true, voxel_count: 900 });
const measure = (value: number, target = 'spleen') =>
  call('measure', { target, measurement: 'volume_cm3' }, { value, unit: 'cm3' });

describe('the first deviation from the gold chain', () => {
  it.each([
    ['no-tool', []],
    ['wrong-rule', [segment, measure(420)]],
    ['wrong-rule', [lookup('steatosis'), segment, measure(420)]],
    ['wrong-tool', [lookup('splenomegaly')]],
    ['wrong-argument', [lookup('splenomegaly'), call('segment_organ', { target: 'liver' }, {})]],
    ['wrong-tool', [lookup('splenomegaly'), segment]],
    ['wrong-argument', [lookup('splenomegaly'), segment, measure(420, 'liver')]],
    ['wrong-measurement', [lookup('splenomegaly'), segment, measure(300)]],
    [
      'wrong-measurement',
      [
        lookup('splenomegaly'),
        segment,
        call('measure', { target: 'spleen', measurement_type: 'volume_cm3' }, {}, 'no mask'),
      ],
    ],
    ['wrong-conclusion', [lookup('splenomegaly'), segment, measure(421)]],
  ] as const)('is %s', (cause, calls) => {
    expect(firstDeviation(key, calls)).toBe(cause);
  });
  it('a segmentation is implied by measuring its target', () => {
    expect(firstDeviation(key, [lookup('splenomegaly'), measure(420)])).toBe('wrong-conclusion');
  });
  it('a mask that is rightly not found is no wrong measurement, and one wrongly found is', () => {
    const absent = { evidence: [{ ...evidence[1], value: 0 }] };
    const miss = call('segment_organ', { target: 'spleen' }, { mask_found: false, error: 'none' }, 'none');
    expect(firstDeviation(absent, [miss])).toBe('wrong-conclusion');
    expect(firstDeviation(absent, [segment])).toBe('wrong-measurement');
    expect(firstDeviation({ evidence: [evidence[1]] }, [miss])).toBe('wrong-measurement');
  });
  it('a repeated call may put an error right', () => {
    expect(firstDeviation(key, [lookup('splenomegaly'), segment, measure(300), measure(420)])).toBe(
      'wrong-conclusion',
    );
  });
  it('is counted over wrong reads only', () => {
    const reads = [
      { key, calls: [], score: 0 },
      { key, calls: [], score: 1 },
      { key, calls: [lookup('splenomegaly'), segment, measure(300)], score: 0.4 },
    ];
    expect(attributeErrors(reads)).toEqual({
      wrong: 2,
      causes: {
        'no-tool': 1,
        'budget-short': 0,
        'wrong-tool': 0,
        'wrong-argument': 0,
        'wrong-measurement': 1,
        'wrong-rule': 0,
        'wrong-conclusion': 0,
      },
    });
  });
});

describe('trace metrics', () => {
  it('are 1 for the gold chain and 0 for no call', () => {
    expect(traceMetrics(key, [lookup('splenomegaly'), segment, measure(420)])).toEqual({
      toolJaccard: 1,
      parameterAccuracy: 1,
      sequenceMatch: 1,
    });
    expect(traceMetrics(key, [])).toEqual({ toolJaccard: 0, parameterAccuracy: 0, sequenceMatch: 0 });
  });
  it('a swapped order keeps the set and loses a third of the sequence', () => {
    const swapped = traceMetrics(key, [segment, lookup('splenomegaly'), measure(420)]);
    expect(swapped.toolJaccard).toBe(1);
    expect(swapped.sequenceMatch).toBeCloseTo(2 / 3, 12);
  });
});

describe('what a strategy notes of its own steps', () => {
  const note = (step: string) => call(`medvistagym:${step}`, {}, { steps: 3 });
  const gold = [lookup('splenomegaly'), segment, measure(420)];
  it('is no tool that it called, however much it notes', () => {
    expect(firstDeviation(key, [note('plan'), note('vote')])).toBe('no-tool');
    expect(firstDeviation(key, [note('plan'), ...gold])).toBe('wrong-conclusion');
    expect(traceMetrics(key, [note('plan'), ...gold, note('vote')])).toEqual(traceMetrics(key, gold));
  });
  it('does not hide that its budget was short', () => {
    const used = [1, 2].map((step) => ({ ...gold[step - 1], step }));
    const cut = [...used, { ...note('out-of-steps'), step: 3 }];
    expect(firstDeviation(key, cut, { turns: 2 })).toBe('budget-short');
  });
  it('a tool that a model made up is a wrong call all the same', () => {
    expect(firstDeviation(key, [call('functions:measure', {}, {}, 'no such tool')])).not.toBe('no-tool');
  });
});

describe('a step budget shorter than the chain', () => {
  const atStep = (step: number, made: ToolCall): ToolCall => ({ ...made, step });
  const twoOfThree = [
    atStep(1, lookup('splenomegaly')),
    atStep(2, call('segment_organ', { target: 'spleen' }, { mask_found: true, voxel_count: 900 })),
  ];
  it('is named as the cause when all its turns were used and the chain was not done', () => {
    expect(firstDeviation(key, twoOfThree, { turns: 2 })).toBe('budget-short');
  });
  it('is not the cause when turns were left, when the chain fits, or when nothing was called', () => {
    expect(firstDeviation(key, twoOfThree, { turns: 3 })).toBe('wrong-tool');
    expect(firstDeviation(key, twoOfThree.slice(0, 1), { turns: 2 })).toBe('wrong-tool');
    expect(firstDeviation(key, twoOfThree)).not.toBe('budget-short');
    expect(firstDeviation(key, [], { turns: 1 })).toBe('no-tool');
  });
  it('is counted apart over reads', () => {
    const found = attributeErrors([{ key, calls: twoOfThree, score: 0 }], { turns: 2 });
    expect(found).toMatchObject({ wrong: 1, causes: { 'budget-short': 1, 'wrong-tool': 0 } });
  });
});
