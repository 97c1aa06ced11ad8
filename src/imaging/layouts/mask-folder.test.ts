import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { casesOf, layoutContract } from '../layout.contract.ts';
import { findLayout } from '../layout.ts';
import { brokenFile, labelFile, scanFile } from '../testing/dataset.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import { niftiSample } from '../testing/nifti-sample.ts';
import maskFolder from './mask-folder.ts';

const folder = testFolder();
afterAll(folder.remove);

const atlas = 'atlas/BDMAP_00000001';
folder.file(`${atlas}/ct.nii.gz`, scanFile());
folder.file(
  `${atlas}/combined_labels.nii.gz`,
  labelFile((i) => i % 2),
);
folder.file(
  `${atlas}/segmentations/liver.nii.gz`,
  labelFile((i) => (i < 30 ? 1 : 0)),
);
folder.file(
  `${atlas}/segmentations/liver_lesion.nii.gz`,
  labelFile((i) => (i >= 10 && i < 12 ? 1 : 0)),
);
folder.file(
  `${atlas}/segmentations/spleen.nii.gz`,
  labelFile((i) => (i >= 40 ? 255 : 0)),
);
folder.file(
  `${atlas}/segmentations/pancreas.nii.gz`,
  labelFile(() => 0),
);
folder.file(`${atlas}/segmentations/._liver.nii.gz`, 'a resource fork');
folder.file(
  'atlas/BDMAP_00000002/segmentations/liver.nii.gz',
  labelFile(() => 1),
);
folder.file('atlas/BDMAP_00000003/segmentations/liver.nii.gz', brokenFile());
folder.file('atlas/notes/readme.txt', 'no case');

layoutContract(maskFolder, () => ({ path: `${folder.path}/atlas`, cases: 3, broken: 'BDMAP_00000003' }));

describe('a folder with one mask per structure', () => {
  it('masks that overlap lie in layers of their own, the others share one', async () => {
    const [first] = await casesOf(maskFolder, `${folder.path}/atlas`);
    const { layers, grid, impliedScheme } = await first.loadAnnotation();
    expect(layers.map(({ labels }) => labels)).toEqual([
      [
        { value: 1, name: 'liver' },
        { value: 2, name: 'pancreas' },
        { value: 3, name: 'spleen' },
      ],
      [{ value: 1, name: 'liver_lesion' }],
    ]);
    const voxels = (layer: number, value: number) => layers[layer].data.filter((v) => v === value).length;
    // The pancreas was looked for and is not there.
    expect([voxels(0, 1), voxels(0, 2), voxels(0, 3), voxels(1, 1)]).toEqual([30, 0, 20, 2]);
    expect(grid.shape).toEqual([3, 4, 5]);
    expect(impliedScheme).toBe('abdomenatlas');
    expect((await first.loadVolume()).units).toBe('HU');
  });

  it('a case folder by itself is one case', async () => {
    expect((await casesOf(maskFolder, `${folder.path}/${atlas}`)).map(({ item }) => item)).toEqual([
      'BDMAP_00000001',
    ]);
  });

  it('TotalSegmentator is told by its names; plain names imply nothing', async () => {
    folder.file('total/s0011/ct.nii.gz', scanFile());
    folder.file(
      'total/s0011/segmentations/vertebrae_L1.nii.gz',
      labelFile(() => 0),
    );
    folder.file('total/s0012/mri.nii.gz', scanFile());
    folder.file(
      'total/s0012/segmentations/liver.nii.gz',
      labelFile(() => 0),
    );
    const [ct, mr] = await casesOf(maskFolder, `${folder.path}/total`);
    expect([ct.impliedScheme, ct.facts.modality]).toEqual(['totalsegmentator', 'CT']);
    expect([mr.impliedScheme, mr.facts.modality]).toEqual([undefined, 'MR']);
    expect((await mr.loadVolume()).units).toBe('arbitrary');
  });

  it('masks beside each other are a case when they are called as structures are', async () => {
    for (const name of ['liver', 'spleen', 'vertebrae_L1', 'unheard_of'])
      folder.file(
        `out/${name}.nii.gz`,
        labelFile(() => 0),
      );
    const [one] = await casesOf(maskFolder, `${folder.path}/out`);
    const { layers, source } = await one.loadAnnotation();
    const names = layers[0].labels.map(({ name }) => name);
    expect(source.notes.join()).toContain('unheard_of.nii.gz was left out');
    expect(names).toEqual(['liver', 'spleen', 'vertebrae_L1']);
    expect((await findLayout(`${folder.path}/out`)).id).toBe('mask-folder');
  });

  it('masks that change their names are another annotation', async () => {
    const [a, b] = [labelFile((i) => i % 2), labelFile((i) => (i + 1) % 2)];
    for (const [name, liver, spleen] of [
      ['one', a, b],
      ['two', b, a],
    ] as const) {
      folder.file(`swap/${name}/segmentations/liver.nii.gz`, liver);
      folder.file(`swap/${name}/segmentations/spleen.nii.gz`, spleen);
    }
    const [one, two] = await casesOf(maskFolder, `${folder.path}/swap`);
    expect((await one.loadAnnotation()).source.hash).not.toBe((await two.loadAnnotation()).source.hash);
  });

  it('a folder with one label map per case is none', async () => {
    for (const name of ['p1', 'p2']) {
      folder.file(`maps/images/${name}.nii.gz`, scanFile());
      folder.file(
        `maps/labels/${name}.nii.gz`,
        labelFile((i) => i % 3),
      );
    }
    expect(await maskFolder.detect(`${folder.path}/maps`)).toBe(0);
    expect((await findLayout(`${folder.path}/maps`)).id).toBe('pair');
  });

  it('masks on different grids are refused by name', async () => {
    folder.file(
      'odd/case/segmentations/a.nii.gz',
      labelFile(() => 1),
    );
    const shifted = niftiSample(
      { datatype: 2, sform: { code: 1, rows: [1, 0, 0, 5, 0, 1, 0, 0, 0, 0, 2, 0] } },
      new Array(60).fill(1),
    );
    folder.file('odd/case/segmentations/b.nii.gz', gzipSync(shifted));
    const [one] = await casesOf(maskFolder, `${folder.path}/odd`);
    expect(await codeOf(one.loadAnnotation())).toBe('geometry-mismatch');
    await expect(one.loadAnnotation()).rejects.toThrow('The mask b lies 5.00 mm from');
  });
});
