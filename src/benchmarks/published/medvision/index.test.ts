import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRaster } from '../../../imaging/formats/raster.ts';
import { openData } from '../../../records/data-root.ts';
import { publishedContract } from '../../published.contract.ts';
import type { PublishedRecord } from '../../published.ts';
import medvision from './index.ts';
import type { Reference } from './records.ts';
import { carefulNumbers, type Item, itemOf, metrics, releasedNumbers } from './scores.ts';
import { stretched } from './volumes.ts';

publishedContract(medvision, { items: 12 });

describe('MedVision', () => {
  const lesion: Reference = { task: 'lesion-size', values: [40, 20], size: [100, 100] };
  const item = (reference: Reference, text: string, protocol: 'published' | 'strict'): Item =>
    itemOf(
      reference,
      (protocol === 'published' ? releasedNumbers : carefulNumbers)(text, reference.task),
      protocol,
    );
  const value = (id: string, protocol: 'published' | 'strict', items: readonly Item[]) =>
    metrics(protocol)
      .find((metric) => metric.id === id)
      ?.of(items);

  it('takes the last numbers of a reply', () => {
    expect(releasedNumbers('about 12.5 mm and 7', 'lesion-size')).toEqual({ ok: true, value: [12.5, 7] });
    expect(carefulNumbers('about 12.5 mm and 7', 'lesion-size')).toEqual({ ok: true, value: [12.5, 7] });
    expect(releasedNumbers('12.5', 'lesion-size').ok).toBe(false);
    expect(carefulNumbers('<think>it is 99</think>12', 'distance')).toEqual({ ok: true, value: [12] });
    expect(releasedNumbers('-3', 'angle').ok).toBe(false);
    expect(carefulNumbers('200', 'angle').ok).toBe(false);
    expect(carefulNumbers('0.1, 0.2, 31, 0.4', 'box').ok).toBe(false);
  });

  it('a failure counts against the share of small errors, and not into the mean error', () => {
    const items = ['40, 20', '41, 20', '80, 40', 'no idea'].map((text) => item(lesion, text, 'published'));
    expect(value('mre-below-0.1', 'published', items)).toBe(0.5);
    expect(value('mre-below-1.0', 'published', items)).toBe(0.5);
    expect(value('success-rate', 'published', items)).toBe(0.75);
    // Relative errors 0, (1/40 + 0)/2 and 1.
    expect(value('mre', 'published', items)).toBeCloseTo((0 + 0.0125 + 1) / 3, 12);
    expect(value('mae-mm', 'published', items)).toBeCloseTo((0 + 0.5 + 30) / 3, 12);
    expect(value('capped-mre', 'strict', items)).toBeCloseTo((0 + 0.0125 + 1 + 1) / 4, 12);
  });

  it('boxes: the released corners lack a row and a column of the whole pixels', () => {
    const reference: Reference = {
      task: 'box',
      values: [],
      box: { min: [20, 10], max: [59, 29] },
      size: [100, 50],
    };
    // Rows 20…59 of 100 from the top are 0.4 to 0.8 from the bottom; columns 10…29 of 50 are 0.2 to 0.6.
    const whole = '0.2, 0.4, 0.6, 0.8';
    expect(value('box-iou', 'strict', [item(reference, whole, 'strict')])).toBeCloseTo(1, 12);
    expect(value('box-iou', 'published', [item(reference, whole, 'published')])).toBeCloseTo(
      (39 * 19) / (40 * 20),
      12,
    );
    expect(value('box-recall', 'published', [item(reference, whole, 'published')])).toBeCloseTo(1, 12);
    expect(value('box-iou', 'published', [item(reference, 'none', 'published')])).toBe(0);
  });

  it('cuts boxes by the share of the picture that they take, in steps of 5 %', () => {
    const boxed = (rows: number, columns: number) =>
      item(
        { task: 'box', values: [], box: { min: [0, 0], max: [rows - 1, columns - 1] }, size: [100, 50] },
        'none',
        'strict',
      );
    // 40 × 20, 10 × 5 and 100 × 50 of 5,000 pixels.
    const items = [boxed(40, 20), boxed(10, 5), boxed(100, 50), item(lesion, '40, 20', 'strict')];
    const cut = medvision.breakdowns?.(items, 'strict', 'numbers')['box share'] ?? {};
    expect(Object.keys(cut)).toEqual(['0–5 %', '15–20 %', '95–100 %']);
    expect(items.map((one) => cut['15–20 %'].holds(one))).toEqual([true, false, false, false]);
  });

  it('stretches a slice from its smallest to its largest value', () => {
    expect([...stretched([-1000, 0, 1000])]).toEqual([0, 127, 255]);
    expect([...stretched([7, 7])]).toEqual([0, 0]);
  });

  describe('its pictures', () => {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'medvision-'));
      await medvision.fixture(folder, { items: 11, seed: '3' });
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('show the box where the record says it is, rows from the top', async () => {
      const boxes: PublishedRecord<Reference>[] = [];
      for await (const record of medvision.records(await openData(folder), { mode: 'numbers', seed: '0' }))
        if (record.reference.task === 'box') boxes.push(record);
      expect(boxes.length).toBeGreaterThan(3);
      // How large the box is, is part of the answer.
      expect(Object.keys(boxes[0].item.facets ?? {}).sort()).toEqual([
        'dataset',
        'label',
        'modality',
        'plane',
      ]);
      const { item: asked, reference } = boxes[0];
      const picture = asked.prompt.find((part) => part.type === 'image')?.image;
      const path = join(folder, 'slice.png');
      const { writeFile } = await import('node:fs/promises');
      await writeFile(path, (await picture?.load()) ?? new Uint8Array());
      const { width, height, data, channels } = await openRaster(path);
      expect([height, width]).toEqual(reference.size);
      const bright: [number, number][] = [];
      for (let at = 0; at < width * height; at++)
        if (data[at * channels] > 128) bright.push([Math.floor(at / width), at % width]);
      const [rows, columns] = [bright.map(([row]) => row), bright.map(([, column]) => column)];
      expect({
        min: [Math.min(...rows), Math.min(...columns)],
        max: [Math.max(...rows), Math.max(...columns)],
      }).toEqual(reference.box);
    });
  });
});
