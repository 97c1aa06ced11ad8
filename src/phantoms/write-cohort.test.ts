import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findLayout } from '../imaging/layout.ts';
import { openVolume } from '../imaging/open.ts';
import { phantomCohort, writeCohort } from './cohort.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-phantoms-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [phantom] = phantomCohort({ seed: 3, cases: 1, shape: [48, 48, 32], axes: 'LPS' });

const voxels = (data: ArrayLike<number>, value: number) => Array.from(data).filter((v) => v === value).length;

describe('a cohort on disk', () => {
  it('reads back as the volume and the masks that were rendered', async () => {
    const steps: number[] = [];
    await writeCohort(join(folder, 'a'), [phantom], { onCase: (done) => steps.push(done) });
    expect(steps).toEqual([1]);
    const { volume, annotation } = phantom.render();
    const read = await openVolume(join(folder, 'a', phantom.id, 'ct.nii.gz'));
    expect(read.data).toEqual(volume.data);
    expect(read.source.axes).toBe('LPS');
    for (const [i, value] of read.grid.affine.entries()) expect(value).toBeCloseTo(volume.grid.affine[i], 4);
    const layout = await findLayout(join(folder, 'a'));
    for await (const one of layout.cases(join(folder, 'a'))) {
      const raw = await one.loadAnnotation();
      const present = raw.layers.flatMap(({ data, labels }) =>
        labels.map(({ value, name }) => [name, voxels(data, value)]),
      );
      const drawn = annotation.layers.flatMap(({ data, labels }) =>
        labels.map(({ value, structure }) => [structure, voxels(data, value)]),
      );
      expect(Object.fromEntries(present)).toEqual(Object.fromEntries(drawn));
    }
  });
  it('has a mask file for every structure looked for, absent ones included, and the case facts', () => {
    const masks = readdirSync(join(folder, 'a', phantom.id, 'segmentations'));
    const wanted = phantom.description.annotated.filter((id) => id !== 'kidney').map((id) => `${id}.nii.gz`);
    expect(masks.sort()).toEqual(wanted.sort());
    const { cases } = JSON.parse(readFileSync(join(folder, 'a', 'cases.json'), 'utf8'));
    expect(cases[phantom.id]).toMatchObject({ patient: 'phantom-patient-001', phase: 'unenhanced' });
  });
  it('is the same bytes for the same phantom', async () => {
    await writeCohort(join(folder, 'b'), [phantom]);
    const bytes = (where: string) => readFileSync(join(folder, where, phantom.id, 'ct.nii.gz'));
    expect(bytes('a').equals(bytes('b'))).toBe(true);
  });
  it('says so when the folder cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(writeCohort(join(folder, 'file'), [phantom])).rejects.toMatchObject({
      code: 'write-failed',
    });
  });
});
