import { describe, expect, it } from 'vitest';
import type { Vec3 } from '../../domain/geometry.ts';
import { angleDegrees, distanceMm, lesionSlices, slicesOf } from './profile.ts';

const shape: Vec3 = [30, 40, 3];
const spacing: Vec3 = [0.5, 2, 4];
const blocks = (...boxes: [x0: number, x1: number, y0: number, y1: number][]) => {
  const data = new Uint8Array(30 * 40 * 3);
  for (const [x0, x1, y0, y1] of boxes)
    for (let y = y0; y <= y1; y++) data.fill(1, (40 + y) * 30 + x0, (40 + y) * 30 + x1 + 1);
  return { data, shape, spacing };
};

describe('what MedVision measures on slices', () => {
  it('a rectangle of known spacing has its box in pixels and mm', () => {
    const { boxes, masks } = slicesOf(blocks([4, 15, 10, 29]));
    const [{ slice_idx, slice_profile }] = boxes.slice_profiles_z;
    expect(slice_idx).toBe(1);
    // Rows are the first axis (0.5 mm), columns the second (2 mm).
    expect(slice_profile).toEqual([
      {
        label: 1,
        bboxes: [
          {
            min_coords: [4, 10],
            max_coords: [15, 29],
            center_coords: [9, 19],
            dimensions: [12, 20],
            sizes: [6, 40],
          },
        ],
      },
    ]);
    expect(masks.slice_profiles_z[0].slice_profile).toEqual([{ label: 1, pixel_count: 240, ROI_area: 240 }]);
    // Seen from the side it is one voxel high: 20 columns of 12 rows, each 1 × 20 or 1 × 12 pixels.
    expect(boxes.slice_profiles_x).toHaveLength(12);
    expect(boxes.slice_profiles_y).toHaveLength(20);
  });

  it('two pieces are two boxes', () => {
    const { boxes } = slicesOf(blocks([2, 13, 2, 13], [2, 13, 20, 35]));
    expect(boxes.slice_profiles_z[0].slice_profile[0].bboxes).toHaveLength(2);
  });

  it('a right angle is 90° in mm and not in pixels, and 150° is 30° as released', () => {
    const line = (to: Vec3) => [[0, 0, 1], to] as const;
    // In pixels (4, 1) and (−4, 1); in mm (2, 2) and (−2, 2).
    expect(angleDegrees(line([4, 1, 1]), line([-4, 1, 1]), spacing, 'strict')).toBeCloseTo(90, 10);
    const isotropic: Vec3 = [1, 1, 1];
    const obtuse = [line([100, 0, 1]), line([-86602540, 50000000, 1])] as const;
    expect(angleDegrees(obtuse[0], obtuse[1], isotropic, 'published')).toBeCloseTo(30, 5);
    expect(angleDegrees(obtuse[0], obtuse[1], isotropic, 'strict')).toBeCloseTo(150, 5);
    expect(distanceMm([0, 0, 0], [6, 2, 0], spacing)).toBeCloseTo(5, 12);
  });

  it('a piece below the smallest size has no ellipse', () => {
    const map = blocks([4, 15, 10, 29]);
    const of = (minPixels: number) => lesionSlices(map, { label: 1, minPixels, protocol: 'strict' });
    expect(of(241).profiles.slice_profiles_z).toHaveLength(0);
    const sizes = of(200).profiles.slice_profiles_z;
    expect(sizes.length + of(200).refused).toBe(1);
  });
});
