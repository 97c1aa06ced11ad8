import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../domain/random.ts';
import { casesOf, layoutContract } from '../layout.contract.ts';
import { assumedPatients, findLayout } from '../layout.ts';
import { brokenFile, labelFile, scanFile } from '../testing/dataset.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import { niftiSample } from '../testing/nifti-sample.ts';
import pair from './pair.ts';

const folder = testFolder();
afterAll(folder.remove);

const labels = labelFile((i) => i % 3);
folder.file('pairs/one_ct.nii.gz', scanFile());
folder.file('pairs/one_seg.nii.gz', labels);
folder.file('pairs/two.nii.gz', scanFile());
folder.file('pairs/two_mask.nii.gz', labels);
folder.file('pairs/three-label.nii.gz', labels);
folder.file('pairs/four.nii.gz', scanFile());
folder.file('pairs/four_gt.nii.gz', brokenFile());

layoutContract(pair, () => ({ path: `${folder.path}/pairs`, cases: 4, broken: 'four' }));

const summary = async (path: string) =>
  (await casesOf(pair, `${folder.path}/${path}`)).map(({ item, hasImage }) => [item, hasImage]);

describe('an image and its label map', () => {
  it('names tell which belong together', async () => {
    expect(await summary('pairs')).toEqual([
      ['four', true],
      ['one', true],
      ['three', false],
      ['two', true],
    ]);
  });

  it('two files of which one is called mask', async () => {
    folder.file('bare/scan17.nii.gz', scanFile());
    folder.file('bare/mask.nii.gz', labels);
    expect(await summary('bare')).toEqual([['mask', true]]);
  });

  it('images/ beside labels/, and one folder per case', async () => {
    folder.file('folders/images/a_0000.nii.gz', scanFile());
    folder.file('folders/images/b.nii.gz', scanFile());
    for (const name of ['a', 'b', 'c']) folder.file(`folders/labels/${name}.nii.gz`, labels);
    expect(await summary('folders')).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ]);
    for (const name of ['p1', 'p2']) {
      folder.file(`each/${name}/image.nii.gz`, scanFile());
      folder.file(`each/${name}/label.nii.gz`, labels);
    }
    expect(await summary('each')).toEqual([
      ['p1', true],
      ['p2', true],
    ]);
  });

  it('a label map by itself, or with the image that its name calls for', async () => {
    const alone = folder.file('alone/organs.nii.gz', labels);
    expect(await summary('alone/organs.nii.gz')).toEqual([['organs', false]]);
    expect((await findLayout(alone)).id).toBe('pair');
    expect(await summary('pairs/two_mask.nii.gz')).toEqual([['two', true]]);
  });

  it('among several images the one on the mask’s grid', async () => {
    const small = labelFile((i) => i % 2);
    folder.file('scans/case_ct.nii.gz', gzipSync(niftiSample({ datatype: 4, dim: [3, 3, 4, 6] }, [])));
    folder.file('scans/case_ct_sm.nii.gz', scanFile());
    folder.file('scans/case_seg.nii.gz', small);
    folder.file('scans/case_seg_fast.nii.gz', small);
    const [one] = await casesOf(pair, `${folder.path}/scans`);
    expect([one.hasImage, (await one.loadVolume()).grid.shape]).toEqual([true, [3, 4, 5]]);
  });

  it('several images that fit equally: none is taken, and that is said', async () => {
    for (const name of ['arterial', 'venous']) folder.file(`phases/${name}.nii.gz`, scanFile());
    folder.file('phases/mask.nii.gz', labels);
    const [one] = await casesOf(pair, `${folder.path}/phases`);
    expect(one.hasImage).toBe(false);
    expect((await one.loadAnnotation()).source.notes.join()).toMatch(/none was taken/);
  });

  it('an image by itself is not taken for a label map', async () => {
    const noise = random('grey');
    const grey = Array.from({ length: 60 }, () => noise.int(250));
    for (const voxels of [grey, grey.map((value) => value - 100)]) {
      const file = gzipSync(niftiSample({ datatype: 4 }, voxels));
      const [one] = await casesOf(pair, folder.file('lone/scan.nii.gz', file));
      await expect(one.loadAnnotation()).rejects.toThrow(/looks like an image/);
    }
  });

  it('files named outright need no telling names', async () => {
    const image = folder.file('named/x1.nii.gz', scanFile());
    const mask = folder.file('named/x2.nii.gz', labels);
    const [one] = await casesOf(pair, `${folder.path}/named`, { image, mask });
    expect((await one.loadVolume()).data.length).toBe(60);
    expect((await one.loadAnnotation()).layers[0].labels).toEqual([{ value: 1 }, { value: 2 }]);
  });

  it('the modality is what the image’s name says, if it says one', async () => {
    for (const name of ['a_ct', 'b_T1', 'c_PET', 'd_image', 'actor'])
      folder.file(`kinds/${name}.nii.gz`, scanFile());
    for (const name of ['a', 'b_T1', 'c', 'd', 'actor']) folder.file(`kinds/${name}_mask.nii.gz`, labels);
    const cases = await casesOf(pair, `${folder.path}/kinds`);
    expect(cases.map(({ item, facts }) => [item, facts.modality])).toEqual([
      ['a', 'CT'],
      ['actor', undefined],
      ['b_T1', 'MR'],
      ['c', 'PT'],
      ['d', undefined],
    ]);
    expect((await cases[2].loadVolume()).units).toBe('arbitrary');
  });

  it('each pair is a patient of its own, and that is known, unless a table names the patient', async () => {
    for (const name of ['first', 'second', 'third']) {
      folder.file(`people/${name}.nii.gz`, scanFile());
      folder.file(`people/${name}_mask.nii.gz`, labels);
    }
    const patients = async () =>
      (await casesOf(pair, `${folder.path}/people`)).map((one) => [one.patient, one.patientAssumed]);
    expect(await patients()).toEqual([
      ['first', true],
      ['second', true],
      ['third', true],
    ]);
    folder.file('people/metadata.csv', 'case,patient\nfirst,P1\nsecond,P1\n');
    expect(await patients()).toEqual([
      ['P1', false],
      ['P1', false],
      ['third', true],
    ]);
  });

  it('taking a case for a patient of its own is said where it can be wrong', () => {
    expect(assumedPatients(3, 3)).toMatch(/^Each of the 3 cases .* metadata\.csv .* patient\)\.$/);
    expect(assumedPatients(3, 1)).toMatch(/^1 of the 3 cases/);
    expect(assumedPatients(3, 0)).toBeUndefined();
    expect(assumedPatients(1, 1)).toBeUndefined();
  });

  it('a folder without pairs is said to be one', async () => {
    folder.file('nothing/readme.txt', 'no images');
    expect(await codeOf(casesOf(pair, `${folder.path}/nothing`))).toBe('layout-unknown');
    expect(await codeOf(findLayout(`${folder.path}/nothing`))).toBe('layout-unknown');
    expect(await codeOf(findLayout(`${folder.path}/not-there`))).toBe('file-not-found');
    await expect(findLayout(folder.path, 'no-such-layout')).rejects.toThrow(/kits/);
  });
});
