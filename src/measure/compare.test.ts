// Agreement of masks whose overlap and surface distances are known.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import { openAnnotation } from '../imaging/open.ts';
import { compareAnnotations, compareMasks } from './compare.ts';
import { squaredDistances } from './distance-transform.ts';
import { emptyRuns, runsByValue } from './runs.ts';
import { caseOf, paintBox } from './testing.ts';

const grid = gridOf([40, 40, 20], [0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1]);
const boxOf = (min: [number, number, number], max: [number, number, number]) => {
  const data = new Uint8Array(40 * 40 * 20);
  paintBox(data, grid, min, max, 1);
  return runsByValue(data, grid.shape).get(1) ?? emptyRuns(grid.shape);
};

describe('two boxes', () => {
  it('that are equal agree fully', () => {
    const box = boxOf([5, 5, 5], [14, 14, 9]);
    expect(compareMasks(box, box, grid)).toEqual({
      voxels: [500, 500],
      dice: 1,
      jaccard: 1,
      volumeDifference: 0,
      surface: { hausdorff: 0, hd95: 0, mean: 0, nsd: 1 },
    });
  });
  it('shifted by half overlap by half, and their surfaces lie the shift apart', () => {
    const agreement = compareMasks(boxOf([5, 5, 5], [14, 14, 9]), boxOf([10, 5, 5], [19, 14, 9]), grid);
    expect(agreement.dice).toBeCloseTo(0.5, 12);
    expect(agreement.jaccard).toBeCloseTo(1 / 3, 12);
    expect(agreement.surface?.hausdorff).toBeCloseTo(5 * 0.5, 12);
  });
  it('one slice apart along the slices are 3 mm apart everywhere on the flat sides', () => {
    // One voxel thick plates: every voxel is surface.
    const agreement = compareMasks(boxOf([5, 5, 5], [14, 14, 5]), boxOf([5, 5, 6], [14, 14, 6]), grid, {
      toleranceMm: 3,
    });
    expect(agreement.surface).toEqual({ hausdorff: 3, hd95: 3, mean: 3, nsd: 1 });
    const tight = compareMasks(boxOf([5, 5, 5], [14, 14, 5]), boxOf([5, 5, 6], [14, 14, 6]), grid);
    expect(tight.surface?.nsd).toBe(0);
  });
  it('of which one is empty have no surface distance', () => {
    expect(compareMasks(boxOf([5, 5, 5], [6, 6, 6]), emptyRuns(grid.shape), grid)).toMatchObject({
      dice: 0,
      surface: null,
    });
  });
});

describe('the distance transform', () => {
  it('equals a search over all voxels', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 120, maxLength: 120 }), (cells) => {
        const mask = Uint8Array.from(cells, (v) => (v === 1 ? 1 : 0));
        const spacing = [0.7, 1.3, 2.9] as const;
        const found = squaredDistances(mask, [6, 5, 4], spacing);
        for (let p = 0; p < 120; p++) {
          let least = Infinity;
          for (let q = 0; q < 120; q++)
            if (mask[q] === 1)
              least = Math.min(
                least,
                (((p % 6) - (q % 6)) * 0.7) ** 2 +
                  (((Math.floor(p / 6) % 5) - (Math.floor(q / 6) % 5)) * 1.3) ** 2 +
                  ((Math.floor(p / 30) - Math.floor(q / 30)) * 2.9) ** 2,
              );
          if (least === Infinity) expect(found[p]).toBe(Infinity);
          else expect(found[p]).toBeCloseTo(least, 9);
        }
      }),
      { numRuns: 50, seed: 9 },
    );
  });
});

const shared = new URL('../../../shared/data/', import.meta.url);

describe.skipIf(!existsSync(fileURLToPath(shared)))('three annotators of one tumour', () => {
  it('agree by the Dice that was computed elsewhere', async () => {
    const facts = JSON.parse(readFileSync(new URL('facts.json', shared), 'utf8')) as Record<
      string,
      Record<string, number>
    >;
    const drawn = await Promise.all(
      [1, 2, 3].map(async (n) => {
        const path = fileURLToPath(
          new URL(`kits-masks/kits23_case_00061_tumor_annotator${n}.nii.gz`, shared),
        );
        const raw = await openAnnotation(path);
        return caseOf(raw.grid, raw.layers[0].data, { kidney_tumor: 1 }).annotation;
      }),
    );
    const published = facts['kits23_case_00061 inter-annotator'];
    for (const [a, b] of [
      [1, 2],
      [1, 3],
      [2, 3],
    ]) {
      const agreement = compareAnnotations(drawn[a - 1], drawn[b - 1]).get('kidney_tumor');
      expect(agreement?.dice).toBeCloseTo(published[`dice_${a}${b}`], 5);
      expect(agreement?.surface?.hd95).toBeGreaterThan(0);
    }
  });
});
