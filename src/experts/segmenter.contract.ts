// What every segmenter must keep, and the made case that the tests of segmenters look at.
import { describe, expect, it } from 'vitest';
import { gridOf, type Vec3 } from '../domain/geometry.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import type { Segmenter } from './segmenter.ts';

export interface Ball {
  readonly structure: string;
  readonly centre: Vec3;
  /** mm. */
  readonly radius: number;
}

/** Balls drawn into one label map in the order given, on a grid of `spacing` mm. */
export function ballCase(
  balls: readonly Ball[],
  shape: Vec3 = [60, 60, 60],
  spacing: Vec3 = [1, 1, 1],
): { annotation: Annotation; volume: Volume } {
  const [ni, nj, nk] = shape;
  const data = new Uint8Array(ni * nj * nk);
  const structures = [...new Set(balls.map((ball) => ball.structure))];
  for (const { structure, centre, radius } of balls)
    for (let k = 0; k < nk; k++)
      for (let j = 0; j < nj; j++)
        for (let i = 0; i < ni; i++) {
          const x = i * spacing[0] - centre[0];
          const y = j * spacing[1] - centre[1];
          const z = k * spacing[2] - centre[2];
          if (x * x + y * y + z * z <= radius * radius)
            data[i + ni * (j + nj * k)] = structures.indexOf(structure) + 1;
        }
  const [x, y, z] = spacing;
  const grid = gridOf(shape, [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1]);
  const source = { format: 'made', hash: 'made', axes: 'RAS', notes: [] };
  return {
    annotation: {
      grid,
      layers: [
        { data, labels: structures.map((structure, n) => ({ value: n + 1, structure, name: structure })) },
      ],
      annotated: structures,
      scheme: 'made',
      origin: { kind: 'annotated' },
      unknown: [],
      source,
    },
    volume: { grid, data: Int16Array.from(data, (v) => v * 40), units: 'HU', source },
  };
}

/** Voxels of a structure, layers united. */
export function voxelsOf(annotation: Annotation, structure: string): Set<number> {
  const found = new Set<number>();
  for (const { data, labels } of annotation.layers)
    for (const label of labels)
      if (label.structure === structure)
        for (let p = 0; p < data.length; p++) if (data[p] === label.value) found.add(p);
  return found;
}

export const LIVER_AND_TUMOR: readonly Ball[] = [
  { structure: 'liver', centre: [30, 30, 30], radius: 20 },
  { structure: 'liver_tumor', centre: [26, 30, 30], radius: 6 },
];

/** @param open a segmenter that works on the case of LIVER_AND_TUMOR, named "case-1". */
export function segmenterContract(name: string, open: () => Promise<Segmenter>): void {
  describe(`${name} keeps the segmenter contract`, () => {
    const input = { ...ballCase(LIVER_AND_TUMOR), seed: 's', caseId: 'case-1' };

    it('says that its masks are predicted, and by whom', async () => {
      const segmenter = await open();
      const { origin, layers, grid } = await segmenter.segment(input);
      expect(origin).toEqual({ kind: 'predicted', segmenter: segmenter.id, hash: segmenter.hash });
      const [ni, nj, nk] = grid.shape;
      expect(layers.length).toBeGreaterThan(0);
      expect(layers.every((layer) => layer.data.length === ni * nj * nk)).toBe(true);
      expect(grid.shape).toEqual(input.volume.grid.shape);
    });
    it('gives the same masks for the same input, and leaves the input as it was', async () => {
      const before = input.annotation.layers[0].data.slice();
      const [a, b] = [await (await open()).segment(input), await (await open()).segment(input)];
      expect(a).toEqual(b);
      expect(input.annotation.layers[0].data).toEqual(before);
      expect(input.annotation.origin).toEqual({ kind: 'annotated' });
    });
  });
}
