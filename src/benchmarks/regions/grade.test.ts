import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gridOf, type Vec3 } from '../../domain/geometry.ts';
import { silent } from '../../domain/progress.ts';
import { writeNifti } from '../../imaging/write-nifti.ts';
import { emptyRuns, runsByValue } from '../../measure/runs.ts';
import type { Builder } from '../builder.ts';
import medvision from '../builders/medvision.ts';
import regionGrades from '../builders/region-grades.ts';
import regionTasks from '../builders/region-tasks.ts';
import { gradeRegion, sizeGrade, worldBox } from './grade.ts';

const shape: Vec3 = [20, 10, 5];
const grid = gridOf(shape, [2, 0, 0, -10, 0, 3, 0, 5, 0, 0, 4, 100, 0, 0, 0, 1]);
const blocks = (...list: [x0: number, x1: number, label: number][]) => {
  const data = new Uint8Array(20 * 10 * 5);
  for (const [x0, x1, label] of list)
    for (let z = 1; z < 4; z++)
      for (let y = 2; y < 6; y++) data.fill(label, (z * 10 + y) * 20 + x0, (z * 10 + y) * 20 + x1 + 1);
  return runsByValue(data, shape);
};

describe('a finding in a region', () => {
  it('is graded by its share of both together, and by its parts', () => {
    const runs = blocks([2, 9, 1], [10, 11, 2], [14, 15, 2]);
    const graded = gradeRegion(runs.get(1) ?? emptyRuns(shape), runs.get(2) ?? emptyRuns(shape), grid);
    // 8 columns of region, 2 + 2 of finding: a third.
    expect(graded?.share).toBeCloseTo(4 / 12, 12);
    expect(graded?.grades).toEqual({ size: 2, number: 2 });
    expect(graded?.regionMl).toBeCloseTo((12 * 4 * 3 * 24) / 1000, 12);
    expect(graded?.voxels).toEqual({ min: [2, 2, 1], max: [15, 5, 3] });
    expect(gradeRegion(emptyRuns(shape), emptyRuns(shape), grid)).toBeUndefined();
    expect(gradeRegion(runs.get(1) ?? emptyRuns(shape), emptyRuns(shape), grid)?.grades).toEqual({
      size: 0,
      number: 0,
    });
  });

  it('has its box in mm with the edges of its voxels', () => {
    expect(worldBox([2, 2, 1], [15, 5, 3], grid)).toEqual({ min: [-7, 9.5, 102], max: [21, 21.5, 114] });
  });

  it('the thirds are MOAKS’s: none, below 33 %, to 66 %, above', () => {
    expect([0, 0.01, 0.329, 0.33, 0.66, 0.67].map(sizeGrade)).toEqual([0, 1, 1, 2, 2, 3]);
  });
});

const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
let folder = '';
let builds = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regions-'));
});
afterAll(() => rm(folder, { recursive: true }));
async function build(builder: Builder, source: string, options: Record<string, string[]>) {
  const out = join(folder, `out-${++builds}`);
  const signal = new AbortController().signal;
  const summary = await builder.build({
    source,
    out,
    seed: '1',
    protocol: 'strict',
    options,
    progress: silent,
    signal,
  });
  return { out, summary };
}
const linesOf = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, never>);

describe('builders on annotated scans', () => {
  it('say what they cannot use: masks alone, labels that are not there, nothing at all', async () => {
    const source = join(folder, 'masks-only');
    const data = new Uint8Array(20 * 10 * 5);
    data.fill(1, 300, 340);
    await writeNifti(join(source, 'labels', 'a.nii.gz'), { grid, data });
    const mask = { mask: [join(source, 'labels', 'a.nii.gz')] };
    for (const builder of [regionGrades, regionTasks, medvision])
      await expect(build(builder, source, mask)).rejects.toMatchObject({ code: 'mask-empty' });
    const graded = build(regionGrades, source, {
      ...mask,
      'without-pictures': ['yes'],
      pair: ['liver=tumor'],
    });
    await expect(graded).rejects.toMatchObject({ code: 'mask-empty' });
    await expect(build(regionTasks, source, { plane: ['oblique'] })).rejects.toMatchObject({
      code: 'bad-argument',
    });
    await expect(build(regionGrades, source, { pair: ['liver'] })).rejects.toMatchObject({
      code: 'bad-argument',
    });
  });
});

describe.skipIf(!existsSync(join(shared, 'kits-masks')))('real masks', () => {
  const kits = (id: string) => ({
    mask: [join(shared, 'kits-masks', `kits19_case_${id}_segmentation.nii.gz`)],
    label: ['1=kidney', '2=tumor'],
  });

  it('KiTS case 00061: 23,276 of 148,219 voxels are tumour, in one part', async () => {
    const { out } = await build(regionGrades, shared, { ...kits('00061'), 'without-pictures': ['yes'] });
    const [record] = await linesOf(join(out, 'annotations.jsonl'));
    expect(record.answer).toEqual({ MOAKS_scores: { 'tumor of kidney': { size: 1, number: 1 } } });
    expect(JSON.stringify(record.reasoning)).toContain('110.99 ml in 1 separate part');
    expect(JSON.stringify(record.reasoning)).toContain(`${((100 * 23276) / 148219).toFixed(1)} %`);
  });

  it('KiTS case 00041 has two tumours', async () => {
    const { out } = await build(regionGrades, shared, { ...kits('00041'), 'without-pictures': ['yes'] });
    const [record] = await linesOf(join(out, 'annotations.jsonl'));
    expect(record.answer).toMatchObject({ MOAKS_scores: { 'tumor of kidney': { number: 2 } } });
  });

  it('TotalSegmentator: areas of all axial slices sum up to the volumes of facts.json', async () => {
    const ct = join(shared, 'ct-abdomen-totalseg');
    const { out } = await build(medvision, ct, {
      image: [join(ct, 'example_ct_sm.nii.gz')],
      mask: [join(ct, 'example_seg.nii.gz')],
    });
    const plan = JSON.parse(
      gunzipSync(await readFile(join(out, 'benchmark_plan_segmentation_v1.json.gz'))).toString(),
    );
    const [task] = plan.tasks;
    const [one] = [...task.train_cases, ...task.test_cases];
    const facts = JSON.parse(await readFile(join(shared, 'facts.json'), 'utf8'))[
      'ct-abdomen-totalseg/example_seg.nii.gz'
    ];
    for (const axis of ['x', 'y', 'z']) {
      const voxels: Record<string, number> = {};
      for (const { slice_profile } of one[`slice_profiles_${axis}`])
        for (const { label, pixel_count } of slice_profile)
          voxels[label] = (voxels[label] ?? 0) + pixel_count;
      const { 0: _, ...labelled } = facts.labels;
      expect(voxels).toEqual(labelled);
    }
  });
});
