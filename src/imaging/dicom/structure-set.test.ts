import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { gridOf } from '../../domain/geometry.ts';
import { openAnnotation } from '../open.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import { togglePolygon } from './polygon-fill.ts';
import { readStructureSet } from './structure-set.ts';
import { ctSlice, dicomBytes, type Sample } from './testing/dicom-sample.ts';

const folder = testFolder();
afterAll(folder.remove);

function filled(
  columns: number,
  rows: number,
  ...polygons: readonly (readonly (readonly [number, number])[])[]
): Uint8Array {
  const mask = new Uint8Array(columns * rows);
  for (const points of polygons)
    togglePolygon(
      mask,
      columns,
      rows,
      points.map(([x]) => x),
      points.map(([, y]) => y),
    );
  return mask;
}

const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);
const square = (from: number, to: number) =>
  [
    [from, from],
    [to, from],
    [to, to],
    [from, to],
  ] as const;

describe('filling polygons', () => {
  it('a voxel is inside when its centre is', () => {
    // Centres 2…6 lie in (1.5, 6.5).
    expect(count(filled(10, 10, square(1.5, 6.5)))).toBe(25);
    expect(count(filled(10, 10, square(1.6, 6.4)))).toBe(25);
    expect(count(filled(10, 10, square(2.1, 5.9)))).toBe(9);
  });

  it('a contour inside another is a hole, and one inside the hole an island', () => {
    const mask = filled(12, 12, square(0.5, 9.5), square(2.5, 7.5), square(4.5, 5.5));
    expect(count(mask)).toBe(81 - 25 + 1);
    expect(mask[5 * 12 + 5]).toBe(1);
    expect(mask[3 * 12 + 3]).toBe(0);
  });

  it('polygons that share edges through voxel centres share the voxels out, each to one', () => {
    const coordinate = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        // Four triangles around a point of a square: every voxel of the square belongs to exactly one.
        const [a, b, c, d] = square(0, 12);
        const centre = [x, y] as const;
        const whole = filled(13, 13, [a, b, c, d]);
        const parts = [
          [a, b, centre],
          [b, c, centre],
          [c, d, centre],
          [d, a, centre],
        ].map((part) => filled(13, 13, part));
        for (let n = 0; n < whole.length; n++)
          expect(parts.reduce((sum, part) => sum + part[n], 0)).toBe(whole[n]);
      }),
    );
  });

  it('the area of a fine circle is that of the circle', () => {
    const circle = Array.from({ length: 720 }, (_, n): [number, number] => {
      const angle = (n * Math.PI) / 360;
      return [150 + 120.3 * Math.cos(angle), 150 + 120.3 * Math.sin(angle)];
    });
    expect(count(filled(300, 300, circle)) / (Math.PI * 120.3 ** 2)).toBeCloseTo(1, 3);
  });

  it('what lies outside the image is cut off', () => {
    expect(count(filled(5, 4, square(-10, 20)))).toBe(20);
    expect(
      count(
        filled(5, 4, [
          [-9, -9],
          [-2, -9],
          [-2, -2],
        ]),
      ),
    ).toBe(0);
  });
});

/** A structure set with contours given as [region, points in DICOM's axes]. */
function structures(
  contours: readonly (readonly [number, readonly (readonly number[])[]])[],
  type = 'CLOSED_PLANAR',
): Sample {
  const regions = [...new Set(contours.map(([roi]) => roi))];
  return {
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.481.3'],
    '00080060': ['CS', 'RTSTRUCT'],
    '30060010': [
      'SQ',
      [
        {
          '00200052': ['UI', '1.2.3.5'],
          '30060012': [
            'SQ',
            [{ '30060014': ['SQ', [{ '0020000e': ['UI', '1.2.3.4'] }] as Sample[]] }] as Sample[],
          ],
        },
      ] as Sample[],
    ],
    '30060020': [
      'SQ',
      regions.map(
        (roi): Sample => ({ '30060022': ['IS', String(roi)], '30060026': ['LO', `region ${roi}`] }),
      ),
    ],
    '30060039': [
      'SQ',
      regions.map(
        (roi): Sample => ({
          '30060084': ['IS', String(roi)],
          '30060040': [
            'SQ',
            contours
              .filter(([owner]) => owner === roi)
              .map(
                ([, points]): Sample => ({
                  '30060042': ['CS', type],
                  '30060050': ['DS', points.flat().join('\\')],
                }),
              ),
          ],
        }),
      ),
    ],
  };
}

