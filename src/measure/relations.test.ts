// Contact, gaps, angles round vessels and location, on shapes where each is known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import { quantityOf, regionOf } from '../domain/measurement.ts';
import { contactArea } from './contact.ts';
import { boxTree, smallestGap } from './gap.ts';
import { measureCase } from './measure.ts';
import { runsByValue, voxelCount } from './runs.ts';
import { caseOf, paintBox, paintWhere } from './testing.ts';

const grid = gridOf([61, 61, 11], [1, 0, 0, -30, 0, 1, 0, -30, 0, 0, 3, -15, 0, 0, 0, 1]);
const blank = () => new Uint8Array(61 * 61 * 11);

describe('contact between two structures', () => {
  it('is the area of the faces they share', () => {
    const data = blank();
    paintBox(data, grid, [10, 10, 2], [19, 19, 5], 1);
    paintBox(data, grid, [20, 12, 3], [25, 40, 9], 2);
    const { annotation } = caseOf(grid, data, { pancreas_lesion: 1, duodenum: 2 });
    const set = measureCase(annotation, undefined, { rules: 'strict' });
    const [lesion] = regionOf(set, 'pancreas_lesion')?.instances ?? [];
    // Columns 12…19 by slices 3…5, each face 1 mm × 3 mm.
    expect(lesion.adjacent).toEqual([{ structure: 'duodenum', areaMm2: 8 * 3 * 3 }]);
    expect(quantityOf(lesion, 'surface-distance', 'duodenum')?.value).toBe(0);
  });
  it('equals a count over voxel pairs for any two masks', () => {
    const small = gridOf([7, 6, 5], [1.5, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 210, maxLength: 210 }), (cells) => {
        const data = Uint8Array.from(cells);
        const runs = runsByValue(data, small.shape);
        const a = runs.get(1);
        const b = runs.get(2);
        if (a === undefined || b === undefined) return;
        let area = 0;
        let gap = Infinity;
        const at = (p: number) => [p % 7, Math.floor(p / 7) % 6, Math.floor(p / 42)];
        for (let p = 0; p < 210; p++)
          for (let q = 0; q < 210; q++) {
            if (data[p] !== 1 || data[q] !== 2) continue;
            const d = at(p).map((v, axis) => Math.abs(v - at(q)[axis]));
            if (d[0] + d[1] + d[2] === 1) area += d[0] === 1 ? 6 : d[1] === 1 ? 4.5 : 3;
            const mm = d.map((v, axis) => Math.max(0, v - 1) * small.spacing[axis]);
            gap = Math.min(gap, Math.hypot(mm[0], mm[1], mm[2]));
          }
        expect(contactArea(a, b, small)).toBeCloseTo(area, 9);
        expect(smallestGap(boxTree(a), boxTree(b), small)).toBeCloseTo(gap, 9);
      }),
      { numRuns: 60, seed: 3 },
    );
  });
});

describe('a vessel of radius 8 mm along the body', () => {
  const angleFor = (halfDegrees: number): number => {
    const data = blank();
    const half = (halfDegrees * Math.PI) / 180;
    // Lesion: the part of a ring round the vessel within ± half of the +x direction.
    paintWhere(data, grid, 1, ([x, y]) => {
      const r = Math.hypot(x, y);
      return r >= 8 && r < 14 && Math.abs(Math.atan2(y, x)) <= half;
    });
    paintWhere(data, grid, 2, ([x, y]) => Math.hypot(x, y) < 8);
    const { annotation } = caseOf(grid, data, { pancreas_lesion: 1, superior_mesenteric_artery: 2 });
    const set = measureCase(annotation, undefined, { rules: 'strict' });
    const [lesion] = regionOf(set, 'pancreas_lesion')?.instances ?? [];
    return quantityOf(lesion, 'vessel-contact-angle', 'superior_mesenteric_artery')?.value as number;
  };
  it('is encased by the angle of the lesion round it, to a pixel at either end', () => {
    const pixel = (Math.atan(1 / 8) * 180) / Math.PI;
    for (const half of [22.5, 45, 60, 90, 120, 150])
      expect(Math.abs(angleFor(half) - 2 * half)).toBeLessThan(2 * pixel);
    expect(angleFor(180)).toBeCloseTo(360, 6);
  });
  it('has no contact with a lesion one voxel away', () => {
    const data = blank();
    paintWhere(data, grid, 2, ([x, y]) => Math.hypot(x, y) < 8);
    paintWhere(data, grid, 1, ([x, y]) => x > 9 && x < 20 && Math.abs(y) < 5);
    const set = measureCase(caseOf(grid, data, { pancreas_lesion: 1, aorta: 2 }).annotation, undefined, {
      rules: 'strict',
    });
    const [lesion] = regionOf(set, 'pancreas_lesion')?.instances ?? [];
    expect(quantityOf(lesion, 'vessel-contact-angle', 'aorta')?.value).toBe(0);
    expect(quantityOf(lesion, 'surface-distance', 'aorta')?.value).toBe(2 - 0);
  });
});

