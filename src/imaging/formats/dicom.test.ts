import { afterAll, describe, expect, it } from 'vitest';
import { gridOf } from '../../domain/geometry.ts';
import { ctSlice, dicomBytes } from '../dicom/testing/dicom-sample.ts';
import { zipBytes } from '../dicom/testing/zip-sample.ts';
import { formatContract } from '../format.contract.ts';
import { openAnnotation, openVolume, probe } from '../open.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import { dicomSegBytes } from '../write-dicom-seg.ts';
import dicom from './dicom.ts';
import dicomRtstruct from './dicom-rtstruct.ts';
import dicomSeg from './dicom-seg.ts';
import dicomSeries from './dicom-series.ts';

const folder = testFolder();
afterAll(folder.remove);
let count = 0;

const slice = (z: number) =>
  dicomBytes(
    ctSlice({
      columns: 30,
      rows: 20,
      values: Array.from({ length: 600 }, (_, n) => n),
      position: [0, 0, z],
      instance: z + 1,
    }),
  );
const archive = (zs: readonly number[]) => zipBytes(zs.map((z) => ({ name: `${z}.dcm`, data: slice(z) })));
const segmentation = () =>
  dicomSegBytes({
    grid: gridOf([30, 20, 2], [-0.5, 0, 0, 0, 0, -0.8, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
    layers: [
      {
        data: Uint8Array.from({ length: 1200 }, (_, n) => n % 3),
        labels: [
          { value: 1, name: 'liver' },
          { value: 2, name: 'spleen' },
        ],
      },
    ],
  });
const write = (bytes: Uint8Array, ending: string) => folder.file(`sample-${count++}${ending}`, bytes);

formatContract(dicom, { volume: () => write(slice(0), '.dcm') });
formatContract(dicomSeries, { volume: () => write(archive([0, 1, 2]), '.zip') });
formatContract(dicomSeg, { annotation: () => write(segmentation(), '.dcm') });
formatContract(dicomRtstruct, {});

describe('which DICOM format takes what', () => {
  it('a segmentation is an annotation and no image', async () => {
    const path = write(segmentation(), '');
    expect((await probe(path)).format).toBe('dicom-seg');
    expect((await probe(path)).holds).toBe('annotation');
    expect(await codeOf(openVolume(path))).toBe('format-unsupported');
  });

  it('an image is no annotation, even when its preamble looks like a TIFF', async () => {
    const bytes = slice(0);
    bytes.set([0x49, 0x49, 42, 0]);
    const path = write(bytes, '.dcm');
    expect((await probe(path)).format).toBe('dicom');
    expect(await codeOf(openAnnotation(path))).toBe('format-unsupported');
  });

  it('a folder of a series with a segmentation opens as either', async () => {
    for (const z of [0, 1]) folder.file(`both/images/${z}.dcm`, slice(z));
    folder.file('both/seg.dcm', segmentation());
    const path = `${folder.path}/both`;
    expect((await openVolume(path)).grid.shape).toEqual([30, 20, 2]);
    expect((await openAnnotation(path)).layers[0].labels.map(({ name }) => name)).toEqual([
      'liver',
      'spleen',
    ]);
    expect((await probe(path)).facts).toMatchObject({ series: 1, otherObjects: 1, modality: 'CT' });
  });
});
