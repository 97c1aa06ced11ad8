import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import type { RawAnnotation, RawLabel } from '../domain/volume.ts';
import { ANNOTATED } from '../phantoms/anatomy.ts';
import { applyScheme, chooseScheme, type LabelScheme, schemeNamed } from './scheme.ts';
import { schemes } from './schemes/registry.generated.ts';
import { schemeContract } from './schemes/scheme.contract.ts';

for (const scheme of Object.values(schemes) as LabelScheme[])
  describe(`scheme ${scheme.id}`, () => schemeContract(scheme));

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function raw(
  labels: readonly RawLabel[],
  data: readonly number[] = [0],
  impliedScheme?: string,
): RawAnnotation {
  return {
    grid: gridOf([data.length, 1, 1], identity),
    layers: [{ data: Uint8Array.from(data), labels }],
    source: { format: 'test', hash: '', axes: 'RAS', notes: [] },
    ...(impliedScheme === undefined ? {} : { impliedScheme }),
  };
}
const masks = (...names: string[]) => raw(names.map((name, i) => ({ value: i + 1, name })));
const scheme = (id: string): LabelScheme => {
  const found = schemeNamed(id);
  if (found === undefined) throw new Error(`no scheme ${id}`);
  return found;
};

describe('applying a scheme', () => {
  it('an all-zero mask in a folder means that the structure was looked for and is absent', () => {
    const annotation = applyScheme(masks('liver', 'liver_tumor'), scheme('abdomenatlas'));
    expect(annotation.annotated).toEqual(['liver', 'liver_tumor']);
  });
  it('both kidneys looked for means the kidneys were; one does not', () => {
    const both = applyScheme(masks('kidney_left.nii.gz', 'kidney_right.nii.gz'), scheme('abdomenatlas'));
    expect(both.annotated).toContain('kidney');
    expect(applyScheme(masks('kidney_left'), scheme('abdomenatlas')).annotated).not.toContain('kidney');
  });
  it('KiTS19 did not look for cysts, KiTS23 did even where there is none', () => {
    const labels = [{ value: 1 }, { value: 2 }];
    expect(applyScheme(raw(labels, [1, 2]), scheme('kits19')).annotated).not.toContain('kidney_cyst');
    expect(applyScheme(raw(labels, [1, 2]), scheme('kits23')).annotated).toContain('kidney_cyst');
  });
  it('a value beyond the scheme is unknown, with its voxel count', () => {
    const annotation = applyScheme(raw([{ value: 1 }, { value: 7 }], [7, 1, 0, 7, 7]), scheme('kits23'));
    expect(annotation.unknown).toEqual([{ value: 7, voxels: 3 }]);
  });
  it('a named label is not matched by its number', () => {
    const annotation = applyScheme(raw([{ value: 1, name: 'banana' }], [1]), scheme('kits23'));
    expect(annotation.layers).toEqual([]);
    expect(annotation.unknown).toEqual([{ value: 1, name: 'banana', voxels: 1 }]);
  });
  it('a folder that names three organs has not looked for the pancreas, whichever scheme it resembles', async () => {
    const folder = masks('kidney_left', 'liver', 'spleen');
    const annotation = applyScheme(folder, await chooseScheme(folder));
    expect(annotation.annotated).toEqual(['kidney_left', 'liver', 'spleen']);
  });
  it('a data set that names its labels looked for all of them, present or not', () => {
    const labels = ['kidney', 'tumor', 'cyst'].map((name, i) => ({ value: i + 1, name }));
    expect(applyScheme(raw(labels, [1]), scheme('kits23')).annotated).toEqual(
      expect.arrayContaining(['kidney', 'kidney_tumor', 'kidney_cyst', 'kidney_lesion']),
    );
  });
  it('a label that is named by its number only goes by the number', () => {
    const annotation = applyScheme(raw([{ value: 2, name: 'Segment_2' }], [2]), scheme('kits23'));
    expect(annotation.layers[0].labels[0].structure).toBe('kidney_tumor');
  });
  it('TotalSegmentator run on the liver only has not looked for kidney cysts', () => {
    const annotation = applyScheme(masks('liver'), scheme('totalsegmentator'));
    expect(annotation.annotated).toEqual(['liver']);
    const numbered = applyScheme(raw([{ value: 5 }], [5]), scheme('totalsegmentator'));
    expect(numbered.annotated).toContain('kidney_cyst');
  });
});

