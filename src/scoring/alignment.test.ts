import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceStep } from '../domain/question.ts';
import type { ToolCall } from '../domain/read.ts';
import { alignCalls } from './alignment.ts';
import { firstDeviation } from './attribution.ts';

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
const call = (tool: string, args: unknown, result: unknown): ToolCall => ({
  step: 0,
  tool,
  arguments: args,
  result,
  milliseconds: 1,
});
const lookup = (id = 'splenomegaly') =>
  call('lookup_medical_knowledge', { query: 'enlarged?' }, { results: [{ criterion: { id } }] });
const segment = (target = 'spleen') => call('segment_organ', { target }, { mask_found: true });
const measure = (value: number, target = 'spleen') =>
  call('measure', { target, measurement: 'volume_cm3' }, { value });
const render = call('render_slice', { index: 3 }, {});
const note: ToolCall = { ...render, tool: 'care:review' };

/** [gold step, calls, cause] of each row. */
const told = (calls: ToolCall[]) =>
  alignCalls(key, calls).rows.map((row) => [row.gold ?? null, [...row.calls], row.cause ?? null]);

describe('a call log beside the gold chain', () => {
  it('pairs each step with the call that makes it', () => {
    expect(told([lookup(), segment(), measure(420)])).toEqual([
      [0, [0], null],
      [1, [1], null],
      [2, [2], null],
      [3, [], null],
    ]);
  });

  it('keeps other calls and notes in order between the steps', () => {
    expect(told([render, lookup(), note, segment(), render, measure(420), render])).toEqual([
      [null, [0], null],
      [0, [1], null],
      [null, [2], null],
      [1, [3], null],
      [null, [4], null],
      [2, [5], null],
      [null, [6], null],
      [3, [], null],
    ]);
  });

  it.each([
    ['wrong-rule', 0, [lookup('steatosis'), segment(), measure(420)]],
    ['wrong-tool', 1, [lookup()]],
    ['wrong-argument', 1, [lookup(), segment('liver')]],
    ['wrong-argument', 2, [lookup(), segment(), measure(420, 'liver')]],
    ['wrong-measurement', 2, [lookup(), segment(), measure(300)]],
    ['wrong-conclusion', -1, [lookup(), segment(), measure(420)]],
    ['no-tool', 0, []],
  ] as const)('%s is marked at row %i', (cause, row, calls) => {
    expect(alignCalls(key, calls).first).toEqual({ row, cause });
  });

  it('shows the call with other arguments beside the step it misses', () => {
    expect(alignCalls(key, [lookup(), segment(), measure(420, 'liver')]).rows[2]).toEqual({
      gold: 2,
      calls: [2],
      cause: 'wrong-argument',
    });
  });

  it('marks a budget that was too short where the chain was left', () => {
    const { first } = alignCalls(key, [{ ...lookup(), step: 1 }], { turns: 1 });
    expect(first).toEqual({ row: 1, cause: 'budget-short' });
  });

  it('loses and doubles no call, keeps the order of the chain, and agrees with error attribution', () => {
    const any = fc.constantFrom(
      render,
      note,
      lookup(),
      lookup('steatosis'),
      segment(),
      segment('liver'),
      measure(420),
      measure(300),
      measure(420, 'liver'),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (calls) => {
        const { rows, first } = alignCalls(key, calls);
        const used = rows.flatMap((row) => row.calls);
        expect([...used].sort((a, b) => a - b)).toEqual(calls.map((_, at) => at));
        expect(rows.flatMap(({ gold }) => (gold === undefined ? [] : [gold]))).toEqual([0, 1, 2, 3]);
        expect(first.cause).toBe(firstDeviation(key, calls));
        expect(first.row === -1).toBe(first.cause === 'wrong-conclusion');
      }),
    );
  });
});
