import { describe, expect, it } from 'vitest';
import { publishedContract } from '../published.contract.ts';
import type { PublishedRecord } from '../published.ts';
import careflow, { type CareFlowReference } from './careflow.ts';

publishedContract(careflow);

const gold = [
  { action: 'CLICK' as const, target: 'Report' },
  { action: 'TEXT' as const, target: 'Report text', text: 'normal' },
  { action: 'COMPLETE' as const, target: '' },
];
const record = (steps: typeof gold) =>
  ({
    item: { type: 'next-action' },
    reference: { task: 't', gold: steps },
  }) as unknown as PublishedRecord<CareFlowReference>;
const measured = (text: string, protocol: 'strict' | 'published', mode: 'step' | 'live') =>
  careflow.measure(
    record(mode === 'live' ? gold : gold.slice(0, 1)),
    { text, status: 'answered' },
    { protocol, mode },
  );

describe('scores', () => {
  it('want action and target; as published the kind of action alone', async () => {
    const wrong = JSON.stringify({ action: 'CLICK', target: 'Save report' });
    expect(await measured(wrong, 'strict', 'step')).toMatchObject({
      item: { right: 0, kind: 1, whole: false },
    });
    expect(await measured(wrong, 'published', 'step')).toMatchObject({
      item: { right: 0, kind: 1, whole: true },
    });
  });
  it('a live task is whole when every step was done in order and it was reported complete', async () => {
    const [first, second, last] = gold;
    const detour = { action: 'CLICK' as const, target: 'Measurements' };
    expect(await measured(JSON.stringify(gold), 'strict', 'live')).toMatchObject({
      item: { right: 3, whole: true },
    });
    expect(await measured(JSON.stringify([first, detour, second, last]), 'strict', 'live')).toMatchObject({
      item: { right: 3, steps: 4, whole: true },
    });
    expect(await measured(JSON.stringify([first, second]), 'strict', 'live')).toMatchObject({
      item: { right: 2, whole: false },
    });
    expect(await measured('Done!', 'strict', 'live')).toMatchObject({ outcome: 'unparsed' });
  });
});
