import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLabels, labelsOf, labelsPresent, rescaled, unitsOf, voxelsOf } from './voxels.ts';

describe('labels', () => {
  it('those that occur are found wherever they stand in memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(7), (values, shift) => {
        const data = new Uint8Array(new ArrayBuffer(values.length + shift), shift);
        data.set(values);
        const expected = [...new Set(values)].filter((v) => v > 0).sort((a, b) => a - b);
        expect(labelsPresent(data).map(({ value }) => value)).toEqual(expected);
        expect([...countLabels(data).keys()]).toEqual(expected);
      }),
    );
  });

  it('take the narrowest array that holds them', () => {
    expect(labelsOf(Int16Array.of(0, 255), 'x')).toEqual(Uint8Array.of(0, 255));
    expect(labelsOf(Float32Array.of(0, 256), 'x')).toEqual(Uint16Array.of(0, 256));
    expect(labelsOf(Uint32Array.of(0, 70_000), 'x')).toEqual(Int32Array.of(0, 70_000));
    expect(() => labelsOf(Uint32Array.of(0, 2 ** 32 - 1), 'x')).toThrow(/4294967295/);
  });

  it('are counted in wide maps too', () => {
    expect([...countLabels(Int32Array.of(0, 100_000, 7, 7, 0))]).toEqual([
      [7, 2],
      [100_000, 1],
    ]);
  });
});

describe('voxels', () => {
  it('a view that does not start on its element size is copied, not refused', () => {
    const bytes = new Uint8Array(11);
    bytes.set(new Uint8Array(Int16Array.of(-2, 300, 7, 9, 0).buffer), 1);
    expect([...voxelsOf(bytes.subarray(1), 'int16', true, 'x')]).toEqual([-2, 300, 7, 9, 0]);
  });

  it('scaling is exact for whole numbers and to float accuracy otherwise', () => {
    fc.assert(
      fc.property(
        fc.int16Array({ maxLength: 20 }),
        fc.integer({ min: -9, max: 9 }),
        fc.integer({ min: -5000, max: 5000 }),
        (stored, slope, inter) => {
          expect([...rescaled(stored, slope, inter)]).toEqual([...stored].map((v) => v * slope + inter));
          const half = rescaled(stored, slope / 7, inter);
          stored.forEach((v, i) => {
            expect(half[i]).toBe(Math.fround(v * (slope / 7) + inter));
          });
        },
      ),
    );
  });

  it('units follow the modality, else what only CT numbers reach', () => {
    expect(unitsOf(Int16Array.of(40), 'CT').units).toBe('HU');
    expect(unitsOf(Int16Array.of(-2000), 'MR').units).toBe('arbitrary');
    expect(unitsOf(Int16Array.of(-1024, 0), undefined)).toMatchObject({
      units: 'HU',
      note: expect.any(String),
    });
    expect(unitsOf(Int16Array.of(-499, 3000), undefined)).toEqual({ units: 'arbitrary' });
    expect(unitsOf(Float32Array.of(-700.5), undefined).units).toBe('arbitrary');
  });
});
