import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseRecord } from '../domain/case.ts';
import { type RegionMeasurements, regionOf } from '../domain/measurement.ts';
import { structureOf } from '../domain/structures.ts';
import { openSegmenter, type Segmenter } from '../experts/segmenter.ts';
import { phantomCohort, writeCohort } from '../phantoms/cohort.ts';
import { type BenchmarkFolder, FILES, openBenchmark } from '../questions/benchmark-folder.ts';
import { buildBenchmark } from '../questions/build.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { caseOpener, openCaseAccess } from './case-access.ts';

let folder: string;
let benchmark: BenchmarkFolder;
let record: CaseRecord;
const blobs = memoryBlobs();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'overread-access-'));
  await writeCohort(join(folder, 'cohort'), phantomCohort({ seed: 2, cases: 2 }));
  await buildBenchmark({
    source: join(folder, 'cohort'),
    out: join(folder, 'benchmark'),
    workers: 1,
    perCase: 10,
  });
  benchmark = await openBenchmark(join(folder, 'benchmark'));
  [record] = benchmark.cases.values();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function memoryCache() {
  const kept = new Map<string, string>();
  const links: (string | undefined)[] = [];
  return {
    kept,
    links,
    cached: async (key: string) => kept.get(key),
    cache: async (key: string, value: string, link?: { patientId?: string }) => {
      kept.set(key, value);
      links.push(link?.patientId);
    },
  };
}

const voxels = (region: RegionMeasurements | undefined) => region?.voxels ?? 0;

describe('oracle mode', () => {
  it("answers from the benchmark's own measurements", async () => {
    const access = openCaseAccess(benchmark, record.id, 'oracle', { blobs });
    expect(await access.measurements()).toEqual(await benchmark.measurements(record.id));
    expect(access.maskSource).toBe('annotated');
  });
  it('does not need the files of the case', async () => {
    const elsewhere: BenchmarkFolder = { ...benchmark, source: () => undefined };
    const access = await caseOpener(elsewhere, { blobs })(record.id, 'oracle');
    expect(
      voxels(regionOf((await access?.measurements()) ?? (await benchmark.measurements('none')), 'liver')),
    ).toBeGreaterThan(0);
    expect(await access?.volume()).toBeUndefined();
    expect(await access?.availableCrops()).toEqual([]);
    for (const mode of ['predicted', 'vision'] as const)
      expect(await caseOpener(elsewhere, { blobs })(record.id, mode)).toBeUndefined();
  });
  it('an unknown case is refused', () => {
    expect(() => openCaseAccess(benchmark, '../other', 'oracle', { blobs })).toThrow(/no case/);
  });
});

describe('predicted mode', () => {
  it('a segmenter without noise measures what is annotated', async () => {
    const segmenter = await openSegmenter('noise:sd=0');
    const access = openCaseAccess(benchmark, record.id, 'predicted', { blobs, segmenter });
    expect((await access.measurements()).regions).toEqual((await benchmark.measurements(record.id)).regions);
    expect(access.maskSource).toBe(`noise ${segmenter.hash.slice(0, 12)}`);
  });
  it('keeps measurements by the hashes of what they came from, tied to the patient', async () => {
    const cache = memoryCache();
    const noise = await openSegmenter('noise:shift=5');
    let calls = 0;
    const segmenter: Segmenter = {
      ...noise,
      segment: async (input) => {
        calls++;
        return noise.segment(input);
      },
    };
    const measured = async (by: Segmenter) =>
      openCaseAccess(benchmark, record.id, 'predicted', { blobs, segmenter: by, cache }).measurements();
    const first = await measured(segmenter);
    expect(await measured(segmenter)).toEqual(first);
    expect(calls).toBe(1);
    expect(cache.links).toEqual([record.patientId]);
    await measured({ ...segmenter, hash: 'another' });
    expect(calls).toBe(2);
    expect(voxels(regionOf(first, 'liver'))).toBeGreaterThan(
      voxels(regionOf(await benchmark.measurements(record.id), 'liver')),
    );
  });
  it('needs a segmenter', () => {
    expect(() => openCaseAccess(benchmark, record.id, 'predicted', { blobs })).toThrow(/--segmenter/);
  });
});

