import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import type { RawAnnotation } from '../domain/volume.ts';
import { applyScheme } from '../knowledge/scheme.ts';
import { numberScheme } from './open-case.ts';

/** Two voxels with one label of that name. */
function named(name: string): RawAnnotation {
  return {
    grid: gridOf([2, 1, 1], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
    layers: [{ data: Uint8Array.of(0, 1), labels: [{ value: 1, name }] }],
    source: { format: 'test', hash: '', axes: 'RAS', notes: [] },
  };
}

describe('labels that no scheme describes', () => {
  it.each([
    'blob',
    ' Blob ',
    '_blob_',
    'blob.nii.gz',
  ])('%j is measured under its own name, not left out', (name) => {
    const raw = named(name);
    const annotation = applyScheme(raw, numberScheme(raw));
    expect(annotation.unknown).toEqual([]);
    expect(annotation.layers[0].labels).toHaveLength(1);
  });
});
