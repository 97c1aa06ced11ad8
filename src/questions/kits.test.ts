// Real masks: the KiTS23 annotations make a benchmark, and its volumes are those of an independent program.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../domain/benchmark.ts';
import { openBenchmark } from './benchmark-folder.ts';
import { buildBenchmark } from './build.ts';
import { openKeys } from './keys.ts';

const masks = fileURLToPath(new URL('../../../shared/data/kits-masks/', import.meta.url));

describe.skipIf(!existsSync(masks))('KiTS19 masks of shared data', () => {
  const out = mkdtempSync(join(tmpdir(), 'overread-kits-'));
  let manifest: Manifest;
  beforeAll(async () => {
    manifest = await buildBenchmark({
      source: masks,
      out,
      workers: 1,
      layout: 'kits',
      balance: Number.POSITIVE_INFINITY,
      perTypeAndCase: 100,
    });
  });
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('asks measurement questions of every case and none about attenuation', () => {
    expect(manifest.failed).toEqual([]);
    expect(manifest.counts.cases).toBeGreaterThan(10);
    expect(manifest.counts.byType['lesion-volume-measurement']).toBeGreaterThan(0);
    expect(manifest.counts.byType['organ-hu-measurement']).toBeUndefined();
    expect(manifest.licences).toEqual(['CC BY-NC-SA 4.0']);
  });
  it('answers tumor volumes as scipy measured them', async () => {
    const benchmark = await openBenchmark(out);
    const keys = await openKeys(out);
    const volumes = (await benchmark.questions({ types: ['lesion-volume-measurement'] }))
      .filter(({ slots }) => slots.target === 'kidney_tumor')
      .map(({ id, caseId }) => [benchmark.source(caseId)?.item, keys.get(id)?.value] as const);
    // Sum of the components of label 2 of at least 10 mm³, in ml (scipy.ndimage, 26-connected).
    const known: Readonly<Record<string, number>> = {
      'kits19_case_00061_segmentation.nii.gz': 110.989,
      'kits19_case_00148_segmentation.nii.gz': 25.193,
      'kits19_case_00015_segmentation.nii.gz': 17.244,
      'kits19_case_00039_segmentation.nii.gz': 9.027,
      'kits19_case_00037_segmentation.nii.gz': 424.213,
      'kits19_case_00041_segmentation.nii.gz': 35.253,
      'kits19_case_00205_segmentation.nii.gz': 13.019,
      'kits19_case_00023_segmentation.nii.gz': 1.747,
      'kits19_case_00030_segmentation.nii.gz': 1463.839,
      'kits19_case_00117_segmentation.nii.gz': 32.249,
      'kits19_case_00062_segmentation.nii.gz': 4.63,
    };
    let compared = 0;
    for (const [item, value] of volumes) {
      const expected = known[item ?? ''];
      if (expected === undefined) continue;
      compared++;
      expect(Math.abs((value ?? 0) / expected - 1), item).toBeLessThan(0.004);
    }
    expect(compared).toBe(11);
  });
});
