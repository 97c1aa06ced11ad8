import { describe, expect, test } from 'vitest';
import { gridOf } from '../../../domain/geometry.ts';
import type { LoadedImage } from './loaded.ts';
import { opening, type Progress } from './opening.ts';

const grid = gridOf([2, 3, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
const facts = {
  grid,
  units: 'HU',
  type: 'int16',
  range: [-1024, 3071],
  window: { level: 0, width: 1 },
} as const;

/** A scan that comes when the test says so. */
function arriving() {
  const data = new Int16Array(new SharedArrayBuffer(2 * 24));
  let progress: Progress | undefined;
  let finish: (image: LoadedImage) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const scan = opening((told) => {
    progress = told;
    return new Promise((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
  });
  scan.loaded.catch(() => {});
  const fill = (voxels: number) => {
    for (let i = 0; i < voxels; i++) data[i] = i + 1;
    progress?.arrived(voxels);
  };
  return {
    scan,
    begin: () => progress?.arriving({ ...facts, data }),
    fill,
    finish: () => finish({ ...facts, data, bytes: data.byteLength }),
    fail,
  };
}

const sum = (bytes: Uint8Array<ArrayBuffer>) => new Int16Array(bytes.buffer).reduce((a, b) => a + b, 0);
const settled = async (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => 'there'), new Promise((resolve) => setTimeout(resolve, 5, 'waiting'))]);

describe('a scan that is still being unpacked', () => {
  test('gives a slice as soon as its last voxel is there, and not before', async () => {
    const { scan, begin, fill, finish } = arriving();
    begin();
    expect((await scan.facts).grid.shape).toEqual([2, 3, 4]);
    const first = scan.slice('axial', 0);
    const second = scan.slice('axial', 1);
    const across = scan.slice('coronal', 0);
    fill(5);
    expect(await settled(first)).toBe('waiting');
    fill(6);
    expect(sum((await first).bytes)).toBe(1 + 2 + 3 + 4 + 5 + 6);
    expect(await settled(second)).toBe('waiting');
    fill(23);
    expect(sum((await second).bytes)).toBe(7 + 8 + 9 + 10 + 11 + 12);
    expect(await settled(across)).toBe('waiting');
    fill(24);
    finish();
    expect(sum((await across).bytes)).toBe(1 + 2 + 7 + 8 + 13 + 14 + 19 + 20);
    expect(sum((await scan.slice('axial', 3)).bytes)).toBe(19 + 20 + 21 + 22 + 23 + 24);
  });

  test('that breaks off fails for whoever waits for what never came', async () => {
    const { scan, begin, fill, fail } = arriving();
    begin();
    fill(6);
    const late = scan.slice('axial', 3);
    fail(new Error('The file ends here.'));
    await expect(late).rejects.toThrow('ends here');
    await expect(scan.slice('coronal', 0)).rejects.toThrow('ends here');
  });

  test('refuses a slice that there is not without waiting for it', async () => {
    const { scan, begin } = arriving();
    begin();
    await expect(scan.slice('axial', 4)).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(scan.slice('axial', -1)).rejects.toMatchObject({ code: 'bad-argument' });
  });

  test('of which nothing is told beforehand is cut when it is whole', async () => {
    const { scan, fill, finish } = arriving();
    const slice = scan.slice('axial', 0);
    expect(await settled(slice)).toBe('waiting');
    fill(24);
    finish();
    expect(sum((await slice).bytes)).toBe(21);
  });
});