describe('the part a lesion lies in', () => {
  it('is where most of it overlaps a part drawn in another layer', () => {
    const lesions = blank();
    paintBox(lesions, grid, [10, 10, 3], [19, 12, 5], 1);
    const parts = blank();
    paintBox(parts, grid, [0, 0, 0], [12, 60, 10], 1);
    paintBox(parts, grid, [13, 0, 0], [60, 60, 10], 2);
    const base = caseOf(grid, lesions, { liver_lesion: 1 }).annotation;
    const set = measureCase(
      {
        ...base,
        layers: [
          ...base.layers,
          ...caseOf(grid, parts, { liver_segment_2: 1, liver_segment_3: 2 }).annotation.layers,
        ],
      },
      undefined,
      { rules: 'strict' },
    );
    expect(regionOf(set, 'liver_lesion')?.instances[0].location).toEqual([
      { structure: 'liver_segment_3', fraction: 0.7 },
      { structure: 'liver_segment_2', fraction: 0.3 },
    ]);
  });
  it('is the one it borders on most where lesions are cut out of the parts', () => {
    const data = blank();
    paintBox(data, grid, [0, 0, 0], [12, 60, 10], 1);
    paintBox(data, grid, [13, 0, 0], [60, 60, 10], 2);
    paintBox(data, grid, [10, 10, 3], [19, 12, 5], 3);
    const { annotation } = caseOf(grid, data, { pancreas_head: 1, pancreas_body: 2, pancreas_pdac: 3 });
    const set = measureCase(annotation, undefined, { rules: 'strict' });
    const location = quantityOf(
      regionOf(set, 'pancreas_pdac')?.instances[0] ?? { measurements: [] },
      'location',
    );
    expect(location).toMatchObject({ value: 'pancreas_body', method: 'contact' });
  });
});

describe('lesions of several kinds', () => {
  it('are counted once each: typed kinds, and what is left of the untyped mask', () => {
    const lesions = blank();
    const typed = blank();
    paintBox(lesions, grid, [5, 5, 2], [14, 14, 6], 1);
    paintBox(typed, grid, [5, 5, 2], [14, 14, 6], 1); // the same lesion, typed as cyst
    paintBox(lesions, grid, [30, 30, 2], [35, 35, 6], 1); // untyped
    const base = caseOf(grid, lesions, { kidney_lesion: 1 }).annotation;
    const set = measureCase(
      {
        ...base,
        layers: [...base.layers, ...caseOf(grid, typed, { kidney_cyst: 1 }).annotation.layers],
        annotated: ['kidney_lesion', 'kidney_cyst', 'kidney_tumor'],
      },
      undefined,
      { rules: 'strict' },
    );
    const region = regionOf(set, 'kidney_lesion');
    expect(region?.instances.map(({ structure }) => structure)).toEqual(['kidney_cyst', 'kidney_lesion']);
    expect(region?.voxels).toBe(10 * 10 * 5 + 6 * 6 * 5);
    expect(regionOf(set, 'kidney_tumor')?.instances).toEqual([]);
  });
});

describe('runs', () => {
  it('hold as many voxels as the label map, whatever its type and alignment', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 105, maxLength: 105 }),
        fc.constantFrom(Uint8Array, Uint16Array, Int32Array),
        fc.boolean(),
        (cells, Type, shifted) => {
          const padded = Type.from(shifted ? [9, ...cells] : cells);
          const data = shifted ? padded.subarray(1) : padded;
          const runs = runsByValue(data, [7, 5, 3]);
          for (const value of [1, 2, 3])
            expect(
              runs.has(value)
                ? voxelCount(
                    runs.get(value) ?? { shape: [7, 5, 3], start: new Int32Array(), end: new Int32Array() },
                  )
                : 0,
            ).toBe(cells.filter((c) => c === value).length);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });
  it('are all found among long stretches of background', () => {
    const shape = [37, 41, 29] as const;
    const voxel = fc.record({
      at: fc.integer({ min: 0, max: 37 * 41 * 29 - 1 }),
      value: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(
        fc.array(voxel, { maxLength: 40 }),
        fc.constantFrom(Uint8Array, Uint16Array, Int32Array),
        fc.integer({ min: 0, max: 9 }),
        (voxels, Type, offset) => {
          const data = new Type(37 * 41 * 29 + offset).subarray(offset);
          for (const { at, value } of voxels) data[at] = value;
          const back = new Type(data.length);
          for (const [value, { start, end }] of runsByValue(data, shape))
            for (let r = 0; r < start.length; r++) back.fill(value, start[r], end[r]);
          expect(back).toEqual(data.slice());
        },
      ),
      { numRuns: 60, seed: 4 },
    );
  });
});
