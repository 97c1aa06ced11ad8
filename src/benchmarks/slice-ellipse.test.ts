import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from './mask-slices.ts';
import {
  axisEnds,
  fitEllipse,
  fitsAlongAxes,
  fitsPiece,
  outerBorder,
  rounded,
  type XY,
} from './slice-ellipse.ts';

/** A filled ellipse: half axes and centre in units of `right` mm per column and `down` mm per row. */
function drawn(
  { width, height }: { width: number; height: number },
  {
    centre,
    half,
    degrees,
    down = 1,
    right = 1,
  }: { centre: XY; half: XY; degrees: number; down?: number; right?: number },
) {
  const data = new Uint8Array(width * height);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [x, y] = [column * right - centre[0], row * down - centre[1]];
      if (((x * cos + y * sin) / half[0]) ** 2 + ((y * cos - x * sin) / half[1]) ** 2 <= 1)
        data[row * width + column] = 1;
    }
  return piecesOf({ width, height, data })[0];
}

describe('the ellipse of a piece', () => {
  it('is OpenCV’s: 87 border pixels, centre, axes and angle of cv2.fitEllipse 4.6', () => {
    const piece = drawn({ width: 60, height: 50 }, { centre: [30.3, 24.6], half: [20, 11], degrees: 30 });
    const border = outerBorder(piece, 60);
    expect(border).toHaveLength(87);
    const ellipse = fitEllipse(border);
    expect(ellipse?.centre[0]).toBeCloseTo(30.38996, 4);
    expect(ellipse?.centre[1]).toBeCloseTo(24.62288, 4);
    expect(ellipse?.axes[0]).toBeCloseTo(21.154589, 4);
    expect(ellipse?.axes[1]).toBeCloseTo(39.081234, 4);
    expect(ellipse?.angle).toBeCloseTo(120.226907, 4);
  });

  it('of points on an ellipse is that ellipse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 3, max: 40, noNaN: true }),
        fc.double({ min: 1.05, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 179, noNaN: true }),
        fc.double({ min: -200, max: 200, noNaN: true }),
        (short, ratio, degrees, shift) => {
          const turn = (degrees * Math.PI) / 180;
          const points = Array.from({ length: 40 }, (_, at): XY => {
            const t = (at * Math.PI) / 20;
            const [u, v] = [short * Math.cos(t), short * ratio * Math.sin(t)];
            return [
              shift + u * Math.cos(turn) - v * Math.sin(turn),
              7 + u * Math.sin(turn) + v * Math.cos(turn),
            ];
          });
          const found = fitEllipse(points);
          expect(found?.axes[0]).toBeCloseTo(2 * short, 5);
          expect(found?.axes[1]).toBeCloseTo(2 * short * ratio, 5);
          const off = Math.abs((found?.angle ?? Number.NaN) - degrees) % 180;
          expect(Math.min(off, 180 - off)).toBeLessThan(1e-3);
        },
      ),
    );
  });

  it('needs five points that lie on no line', () => {
    expect(
      fitEllipse([
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ]),
    ).toBeUndefined();
    expect(fitEllipse(Array.from({ length: 9 }, (_, x): XY => [x, 2 * x]))).toBeUndefined();
  });

  it('a line of one pixel’s width is passed twice, a single pixel once', () => {
    const line = piecesOf({ width: 7, height: 3, data: [...'000000001111000000000'].map(Number) })[0];
    expect(outerBorder(line, 7)).toHaveLength(6);
    const dot = piecesOf({ width: 3, height: 3, data: [0, 0, 0, 0, 1, 0, 0, 0, 0] })[0];
    expect(outerBorder(dot, 3)).toEqual([[1, 1]]);
  });

  it('a hole has no part in the outer border', () => {
    const data = new Uint8Array(81).fill(1);
    const full = outerBorder(piecesOf({ width: 9, height: 9, data })[0], 9);
    data[40] = 0;
    expect(outerBorder(piecesOf({ width: 9, height: 9, data })[0], 9)).toEqual(full);
    expect(full).toHaveLength(32);
  });
});

describe('its axes in mm', () => {
  const plane = { width: 120, height: 120 };
  const turned = { centre: [60, 60] as XY, half: [30, 18] as XY, degrees: 35 };

  it('are within two pixels of what was drawn, square pixels, both protocols', () => {
    const piece = drawn(plane, turned);
    for (const protocol of ['published', 'strict'] as const) {
      const found = axisEnds(outerBorder(piece, 120), [1, 1], protocol);
      expect(Math.abs((found?.majorMm ?? 0) - 60)).toBeLessThan(2);
      expect(Math.abs((found?.minorMm ?? 0) - 36)).toBeLessThan(2);
    }
  });

  it('a slanted ellipse is refused by the released rule, whose box is upright, and taken along its own axes', () => {
    const slanted = drawn(plane, turned);
    const upright = drawn(plane, { ...turned, degrees: 0 });
    const released = (piece: typeof slanted) => {
      const found = axisEnds(outerBorder(piece, 120), [1, 1], 'published');
      return found !== undefined && fitsPiece(piece, found, plane);
    };
    const strict = (piece: typeof slanted) => {
      const border = outerBorder(piece, 120);
      const found = axisEnds(border, [1, 1], 'strict');
      return found !== undefined && fitsAlongAxes(border, found, [1, 1]);
    };
    expect([released(upright), released(slanted)]).toEqual([true, false]);
    expect([strict(upright), strict(slanted)]).toEqual([true, true]);
  });

  it('hold for pixels that are not square in strict; as released they do not', () => {
    // Rows 0.5 mm apart, columns 1 mm: the ellipse is the same one in mm.
    const piece = drawn({ width: 120, height: 240 }, { ...turned, down: 0.5, right: 1 });
    const border = outerBorder(piece, 120);
    const strict = axisEnds(border, [0.5, 1], 'strict');
    expect(Math.abs((strict?.majorMm ?? 0) - 60)).toBeLessThan(2);
    expect(Math.abs((strict?.minorMm ?? 0) - 36)).toBeLessThan(2);
    const released = axisEnds(border, [0.5, 1], 'published');
    expect(Math.abs((released?.majorMm ?? 0) - 60)).toBeGreaterThan(2);
  });

  it('are refused where an ellipse does not fit: a crescent', () => {
    const data = new Uint8Array(120 * 120);
    for (let y = 0; y < 120; y++)
      for (let x = 0; x < 120; x++)
        if (Math.hypot(x - 60, y - 60) < 40 && Math.hypot(x - 80, y - 60) > 40) data[y * 120 + x] = 1;
    const piece = piecesOf({ ...plane, data })[0];
    const border = outerBorder(piece, 120);
    const found = axisEnds(border, [1, 1], 'strict');
    expect(found === undefined || !fitsPiece(piece, found, plane)).toBe(true);
    expect(found === undefined || !fitsAlongAxes(border, found, [1, 1])).toBe(true);
  });

  it('halves are rounded to the even number, as Python does', () => {
    expect([0.5, 1.5, 2.5, 2.4, -0.5].map(rounded).map((value) => value + 0)).toEqual([0, 2, 2, 2, 0]);
  });
});
