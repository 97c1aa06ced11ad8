// The viewer's arithmetic: windows, pixels and voxels, lengths, regions, outlines, colours.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Affine, gridOf, type Vec3, voxelToWorld } from '../../src/domain/geometry.ts';
import {
  pixelAt as imagingPixelAt,
  voxelAt as imagingVoxelAt,
  sliceCount,
  sliceOf,
  windowed,
} from '../../src/imaging/slices.ts';
import type { PlaneFacts, PlaneName, ScanFacts, ScanMark } from '../../src/server/workbench/shapes/scan.ts';
import { FITTED, frameOf, toPixel, toScreen, zoomedAt } from '../../web/src/viewer/engine/camera.ts';
import { coloursOf } from '../../web/src/viewer/engine/colours.ts';
import { contoursOf, type Loop } from '../../web/src/viewer/engine/contours.ts';
import { freeTop } from '../../web/src/viewer/engine/draw-marks.ts';
import { labelColours } from '../../web/src/viewer/engine/label-colours.ts';
import { slicesAway, strengthOn, withinSlice } from '../../web/src/viewer/engine/marks.ts';
import { ellipseStatistics, rulerLength, voxelDistance } from '../../web/src/viewer/engine/measuring.ts';
import { blendLabels, paintTable, valuesOn } from '../../web/src/viewer/engine/paint.ts';
import { edgesOf, PLANES, pixelAt, voxelAt } from '../../web/src/viewer/engine/planes.ts';
import { viewerScan } from '../../web/src/viewer/engine/state.ts';
import { shownAtFirst } from '../../web/src/viewer/engine/structures.ts';
import { draggedWindow, greyTable, paintGrey } from '../../web/src/viewer/engine/windowing.ts';

const window = fc.record({
  level: fc.integer({ min: -1200, max: 2000 }),
  width: fc.integer({ min: 1, max: 4000 }),
});

/** Any of the 48 ways in which a volume's axes may lie in the patient, with spacings of its own. */
const orientedGrid = fc
  .record({
    order: fc.constantFrom([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]),
    signs: fc.tuple(fc.constantFrom(-1, 1), fc.constantFrom(-1, 1), fc.constantFrom(-1, 1)),
    spacing: fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 1, max: 40 }).map((n) => n / 8))),
    shape: fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 2, max: 9 }))),
  })
  .map(({ order, signs, spacing, shape }) => {
    const affine = new Array<number>(16).fill(0);
    order.forEach((world, voxel) => {
      affine[world * 4 + voxel] = signs[voxel] * spacing[voxel];
    });
    affine[15] = 1;
    return gridOf(shape as unknown as Vec3, affine);
  });

const sliceFor = (grid: ReturnType<typeof gridOf>, plane: PlaneName, index: number) =>
  sliceOf({ grid, data: new Int16Array(grid.shape[0] * grid.shape[1] * grid.shape[2]) }, plane, index);

function factsFor(grid: ReturnType<typeof gridOf>, plane: PlaneName): PlaneFacts {
  const { width, height, spacing, axis, columns, rows } = sliceFor(grid, plane, 0);
  return { count: sliceCount(grid, plane), width, height, spacing: [...spacing], axis, columns, rows };
}

