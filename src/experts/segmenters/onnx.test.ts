import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { gridOf } from '../../domain/geometry.ts';
import type { Volume } from '../../domain/volume.ts';
import { patchStarts } from '../onnx-volume.ts';
import { ballCase, LIVER_AND_TUMOR, segmenterContract, voxelsOf } from '../segmenter.contract.ts';
import { openSegmenter } from '../segmenter.ts';
import { signVolumeModel } from '../testing/tiny-onnx.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-onnx-'));
const file = join(folder, 'sign.onnx');
writeFileSync(file, signVolumeModel());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { volume, annotation } = ballCase(LIVER_AND_TUMOR);
const anything = new Set([...voxelsOf(annotation, 'liver'), ...voxelsOf(annotation, 'liver_tumor')]);
const written = `onnx:${file},labels=1:liver,norm=zscore`;

segmenterContract('onnx', () => openSegmenter(written));

describe('a network of one’s own', () => {
  it('draws the same whatever the order of its axes, and however it is cut', async () => {
    // What is brighter than the mean of the scan is above 0 after zscore: both balls, and nothing else.
    for (const rest of [
      '',
      ',axes=LPI',
      ',axes=SAR,order=ijk',
      ',patch=40x32x60,overlap=0.25',
      ',patch=64x64x64',
    ])
      expect(
        voxelsOf(await (await openSegmenter(written + rest)).segment({ volume, seed: 's' }), 'liver'),
      ).toEqual(anything);
  });

  it('sees oblong scans as they are turned', async () => {
    const grid = gridOf([3, 4, 5], [0, 0, 2, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    const data = Float32Array.from({ length: 60 }, (_, at) => ((at * 7) % 11) - 5);
    const odd: Volume = { grid, data, units: 'arbitrary', source: volume.source };
    const above = new Set([...data.keys()].filter((at) => data[at] > 0));
    for (const rest of ['', ',axes=RAS', ',axes=PIR,order=ijk', ',axes=LAS,patch=2x3x2'])
      expect(
        voxelsOf(
          await (await openSegmenter(`onnx:${file},labels=1:liver${rest}`)).segment({
            volume: odd,
            seed: 's',
          }),
          'liver',
        ),
      ).toEqual(above);
  });

  it('on voxels of another size gives labels on the scan’s own', async () => {
    const found = await (await openSegmenter(`${written},mm=2`)).segment({ volume, seed: 's' });
    expect(found.grid).toEqual(volume.grid);
    const drawn = voxelsOf(found, 'liver');
    const common = [...drawn].filter((at) => anything.has(at)).length;
    expect((2 * common) / (drawn.size + anything.size)).toBeGreaterThan(0.93);
  });

  it('says which option is wrong, and what a network gives that is no label', async () => {
    for (const [rest, words] of [
      [',norm=5..1', /norm is/],
      [',axes=RAA', /axes is/],
      [',patch=8x8', /patch is/],
      [',overlap=1', /overlap is/],
      [',layout=chw', /layout is/],
    ] as const)
      await expect(openSegmenter(`onnx:${file},labels=1:liver${rest}`)).rejects.toThrow(words);
    await expect(openSegmenter(`onnx:${file}`)).rejects.toThrow(/labels=/);
    await expect(openSegmenter('onnx:/nowhere.onnx,labels=1:liver')).rejects.toMatchObject({
      code: 'file-not-found',
    });
    await expect(
      (await openSegmenter(`onnx:${file},labels=1:liver,output=mask`)).segment({ volume, seed: 's' }),
    ).rejects.toThrow(/no output "mask": it has scores/);
  });

  it('patches cover every voxel, and none leaves the scan', () => {
    for (const [length, size, overlap] of [
      [10, 4, 0],
      [10, 4, 0.5],
      [11, 3, 0.9],
      [4, 4, 0.5],
      [3, 4, 0.5],
    ]) {
      const seen = new Set<number>();
      for (const start of patchStarts(length, size, overlap))
        for (let at = start; at < Math.min(start + size, Math.max(length, size)); at++) seen.add(at);
      for (let at = 0; at < length; at++) expect(seen.has(at)).toBe(true);
      expect(Math.max(...patchStarts(length, size, overlap))).toBe(Math.max(0, length - size));
    }
  });
});
