import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { gridOf } from '../../domain/geometry.ts';
import { ctSlice, dicomBytes, type Sample } from '../dicom/testing/dicom-sample.ts';
import { zipBytes } from '../dicom/testing/zip-sample.ts';
import { casesOf, layoutContract } from '../layout.contract.ts';
import { findLayout } from '../layout.ts';
import { testFolder } from '../testing/folder.ts';
import { dicomSegBytes } from '../write-dicom-seg.ts';
import dicomRtstruct from './dicom-rtstruct.ts';
import dicomSeg from './dicom-seg.ts';

const folder = testFolder();
afterAll(folder.remove);

const GRID = gridOf([4, 3, 2], [-0.5, 0, 0, 0, 0, -0.8, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

/** Two slices of a patient's series, in a folder of their own. */
function images(name: string, patient: string, more: Sample = {}): { series: string; study: string } {
  const series = `1.2.9.${patient.length}.${name.length}${name.charCodeAt(name.length - 1)}`;
  const study = `1.2.8.${name.charCodeAt(name.length - 1)}`;
  for (const z of [0, 1]) {
    const own: Sample = {
      '00100020': ['LO', patient],
      '0020000d': ['UI', study],
      '00200052': ['UI', `${series}.7`],
      ...more,
    };
    folder.file(
      `${name}/ct/${z}.dcm`,
      dicomBytes(ctSlice({ position: [0, 0, z], instance: z + 1, series }, own)),
    );
  }
  return { series, study };
}

function mask(of: { series: string; study: string }, label: string): Uint8Array {
  const data = Uint8Array.from({ length: 24 }, (_, n) => n % 2);
  const references = {
    studyInstanceUid: of.study,
    seriesInstanceUid: of.series,
    frameOfReferenceUid: `${of.series}.7`,
    instances: [1, 2].map((n) => ({ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: `1.2.${n}` })),
  };
  return dicomSegBytes(
    { grid: GRID, layers: [{ data, labels: [{ value: 1, name: label }] }] },
    { references },
  );
}

function structures(of: { series: string }, contour: string): Uint8Array {
  const referenced = [{ '30060014': ['SQ', [{ '0020000e': ['UI', of.series] }]] }] as unknown as Sample[];
  return dicomBytes({
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.481.3'],
    '00080060': ['CS', 'RTSTRUCT'],
    '30060010': ['SQ', [{ '30060012': ['SQ', referenced] }] as Sample[]],
    '30060020':
      contour === ''
        ? ['SQ', []]
        : ['SQ', [{ '30060022': ['IS', '1'], '30060026': ['LO', 'GTV'] }] as Sample[]],
    '30060039': [
      'SQ',
      contour === ''
        ? []
        : ([
            {
              '30060084': ['IS', '1'],
              '30060040': [
                'SQ',
                [{ '30060042': ['CS', 'CLOSED_PLANAR'], '30060050': ['DS', contour] }] as Sample[],
              ],
            },
          ] as Sample[]),
    ],
  });
}

layoutContract(dicomSeg, () => {
  const [a, b, c] = ['seg/a', 'seg/b', 'seg/c'].map((name) => images(name, name.toUpperCase()));
  folder.file('seg/a/seg.dcm', mask(a, 'liver'));
  folder.file('seg/b/other/seg.dcm', mask(b, 'spleen'));
  const whole = mask(c, 'cut');
  folder.file('seg/c/seg.dcm', whole.subarray(0, whole.length - 2));
  return { path: `${folder.path}/seg`, cases: 3, broken: 'c/ct' };
});

layoutContract(dicomRtstruct, () => {
  const [a, b, c] = ['rt/a', 'rt/b', 'rt/c'].map((name) => images(name, name));
  const contour = '0.4\\0.7\\0\\1.1\\0.7\\0\\1.1\\1.7\\0\\0.4\\1.7\\0';
  folder.file('rt/a/plan.dcm', structures(a, contour));
  folder.file('rt/b/plan.dcm', structures(b, contour));
  folder.file('rt/c/plan.dcm', structures(c, ''));
  return { path: `${folder.path}/rt`, cases: 3, broken: 'c/ct' };
});

describe('DICOM cases', () => {
  it('know sex, age, phase and scanner, and the patient only for hashing', async () => {
    const more: Sample = {
      '00080070': ['LO', 'Maker'],
      '00081090': ['LO', 'Model 7'],
      '0008103e': ['LO', 'ABD portal venous 3.0'],
      '00100040': ['CS', 'F'],
      '00101010': ['AS', '064Y'],
    };
    const of = images('facts/p', 'P-1', more);
    folder.file('facts/p/seg.dcm', mask(of, 'liver'));
    const [one] = await casesOf(dicomSeg, `${folder.path}/facts`);
    expect(one.facts).toEqual({
      sex: 'F',
      ageYears: 64,
      phase: 'portal-venous',
      scanner: 'Maker Model 7',
      modality: 'CT',
    });
    expect(one.patient).toBe('P-1');
  });

  it('several segmentations of one series become layers of one annotation', async () => {
    const of = images('many/p', 'P-2');
    folder.file('many/p/1.dcm', mask(of, 'liver'));
    folder.file('many/p/2.dcm', mask(of, 'liver_tumor'));
    const [one] = await casesOf(dicomSeg, `${folder.path}/many`);
    const annotation = await one.loadAnnotation();
    expect(annotation.layers.map(({ labels }) => labels[0].name)).toEqual(['liver', 'liver_tumor']);
    expect(annotation.grid.shape).toEqual((await one.loadVolume()).grid.shape);
  });

  it('a zip of a case is one too, and can be read after its listing', async () => {
    const of = images('zipped/p', 'P-4');
    const entries = [0, 1].map((z) => ({
      name: `study/ct/${z}.dcm`,
      data: readFileSync(`${folder.path}/zipped/p/ct/${z}.dcm`),
    }));
    const path = folder.file(
      'case.zip',
      zipBytes([...entries, { name: 'study/seg.dcm', data: mask(of, 'liver') }]),
    );
    expect((await findLayout(path)).id).toBe('dicom-seg');
    const [one] = await casesOf(dicomSeg, path);
    expect(one.item).toBe('study/ct');
    expect((await one.loadVolume()).grid.shape).toEqual([4, 3, 2]);
    expect((await one.loadAnnotation()).layers[0].labels).toEqual([{ value: 1, name: 'liver' }]);
  });

  it('a segmentation of another series is not taken for this one', async () => {
    images('lonely/a', 'P-3');
    folder.file('lonely/seg.dcm', mask({ series: '1.9.9', study: '1.9' }, 'liver'));
    await expect(casesOf(dicomSeg, `${folder.path}/lonely`)).rejects.toMatchObject({
      code: 'layout-unknown',
    });
  });
});

describe('a scan by itself', () => {
  it('is said to lack an annotation', async () => {
    images('alone', 'nobody');
    await expect(findLayout(`${folder.path}/alone`)).rejects.toThrow(/scan without an annotation/);
  });
});
