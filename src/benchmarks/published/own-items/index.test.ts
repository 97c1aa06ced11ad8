import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openData } from '../../../records/data-root.ts';
import { boxIou } from '../../../scoring/detection/boxes.ts';
import { matchedIou } from '../../../scoring/detection/matched-iou.ts';
import { publishedContract } from '../../published.contract.ts';
import { boxesReply, foundBoxes } from './boxes.ts';
import ownItems from './index.ts';

publishedContract(ownItems);

const answered = (text: string) => ({ text, status: 'answered' as const });
const corners = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.nat(30), fc.nat(30))
  .map(([x, y, w, h]) => [x, y, x + w + 1, y + h + 1] as [number, number, number, number]);

describe('items that ask where something is', () => {
  it('charge a missed and a surplus box: one of two found is worth a half, and so is one of two said', () => {
    const one = [0, 0, 10, 10] as const;
    const two = [one, [20, 20, 30, 30]] as const;
    const iou = (text: string, boxes: readonly (readonly [number, number, number, number])[]) =>
      foundBoxes(answered(text), 'cell', { order: 0, boxes }).found.iou;
    expect(iou(boxesReply([one]), two)).toBe(0.5);
    expect(iou(boxesReply(two), [one])).toBe(0.5);
    expect(iou('[]', [])).toBe(1);
    expect(iou('[]', two)).toBe(0);
    expect(iou('nothing to be seen', [])).toBe(0);
    // Half of one box, a third of the union.
    expect(iou('[{"box": [0, 0, 10, 5]}]', [one])).toBe(0.5);
    expect(iou('{"bbox": [5, 0, 15, 10]}', [one])).toBeCloseTo(1 / 3, 12);
  });

  it('match boxes as well as any order of them could', () => {
    const permutations = (n: number): number[][] =>
      n === 0
        ? [[]]
        : permutations(n - 1).flatMap((rest) =>
            Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
          );
    fc.assert(
      fc.property(
        fc.array(corners, { minLength: 1, maxLength: 4 }),
        fc.array(corners, { minLength: 4, maxLength: 4 }),
        (said, right) => {
          const box = ([x0, y0, x1, y1]: readonly number[]) => ({ min: [x0, y0], max: [x1, y1] });
          const best = Math.max(
            ...permutations(4).map((order) =>
              said.reduce((sum, one, at) => sum + boxIou(box(one), box(right[order[at]])), 0),
            ),
          );
          expect(matchedIou(said.map(box), right.map(box))).toBeCloseTo(best / 4, 9);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('stand in no accuracy, and questions in no overlap', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'own-items-'));
    const items = [
      { id: 'a', question: 'Where?', pictures: ['p.png'], type: 'cell', boxes: [[0, 0, 10, 10]] },
      { id: 'b', question: 'Is it?', answer: 'yes' },
    ];
    await writeFile(join(folder, 'items.jsonl'), items.map((item) => JSON.stringify(item)).join('\n'));
    const measured: Awaited<ReturnType<typeof ownItems.measure>>['item'][] = [];
    for await (const record of ownItems.records(await openData(folder), { mode: 'asked', seed: '0' })) {
      const reply = answered(record.item.id === 'a' ? '[[0, 0, 10, 5]]' : 'yes');
      measured.push((await ownItems.measure(record, reply, { protocol: 'strict', mode: 'asked' })).item);
    }
    await rm(folder, { recursive: true });
    const values = Object.fromEntries(
      ownItems.metrics('strict', 'asked').map((metric) => [metric.id, metric.of(measured)]),
    );
    // At IoU 0.50 the box is found at one of ten thresholds.
    expect(values).toMatchObject({ accuracy: 1, 'mean-iou': 0.5, ap50: 1, map: 0.1 });
    expect(ownItems.metrics('strict', 'boxes')[0].id).toBe('mean-iou');
  });

  it('have a picture and no options', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'own-items-'));
    await writeFile(
      join(folder, 'items.jsonl'),
      JSON.stringify({ id: 'a', question: 'Where?', boxes: [[0, 0, 1, 1]] }),
    );
    const first = ownItems
      .records(await openData(folder), { mode: 'asked', seed: '0' })
      [Symbol.asyncIterator]();
    await expect(first.next()).rejects.toMatchObject({ code: 'file-corrupt' });
    await rm(folder, { recursive: true });
  });
});

describe('a reply from which no answer can be read', () => {
  it('is wrong and stays in the denominator, whatever its first capital letter is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'own-items-'));
    const item = { question: 'How high is the risk?', options: ['Low', 'Medium', 'High'], answer: 'Medium' };
    const replies = new Map([
      ['right', 'The answer is B'],
      ['no-option', 'T'],
      ['rambling', 'A wound like this can be seen in many patients.'],
      ['both', 'A or B'],
      ['empty', ''],
    ]);
    const lines = [...replies.keys()].map((id) => JSON.stringify({ id, ...item }));
    await writeFile(join(folder, 'items.jsonl'), lines.join('\n'));
    const measured = [];
    for await (const record of ownItems.records(await openData(folder), { mode: 'asked', seed: '0' })) {
      const reply = answered(replies.get(record.item.id) ?? '');
      measured.push(await ownItems.measure(record, reply, { protocol: 'strict', mode: 'asked' }));
    }
    await rm(folder, { recursive: true });
    expect(measured.map(({ outcome }) => outcome)).toEqual(['scored', ...Array(4).fill('unparsed')]);
    const [accuracy] = ownItems.metrics('strict', 'asked');
    expect(accuracy.id).toBe('accuracy');
    expect(accuracy.of(measured.map((one) => one.item))).toBe(1 / 5);
  });
});