const box = (from: number, to: number, z: number) => square(from, to).map(([x, y]) => [x, y, z]);
/** Ten columns and rows of 1 mm, four slices of 2 mm, in DICOM's own axes. */
const GRID = gridOf([10, 10, 4], [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]);

describe('RTSTRUCT', () => {
  it('contours fill the slices they lie in, holes included', () => {
    const bytes = dicomBytes(
      structures([
        [7, box(0.5, 8.5, 2)],
        [7, box(2.5, 4.5, 2)],
        [7, box(0.5, 1.5, 6)],
        [9, box(0.5, 2.5, 2.4)],
      ]),
    );
    const { layers } = readStructureSet(bytes, 'x', GRID);
    const voxels = (value: number, k: number) =>
      layers.reduce(
        (sum, { data }) => sum + data.slice(k * 100, (k + 1) * 100).filter((v) => v === value).length,
        0,
      );
    expect([0, 1, 2, 3].map((k) => voxels(7, k))).toEqual([0, 64 - 4, 0, 1]);
    // The second region overlaps the first and lies nearest to slice 1: a layer of its own.
    expect([0, 1, 2, 3].map((k) => voxels(9, k))).toEqual([0, 4, 0, 0]);
    expect(layers.flatMap(({ labels }) => labels)).toEqual([
      { value: 7, name: 'region 7' },
      { value: 9, name: 'region 9' },
    ]);
  });

  it('points, open contours, oblique ones and those outside are counted, not drawn', () => {
    const point = readStructureSet(dicomBytes(structures([[1, [[1, 1, 2]]]], 'POINT')), 'x', GRID);
    expect(point.source.notes.join()).toContain('1 points and open contours');
    const tilted = [
      [1, 1, 0],
      [8, 1, 6],
      [8, 8, 6],
      [1, 8, 0],
    ];
    const odd = readStructureSet(
      dicomBytes(
        structures([
          [1, tilted],
          [1, box(1, 5, 60)],
        ]),
      ),
      'x',
      GRID,
    );
    expect(odd.source.notes.join()).toContain('1 contours are not parallel');
    expect(odd.source.notes.join()).toContain('1 contours lie outside');
    expect(odd.layers[0].data.every((value) => value === 0)).toBe(true);
  });

  it('a file finds the images it was drawn on in its own folder or the one above', async () => {
    for (const z of [0, 2])
      folder.file(
        `case/images/${z}.dcm`,
        dicomBytes(
          ctSlice({
            columns: 10,
            rows: 10,
            values: new Array<number>(100).fill(0),
            position: [0, 0, z],
            instance: z + 1,
          }),
        ),
      );
    const path = folder.file('case/plan/structures.dcm', dicomBytes(structures([[1, box(0.4, 2.1, 2)]])));
    const { grid, layers } = await openAnnotation(path);
    // Columns are 0.5 mm and rows 0.8 mm apart: centres at 0.5 … 2.0 and at 0.8 and 1.6.
    expect(grid.shape).toEqual([10, 10, 2]);
    expect(layers[0].data.filter((value) => value === 1).length).toBe(4 * 2);
    const alone = folder.file('alone/deep/structures.dcm', dicomBytes(structures([[1, box(1, 2, 2)]])));
    expect(await codeOf(openAnnotation(alone))).toBe('file-not-found');
  });
});
