import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceStep } from '../domain/question.ts';
import type { ToolCall } from '../domain/read.ts';
import { evidenceReward, obtains } from './evidence.ts';
import { endReward, type FinishedEpisode, parseRewards, rewardPlugins, stepReward } from './reward.ts';

const measured = (target: string, measurement_type = 'volume_cm3'): EvidenceStep => ({
  primitive: 'measure',
  tool: 'measure',
  arguments: { target, measurement_type },
  value: 1,
  statement: '',
});
const call = (target: string, over: Partial<ToolCall> = {}): ToolCall => ({
  step: 1,
  tool: 'measure',
  arguments: { target, measurement_type: 'volume_cm3' },
  result: { value: 1 },
  milliseconds: 1,
  ...over,
});
const chain = ['liver', 'spleen', 'pancreas', 'stomach'];
const gold = chain.map((target) => measured(target));
const episode = (over: Partial<FinishedEpisode> = {}): FinishedEpisode => ({
  answer: { score: 1, outcome: 'scored' },
  steps: 4,
  invalid: 0,
  calls: [],
  gold,
  ...over,
});

describe('evidence', () => {
  it('is 1 for the chain in order, and (1 + 1/n)/2 for the chain backwards', () => {
    expect(
      evidenceReward(
        gold,
        chain.map((target) => call(target)),
      ),
    ).toBe(1);
    expect(
      evidenceReward(
        gold,
        chain.toReversed().map((target) => call(target)),
      ),
    ).toBe((1 + 1 / 4) / 2);
    expect(evidenceReward(gold, [])).toBe(0);
  });
  it('is the share of the chain for a part of it in order, whatever else is called in between', () => {
    const other = call('aorta');
    fc.assert(
      fc.property(fc.subarray(chain), fc.nat(3), (part, others) => {
        const calls = part.flatMap((target) => [...new Array(others).fill(other), call(target)]);
        expect(evidenceReward(gold, calls)).toBeCloseTo(part.length / 4, 12);
      }),
    );
  });
  it('takes structures by any name, and look-ups in any words that find the criterion', () => {
    expect(obtains(call('Left kidney'), measured('kidney_left'))).toBe(true);
    expect(obtains(call('right kidney'), measured('kidney_left'))).toBe(false);
    const criterion = { id: 'spleen-size', set: 'guideline', version: '1' };
    const step: EvidenceStep = {
      ...measured(''),
      tool: 'lookup_medical_knowledge',
      criterion,
      arguments: { query: 'a' },
    };
    const looked = (id: string) =>
      call('', {
        tool: 'lookup_medical_knowledge',
        arguments: { query: 'b' },
        result: { results: [{ criterion: { id } }] },
      });
    expect(obtains(looked('spleen-size'), step)).toBe(true);
    expect(obtains(looked('liver-size'), step)).toBe(false);
  });
  it('gives nothing for a call that failed', () => {
    expect(obtains(call('liver', { error: 'no' }), measured('liver'))).toBe(false);
  });
});

describe('rewards', () => {
  it('are a weighted sum of their parts', () => {
    const rewards = parseRewards('answer=2,format=0.5,evidence=0.25,step-cost=0.01');
    const { parts, sum } = endReward(rewards, episode({ invalid: 1, calls: [call('liver')] }));
    expect(parts).toEqual({ answer: 1, format: 0.75, evidence: 0.25 });
    expect(sum).toBeCloseTo(2 + 0.375 + 0.0625, 12);
    expect(stepReward(rewards)).toBe(-0.01);
    expect(stepReward(parseRewards('answer'))).toBe(0);
  });
  it('give 0 for no answer, and nothing where there is nothing to say', () => {
    const rewards = parseRewards('answer,format,evidence');
    expect(endReward(rewards, episode({ answer: undefined, gold: undefined })).parts).toEqual({
      answer: 0,
      format: 0,
      evidence: null,
    });
    expect(endReward(rewards, episode({ answer: { score: 0, outcome: 'unparsed' } })).parts.format).toBe(0);
    expect(endReward(rewards, episode({ answer: { score: null, outcome: 'scored' } })).sum).toBe(1);
  });
  it('are refused where they are unknown, weighed by no number or given twice', () => {
    for (const written of ['beauty=1', 'answer=much', 'answer=', 'answer=1,answer=2', ''])
      expect(() => parseRewards(written)).toThrow(expect.objectContaining({ code: 'bad-argument' }));
  });
  it('lie within −1 and 1 and document their formula', () => {
    for (const reward of rewardPlugins()) {
      expect(reward.formula.length).toBeGreaterThan(10);
      const value = reward.when === 'step' ? reward.value() : reward.value(episode());
      expect(Math.abs(value ?? 0)).toBeLessThanOrEqual(1);
    }
  });
});