describe('windows', () => {
  test('a slice is as grey as the pictures that models are sent', () => {
    const data = Int16Array.from({ length: 2048 }, (_, i) => i * 3 - 2000);
    const grid = gridOf([64, 32, 1], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    const slice = sliceOf({ grid, data }, 'axial', 0);
    fc.assert(
      fc.property(window, (given) => {
        const sent = windowed(slice, given).data;
        const drawn = new Uint32Array(slice.data.length);
        paintGrey(slice.data as Int16Array, given, greyTable(given), drawn);
        expect(Array.from(drawn, (rgba) => rgba & 255)).toEqual([...sent]);
        for (const rgba of drawn) {
          expect(rgba >>> 24).toBe(255);
          expect((rgba >>> 8) & 255).toBe(rgba & 255);
          expect((rgba >>> 16) & 255).toBe(rgba & 255);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('black, white and NaN are where they belong, for fractions too', () => {
    const out = new Uint32Array(5);
    const given = { level: 50, width: 400 };
    paintGrey(Float32Array.of(-150, 250, Number.NaN, -1e9, 50), given, greyTable(given), out);
    expect(Array.from(out, (rgba) => rgba & 255)).toEqual([0, 255, 0, 0, 128]);
  });

  test('dragging to the right widens, downwards raises the level, and a width never falls to 0', () => {
    const from = { level: 50, width: 400 };
    expect(draggedWindow(from, 0, 0, 'HU')).toEqual(from);
    expect(draggedWindow(from, 100, 0, 'HU').width).toBeGreaterThan(400);
    expect(draggedWindow(from, 0, 100, 'HU').level).toBeGreaterThan(50);
    expect(draggedWindow(from, -1e6, 0, 'HU').width).toBe(1);
    expect(draggedWindow({ level: 0.5, width: 1 }, -1e6, 0, 'arbitrary').width).toBeGreaterThan(0);
  });
});

describe('planes', () => {
  test('pixels and voxels belong together as where slices are cut, however the volume lies', () => {
    fc.assert(
      fc.property(
        orientedGrid,
        fc.constantFrom(...PLANES),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (grid, plane, at) => {
          const facts = factsFor(grid, plane);
          const index = Math.round(at * (facts.count - 1));
          const slice = sliceFor(grid, plane, index);
          const pixel = [at * (facts.width - 1), (1 - at) * (facts.height - 1)] as const;
          const voxel = voxelAt(facts, index, pixel);
          expect(voxel).toEqual(imagingVoxelAt(slice, ...pixel));
          expect(pixelAt(facts, voxel)).toEqual(imagingPixelAt(slice, voxel));
          const [x, y] = pixelAt(facts, voxel);
          expect(x).toBeCloseTo(pixel[0], 9);
          expect(y).toBeCloseTo(pixel[1], 9);
        },
      ),
    );
  });

  test('whatever the file’s order, the patient lies as radiologists have him', () => {
    fc.assert(
      fc.property(orientedGrid, (grid) => {
        const edges = (plane: PlaneName) => edgesOf(grid.affine, factsFor(grid, plane));
        expect(edges('axial')).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' });
        expect(edges('coronal')).toEqual({ left: 'R', right: 'L', top: 'S', bottom: 'I' });
        expect(edges('sagittal')).toEqual({ left: 'A', right: 'P', top: 'S', bottom: 'I' });
      }),
    );
  });
});

describe('lengths', () => {
  test('three pixels of 1 mm across and two of 2 mm down are 5 mm', () => {
    expect(rulerLength([10, 10], [13, 12], [2, 1])).toBe(5);
    expect(voxelDistance([0, 0, 0], [1, 1, 1], [2, 3, 6])).toBe(7);
  });

  test('a ruler is as long as the way between its ends in the patient', () => {
    const at = fc.double({ min: 0, max: 8, noNaN: true });
    fc.assert(
      fc.property(orientedGrid, fc.constantFrom(...PLANES), at, at, at, at, (grid, plane, x0, y0, x1, y1) => {
        const facts = factsFor(grid, plane);
        const a = voxelToWorld(grid.affine, voxelAt(facts, 1, [x0, y0]));
        const b = voxelToWorld(grid.affine, voxelAt(facts, 1, [x1, y1]));
        const apart = Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
        expect(rulerLength([x0, y0], [x1, y1], facts.spacing)).toBeCloseTo(apart, 9);
      }),
    );
  });
});

describe('regions', () => {
  const slice = { width: 100, height: 80, spacing: [2, 0.5] as const };
  const ramp = Int16Array.from({ length: 8000 }, (_, i) => 10 * (i % 100));

  test('on a ramp, the mean is the value at the middle', () => {
    const found = ellipseStatistics(ramp, slice, [20, 10], [60, 70]);
    expect(found?.mean).toBeCloseTo(400, 9);
    expect(found?.min).toBe(200);
    expect(found?.max).toBe(600);
  });

  test('a large ellipse covers π a b, and its values spread as those of a disc do', () => {
    const found = ellipseStatistics(ramp, slice, [10, 5], [90, 75]);
    expect((found?.squareMillimetres ?? 0) / (Math.PI * 40 * 0.5 * 35 * 2)).toBeCloseTo(1, 2);
    // The coordinate of a disc of radius r has the standard deviation r / 2.
    expect((found?.sd ?? 0) / (10 * 20)).toBeCloseTo(1, 1);
  });

  test('within 1.5 pixels of one there are nine; outside of the image and NaN count for nothing', () => {
    expect(ellipseStatistics(ramp, slice, [48.5, 38.5], [51.5, 41.5])?.pixels).toBe(9);
    expect(ellipseStatistics(ramp, slice, [-1.5, -1.5], [1.5, 1.5])?.pixels).toBe(4);
    const holes = Float32Array.of(1, Number.NaN, 3, 5);
    const found = ellipseStatistics(holes, { width: 2, height: 2, spacing: [1, 1] }, [-1, -1], [2, 2]);
    expect(found).toMatchObject({ pixels: 3, mean: 3, sd: 2, min: 1, max: 5 });
    expect(ellipseStatistics(ramp, slice, [5, 5], [5, 9])).toBeUndefined();
    expect(ellipseStatistics(ramp, slice, [200, 200], [210, 210])).toBeUndefined();
  });
});

const labelImage = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .array(fc.integer({ min: 0, max: 2 }), { minLength: width * height, maxLength: width * height })
      .map((values) => ({ width, height, labels: Uint8Array.from(values) })),
  );

/** Signed area within a closed line (shoelace); clockwise on a screen is positive. */
function areaOf(loop: Loop): number {
  let twice = 0;
  for (let at = 0; at < loop.length; at += 2) {
    const next = (at + 2) % loop.length;
    twice += loop[at] * loop[next + 1] - loop[next] * loop[at + 1];
  }
  return twice / 2;
}

describe('masks', () => {
  test('outlines enclose as much as their label has pixels, holes taken off', () => {
    fc.assert(
      fc.property(labelImage, ({ width, height, labels }) => {
        const [extents] = valuesOn(labels, 1, width);
        for (const value of [1, 2]) {
          const pixels = labels.filter((label) => label === value).length;
          const loops = contoursOf({ labels, width, height, layer: 0, value });
          expect(loops.reduce((sum, loop) => sum + areaOf(loop), 0)).toBe(pixels);
          const within = extents.get(value);
          if (within !== undefined)
            expect(contoursOf({ labels, width, height, layer: 0, value, within })).toEqual(loops);
        }
      }),
    );
  });

  test('a ring has an outer line and that of its hole', () => {
    const labels = Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1);
    const loops = contoursOf({ labels, width: 3, height: 3, layer: 0, value: 1 });
    expect(loops.map(areaOf).sort((a, b) => a - b)).toEqual([-1, 9]);
    expect(loops[0]).toEqual([0, 0, 3, 0, 3, 3, 0, 3]);
  });

  test('extents are the outermost pixels of each value', () => {
    const labels = Uint8Array.of(0, 7, 7, 0, /* */ 0, 0, 7, 3, /* */ 0, 0, 0, 0);
    const [extents] = valuesOn(labels, 1, 4);
    expect([...extents]).toEqual([
      [7, [1, 0, 2, 1]],
      [3, [3, 1, 3, 1]],
    ]);
  });

  test('only pixels of painted labels change, and later layers lie above', () => {
    const labels = Uint8Array.of(0, 1, 2, 9, /* second layer */ 0, 1, 0, 0);
    const red = [255, 0, 0] as const;
    const green = [0, 255, 0] as const;
    const table = paintTable(
      [
        { layer: 0, value: 1, colour: red, opacity: 1 },
        { layer: 0, value: 2, colour: red, opacity: 0.5 },
        { layer: 1, value: 1, colour: green, opacity: 1 },
      ],
      2,
    );
    const out = new Uint32Array(4).fill(0xff646464);
    blendLabels(labels, table, out);
    expect(Array.from(out, (rgba) => (rgba >>> 0).toString(16))).toEqual([
      'ff646464',
      'ff00ff00',
      'ff3232b2',
      'ff646464',
    ]);
  });

  test('a hundred structures have colours of their own, and no organ has a lesion’s', () => {
    const kinds = [...new Array(100).fill('organ'), ...new Array(10).fill('lesion')] as (
      | 'organ'
      | 'lesion'
    )[];
    const colours = coloursOf(kinds.map((kind) => ({ kind, voxels: 1 }))).map(String);
    expect(new Set(colours).size).toBe(110);
    // An absent one takes none of the best.
    const two = [
      { kind: 'lesion', voxels: 0 },
      { kind: 'lesion', voxels: 9 },
    ] as const;
    expect(coloursOf(two).map(String)[1]).toBe('213,94,0');
  });
});

describe('what is shown', () => {
  const facts = {
    shape: [1, 1, 1],
    layers: 2,
    structures: [
      { structure: 'liver', kind: 'organ', layer: 0, value: 1, voxels: 9 },
      { structure: 'kidney_left', kind: 'part', layer: 0, value: 2, voxels: 9 },
      { structure: 'body', kind: 'tissue', layer: 0, value: 3, voxels: 99 },
      { structure: 'liver_segment_1', kind: 'part', layer: 1, value: 1, voxels: 9 },
      { structure: 'liver_tumor', kind: 'lesion', layer: 1, value: 2, voxels: 1 },
    ].map((one) => ({ ...one, name: one.structure })),
  } as unknown as ScanFacts;

  test('at first what hides nothing else: no tissue, no part of an organ that is drawn itself', () => {
    const { structures } = viewerScan(facts, undefined);
    const shown = shownAtFirst(structures);
    expect(structures.filter(({ key }) => shown.has(key)).map(({ structure }) => structure)).toEqual([
      'liver',
      'kidney_left',
      'liver_tumor',
    ]);
    expect(structures.at(-1)?.kind).toBe('lesion');
  });

  test('in 3D, where a voxel has one label, a part that is not shown stands for its organ', () => {
    const scan = viewerScan(facts, undefined);
    const table = labelColours(scan, new Set(['0:1']));
    expect(table.I).toEqual([0, 1, 2, 3, 4, 5]);
    // Background, liver, kidney, body, segment, and the tumour, which is liver while it is not shown.
    expect(table.A).toEqual([0, 255, 0, 0, 255, 255]);
    expect([table.R[4], table.G[4], table.B[4]]).toEqual([table.R[1], table.G[1], table.B[1]]);
    expect(labelColours(scan, new Set()).A).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('a reader’s masks have the colours of the annotated ones, and must lie on the same grid', () => {
    const reader = { ...facts, structures: facts.structures.slice(4) };
    const scan = viewerScan(facts, reader);
    const tumour = scan.structures.find(({ structure }) => structure === 'liver_tumor');
    expect(scan.reader?.structures.map(({ colour }) => colour)).toEqual([tumour?.colour]);
    expect(viewerScan(facts, { ...reader, shape: [1, 1, 2] }).reader).toBeUndefined();
  });
});

describe('the camera', () => {
  const slice = { width: 60, height: 20, spacing: [5, 0.8] as const };
  const screen = { width: 900, height: 500 };

  test('a fitted slice touches two sides of the screen, and a millimetre has one length', () => {
    const frame = frameOf(FITTED, slice, screen);
    expect(frame.scaleY / frame.scaleX).toBeCloseTo(5 / 0.8, 9);
    const [left, top] = toScreen(frame, [-0.5, -0.5]);
    const [right, bottom] = toScreen(frame, [59.5, 19.5]);
    expect([top, bottom]).toEqual([0, 500]);
    expect(left).toBeGreaterThan(0);
    expect(right - left).toBeCloseTo((500 * 60 * 0.8) / (20 * 5), 9);
  });

  test('what lies under the pointer stays there while one zooms', () => {
    const inside = fc.double({ min: 0.2, max: 0.8, noNaN: true });
    fc.assert(
      fc.property(inside, inside, fc.double({ min: 1, max: 8, noNaN: true }), (x, y, factor) => {
        const before = frameOf(FITTED, slice, screen);
        const pixel = [x * 59, y * 19] as const;
        const at = toScreen(before, pixel);
        const after = frameOf(zoomedAt(FITTED, factor, at, slice, screen), slice, screen);
        const [px, py] = toPixel(after, at);
        expect(px).toBeCloseTo(pixel[0], 6);
        expect(py).toBeCloseTo(pixel[1], 6);
        expect(after.scaleX / before.scaleX).toBeCloseTo(factor, 9);
      }),
    );
  });
});

describe('marks', () => {
  const grid = gridOf([64, 64, 64], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] satisfies Affine);
  const axial = factsFor(grid, 'axial');
  const ruler: ScanMark = { kind: 'ruler', from: [10, 10, 30], to: [20, 10, 30.4], label: '' };

  test('a ruler is drawn on its slice, fainter on the two beside it, and nowhere else', () => {
    const strengths = [27, 28, 29, 30, 31, 32, 33].map((index) => strengthOn(ruler, axial, index));
    expect(strengths[3]).toBe(1);
    for (const near of [1, 2, 4]) expect(strengths[near]).toBe(0.35);
    expect(strengths[0]).toBe(0);
    expect(strengths[6]).toBe(0);
  });

  test('a box lies on every slice between its faces', () => {
    const box: ScanMark = { kind: 'box', min: [1, 1, 5], max: [4, 4, 9], label: '' };
    for (let index = 5; index <= 9; index++) expect(slicesAway(box, axial, index)).toBe(0);
    expect(slicesAway(box, axial, 11)).toBeCloseTo(1.5);
  });

  test('the pieces of a slanting line on all of its slices make up the line', () => {
    const from: Vec3 = [2, 3, 4];
    const to: Vec3 = [12, 9, 24];
    let length = 0;
    for (let index = 0; index < 64; index++) {
      const piece = withinSlice(from, to, 2, index);
      if (piece === undefined) continue;
      length += voxelDistance(piece[0], piece[1], [1, 1, 1]);
      for (const [, , k] of piece) expect(Math.abs(k - index)).toBeLessThanOrEqual(0.5 + 1e-9);
    }
    expect(length).toBeCloseTo(Math.hypot(10, 6, 20), 9);
  });
});

describe('labels of marks', () => {
  test('keep clear of one another while there is room, however close the marks lie', () => {
    const marks = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 2, max: 500 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(marks, (places) => {
        const plates: [number, number, number, number][] = [];
        for (const [left, wanted] of places)
          plates.push([left, freeTop(plates, [left, wanted, 90, 18], 600), 90, 18]);
        for (const [i, [left, top]] of plates.entries()) {
          expect(top).toBeGreaterThanOrEqual(2);
          for (const [x, y] of plates.slice(0, i))
            expect(Math.abs(x - left) >= 90 || Math.abs(y - top) >= 18).toBe(true);
        }
      }),
    );
  });

  test('a label that is alone stands where it is wanted', () => {
    expect(freeTop([], [10, 40, 90, 18], 600)).toBe(40);
    expect(freeTop([[10, 40, 90, 18]], [200, 40, 90, 18], 600)).toBe(40);
  });
});
