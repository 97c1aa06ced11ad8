import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { arrayPicture } from './class-arrays.ts';
import { type ClassItem, type ClassRow, classMetrics, classRecord, measureClass } from './classes.ts';

const row = (over: Partial<ClassRow> = {}): ClassRow => ({
  id: 'x',
  split: 'test',
  cluster: 'x',
  picture: { name: 'x', load: async () => new Uint8Array() },
  type: 'set',
  question: 'What is it?',
  classes: ['cyst', 'mass', 'nothing'],
  labels: [1],
  ...over,
});
const item = (over: Partial<ClassRow>, text: string): ClassItem =>
  measureClass(classRecord(row(over)), { text, status: 'answered' }).item;
const score = (id: string, items: readonly ClassItem[]) =>
  classMetrics()
    .find((metric) => metric.id === id)
    ?.of(items);

describe('one right class', () => {
  it('is named by letter or by words', () => {
    for (const text of ['B', '(B)', 'mass', 'The answer is B.'])
      expect(score('accuracy', [item({}, text)])).toBe(1);
    expect(score('accuracy', [item({}, 'A')])).toBe(0);
    expect(score('accuracy', [item({}, 'who knows')])).toBe(0);
  });
  it('balanced accuracy and macro-F1 by hand: 3 of class A (2 found), 1 of class B (missed)', () => {
    const items = [
      item({ labels: [0] }, 'A'),
      item({ labels: [0] }, 'A'),
      item({ labels: [0] }, 'B'),
      item({ labels: [1] }, 'A'),
    ];
    expect(score('accuracy', items)).toBe(0.5);
    expect(score('balanced-accuracy', items)).toBeCloseTo((2 / 3 + 0) / 2, 12);
    // A: 2·2/(3+3); B: 0.
    expect(score('macro-f1', items)).toBeCloseTo((2 / 3 + 0) / 2, 12);
  });
  it('chance is one over the number of classes, per item', () => {
    const chance = classMetrics()[0].chance;
    expect(chance?.of([item({}, 'A'), item({ classes: ['a', 'b'] }, 'A')])).toBeCloseTo(
      (1 / 3 + 1 / 2) / 2,
      12,
    );
  });
});

describe('several right classes', () => {
  const multi = { multi: true, labels: [0, 2] };
  it('each class counts', () => {
    expect(score('accuracy', [item(multi, 'A, C')])).toBe(1);
    expect(score('accuracy', [item(multi, 'A')])).toBeCloseTo(2 / 3, 12);
    expect(score('accuracy', [item(multi, 'B')])).toBe(0);
    expect(score('accuracy', [item({ multi: true, labels: [] }, 'None.')])).toBe(1);
    expect(score('accuracy', [item({ multi: true, labels: [] }, '')])).toBe(0);
  });
});

describe('pictures of arrays', () => {
  const shown = async (shape: number[], data: Uint8Array | Float32Array) => {
    const png = await arrayPicture({ dtype: '', shape, data }, 'x');
    return sharp(png).raw().toBuffer({ resolveWithObject: true });
  };
  it('28 × 28 greys are shown eight times as large', async () => {
    const { data, info } = await shown([28, 28], new Uint8Array(784).fill(77));
    expect([info.width, info.height]).toEqual([224, 224]);
    expect(new Set(data)).toEqual(new Set([77]));
  });
  it('rows run down and columns to the right', async () => {
    const { data, info } = await shown([2, 3], Uint8Array.of(0, 0, 255, 0, 0, 255));
    const at = (x: number, y: number) => data[(y * info.width + x) * info.channels];
    expect([info.width, info.height]).toEqual([225, 150]);
    expect([at(0, 0), at(224, 0), at(224, 149), at(0, 149)]).toEqual([0, 255, 255, 0]);
  });
  it('colour stays colour, fractions become bytes, large pictures stay as they are', async () => {
    const red = await shown([1, 1, 3], Uint8Array.of(255, 0, 0));
    expect([...red.data.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect((await shown([1, 1], Float32Array.of(1))).data[0]).toBe(255);
    const large = await shown([224, 300], new Uint8Array(224 * 300));
    expect([large.info.width, large.info.height]).toEqual([300, 224]);
  });
  it('a volume is a sheet of its slices, seven in a row', async () => {
    const voxels = Uint8Array.from({ length: 14 * 24 * 24 }, (_, at) => Math.floor(at / 576) * 10);
    const { data, info } = await shown([14, 24, 24], voxels);
    expect([info.width, info.height]).toEqual([7 * 96 + 6 * 2, 2 * 96 + 2]);
    const at = (x: number, y: number) => data[(y * info.width + x) * info.channels];
    expect([at(48, 48), at(98 + 48, 48), at(48, 98 + 48)]).toEqual([0, 10, 70]);
  });
  it('any other shape is told', async () => {
    await expect(arrayPicture({ dtype: '', shape: [5], data: new Uint8Array(5) }, 'x.npz')).rejects.toThrow(
      /x\.npz holds arrays of the shape 5/,
    );
  });
});
