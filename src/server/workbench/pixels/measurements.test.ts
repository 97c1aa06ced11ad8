import { describe, expect, test } from 'vitest';
import type { MeasurementSet } from '../../../domain/measurement.ts';
import { measurementSet } from '../../../domain/measurement.ts';
import { lesionStructures, structureOf } from '../../../domain/structures.ts';
import type { Annotation } from '../../../domain/volume.ts';
import { sliceAxis } from '../../../imaging/slices.ts';
import { measureCase } from '../../../measure/measure.ts';
import { caseMeasurements } from '../shapes/measurements.ts';
import type { ScanMark } from '../shapes/scan.ts';
import { shownMeasurements } from './measurements.ts';
import { phantomAlong, turned } from './testing.ts';

type Ruler = Extract<ScanMark, { kind: 'ruler' }>;
type Box = Extract<ScanMark, { kind: 'box' }>;

function measured(
  axes: string,
  askew?: readonly [number, number],
): { annotation: Annotation; set: MeasurementSet } {
  const drawn = phantomAlong(axes, 8).render();
  const { volume, annotation } = askew === undefined ? drawn : turned(drawn, ...askew);
  return { annotation, set: measureCase(annotation, volume, { rules: 'strict' }) };
}

/** Structures of a voxel, over all layers. */
function structuresAt({ grid, layers }: Annotation, voxel: readonly number[]): string[] {
  const [ni, nj] = grid.shape;
  const [i, j, k] = voxel.map(Math.round);
  return layers.flatMap(({ data, labels }) =>
    labels.filter(({ value }) => value === data[(k * nj + j) * ni + i]).map(({ structure }) => structure),
  );
}

const STORED: readonly (readonly [axes: string, askew: readonly [number, number] | undefined])[] = [
  ['RAS', undefined],
  ['LPS', undefined],
  ['IPL', undefined],
  ['SRA', undefined],
  ['LAS', [25, 5]],
  ['RAS', [0, 30]],
];

describe.each(STORED)('a scan stored as %s, turned by %j', (axes, askew) => {
  const { annotation, set } = measured(axes, askew);
  const { grid } = annotation;
  const shown = shownMeasurements(set, grid);
  const rulers = shown.measurements.flatMap((one) =>
    (one.focus?.marks ?? []).flatMap((mark) => (mark.kind === 'ruler' ? [{ one, mark: mark as Ruler }] : [])),
  );

  test('each lesion’s longest diameter begins and ends on voxels of that lesion', () => {
    const own = rulers.filter(({ one }) => one.instance !== undefined && one.quantity.startsWith('longest'));
    expect(own.length).toBeGreaterThan(0);
    for (const { one, mark } of own)
      for (const end of [mark.from, mark.to]) {
        expect(structuresAt(annotation, end)).toContain(one.structure);
        // Diameters go between centres of voxels.
        for (const n of end) expect(Math.abs(n - Math.round(n))).toBeLessThan(1e-6);
      }
  });

  test('a ruler is as long in the patient as its measurement says', () => {
    for (const { one, mark } of rulers) {
      const delta = [0, 1, 2].map((axis) => mark.to[axis] - mark.from[axis]);
      const mm = [0, 1, 2].map((row) => delta.reduce((sum, d, c) => sum + grid.affine[row * 4 + c] * d, 0));
      expect(Math.hypot(...mm)).toBeCloseTo(Number(one.value), 6);
    }
  });

  test('a diameter of an axial slice is shown on the slice in which it lies, counted as the scan is stored', () => {
    const axis = sliceAxis(grid, 'axial');
    for (const { one, mark } of rulers.filter(({ one }) => one.quantity === 'longest-axial-diameter')) {
      expect(one.focus).toMatchObject({ plane: 'axial', index: Math.round(mark.from[axis]) });
      expect(mark.from[axis]).toBeCloseTo(mark.to[axis], 6);
    }
  });

  test('boxes hold the voxels of their structures and nothing less', () => {
    const boxes = shown.measurements.flatMap((one) =>
      one.quantity === 'volume' && one.instance === undefined
        ? (one.focus?.marks ?? []).map((mark) => ({ one, mark: mark as Box }))
        : [],
    );
    expect(boxes.length).toBeGreaterThan(5);
    for (const { one, mark } of boxes) {
      // The box of an organ or of its part reaches round lesions that were cut out of it.
      const organ = structureOf(one.structure)?.parent ?? one.structure;
      const lesions = structureOf(one.structure)?.kind === 'lesion' ? [] : lesionStructures(organ);
      const drawn = new Set([...(one.focus?.structures ?? []), ...lesions]);
      const on = (axis: number, at: number): boolean => {
        const [a, b] = [0, 1, 2].filter((other) => other !== axis);
        for (let u = mark.min[a]; u <= mark.max[a]; u++)
          for (let v = mark.min[b]; v <= mark.max[b]; v++) {
            const voxel = [0, 0, 0];
            [voxel[axis], voxel[a], voxel[b]] = [at, u, v];
            if (structuresAt(annotation, voxel).some((structure) => drawn.has(structure))) return true;
          }
        return false;
      };
      for (const axis of [0, 1, 2]) {
        expect(
          on(axis, mark.min[axis]),
          `${one.id} along ${axis}: ${one.flags.join()}; drawn ${[...drawn].join()}`,
        ).toBe(true);
        expect(on(axis, mark.max[axis])).toBe(true);
      }
    }
  });

  test('the centroid of a compact lesion lies in it', () => {
    expect(shown.instances.length).toBeGreaterThan(0);
    for (const { focus, structure, voxels } of shown.instances) {
      const [mark] = focus?.marks ?? [];
      if (mark?.kind !== 'point') throw new Error('An instance has its centroid.');
      if (voxels > 7) expect(structuresAt(annotation, mark.at)).toContain(structure);
      expect(focus?.index).toBe(Math.round(mark.at[sliceAxis(grid, 'axial')]));
    }
  });

  test('has the shape that the page expects, with ids of their own', () => {
    expect(caseMeasurements.parse(shown)).toEqual(shown);
    const ids = shown.measurements.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(measurementSet.parse(set)).toBeDefined();
  });
});

describe('a phantom’s truth', () => {
  test('each lesion’s diameter is on its widest slice, whichever way slices are counted', () => {
    for (const axes of ['RAS', 'LPI']) {
      const phantom = phantomAlong(axes, 8);
      const { volume, annotation } = phantom.render();
      const shown = shownMeasurements(measureCase(annotation, volume, { rules: 'strict' }), annotation.grid);
      const found = shown.measurements.filter((one) => one.quantity === 'longest-axial-diameter');
      const count = annotation.grid.shape[2];
      for (const lesion of phantom.truth.lesions) {
        const index = axes === 'RAS' ? lesion.sliceFromFeet : count - 1 - lesion.sliceFromFeet;
        const near = found.filter(
          ({ structure, focus }) =>
            structure === lesion.structure && Math.abs((focus?.index ?? -9) - index) <= 1,
        );
        expect(near.length, `${lesion.structure} on ${index}`).toBeGreaterThan(0);
      }
    }
  });
});

describe('where the files are gone', () => {
  test('numbers are still listed, without a place', () => {
    const shown = shownMeasurements(measured('RAS').set, undefined);
    expect(shown.measurements.length).toBeGreaterThan(50);
    expect(shown.measurements.every(({ focus }) => focus === null)).toBe(true);
    expect(shown.measurements.map(({ label }) => label)).toContainEqual(
      expect.stringMatching(/^liver: volume \d+\.\d cm³$/),
    );
  });
});
