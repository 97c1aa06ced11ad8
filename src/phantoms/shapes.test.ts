import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vec3 } from '../domain/geometry.ts';
import { random } from '../domain/random.ts';
import {
  type Cylinder,
  columnOf,
  type Ellipsoid,
  embracedDegrees,
  FAR,
  fractionBelow,
  gapBetween,
  heightOfFraction,
  isInside,
  volumeInCylinder,
  volumeOf,
  volumeWithin,
} from './shapes.ts';

const ball = (r: number, center: Vec3 = [0, 0, 0]): Ellipsoid => ({
  kind: 'ellipsoid',
  center,
  radii: [r, r, r],
});
const everywhere = { min: [-FAR, -FAR, -FAR] as Vec3, max: [FAR, FAR, FAR] as Vec3 };

describe('volumes', () => {
  it('a ball of 10 mm holds 4188.79 mm³, its lower half half of it', () => {
    expect(volumeOf(ball(10))).toBeCloseTo((4 / 3) * Math.PI * 1000, 9);
    expect(volumeOf({ ...ball(10), zMax: 0 })).toBeCloseTo((2 / 3) * Math.PI * 1000, 9);
  });
  it('a spherical cap of height h holds πh²(3r−h)/3', () => {
    const cap = (h: number) => (Math.PI * h * h * (30 - h)) / 3;
    for (const h of [2, 5, 13]) expect(volumeOf({ ...ball(10), zMin: 10 - h })).toBeCloseTo(cap(h), 9);
  });
  it('an octant holds an eighth, and a slab what lies between two caps', () => {
    const whole = volumeOf(ball(10));
    const octant = volumeWithin(ball(10), { min: [0, 0, 0], max: [FAR, FAR, FAR] });
    expect(octant / whole).toBeCloseTo(1 / 8, 5);
    const slab = volumeWithin(ball(10), { ...everywhere, min: [-3, -FAR, -FAR], max: [6, FAR, FAR] });
    expect(slab / whole).toBeCloseTo(fractionBelow(0.6) - fractionBelow(-0.3), 5);
  });
  it('a hole of radius r through a ball of radius R leaves (4/3)π(R²−r²)^1.5', () => {
    const hole: Cylinder = { kind: 'cylinder', center: [0, 0], radii: [6, 6], zMin: -20, zMax: 20 };
    const ring = volumeOf(ball(10)) - volumeInCylinder(ball(10), hole);
    expect(ring / ((4 / 3) * Math.PI * 64 ** 1.5)).toBeCloseTo(1, 4);
  });
  it('the height of a fraction is the inverse of the fraction below a height', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (fraction) => {
        expect(fractionBelow(heightOfFraction(fraction))).toBeCloseTo(fraction, 9);
      }),
    );
  });
});

describe('how far a tumor embraces a vessel', () => {
  const tube = (y: number, r = 5): Cylinder => ({
    kind: 'cylinder',
    center: [0, y],
    radii: [r, r],
    zMin: -50,
    zMax: 50,
  });
  it('two circles of radius R and r, d apart, share an arc of 2·acos((d²+r²−R²)/2dr) of the smaller', () => {
    for (const d of [8, 10, 12]) {
      const expected = (2 * Math.acos((d * d + 25 - 100) / (2 * d * 5)) * 180) / Math.PI;
      expect(Math.abs(embracedDegrees(ball(10), tube(d)) - expected)).toBeLessThan(0.2);
    }
  });
  it('a vessel inside is embraced all round, one outside not at all', () => {
    expect(embracedDegrees(ball(10), tube(2))).toBe(360);
    expect(embracedDegrees(ball(10), tube(20))).toBe(0);
  });
});

describe('ellipsoids in one another', () => {
  const radius = fc.double({ min: 2, max: 40, noNaN: true });
  const offset = fc.double({ min: -30, max: 30, noNaN: true });
  const ellipsoid = fc
    .tuple(fc.tuple(offset, offset, offset), fc.tuple(radius, radius, radius))
    .map(([center, radii]): Ellipsoid => ({ kind: 'ellipsoid', center, radii }));
  const holds = ({ center, radii }: Ellipsoid, p: readonly number[], slack = 0) =>
    Math.hypot(...p.map((x, axis) => (x - center[axis]) / radii[axis])) <= 1 + slack;
  /** Points of the surface, spread at random. */
  const surface = ({ center, radii }: Ellipsoid) => {
    const rng = random(3);
    return Array.from({ length: 300 }, () => {
      const u = [rng.normal(), rng.normal(), rng.normal()];
      const n = Math.hypot(...u);
      return u.map((value, axis) => center[axis] + (radii[axis] * value) / n);
    });
  };
  it('one is inside another when no point of its surface is outside', () => {
    fc.assert(
      fc.property(ellipsoid, ellipsoid, (a, b) => {
        const outside = surface(a).filter((p) => !holds(b, p, 1e-6)).length;
        if (isInside(a, b)) expect(outside).toBe(0);
        else
          expect(
            surface({ ...a, radii: a.radii.map((r) => r * 1.35) as unknown as Vec3 }).some(
              (p) => !holds(b, p),
            ),
          ).toBe(true);
      }),
    );
  });
  it('a positive gap means that they share no point', () => {
    fc.assert(
      fc.property(ellipsoid, ellipsoid, (a, b) => {
        if (gapBetween(a, b) > 0) for (const p of surface(a)) expect(holds(b, p)).toBe(false);
      }),
    );
  });
  it('a column through the centre is as long as the height, cut by the planes', () => {
    expect(columnOf({ ...ball(10), zMin: -4 }, 0, 0)).toEqual([-4, 10]);
    expect(columnOf(ball(10), 10.1, 0)).toBeUndefined();
  });
});
