import { afterAll, describe, expect, it } from 'vitest';
import { casesOf, layoutContract } from '../layout.contract.ts';
import { brokenFile, labelFile, scanFile } from '../testing/dataset.ts';
import { testFolder } from '../testing/folder.ts';
import nnunet, { parseDataset } from './nnunet.ts';

const folder = testFolder();
afterAll(folder.remove);

folder.file(
  'Dataset007/dataset.json',
  JSON.stringify({
    labels: { background: 0, pancreas: 1, cancer: 2, whole: [1, 2] },
    channel_names: { 0: 'CT' },
    licence: 'CC-BY-SA 4.0',
  }),
);
folder.file('Dataset007/imagesTr/pancreas_001_0000.nii.gz', scanFile());
folder.file(
  'Dataset007/labelsTr/pancreas_001.nii.gz',
  labelFile((i) => i % 2),
);
folder.file(
  'Dataset007/labelsTr/pancreas_002.nii.gz',
  labelFile((i) => (i === 3 ? 9 : 0)),
);
folder.file('Dataset007/labelsTr/pancreas_004.nii.gz', brokenFile());
folder.file('Dataset007/labelsTr/._pancreas_001.nii.gz', 'a resource fork');

layoutContract(nnunet, () => ({ path: `${folder.path}/Dataset007`, cases: 3, broken: 'pancreas_004' }));

describe('nnU-Net', () => {
  it('labels have their names, also those that do not occur; strangers keep their number', async () => {
    const [first, second] = await casesOf(nnunet, `${folder.path}/Dataset007`);
    expect((await first.loadAnnotation()).layers[0].labels).toEqual([
      { value: 1, name: 'pancreas' },
      { value: 2, name: 'cancer' },
    ]);
    const strange = await second.loadAnnotation();
    expect(strange.layers[0].labels.at(-1)).toEqual({ value: 9 });
    expect(strange.source.notes.join()).toContain('"whole"');
    expect(first.facts).toEqual({ modality: 'CT', licence: 'CC-BY-SA 4.0' });
    expect((await first.loadVolume()).units).toBe('HU');
  });

  it('the Decathlon of 2018 writes labels the other way round, and images without a channel', async () => {
    folder.file(
      'Task03/dataset.json',
      JSON.stringify({ labels: { 0: 'background', 1: 'liver', 2: 'cancer' }, modality: { 0: 'MRI' } }),
    );
    folder.file('Task03/imagesTr/liver_1.nii.gz', scanFile());
    folder.file(
      'Task03/labelsTr/liver_1.nii.gz',
      labelFile((i) => i % 3),
    );
    const [one] = await casesOf(nnunet, `${folder.path}/Task03`);
    expect(one.hasImage).toBe(true);
    expect(one.facts.modality).toBe('MR');
    expect((await one.loadAnnotation()).layers[0].labels.map(({ name }) => name)).toEqual([
      'liver',
      'cancer',
    ]);
  });

  it('nonsense in dataset.json is noted, not believed', () => {
    expect(parseDataset(null)).toEqual({ labels: [], facts: {}, notes: [] });
    const odd = parseDataset({
      labels: { liver: 'five', '2': 'spleen' },
      channel_names: { 0: 'CT', 1: 'PET' },
    });
    expect(odd.labels).toEqual([{ value: 2, name: 'spleen' }]);
    expect(odd.facts).toEqual({});
    expect(odd.notes).toHaveLength(1);
  });
});
