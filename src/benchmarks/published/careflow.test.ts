import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openData } from '../../records/data-root.ts';
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

describe('the released evaluator’s fault: a prediction that repeats the truth of its own input', () => {
  const cell = (value: unknown) => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
  const truth = { action: 'SEGMENT', target: 'CANARY-42' };
  const output = { Grounding: { ground_truth: truth }, Predicted: { predicted_action: 'CANARY-42' } };
  async function itemsOf(grounding: unknown) {
    const folder = await mkdtemp(join(tmpdir(), 'careflow-'));
    try {
      await writeFile(
        join(folder, 'tasks.csv'),
        `Task_id,Image_id,Instruction,Output,Grounding\nt,a.png,Do it.,${cell(output)},${cell(grounding)}\n`,
      );
      const data = await openData(folder);
      const found = [];
      for (const mode of ['step', 'live'])
        for await (const { item, reference } of careflow.records(data, { mode } as never))
          found.push({ item, reference });
      return found;
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  it('cannot be made, since no item holds it, wherever else the table repeats it', async () => {
    for (const grounding of [
      output,
      truth,
      [{ name: 'Report', ground_truth: truth }],
      { detected: [], truth },
    ]) {
      const records = await itemsOf(grounding);
      expect(records).toHaveLength(2);
      for (const { item, reference } of records) {
        expect(JSON.stringify(item)).not.toMatch(/CANARY|ground_truth|predicted/i);
        expect(reference.gold).toEqual([truth]);
      }
    }
  });
  it('tells the names, roles and places of what was detected', async () => {
    const button = { name: 'Report', role: 'button', box: [1, 2, 3, 4] };
    const [{ item }] = await itemsOf([{ ...button, next: true }]);
    expect(item.materials?.find(({ title }) => title === 'elements')?.text).toBe(JSON.stringify([button]));
  });
  it('earns nothing: a reply that names the field instead of an action is unread, under either protocol', async () => {
    const echo = JSON.stringify({ Grounding: { ground_truth: 'as given' } });
    for (const protocol of ['strict', 'published'] as const)
      expect(await measured(echo, protocol, 'step')).toMatchObject({
        outcome: 'unparsed',
        item: { right: 0, kind: 0, whole: false },
      });
  });
});
