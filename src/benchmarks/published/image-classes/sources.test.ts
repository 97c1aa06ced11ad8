import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openData } from '../../../records/data-root.ts';
import { npy, npz } from '../../../records/testing/npz-writer.ts';
import imageClasses from './index.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'image-classes-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, bytes: string | Uint8Array = 'x') {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
}

async function read(columns: Record<string, string> = {}, split?: string) {
  const found: {
    id: string;
    split: string;
    patient: string;
    options: string[];
    key: readonly string[];
    text: string;
  }[] = [];
  const options = { mode: 'choice', seed: '0', columns, ...(split === undefined ? {} : { split }) };
  for await (const { item, reference } of imageClasses.records(await openData(folder), options))
    found.push({
      id: item.id,
      split: item.split,
      patient: item.patientId,
      options: item.options.map(({ text }) => text),
      key: reference.letters,
      text: item.text,
    });
  return found;
}

describe('folders', () => {
  it('a folder for each class, masks left out', async () => {
    await write('benign/benign (1).png');
    await write('benign/benign (1)_mask.png');
    await write('benign/benign (1)_mask_1.png');
    await write('malignant/malignant (1).png');
    const hashed = expect.stringMatching(/^picture-[0-9a-f]{12}$/);
    expect(await read()).toEqual([
      {
        id: hashed,
        split: 'test',
        patient: hashed,
        options: ['benign', 'malignant'],
        key: ['A'],
        text: 'What does this picture show?',
      },
      expect.objectContaining({ id: hashed, key: ['B'] }),
    ]);
  });
  it('folders of splits, above or below the classes; classes are those of all splits', async () => {
    await write('train/a/1.png');
    await write('val/b/2.png');
    await write('c/test/3.png');
    const all = await read();
    expect(all.map(({ split, key }) => [split, ...key])).toEqual([
      ['test', 'C'],
      ['train', 'A'],
      ['validation', 'B'],
    ]);
    expect(await read({}, 'test')).toEqual([all[0]]);
    expect(all[0].options).toEqual(['a', 'b', 'c']);
  });
  it('one folder of pictures named by their class', async () => {
    for (const name of ['normal_1.png', 'normal_2.png', 'benign (3).jpg']) await write(`images/${name}`);
    const found = await read();
    expect(found.map(({ key }) => key)).toEqual([['A'], ['B'], ['B']]);
    // Names tell the class, so they are no ids.
    expect(new Set(found.map(({ id }) => id)).size).toBe(3);
    expect(JSON.stringify(found.map(({ id, patient }) => [id, patient]))).not.toMatch(/benign|normal/);
  });
  it('one class is no question', async () => {
    await write('a/1.png');
    await expect(read()).rejects.toMatchObject({ code: 'format-unknown' });
  });
});

describe('tables', () => {
  it('file, label, patient and split by their usual names, pictures found by their id', async () => {
    await write('images/ISIC_1.jpg');
    await write('masks/ISIC_1_segmentation.png');
    await write(
      'metadata.csv',
      'lesion_id,image_id,dx,split\nHAM_7,ISIC_1,mel,train\nHAM_7,ISIC_2,nv,test\n',
    );
    expect(await read({ 'class-mel': 'melanoma', question: 'Which lesion?' })).toEqual([
      {
        id: 'ISIC_1',
        split: 'train',
        patient: 'HAM_7',
        options: ['melanoma', 'nv'],
        key: ['A'],
        text: 'Which lesion?',
      },
      expect.objectContaining({ id: 'ISIC_2', split: 'test', patient: 'HAM_7', key: ['B'] }),
    ]);
  });
  it('columns by the names that the user gives, and only by those', async () => {
    await write('t.csv', 'name,grade\na.png,1\nb.png,0\n');
    expect((await read({ picture: 'name', label: 'grade' })).map(({ key }) => key)).toEqual([['B'], ['A']]);
    await expect(read({ picture: 'name', label: 'none' })).rejects.toThrow(/no column "none"/);
  });
  it('an unknown split is an error that names the record', async () => {
    await write('t.csv', 'file,label,split\na.png,x,test\nb.png,y,somewhere\n');
    await expect(read()).rejects.toThrow(/t\.csv, record 2: "somewhere" is no split/);
  });
});

describe('archives', () => {
  it('numbers become classes, named by classes.json', async () => {
    const images = npy('|u1', [3, 2, 2], new Uint8Array(12));
    const labels = npy('|u1', [3], Uint8Array.of(2, 0, 2));
    await write('own.npz', npz({ val_images: images, val_labels: labels }, true));
    expect((await read()).map(({ options, key }) => [options, ...key])).toEqual([
      [['class 0', 'class 2'], 'B'],
      [['class 0', 'class 2'], 'A'],
      [['class 0', 'class 2'], 'B'],
    ]);
    await write('classes.json', '["RBC", "WBC", "platelet"]');
    expect((await read())[0]).toMatchObject({
      id: 'own-validation-0',
      split: 'validation',
      options: ['RBC', 'WBC', 'platelet'],
      key: ['C'],
    });
  });
});
