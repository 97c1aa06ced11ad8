// The mask campaigns of bench/masks on tiny data, so that they cannot rot.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decayOf, firstReaching, type LevelReads, losses, meanOver } from '../bench/masks/decay.ts';
import { NOISES, type NoiseResult, noiseCampaign } from '../bench/masks/noise-campaign.ts';
import { drawCurves } from '../bench/masks/noise-figure.ts';
import { noiseTables } from '../bench/masks/noise-markdown.ts';
import { agreements, type PairingResult, readPairing } from '../bench/masks/real-campaign.ts';
import { agreementTable, stageTable } from '../bench/masks/real-markdown.ts';
import { annotatorsPairing, editionsPairing, writeCombined } from '../bench/masks/real-pairings.ts';
import { withSection } from '../bench/masks/section.ts';
import { gridOf } from '../src/domain/geometry.ts';
import { silent } from '../src/domain/progress.ts';
import { STAGES } from '../src/domain/question.ts';
import { openAnnotation } from '../src/imaging/open.ts';
import { writeNifti } from '../src/imaging/write-nifti.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-mask-campaigns-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { signal } = new AbortController();
const at = { seed: '0', progress: silent, signal };

describe('mask noise on phantoms', () => {
  let result: NoiseResult;
  beforeAll(async () => {
    const noises = NOISES.filter(({ option }) => option !== 'sd').map((noise) => ({
      ...noise,
      levels: [0, 1],
    }));
    result = await noiseCampaign({
      ...at,
      folder: join(folder, 'noise'),
      cases: 2,
      shape: [48, 48, 32],
      noises,
    });
  });
  const curve = (option: string, format: string) =>
    result.curves.find((one) => one.noise.option === option && one.format === format)?.points ?? [];

  it('costs nothing where there is none', () => {
    for (const { points } of result.curves)
      for (const stage of STAGES) expect(points[0].stages[stage].score).toBe(1);
  });
  it('where all lesions are missed every "yes" is lost, where each kind has a false one every "no"', () => {
    const { byStage, byType } = result.manifest.counts;
    // The size of the spleen is asked in this stage too, and stands.
    const existence = byStage.recognition - (byType['splenomegaly-detection'] ?? 0);
    for (const format of ['mc', 'free']) {
      const lost = ['drop', 'false'].map((option) => {
        const { score, n } = curve(option, format)[1].stages.recognition;
        return Math.round(n * (1 - (score ?? 0)));
      });
      expect(lost[0]).toBeGreaterThan(0);
      expect(lost[1]).toBeGreaterThan(0);
      expect(lost[0] + lost[1]).toBe(existence);
    }
  });
  it('ends in tables and a figure', async () => {
    expect(noiseTables(result)).toContain('| Dropped component (`drop`) | 1 |');
    const path = join(folder, 'figure');
    await drawCurves(
      result.curves.filter(({ format }) => format === 'mc'),
      path,
    );
    expect(existsSync(`${path}.png`)).toBe(true);
  });
});

describe('decay', () => {
  it('is what lies above chance and is gone', () => {
    expect(losses([1, 0.75, 0.5, 0.25], 0.5)).toEqual([0, 0.5, 1, 1.5]);
  });
  it('is averaged over levels that lie unevenly', () => {
    // A triangle over [0, 1] and a square over [1, 4]: (0.5 + 3) / 4.
    expect(meanOver([0, 1, 4], [0, 1, 1])).toBeCloseTo(3.5 / 4, 12);
  });
  it('names the level at which half is lost, between two levels too', () => {
    expect(firstReaching([0, 1, 2], [0, 0.25, 0.75], 0.5)).toBeCloseTo(1.5, 12);
    expect(firstReaching([0, 1], [0, 0.4], 0.5)).toBeNull();
  });
  it('orders stages by their loss, and is sure of it where every patient says the same', () => {
    const patients = Array.from({ length: 8 }, (_, patient) => patient);
    const level = (at: number, scores: readonly number[]): LevelReads => ({
      level: at,
      stage: patients.flatMap(() => [0, 1]),
      patient: patients.flatMap((patient) => [patient, patient]),
      score: patients.flatMap(() => scores),
    });
    const decay = decayOf([level(0, [1, 1]), level(2, [0.75, 0.5])], {
      seed: '0',
      chance: [0, 0, 0, 0],
      resamples: 200,
    });
    expect(decay.stages.map(({ stage, loss }) => [stage, loss])).toEqual([
      ['measurement', 0.25],
      ['recognition', 0.125],
    ]);
    expect(decay.sameOrder).toBe(1);
    expect(decay.stages[0].ci95).toEqual([0.25, 0.25]);
    expect(decay.stages[0].halfLost).toBe(2);
  });
});

const grid = gridOf([40, 40, 20], [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1]);
const inBall = (voxel: number, centre: readonly number[], radius: number) => {
  const index = [voxel % 40, Math.floor(voxel / 40) % 40, Math.floor(voxel / 1600)];
  return Math.hypot(...index.map((v, axis) => (v - centre[axis]) * grid.spacing[axis])) <= radius;
};
/** Two kidneys (1) with a tumour (2) in one of them. */
const kits = (tumour: (voxel: number) => boolean) =>
  Uint8Array.from({ length: 32_000 }, (_, voxel) => {
    const kidney = [8, 31].some((x) => inBall(voxel, [x, 20, 10], 14));
    return tumour(voxel) ? 2 : kidney ? 1 : 0;
  });
