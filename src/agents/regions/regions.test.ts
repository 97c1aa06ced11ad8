import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COORDINATES, readBoxes, type SaidBox, writeBoxes } from './boxes.ts';
import { cropped, framed, widened } from './region-pictures.ts';

const size = fc.record({
  width: fc.integer({ min: 4, max: 3000 }),
  height: fc.integer({ min: 4, max: 3000 }),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });
const said = fc
  .tuple(
    size,
    fc.constantFrom(...COORDINATES),
    fc.array(fc.tuple(share, share, share, share), { maxLength: 5 }),
  )
  .map(([picture, coordinates, corners]) => {
    // At least a hundredth of the picture and two pixels wide, so that rounding leaves an area.
    const span = (a: number, b: number, length: number): [number, number] => {
      const least = Math.max(2, length / 100);
      const low = a * (length - least);
      return [low, Math.min(length, low + least + b * (length - low - least))];
    };
    const boxes = corners.map(([a, b, c, d]): SaidBox => {
      const [x0, x1] = span(a, b, picture.width);
      const [y0, y1] = span(c, d, picture.height);
      return { box: [x0, y0, x1, y1], picture: 0 };
    });
    return { picture, coordinates, boxes };
  });

describe('boxes in replies', () => {
  it('come back from what was written, to half of the last digit', () => {
    fc.assert(
      fc.property(said, ({ picture, coordinates, boxes }) => {
        const how = { coordinates, pictures: [picture] };
        const back = readBoxes(`I see ${boxes.length}.\n${writeBoxes(boxes, how)}`, how);
        if (!back.ok) throw new Error(back.reason);
        expect(back.value).toHaveLength(boxes.length);
        const digit = { pixels: 1, thousandths: 0.001, fractions: 0.0001 }[coordinates];
        back.value.forEach(({ box }, n) => {
          box.forEach((at, side) => {
            const length = side % 2 === 0 ? picture.width : picture.height;
            const half = coordinates === 'pixels' ? 0.5 : (digit * length) / 2;
            expect(Math.abs(at - boxes[n].box[side])).toBeLessThanOrEqual(half + 1e-6);
          });
        });
      }),
    );
  });

  it('never throw, whatever the reply is, and never leave the picture', () => {
    const options = { coordinates: 'thousandths' as const, pictures: [{ width: 50, height: 40 }] };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => `[{"box": ${text}}]`),
        ),
        (text) => {
          const found = readBoxes(text, options);
          if (!found.ok) {
            expect(found.reason).toMatch(/./);
            return;
          }
          for (const { box } of found.value) {
            expect(box[0]).toBeGreaterThanOrEqual(0);
            expect(box[2]).toBeLessThanOrEqual(50);
            expect(box[3]).toBeLessThanOrEqual(40);
            expect((box[2] - box[0]) * (box[3] - box[1])).toBeGreaterThan(0);
          }
        },
      ),
    );
  });

  it('are read in any order of corners, fenced, after thoughts, on the picture that they name', () => {
    const two = {
      coordinates: 'fractions' as const,
      pictures: [
        { width: 10, height: 10 },
        { width: 100, height: 40 },
      ],
    };
    const text =
      '<think>[{"box": [9, 9, 9, 9]}]</think>```json\n{"boxes": [{"box": [0.5, 1, 0.25, 0], "picture": 2, "score": 0.4}]}\n```';
    expect(readBoxes(text, two)).toEqual({
      ok: true,
      value: [{ box: [25, 0, 50, 40], picture: 1, score: 0.4 }],
    });
    expect(readBoxes('[]', two)).toEqual({ ok: true, value: [] });
    expect(readBoxes('[{"box": [0, 0, 1, 1], "picture": 3}]', two)).toMatchObject({ ok: false });
    expect(readBoxes('[{"box": [2, 2, 3, 3]}]', two)).toMatchObject({ ok: false });
    expect(readBoxes('somewhere on the left', two)).toMatchObject({ ok: false });
  });
});

describe('pictures of a region', () => {
  const raster = {
    width: 40,
    height: 20,
    channels: 1 as const,
    data: Uint8Array.from({ length: 800 }, (_, n) => n % 251),
  };

  it('a frame lies around the region and leaves its pixels as they are', () => {
    const image = framed(raster, [[10, 5, 20, 12]]);
    const grey = (x: number, y: number) => [...image.data.slice((y * 40 + x) * 3, (y * 40 + x) * 3 + 3)];
    for (let y = 5; y < 12; y++)
      for (let x = 10; x < 20; x++) expect(grey(x, y)).toEqual(Array(3).fill(raster.data[y * 40 + x]));
    expect(new Set(grey(9, 4)).size).toBeGreaterThan(1);
  });

  it('a crop holds the pixels of its box, enlarged to the edge that is asked for', () => {
    const same = cropped(raster, [10, 5, 20, 12], 4);
    expect([same.width, same.height, same.data[0]]).toEqual([10, 7, raster.data[5 * 40 + 10]]);
    const large = cropped(raster, [10, 5, 20, 12], 100);
    expect([large.width, large.height]).toEqual([100, 70]);
  });

  it('a margin is a share of the longer edge and ends with the picture', () => {
    expect(widened([10, 5, 20, 10], 0.5, raster)).toEqual([5, 0, 25, 15]);
    expect(widened([0, 0, 40, 20], 1, raster)).toEqual([0, 0, 40, 20]);
  });
});
