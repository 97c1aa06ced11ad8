import { describe, expect, it } from 'vitest';
import { gridOf, type Vec3, voxelToWorld } from '../domain/geometry.ts';
import { montage } from './montage.ts';
import { drawBox, drawRuler, overlay } from './overlay.ts';
import { squarePixels } from './raster-size.ts';
import { pixelAt, sliceCount, sliceOf, voxelAt, WINDOWS, windowed, windowOf } from './slices.ts';

/** Each voxel holds its own world position, coded 10000·x + 100·y + z with x, y, z in 0 … 9 mm. */
function coded(affine: readonly number[], shape: Vec3) {
  const grid = gridOf(shape, affine);
  const data = new Int32Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++) {
        const [x, y, z] = voxelToWorld(affine, [i, j, k]);
        data[at++] = 10000 * x + 100 * y + z;
      }
  return { grid, data };
}

const VOLUMES = {
  RAS: coded([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], [4, 5, 6]),
  LPS: coded([-1, 0, 0, 3, 0, -1, 0, 4, 0, 0, 1, 0, 0, 0, 0, 1], [4, 5, 6]),
  IPL: coded([0, 0, -1, 3, 0, -1, 0, 4, -1, 0, 0, 5, 0, 0, 0, 1], [6, 5, 4]),
  PIR: coded([0, 0, 1, 0, -1, 0, 0, 4, 0, -1, 0, 5, 0, 0, 0, 1], [5, 6, 4]),
};

describe.each(Object.entries(VOLUMES))('a slice of a %s volume', (_axes, volume) => {
  const x = (code: number) => Math.floor(code / 10000);
  const y = (code: number) => Math.floor(code / 100) % 100;
  const z = (code: number) => code % 100;

  it('axial: patient right on the left, front on top', () => {
    const { width, height, data } = sliceOf(volume, 'axial', 1);
    expect([width, height]).toEqual([4, 5]);
    expect([x(data[0]), y(data[0])]).toEqual([3, 4]);
    expect([x(data[3]), y(data[3])]).toEqual([0, 4]);
    expect([x(data[16]), y(data[16])]).toEqual([3, 0]);
    expect(new Set([...data].map(z)).size).toBe(1);
  });

  it('coronal: patient right on the left, head on top', () => {
    const { width, height, data } = sliceOf(volume, 'coronal', 1);
    expect([width, height]).toEqual([4, 6]);
    expect([x(data[0]), z(data[0])]).toEqual([3, 5]);
    expect([x(data[23]), z(data[23])]).toEqual([0, 0]);
    expect(new Set([...data].map(y)).size).toBe(1);
  });

  it('sagittal: front on the left, head on top', () => {
    const { width, height, data } = sliceOf(volume, 'sagittal', 1);
    expect([width, height]).toEqual([5, 6]);
    expect([y(data[0]), z(data[0])]).toEqual([4, 5]);
    expect([y(data[29]), z(data[29])]).toEqual([0, 0]);
    expect(new Set([...data].map(x)).size).toBe(1);
  });

  it('every pixel knows its voxel and back', () => {
    for (const plane of ['axial', 'coronal', 'sagittal'] as const)
      for (let index = 0; index < sliceCount(volume.grid, plane); index++) {
        const slice = sliceOf(volume, plane, index);
        for (let row = 0; row < slice.height; row++)
          for (let column = 0; column < slice.width; column++) {
            const [i, j, k] = voxelAt(slice, column, row);
            const at = i + volume.grid.shape[0] * (j + volume.grid.shape[1] * k);
            expect(slice.data[row * slice.width + column]).toBe(volume.data[at]);
            expect(pixelAt(slice, [i, j, k])).toEqual([column, row]);
          }
      }
  });

  it('an index outside is refused with the range', () => {
    expect(() => sliceOf(volume, 'axial', 6)).toThrow('from 0 to 5');
    expect(() => sliceOf(volume, 'axial', 0.5)).toThrow();
  });
});

describe('windows', () => {
  const slice = {
    ...sliceOf(VOLUMES.RAS, 'axial', 0),
    width: 5,
    height: 1,
    data: Int16Array.of(-1000, -150, 50, 250, 1000),
  };

  it('the abdominal window shows −150 as black and 250 as white', () => {
    expect([...windowed(slice, WINDOWS.abdomen).data]).toEqual([0, 0, 128, 255, 255]);
  });

  it('NaN is black, infinities are the ends', () => {
    const odd = {
      ...slice,
      width: 3,
      data: Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    };
    expect([...windowed(odd, WINDOWS.abdomen).data]).toEqual([0, 255, 0]);
  });

  it('a window needs a width', () => {
    expect(() => windowed(slice, { level: 0, width: 0 })).toThrow(/width/);
  });

  it('percentiles make a window for other units', () => {
    const { level, width } = windowOf(Float32Array.from({ length: 1001 }, (_, i) => i));
    expect(level).toBeCloseTo(500, 6);
    expect(width).toBeCloseTo(980, 6);
  });
});

