import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { labelMemory } from './label-memory.ts';
import { openAnnotation, openVolume } from './open.ts';
import { testFolder } from './testing/folder.ts';
import { niftiSample } from './testing/nifti-sample.ts';

const folder = testFolder();
afterAll(folder.remove);

const LENGTH = 80 * 60 * 50;

/** A mask that is blank but for `count` voxels of `value` from `at` on. */
function saved(
  name: string,
  {
    datatype = 2,
    inter = 0,
    at,
    count,
    value,
  }: Record<'at' | 'count' | 'value', number> & { datatype?: number; inter?: number },
) {
  const voxels = new Array<number>(LENGTH).fill(0).fill(value, at, at + count);
  const path = `${folder.path}/${name}.nii.gz`;
  writeFileSync(path, gzipSync(niftiSample({ datatype, inter, dim: [3, 80, 60, 50] }, voxels)));
  return path;
}

const labels = (path: string, memory = labelMemory()) =>
  openAnnotation(path, { memory }).then(({ layers }) => layers[0].data);
const first = saved('first', { at: 0, count: 3000, value: 7 });
const second = saved('second', { at: 200_000, count: 5000, value: 9 });

describe('memory that label maps take in turn', () => {
  it('holds the next label map and nothing of the one before', async () => {
    const memory = labelMemory();
    const buffers = new Set<ArrayBufferLike>();
    for (const path of [first, second, first]) {
      const data = await labels(path, memory);
      expect(data).toEqual(await labels(path));
      buffers.add(data.buffer);
      memory.release();
    }
    expect(buffers.size).toBe(1);
  });

  it('is lent to one at a time: an overlapping mask lies elsewhere', async () => {
    const memory = labelMemory();
    const one = await labels(first, memory);
    const other = await labels(second, memory);
    expect(one.buffer).not.toBe(other.buffer);
    expect(one).toEqual(await labels(first));
  });

  it('is not lent to what writes to its voxels, nor to images', async () => {
    const memory = labelMemory();
    await labels(saved('wide', { datatype: 512, at: 5, count: 9, value: 300 }), memory);
    await labels(saved('shifted', { datatype: 16, inter: 1, at: 5, count: 9, value: 1 }), memory);
    await openVolume(first, { memory });
    expect(memory.lend(1000)).toBeDefined();
  });

  it('is given up after damage, and blank again', async () => {
    const memory = labelMemory();
    const lent = memory.lend(LENGTH);
    lent?.fill(1);
    memory.wrote(undefined);
    expect(await labels(second, memory)).toEqual(await labels(second));
  });
});