describe('vision mode', () => {
  it('measures nothing', async () => {
    const access = openCaseAccess(benchmark, record.id, 'vision', { blobs });
    await expect(access.measurements()).rejects.toMatchObject({ code: 'not-allowed' });
  });
  it('offers organs, never lesions, parts or vessels', async () => {
    const crops = await openCaseAccess(benchmark, record.id, 'vision', { blobs }).availableCrops();
    expect(crops).toEqual(
      expect.arrayContaining(['liver', 'spleen', 'kidney_left', 'kidney_right', 'pancreas']),
    );
    for (const crop of crops) {
      const structure = structureOf(crop);
      expect(structure?.kind === 'organ' || structure?.side !== undefined).toBe(true);
    }
  });
  it('a crop is stored as a PNG under its hash; a lesion name shows its organ', async () => {
    const access = openCaseAccess(benchmark, record.id, 'vision', { blobs });
    const liver = await access.crop('liver');
    const png = await blobs.get(liver?.hash ?? '');
    expect(Buffer.from(png?.subarray(1, 4) ?? []).toString()).toBe('PNG');
    expect((await access.crop('liver_tumor'))?.hash).toBe(liver?.hash);
    expect((await access.crop('left_kidney'))?.organ).toBe('kidney_left');
    expect((await access.crop('kidney'))?.organ).toBe('kidney');
  });
  it('a combination shows more than either organ', async () => {
    const access = openCaseAccess(benchmark, record.id, 'vision', { blobs });
    const [liver, both] = await Promise.all([access.crop('liver'), access.crop('liver_spleen')]);
    const area = (crop: typeof liver) => {
      const { width = 0, height = 0, spacing = [0, 0] } = crop?.raster ?? {};
      return width * spacing[1] * height * spacing[0];
    };
    expect(area(both)).toBeGreaterThan(area(liver));
    expect(both?.organ).toBe('liver_spleen');
  });
  it('what nobody knows has no crop', async () => {
    const access = openCaseAccess(benchmark, record.id, 'vision', { blobs });
    for (const name of ['../keys', 'uterus', 'phantom-002_liver'])
      expect(await access.crop(name)).toBeUndefined();
  });
});

describe('changed files', () => {
  it('a scan that is not the one the benchmark was built from is refused by its hash', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'overread-changed-'));
    cpSync(folder, copy, { recursive: true });
    const sources = JSON.parse(JSON.stringify({ cases: [benchmark.source(record.id)] })) as {
      cases: { item: string }[];
    };
    const other = [...benchmark.cases.keys()].find((id) => id !== record.id) ?? '';
    // The scan of another case in the place of this one.
    cpSync(
      join(copy, 'cohort', benchmark.source(other)?.item ?? '', 'ct.nii.gz'),
      join(copy, 'cohort', sources.cases[0].item, 'ct.nii.gz'),
    );
    const file = join(copy, 'benchmark', FILES.sources);
    const text = JSON.stringify({
      canary: benchmark.manifest.canary,
      cases: [...benchmark.cases.keys()].map((id) => ({
        ...benchmark.source(id),
        path: join(copy, 'cohort'),
      })),
    });
    writeFileSync(file, text);
    const moved = await openBenchmark(join(copy, 'benchmark'));
    const access = openCaseAccess(moved, record.id, 'vision', { blobs });
    await expect(access.volume()).rejects.toMatchObject({ code: 'file-corrupt' });
    expect(await openCaseAccess(moved, other, 'vision', { blobs }).volume()).toBeDefined();
    rmSync(copy, { recursive: true });
  });
});
