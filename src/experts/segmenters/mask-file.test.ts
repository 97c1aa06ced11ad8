import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNifti } from '../../imaging/write-nifti.ts';
import { ballCase, LIVER_AND_TUMOR, segmenterContract, voxelsOf } from '../segmenter.contract.ts';
import { openSegmenter } from '../segmenter.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-mask-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { annotation, volume } = ballCase(LIVER_AND_TUMOR);
const only = (structure: string) =>
  Uint8Array.from({ length: annotation.layers[0].data.length }, (_, p) => (voxels[structure].has(p) ? 1 : 0));
const voxels: Record<string, Set<number>> = {
  liver: voxelsOf(annotation, 'liver'),
  liver_tumor: voxelsOf(annotation, 'liver_tumor'),
};

beforeAll(async () => {
  for (const structure of ['liver', 'liver_tumor'])
    await writeNifti(join(folder, 'case-1', 'segmentations', `${structure}.nii.gz`), {
      grid: annotation.grid,
      data: only(structure),
    });
  await writeNifti(join(folder, 'lone', 'liver.nii.gz'), { grid: annotation.grid, data: only('liver') });
  mkdirSync(join(folder, 'secret'));
});

segmenterContract('mask-file', () => openSegmenter(`mask-file:${folder},scheme=abdomenatlas`));

describe('mask-file', () => {
  it('finds a case by its name in the source before its id, and reads the structures by their file names', async () => {
    const segmenter = await openSegmenter(`mask-file:${folder},scheme=abdomenatlas`);
    const found = await segmenter.segment({ volume, seed: 's', item: 'cohort/case-1', caseId: 'other' });
    expect(voxelsOf(found, 'liver')).toEqual(voxels.liver);
    expect(voxelsOf(found, 'liver_tumor')).toEqual(voxels.liver_tumor);
  });
  it('takes a folder with one binary mask for that structure, not for label 1', async () => {
    const segmenter = await openSegmenter(`mask-file:${folder},scheme=totalsegmentator`);
    const found = await segmenter.segment({ volume, seed: 's', caseId: 'lone' });
    expect(voxelsOf(found, 'liver')).toEqual(voxels.liver);
    expect(voxelsOf(found, 'spleen').size).toBe(0);
  });
  it('says which case has no mask', async () => {
    const segmenter = await openSegmenter(`mask-file:${folder}`);
    await expect(segmenter.segment({ volume, seed: 's', caseId: 'nobody' })).rejects.toMatchObject({
      code: 'file-not-found',
      message: expect.stringContaining('nobody'),
    });
  });
  it('is not led out of its folder by a case’s name', async () => {
    const segmenter = await openSegmenter(`mask-file:${join(folder, 'secret')}`);
    for (const caseId of ['..', '../case-1', '..\\case-1'])
      await expect(segmenter.segment({ volume, seed: 's', caseId })).rejects.toMatchObject({
        code: 'file-not-found',
      });
  });
  it('is another segmenter once a mask has changed', async () => {
    const changing = join(folder, 'changing');
    const write = (structure: string) =>
      writeNifti(join(changing, 'case-9', 'liver.nii.gz'), { grid: annotation.grid, data: only(structure) });
    await write('liver');
    const hash = async () => (await openSegmenter(`mask-file:${changing}`)).hash;
    const before = await hash();
    expect(await hash()).toBe(before);
    await write('liver_tumor');
    expect(await hash()).not.toBe(before);
  });
  it('is another segmenter when only the bytes changed, behind a link too, and the same when only the time did', async () => {
    const place = join(folder, 'linked');
    const file = join(folder, 'elsewhere', 'case-9.nii');
    mkdirSync(place);
    symlinkSync(join(folder, 'elsewhere'), join(place, 'cases'));
    // A folder that holds itself must not be walked for ever.
    symlinkSync(place, join(place, 'itself'));
    const write = (structure: string) =>
      writeNifti(file, { grid: annotation.grid, data: only(structure) }).then(() => utimesSync(file, 1, 1));
    const hash = async () => (await openSegmenter(`mask-file:${place}`)).hash;
    await write('liver');
    const [before, size] = [await hash(), statSync(file).size];
    utimesSync(file, 2, 2);
    expect(await hash()).toBe(before);
    await write('liver_tumor');
    expect(statSync(file).size).toBe(size);
    expect(await hash()).not.toBe(before);
  });
  it('is another segmenter once its scheme file says something else', async () => {
    const scheme = join(folder, 'scheme.json');
    const hash = async () => (await openSegmenter(`mask-file:${join(folder, 'lone')},scheme=${scheme}`)).hash;
    writeFileSync(scheme, '{"a": 1}');
    const before = await hash();
    writeFileSync(scheme, '{"a": 2}');
    expect(await hash()).not.toBe(before);
  });
  it('needs a folder', async () => {
    await expect(openSegmenter('mask-file')).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(openSegmenter('mask-file:/nowhere')).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
