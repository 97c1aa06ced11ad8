import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import { random } from '../domain/random.ts';
import type { RawAnnotation, RawLabel } from '../domain/volume.ts';
import { assertLabels, looksLikeImage } from './image-likeness.ts';

const voxels = 40 ** 3;
const annotationOf = (data: Uint8Array, labels: RawLabel[]): RawAnnotation => ({
  grid: gridOf([40, 40, 40], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]),
  layers: [{ data, labels }],
  source: { format: 'nifti', hash: '', axes: 'RAS', notes: [] },
});

describe('grey values and labels', () => {
  it('noise of a hundred values is an image', () => {
    const noise = random('noise');
    const data = Uint8Array.from({ length: voxels }, () => 1 + Math.floor(noise.next() * 100));
    expect(looksLikeImage(data, 100)).toBe(true);
    const labels = Array.from({ length: 100 }, (_, i) => ({ value: i + 1 }));
    const raw = annotationOf(data, labels);
    expect(() => assertLabels(raw, 'mr.nii.gz')).toThrow(/mr\.nii\.gz looks like an image.*label map/);
    const named = annotationOf(data, [{ value: 1, name: 'liver' }, ...labels.slice(1)]);
    expect(() => assertLabels(named, 'mr.nii.gz')).not.toThrow();
  });
  it('hundreds of small regions are labels', () => {
    const data = Uint16Array.from({ length: voxels }, (_, i) => Math.floor(i / 5) % 400);
    expect(looksLikeImage(data, 399)).toBe(false);
  });
  it('a few values are labels however they lie', () => {
    const data = Uint8Array.from({ length: 60 }, (_, i) => i % 3);
    expect(looksLikeImage(data, 2)).toBe(false);
  });
});
