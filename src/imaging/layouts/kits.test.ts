import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { casesOf, layoutContract } from '../layout.contract.ts';
import { brokenFile, labelFile, scanFile } from '../testing/dataset.ts';
import { testFolder } from '../testing/folder.ts';
import { countLabels } from '../voxels.ts';
import kits from './kits.ts';

const folder = testFolder();
afterAll(folder.remove);

folder.file(
  'kits23/case_00001/segmentation.nii.gz',
  labelFile((i) => i % 4),
);
folder.file('kits23/case_00001/imaging.nii.gz', scanFile());
folder.file(
  'kits23/case_00002/segmentation.nii.gz',
  labelFile((i) => i % 3),
);
folder.file('kits23/case_00400/segmentation.nii.gz', brokenFile());
folder.file('kits23/case_00500/imaging.nii.gz', scanFile());
folder.file(
  'kits23/kits.json',
  JSON.stringify([
    { case_id: 'case_00001', gender: 'female', age_at_nephrectomy: 61 },
    { case_id: 'case_00002', gender: 'unknown', age_at_nephrectomy: null },
  ]),
);

layoutContract(kits, () => ({ path: `${folder.path}/kits23`, cases: 3, broken: 'case_00400' }));

describe('KiTS', () => {
  it('the chart gives age and sex', async () => {
    const [first, second] = await casesOf(kits, `${folder.path}/kits23`);
    expect(first.facts).toMatchObject({ sex: 'F', ageYears: 61, modality: 'CT' });
    expect(second.facts.sex).toBeUndefined();
    expect(second.facts.ageYears).toBeUndefined();
    expect((await first.loadVolume()).units).toBe('HU');
  });

  it('the edition is told by the path, a case number, or a file name, else claimed least', async () => {
    const labels = labelFile(() => 1);
    for (const [path, scheme] of [
      ['a/kits19/data/case_00001', 'kits19'],
      ['a/kits21/case_00001', 'kits23'],
      ['b/dataset/case_00001', 'kits23'],
      ['c/case_00588', 'kits23'],
      ['d/case_00001', 'kits19'],
    ]) {
      folder.file(`${path}/segmentation.nii.gz`, labels);
      const root = `${folder.path}/${path.slice(0, path.lastIndexOf('/'))}`;
      expect((await casesOf(kits, root)).map(({ impliedScheme }) => impliedScheme)).toEqual([scheme]);
    }
  });

  it('flat files are cases too, and one patient keeps one name across editions', async () => {
    folder.file(
      'flat/kits19_case_00061_segmentation.nii.gz',
      labelFile((i) => i % 3),
    );
    folder.file(
      'flat/kits23_case_00061_segmentation.nii.gz',
      labelFile((i) => i % 4),
    );
    folder.file('flat/kits19_clinical.json', JSON.stringify([{ case_id: 'case_00061', gender: 'male' }]));
    const cases = await casesOf(kits, `${folder.path}/flat`);
    expect(cases.map(({ impliedScheme, patient, facts }) => [impliedScheme, patient, facts.sex])).toEqual([
      ['kits19', 'case_00061', 'M'],
      ['kits23', 'case_00061', undefined],
    ]);
  });

  it('one case folder and the repository’s root are understood', async () => {
    folder.file(
      'repository/dataset/case_00007/segmentation.nii.gz',
      labelFile(() => 1),
    );
    for (const path of ['repository', 'repository/dataset', 'repository/dataset/case_00007'])
      expect((await casesOf(kits, `${folder.path}/${path}`)).map(({ item }) => item)).toEqual(['case_00007']);
  });

  it('a broken kits.json costs the charts, not the cases', async () => {
    folder.file(
      'mended/case_00001/segmentation.nii.gz',
      labelFile(() => 1),
    );
    folder.file('mended/kits.json', '[{');
    expect(await casesOf(kits, `${folder.path}/mended`)).toHaveLength(1);
  });
});

const shared = fileURLToPath(new URL('../../../../shared/data/kits-masks/', import.meta.url));
describe.skipIf(!existsSync(shared))('the KiTS masks of the shared data', () => {
  it('has 60 cases of KiTS23 with charts', async () => {
    const cases = await casesOf(kits, `${shared}kits23`);
    expect(cases).toHaveLength(60);
    expect(new Set(cases.map(({ impliedScheme }) => impliedScheme))).toEqual(new Set(['kits23']));
    expect(cases.every(({ facts }) => facts.sex !== undefined && facts.ageYears !== undefined)).toBe(true);
  });

  it('has 15 flat files with the label counts of facts.json', async () => {
    const cases = await casesOf(kits, shared);
    expect(cases).toHaveLength(15);
    const one = cases.find(({ item }) => item.startsWith('kits23_case_00257'));
    const annotation = await one?.loadAnnotation();
    const counts = annotation && countLabels(annotation.layers[0].data);
    expect(counts && [...counts]).toEqual([
      [1, 143146],
      [2, 3164],
      [3, 9729],
    ]);
    expect(annotation?.impliedScheme).toBe('kits23');
  });
});