describe('phantoms', () => {
  it('their mask names mean the same in the phantom and the AbdomenAtlas scheme', () => {
    const names = ANNOTATED.filter((id) => id !== 'kidney');
    for (const id of ['phantom', 'abdomenatlas']) {
      const annotation = applyScheme(masks(...names), scheme(id));
      expect(annotation.unknown).toEqual([]);
      expect(annotation.layers[0].labels.map((l) => l.structure)).toEqual(names);
      expect(new Set(annotation.annotated)).toEqual(new Set(ANNOTATED));
    }
  });
});

describe('choosing a scheme', () => {
  const folder = mkdtempSync(join(tmpdir(), 'overread-scheme-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('takes the one asked for, then the one implied', async () => {
    expect((await chooseScheme(raw([{ value: 1 }], [1], 'kits23'), 'kits19')).id).toBe('kits19');
    expect((await chooseScheme(raw([{ value: 1 }], [1], 'kits23'))).id).toBe('kits23');
    expect((await chooseScheme(raw([{ value: 1 }], [1], 'Task07_Pancreas'))).id).toBe('msd-pancreas');
  });
  it.each([
    [['liver', 'pancreas_head', 'celiac_aa', 'kidney_left'], 'abdomenatlas'],
    [['spleen', 'liver', 'vertebrae_L5', 'autochthon_left'], 'totalsegmentator'],
    [['pancreas', 'cancer'], 'msd-pancreas'],
    [['liver', 'cancer'], 'msd-liver'],
    [['Vessel', 'Tumour'], 'msd-hepaticvessel'],
    [['colon cancer primaries'], 'msd-colon'],
    [['kidney', 'tumor', 'cyst'], 'kits23'],
  ])('by names: %j is %s', async (names, id) => {
    const labels = names.map((name, i) => ({ value: i + 1, name }));
    expect((await chooseScheme(raw(labels))).id).toBe(id);
  });
  it('refuses numbers without names, and names what to do', async () => {
    await expect(chooseScheme(raw([{ value: 1 }, { value: 2 }]))).rejects.toMatchObject({
      code: 'scheme-unknown',
      message: expect.stringContaining('--scheme'),
    });
    await expect(chooseScheme(raw([]), 'nonsense')).rejects.toMatchObject({ code: 'scheme-unknown' });
  });
  it('reads a JSON file of values and names', async () => {
    const file = write('mine.json', '{"labels": {"1": "liver", "Metastasis": "liver_tumor"}}');
    const mine = await chooseScheme(raw([]), file);
    const annotation = applyScheme(raw([{ value: 1 }, { value: 9, name: 'metastasis' }], [1, 9]), mine);
    expect(annotation.layers[0].labels.map((l) => l.structure)).toEqual(['liver', 'liver_tumor']);
    expect(annotation.scheme).toBe('mine');
  });
  it.each([
    ['not json'],
    ['{"labels": {"1": 5}}'],
    ['{"labels": {"1": "two words"}}'],
    ['{"lables": {}}'],
  ])('refuses the file %s in one sentence', async (text) => {
    const failure = await chooseScheme(raw([]), write('bad.json', text)).catch((e: unknown) => e);
    expect(failure).toMatchObject({ code: 'bad-config' });
    expect((failure as Error).message).not.toContain('\n');
  });
  it('says when the file is not there', async () => {
    await expect(chooseScheme(raw([]), join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });
});

const shared = fileURLToPath(new URL('../../../shared/data/ct-abdomen-totalseg/', import.meta.url));
describe.skipIf(!existsSync(shared))('label numbers of TotalSegmentator', () => {
  it.each([
    ['labels_total.json', 'totalsegmentator', 117],
    ['labels_total_mr.json', 'totalsegmentator-mr', 50],
  ])('%s', (file, id, count) => {
    const names = JSON.parse(readFileSync(join(shared, file), 'utf8')) as Record<string, string>;
    const labels = scheme(id).labels;
    expect(labels).toHaveLength(count);
    for (const [value, name] of Object.entries(names)) {
      const label = labels.find((l) => l.value === Number(value));
      expect([label?.structure, ...(label?.names ?? [])]).toContain(name);
    }
  });
});