describe('square pixels', () => {
  it('a coronal slice of 5 mm slices is stretched to its true height', () => {
    const tall = squarePixels({
      width: 40,
      height: 12,
      channels: 1,
      data: new Uint8Array(480),
      spacing: [5, 0.8],
    });
    expect([tall.width, tall.height]).toEqual([40, 75]);
    expect(tall.spacing?.[0]).toBeCloseTo(0.8, 12);
    expect(tall.spacing?.[1]).toBeCloseTo(0.8, 12);
  });

  it('the longest edge is kept within its bound', () => {
    const { width, height } = squarePixels(
      { width: 512, height: 256, channels: 1, data: new Uint8Array(131072) },
      { longestEdge: 100 },
    );
    expect([width, height]).toEqual([100, 50]);
  });

  it('a flat image stays flat, a ramp stays monotonous', () => {
    const ramp = {
      width: 4,
      height: 1,
      channels: 1,
      data: Uint8Array.of(0, 60, 120, 180),
      spacing: [1, 2],
    } as const;
    const { data } = squarePixels(ramp);
    expect([...data.slice(0, 8)]).toEqual([0, 15, 45, 75, 105, 135, 165, 180]);
  });
});

describe('drawing', () => {
  const black = { width: 6, height: 5, channels: 1, data: new Uint8Array(30), spacing: [2, 2] } as const;
  const label = {
    width: 6,
    height: 5,
    data: Uint8Array.from({ length: 30 }, (_, i) => (i % 6 > 0 && i % 6 < 4 && i > 5 && i < 24 ? 3 : 0)),
  };
  const lit = (image: { data: Uint8Array }) => [...Array(30).keys()].filter((i) => image.data[3 * i] > 0);

  it('a mask colours its own pixels and no others', () => {
    const image = overlay(black, [{ slice: label, colour: [200, 0, 0], opacity: 0.5 }]);
    expect(lit(image)).toEqual([7, 8, 9, 13, 14, 15, 19, 20, 21]);
    expect([...image.data.slice(21, 24)]).toEqual([100, 0, 0]);
    expect(lit(overlay(black, [{ slice: label, values: [2], colour: [200, 0, 0] }]))).toEqual([]);
  });

  it('an outline leaves the inside free', () => {
    expect(lit(overlay(black, [{ slice: label, outline: true }]))).toEqual([7, 8, 9, 13, 15, 19, 20, 21]);
  });

  it('a mask fits a raster that was made larger', () => {
    const large = { width: 12, height: 10, channels: 1, data: new Uint8Array(120) } as const;
    const image = overlay(large, [{ slice: label }]);
    expect([...Array(120).keys()].filter((i) => image.data[3 * i] > 0).length).toBe(36);
  });

  it('a box is a frame', () => {
    expect(lit(drawBox(black, { left: 1, top: 1, right: 3, bottom: 3 }))).toEqual([
      7, 8, 9, 13, 15, 19, 20, 21,
    ]);
  });

  it('a ruler says its length in mm, on any spacing', () => {
    const wide = {
      width: 90,
      height: 40,
      channels: 1,
      data: new Uint8Array(3600),
      spacing: [3, 0.5],
    } as const;
    const image = drawRuler(wide, [10, 5], [18, 6]);
    // √(4² + 3²) = 5 mm: the same picture as with that label written out.
    expect(image.data).toEqual(drawRuler(wide, [10, 5], [18, 6], { label: '5.0 mm' }).data);
    expect(image.data).not.toEqual(drawRuler(wide, [10, 5], [18, 6], { label: '5.1 mm' }).data);
    const { spacing: _none, ...bare } = wide;
    expect(() => drawRuler(bare, [0, 0], [1, 1])).toThrow(/label/);
  });

  it('a montage puts rasters in rows', () => {
    const one = { width: 1, height: 1, channels: 1, data: Uint8Array.of(9) } as const;
    const three = montage([one, one, one], 2, { gap: 1, background: 1 });
    expect([three.width, three.height]).toEqual([3, 3]);
    expect([...three.data]).toEqual([9, 1, 9, 1, 1, 1, 9, 1, 1]);
    expect(() => montage([], 2)).toThrow();
    expect(() => montage([one, { ...one, channels: 3, data: new Uint8Array(3) }], 2)).toThrow(/one kind/);
  });
});