const ball = (radius: number) => (voxel: number) => inBall(voxel, [8, 20, 10], radius);

describe('real masks as predictions', () => {
  const annotated = { source: join(folder, 'kits'), layout: 'kits', scheme: 'kits23' };
  const prediction = (name: string) => ({ name, folder: join(folder, name), scheme: 'kits23' });
  let result: PairingResult;
  beforeAll(async () => {
    const [item, data] = ['case_00001', kits(ball(9))];
    await writeNifti(join(annotated.source, item, 'segmentation.nii.gz'), { grid, data });
    await writeNifti(join(folder, 'copy', `${item}.nii.gz`), { grid, data });
    await writeNifti(join(folder, 'missed', `${item}.nii.gz`), { grid, data: kits(() => false) });
    const predictions = ['copy', 'missed'].map(prediction);
    const scratch = join(folder, 'pairing');
    result = await readPairing(
      { name: 'test', note: '', annotated, predictions },
      { ...at, folder: scratch },
    );
  });
  const of = (name: string) => result.stages.filter((one) => one.prediction === name);

  it('a copy of the annotation loses nothing', () => {
    expect(of('copy')).toHaveLength(2);
    for (const { lost, overall } of of('copy')) expect([overall.score, lost]).toEqual([1, []]);
    for (const row of result.agreement.filter((one) => one.prediction === 'copy')) expect(row.dice).toBe(1);
  });
  it('a missed tumour loses the questions about it by name of type, and leaves the organ whole', () => {
    for (const { lost } of of('missed')) {
      const types = lost.map(({ type }) => type);
      expect(types).toContain('kidney-tumor-existence');
      expect(types).not.toContain('kidney-cyst-existence');
      expect(types).not.toContain('organ-volume-measurement');
    }
    const rows = result.agreement.filter((one) => one.prediction === 'missed');
    expect(rows.find(({ structure }) => structure === 'kidney')?.dice).toBe(1);
    expect(rows.find(({ structure }) => structure === 'kidney_tumor')).toMatchObject({
      dice: 0,
      hd95: null,
      instances: [1, 0],
    });
  });
  it('ends in tables', () => {
    expect(agreementTable(result.agreement)).toContain('| kidney tumor | missed | 0.000 | – |');
    expect(stageTable(result)).toContain('kidney-tumor-existence 1 of 1');
  });
  it('an annotator’s tumour takes the reference’s place, what he left of that is kidney', async () => {
    const [reference, drawn, path] = ['reference', 'drawn', 'combined'].map((name) =>
      join(folder, `${name}.nii.gz`),
    );
    await writeNifti(reference, { grid, data: kits(ball(9)) });
    await writeNifti(drawn, {
      grid,
      data: Float64Array.from({ length: 32_000 }, (_, v) => Number(ball(6)(v))),
    });
    await writeCombined(reference, drawn, path);
    expect((await openAnnotation(path)).layers[0].data).toEqual(kits(ball(6)));
  });
});

describe('a section of the page', () => {
  it('is replaced where it stands, and the rest is kept', () => {
    const once = withSection('# Page\n\nabove\n', 'a', 'first');
    const twice = withSection(`${once}below\n`, 'a', 'second');
    expect(once).toBe('# Page\n\nabove\n\n<!-- a -->\nfirst\n<!-- /a -->\n');
    expect(twice).toBe('# Page\n\nabove\n\n<!-- a -->\nsecond\n<!-- /a -->\nbelow\n');
  });
});

const data = fileURLToPath(new URL('../../shared/data', import.meta.url));
describe.skipIf(!existsSync(join(data, 'kits-masks')))('KiTS masks', () => {
  const rowOf = (rows: Awaited<ReturnType<typeof agreements>>, structure: string, item = 'case_00061') =>
    rows.filter((row) => row.structure === structure && row.item === item);

  it('case 00061 of both editions agrees as computed elsewhere', async () => {
    const rows = await agreements(await editionsPairing(data, join(folder, 'editions')));
    expect(new Set(rows.map(({ item }) => item))).toEqual(
      new Set(['case_00039', 'case_00061', 'case_00148']),
    );
    expect(rowOf(rows, 'kidney_tumor')[0].dice).toBeCloseTo(0.920087, 6);
    expect(rowOf(rows, 'kidney')[0].dice).toBeCloseTo(0.981878, 6);
  });
  it('an annotator’s tumour has the volume of its file', async () => {
    const rows = await agreements(await annotatorsPairing(data, join(folder, 'annotators'), [1]));
    const [{ volume, diameter }] = rowOf(rows, 'kidney_tumor');
    expect(volume[0]).toBeCloseTo(111.58, 2);
    expect(volume[1]).toBeCloseTo(109.835, 2);
    expect(diameter[0]).toBeCloseTo(67.8, 1);
    expect(diameter[1]).toBeCloseTo(67.35, 1);
  });
});
