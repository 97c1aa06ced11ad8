// Convex hull in space, exact on whole-number points.

/** Triangles of point indices whose normals point outwards. */
export interface Hull {
  readonly points: Int32Array;
  readonly faces: readonly (readonly [number, number, number])[];
}

/** Distinct points that are ends of their row in their layer's row structure: all hull vertices are among them. */
function candidates(corners: Int32Array): Int32Array {
  const low = new Map<number, number>();
  const high = new Map<number, number>();
  for (let p = 0; p < corners.length; p += 3) {
    const row = (corners[p + 2] + 4096) * 16384 + corners[p + 1] + 4096;
    const x = corners[p];
    const l = low.get(row);
    if (l === undefined || x < l) low.set(row, x);
    const h = high.get(row);
    if (h === undefined || x > h) high.set(row, x);
  }
  // Then, per layer, the ends of each column among what is left.
  const out: number[] = [];
  const layers = new Map<number, [number, number][]>();
  for (const ends of [low, high])
    for (const [row, x] of ends) {
      const z = Math.floor(row / 16384) - 4096;
      const layer = layers.get(z) ?? [];
      layer.push([x, (row % 16384) - 4096]);
      layers.set(z, layer);
    }
  for (const [z, points] of layers) for (const [x, y] of outline(points)) out.push(x, y, z);
  return Int32Array.from(out);
}

/** Vertices of a planar convex hull (Andrew's monotone chain), without points on its edges. */
function outline(points: [number, number][]): [number, number][] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (list: [number, number][]): [number, number][] => {
    const out: [number, number][] = [];
    for (const p of list) {
      while (out.length >= 2) {
        const a = out[out.length - 2];
        const b = out[out.length - 1];
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
        out.pop();
      }
      out.push(p);
    }
    return out;
  };
  const lower = chain(sorted);
  const upper = chain(sorted.reverse());
  const joined = [...lower, ...upper];
  return joined.filter(([x, y], n) => joined.findIndex((q) => q[0] === x && q[1] === y) === n);
}

/**
 * Convex hull of points with whole-number coordinates (x, y, z, x, y, z …; below 4096 in size), or undefined when
 * they all lie in one plane. Incremental; orientation tests are exact, since they stay below 2⁵³.
 */
export function convexHull(corners: Int32Array): Hull | undefined {
  const points = candidates(corners);
  const n = points.length / 3;
  const volume = (a: number, b: number, c: number, d: number): number => {
    const ax = points[3 * a] - points[3 * d];
    const ay = points[3 * a + 1] - points[3 * d + 1];
    const az = points[3 * a + 2] - points[3 * d + 2];
    const bx = points[3 * b] - points[3 * d];
    const by = points[3 * b + 1] - points[3 * d + 1];
    const bz = points[3 * b + 2] - points[3 * d + 2];
    const cx = points[3 * c] - points[3 * d];
    const cy = points[3 * c + 1] - points[3 * d + 1];
    const cz = points[3 * c + 2] - points[3 * d + 2];
    return ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  };
  const start = firstTetrahedron(points, volume);
  if (start === undefined) return undefined;
  const [a, b, c, d] = start;
  // volume(p, q, r, x) < 0 means that x lies on the outer side of the face (p, q, r).
  const outward = (p: number, q: number, r: number, inner: number): [number, number, number] =>
    volume(p, q, r, inner) > 0 ? [p, q, r] : [p, r, q];
  let faces = [outward(a, b, c, d), outward(a, b, d, c), outward(a, c, d, b), outward(b, c, d, a)];
  const used = new Set(start);
  for (let p = 0; p < n; p++) {
    if (used.has(p)) continue;
    const kept: [number, number, number][] = [];
    const seen: [number, number, number][] = [];
    for (const face of faces) (volume(face[0], face[1], face[2], p) < 0 ? seen : kept).push(face);
    if (seen.length === 0) continue;
    const edges = new Set<number>();
    for (const [u, v, w] of seen)
      edges
        .add(u * n + v)
        .add(v * n + w)
        .add(w * n + u);
    for (const edge of edges) {
      const u = Math.floor(edge / n);
      const v = edge % n;
      if (!edges.has(v * n + u)) kept.push([u, v, p]);
    }
    faces = kept;
  }
  return { points, faces };
}

function firstTetrahedron(
  points: Int32Array,
  volume: (a: number, b: number, c: number, d: number) => number,
): [number, number, number, number] | undefined {
  const n = points.length / 3;
  for (let c = 2; c < n; c++) {
    const u = [0, 1, 2].map((axis) => points[3 + axis] - points[axis]);
    const v = [0, 1, 2].map((axis) => points[3 * c + axis] - points[axis]);
    const cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    if (cross.every((value) => value === 0)) continue;
    for (let d = 2; d < n; d++) if (d !== c && volume(0, 1, c, d) !== 0) return [0, 1, c, d];
    return undefined;
  }
  return undefined;
}

/** The faces of a hull as a mesh's corner list. */
export function hullCorners({ points, faces }: Hull): Int32Array {
  return Int32Array.from(
    faces.flatMap((face) => face.flatMap((p) => [...points.subarray(3 * p, 3 * p + 3)])),
  );
}
