import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import { cropOrgans } from './organ-crop.ts';
import { extentsOf, organExtents } from './organ-extents.ts';
import { boxPatient } from './testing.ts';

const { annotation, volume } = boxPatient(5);

/** The same annotation with its voxels relabelled. */
function relabelled(change: (label: number, index: number) => number): Annotation {
  const [layer] = annotation.layers;
  return { ...annotation, layers: [{ ...layer, data: layer.data.map(change) }] };
}

describe('organ extents', () => {
  it('a box of 16³ from voxel 1 has 256 voxels in each of 16 slices, less those of the lesion in it', () => {
    const liver = organExtents(annotation).get('liver');
    expect(liver?.min).toEqual([1, 1, 1]);
    expect(liver?.max).toEqual([16, 16, 16]);
    // The lesion is the box from 4 to 8.
    expect(liver?.perSlice[3]).toBe(256);
    expect(liver?.perSlice[6]).toBe(256 - 25);
    expect(liver?.perSlice[17]).toBe(0);
  });
  it('lesions have none, wherever they lie', () => {
    expect([...organExtents(annotation).keys()]).toEqual(['liver', 'spleen']);
  });
  it('an organ without a voxel is not there', () => {
    const without = relabelled((label) => (label === 3 ? 0 : label));
    expect([...organExtents(without).keys()]).toEqual(['liver']);
  });
  it('sides stand for an organ that is only annotated by side', () => {
    const [layer] = annotation.layers;
    const sided: Annotation = {
      ...annotation,
      layers: [
        {
          ...layer,
          labels: [
            { value: 1, structure: 'kidney_right', name: 'r' },
            { value: 3, structure: 'kidney_left', name: 'l' },
          ],
        },
      ],
    };
    expect(extentsOf(organExtents(sided), 'kidney').map(({ structure }) => structure)).toEqual([
      'kidney_left',
      'kidney_right',
    ]);
  });
});

describe('organ crops', () => {
  /** Crop of organs by name. */
  function crop(names: readonly string[], of: Annotation = annotation, scan: Volume = volume) {
    const extents = organExtents(of);
    return cropOrgans(
      scan,
      names.map((name) => extentsOf(extents, name)),
    );
  }
  it('keeps 15 mm around the organ, cut off at the edge of the scan', () => {
    // Spleen 17…22 of 24 voxels of 1 mm: from 2 to the edge in both directions of the picture.
    const { width, height, spacing } = crop(['spleen']);
    // 22 pixels are a stamp: eleven times as many are 242, the first multiple of 224 or more.
    expect([width, height]).toEqual([242, 242]);
    expect((spacing?.[0] ?? 0) * height).toBeCloseTo(22, 6);
  });
  it('shows the window from -150 to 250 HU: a spleen of 120 HU is 172 of 255', () => {
    const { data } = crop(['spleen']);
    expect(Math.max(...data)).toBe(Math.round(((120 + 150) / 400) * 255));
  });
  it('is cut in the slice where the organ is largest', () => {
    // One slice of the liver is painted brighter: it alone keeps its whole area.
    const data = (volume.data as Int16Array).slice();
    for (let index = 12 * 576; index < 13 * 576; index++)
      if (annotation.layers[0].data[index] === 1) data[index] = 250;
    const thinned = relabelled((label, index) =>
      label === 1 && Math.floor(index / 576) !== 12 && index % 2 === 0 ? 0 : label,
    );
    expect(Math.max(...crop(['liver'], thinned, { ...volume, data }).data)).toBe(255);
  });
  it('does not depend on where lesions are drawn', () => {
    // The organ's own voxels stay; the lesion label moves into the background.
    const moved = relabelled((label, index) => (label === 2 ? 0 : label === 0 && index > 12_000 ? 2 : label));
    expect(crop(['liver'], moved).data).toEqual(crop(['liver']).data);
  });
  it('anisotropic voxels give square pixels', () => {
    const grid = gridOf([24, 24, 24], [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    const { width, height } = crop(['liver'], { ...annotation, grid }, { ...volume, grid });
    // 15 mm reach the edge in both directions; 24 rows of 2 mm are 48 of 1 mm, five times as many are 240.
    expect([width, height]).toEqual([120, 240]);
  });
});
