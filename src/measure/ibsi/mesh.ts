// The surface of a mask as triangles: marching cubes with a case table that is derived, not copied.
import type { Vec3 } from '../../domain/geometry.ts';

/** Triangle corners as doubled voxel indices (so that midpoints of voxel pairs are whole): x, y, z, x, y, z … */
export interface Mesh {
  readonly corners: Int32Array;
}

// Cube corner c has offsets (c & 1, c >> 1 & 1, c >> 2 & 1).
const EDGES: [number, number][] = [];
for (let a = 0; a < 8; a++) for (const bit of [1, 2, 4]) if ((a & bit) === 0) EDGES.push([a, a | bit]);
const edgeOf = (a: number, b: number): number =>
  EDGES.findIndex(([p, q]) => (p === a && q === b) || (p === b && q === a));
/** Faces as corner cycles, seen from outside counter-clockwise. */
const FACES = [
  [0, 4, 6, 2],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 6, 7, 3],
  [0, 2, 3, 1],
  [4, 5, 7, 6],
];

/** Middle of a cut edge in the unit cube. */
const middleOf = (edge: number): number[] =>
  [0, 1, 2].map((axis) => (((EDGES[edge][0] >> axis) & 1) + ((EDGES[edge][1] >> axis) & 1)) / 2);

/**
 * A loop of cut edges as a fan. Loops need not be flat, and what a fan encloses depends on where it starts: the one
 * that encloses most is taken with up to four corners inside, and the one that encloses least with more, so that a
 * shape and its complement have the same surface.
 */
function triangulate(loop: readonly number[], inside: number): number[] {
  const cornersInside = [...inside.toString(2)].filter((bit) => bit === '1').length;
  const sign = cornersInside <= 4 ? 1 : -1;
  let best: number[] = [];
  let least = Infinity;
  for (let start = 0; start < loop.length; start++) {
    const fan: number[] = [];
    let score = 0;
    for (let v = 1; v + 1 < loop.length; v++) {
      const triangle = [0, v, v + 1].map((n) => loop[(start + n) % loop.length]);
      fan.push(...triangle);
      const [a, b, c] = triangle.map(middleOf);
      score +=
        sign *
        (a[0] * (b[1] * c[2] - b[2] * c[1]) +
          a[1] * (b[2] * c[0] - b[0] * c[2]) +
          a[2] * (b[0] * c[1] - b[1] * c[0]));
    }
    if (score < least - 1e-12) {
      least = score;
      best = fan;
    }
  }
  return best;
}

/**
 * For each of the 256 ways in which a cube's corners can be inside: loops of cut edges, fanned into triangles.
 * On a face with two opposite corners inside, each is cut off by itself, on both cubes that share the face.
 */
const CASES: readonly (readonly number[])[] = Array.from({ length: 256 }, (_, inside) => {
  const next = new Map<number, number>();
  for (const face of FACES) {
    const isIn = face.map((corner) => (inside >> corner) & 1);
    for (let c = 0; c < 4; c++) {
      if (isIn[c] === 0 || isIn[(c + 3) % 4] === 1) continue;
      // Walking round the face, its outline enters the inside before corner c …
      let last = c;
      while (isIn[(last + 1) % 4] === 1) last = (last + 1) % 4;
      // … and leaves it after `last`; the surface joins the two.
      const enter = edgeOf(face[(c + 3) % 4], face[c]);
      const leave = edgeOf(face[last], face[(last + 1) % 4]);
      next.set(leave, enter);
    }
  }
  const triangles: number[] = [];
  const seen = new Set<number>();
  for (const start of next.keys()) {
    if (seen.has(start)) continue;
    const loop: number[] = [];
    for (let edge = start; !seen.has(edge); edge = next.get(edge) ?? start) {
      seen.add(edge);
      loop.push(edge);
    }
    triangles.push(...triangulate(loop, inside));
  }
  return triangles;
});

/** Surface halfway between inside and outside voxel centres; beyond the block is outside. */
export function meshOf(mask: Uint8Array, [ni, nj, nk]: Vec3): Mesh {
  let corners = new Int32Array(1 << 14);
  let length = 0;
  const at = (i: number, j: number, k: number): number =>
    i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk ? 0 : mask[(k * nj + j) * ni + i];
  for (let k = -1; k < nk; k++)
    for (let j = -1; j < nj; j++)
      for (let i = -1; i < ni; i++) {
        let inside = 0;
        for (let c = 0; c < 8; c++) inside |= at(i + (c & 1), j + ((c >> 1) & 1), k + ((c >> 2) & 1)) << c;
        if (inside === 0 || inside === 255) continue;
        const triangles = CASES[inside];
        if (length + triangles.length * 3 > corners.length) {
          const larger = new Int32Array(corners.length * 2);
          larger.set(corners);
          corners = larger;
        }
        for (const edge of triangles) {
          const [a, b] = EDGES[edge];
          corners[length++] = 2 * i + (a & 1) + (b & 1);
          corners[length++] = 2 * j + ((a >> 1) & 1) + ((b >> 1) & 1);
          corners[length++] = 2 * k + ((a >> 2) & 1) + ((b >> 2) & 1);
        }
      }
  return { corners: corners.slice(0, length) };
}

/** Enclosed volume in mm³ and surface in mm². */
export function sizeOf({ corners }: Mesh, spacing: Vec3): { volume: number; area: number } {
  let volume = 0;
  let area = 0;
  const [hx, hy, hz] = [spacing[0] / 2, spacing[1] / 2, spacing[2] / 2];
  for (let t = 0; t < corners.length; t += 9) {
    const ax = corners[t] * hx;
    const ay = corners[t + 1] * hy;
    const az = corners[t + 2] * hz;
    const bx = corners[t + 3] * hx;
    const by = corners[t + 4] * hy;
    const bz = corners[t + 5] * hz;
    const cx = corners[t + 6] * hx;
    const cy = corners[t + 7] * hy;
    const cz = corners[t + 8] * hz;
    volume += (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6;
    const ux = bx - ax;
    const uy = by - ay;
    const uz = bz - az;
    const vx = cx - ax;
    const vy = cy - ay;
    const vz = cz - az;
    area += Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
  }
  return { volume: Math.abs(volume), area };
}
