// Surfaces and hulls of shapes whose sizes are known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convexHull, hullCorners } from './hull.ts';
import { meshOf, sizeOf } from './mesh.ts';
import { symmetricEigenvalues } from './morphology.ts';

const ball = (n: number, radius: number): Uint8Array => {
  const mask = new Uint8Array(n ** 3);
  const c = (n - 1) / 2;
  for (let p = 0; p < mask.length; p++)
    if (Math.hypot((p % n) - c, (Math.floor(p / n) % n) - c, Math.floor(p / n ** 2) - c) <= radius)
      mask[p] = 1;
  return mask;
};

describe('the mesh of a mask', () => {
  it('cuts one voxel to an octahedron: a sixth of its volume', () => {
    const { volume, area } = sizeOf(meshOf(Uint8Array.of(1), [1, 1, 1]), [2, 2, 2]);
    expect(volume).toBeCloseTo(8 / 6, 12);
    expect(area).toBeCloseTo(8 * (Math.sqrt(3) / 4) * 2, 12);
  });
  it('encloses a ball to within a percent', () => {
    const { volume } = sizeOf(meshOf(ball(45, 20), [45, 45, 45]), [1, 1, 1]);
    expect(Math.abs(volume / ((4 / 3) * Math.PI * 20 ** 3) - 1)).toBeLessThan(0.01);
  });
  it('is closed for any mask: every edge is walked once each way', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (cells) => {
        const { corners } = meshOf(Uint8Array.from(cells, Number), [5, 4, 3]);
        const edges = new Map<string, number>();
        for (let t = 0; t < corners.length; t += 9)
          for (const [a, b] of [
            [0, 3],
            [3, 6],
            [6, 0],
          ]) {
            const p = corners.subarray(t + a, t + a + 3).join();
            const q = corners.subarray(t + b, t + b + 3).join();
            edges.set(`${p}|${q}`, (edges.get(`${p}|${q}`) ?? 0) + 1);
            edges.set(`${q}|${p}`, (edges.get(`${q}|${p}`) ?? 0) - 1);
          }
        expect([...edges.values()].every((n) => n === 0)).toBe(true);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
  it('has the complement’s surface', () => {
    const mask = ball(15, 5.3);
    const turned = mask.map((v) => 1 - v);
    const inner = sizeOf(meshOf(mask, [15, 15, 15]), [1, 1, 1]);
    const outer = sizeOf(meshOf(turned, [15, 15, 15]), [1, 1, 1]);
    const box = sizeOf(meshOf(turned.fill(1), [15, 15, 15]), [1, 1, 1]);
    expect(outer.area).toBeCloseTo(inner.area + box.area, 6);
    expect(outer.volume).toBeCloseTo(box.volume - inner.volume, 6);
  });
});

describe('the convex hull', () => {
  it('of a box is the box', () => {
    const corners: number[] = [];
    for (let z = 0; z <= 4; z++)
      for (let y = 0; y <= 6; y++) for (let x = 0; x <= 8; x++) corners.push(x, y, z);
    const hull = convexHull(Int32Array.from(corners));
    const { volume, area } = sizeOf(
      { corners: hullCorners(hull ?? { points: new Int32Array(), faces: [] }) },
      [2, 2, 2],
    );
    expect(volume).toBeCloseTo(8 * 6 * 4, 9);
    expect(area).toBeCloseTo(2 * (8 * 6 + 8 * 4 + 6 * 4), 9);
  });
  it('has every point on or inside each of its faces', () => {
    const point = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -9, max: 9 })));
    fc.assert(
      fc.property(fc.array(point, { minLength: 4, maxLength: 60 }), (list) => {
        const hull = convexHull(Int32Array.from(list.flat()));
        if (hull === undefined) return;
        for (const [a, b, c] of hull.faces) {
          const [p, q, r] = [a, b, c].map((v) => hull.points.subarray(3 * v, 3 * v + 3));
          const u = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
          const v = [r[0] - p[0], r[1] - p[1], r[2] - p[2]];
          const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
          const side = list.map(([x, y, z]) => n[0] * (x - p[0]) + n[1] * (y - p[1]) + n[2] * (z - p[2]));
          expect(side.every((s) => s <= 0) || side.every((s) => s >= 0)).toBe(true);
        }
      }),
      { numRuns: 200, seed: 11 },
    );
  });
});

describe('eigenvalues of a symmetric matrix', () => {
  it('sum to its trace, multiply to its determinant', () => {
    const entry = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(entry, entry, entry, entry, entry, entry, (a, b, c, d, e, f) => {
        // A Gram matrix, so that no eigenvalue is negative.
        const rows = [
          [a, d, e],
          [d, b, f],
          [e, f, c],
        ];
        const g = (p: number, q: number) => rows[p].reduce((sum, x, n) => sum + x * rows[q][n], 0);
        const [x, y, z] = symmetricEigenvalues(g(0, 0), g(1, 1), g(2, 2), g(0, 1), g(0, 2), g(1, 2));
        const determinant = (a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e)) ** 2;
        const scale = 1 + x ** 3;
        // The arc cosine loses half the digits where two eigenvalues meet.
        expect(Math.abs(x + y + z - g(0, 0) - g(1, 1) - g(2, 2)) / (1 + x)).toBeLessThan(1e-7);
        expect(Math.abs(x * y * z - determinant) / scale).toBeLessThan(1e-7);
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});
