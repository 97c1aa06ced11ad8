// The shapes that phantoms are made of, and their exact sizes. World frame: RAS+ mm.
import type { Vec3 } from '../domain/geometry.ts';

/** Axis-aligned ellipsoid, optionally cut flat below `zMin` and above `zMax`. */
export interface Ellipsoid {
  readonly kind: 'ellipsoid';
  readonly center: Vec3;
  readonly radii: Vec3;
  readonly zMin?: number;
  readonly zMax?: number;
}

/** Upright elliptic cylinder from `zMin` to `zMax`. */
export interface Cylinder {
  readonly kind: 'cylinder';
  readonly center: readonly [number, number];
  readonly radii: readonly [number, number];
  readonly zMin: number;
  readonly zMax: number;
}

export interface Box {
  readonly kind: 'box';
  readonly min: Vec3;
  readonly max: Vec3;
}

export type Shape = Ellipsoid | Cylinder | Box;

export interface Bounds {
  readonly min: Vec3;
  readonly max: Vec3;
}

/** Beyond any field of view, in mm; finite, so that descriptions are plain JSON. */
export const FAR = 10_000;

export const EVERYWHERE: Bounds = { min: [-FAR, -FAR, -FAR], max: [FAR, FAR, FAR] };

export function boundsOf(shape: Shape): Bounds {
  if (shape.kind === 'box') return { min: shape.min, max: shape.max };
  const [x, y] = shape.center;
  const [a, b] = shape.radii;
  if (shape.kind === 'cylinder') return { min: [x - a, y - b, shape.zMin], max: [x + a, y + b, shape.zMax] };
  const { center, radii } = shape;
  return {
    min: [x - a, y - b, Math.max(center[2] - radii[2], shape.zMin ?? -Infinity)],
    max: [x + a, y + b, Math.min(center[2] + radii[2], shape.zMax ?? Infinity)],
  };
}

/** The z interval in which the upright line through (x, y) lies inside the shape, or undefined. */
export function columnOf(shape: Shape, x: number, y: number): readonly [number, number] | undefined {
  if (shape.kind === 'box') {
    const { min, max } = shape;
    return x >= min[0] && x < max[0] && y >= min[1] && y < max[1] ? [min[2], max[2]] : undefined;
  }
  const u = (x - shape.center[0]) / shape.radii[0];
  const v = (y - shape.center[1]) / shape.radii[1];
  const rest = 1 - u * u - v * v;
  if (rest < 0) return undefined;
  if (shape.kind === 'cylinder') return [shape.zMin, shape.zMax];
  const half = shape.radii[2] * Math.sqrt(rest);
  const from = Math.max(shape.center[2] - half, shape.zMin ?? -Infinity);
  const to = Math.min(shape.center[2] + half, shape.zMax ?? Infinity);
  return from < to ? [from, to] : undefined;
}

/** Volume of the part of an ellipsoid (as a fraction of the whole) below t, where t = -1 … 1 along one half-axis. */
export function fractionBelow(t: number): number {
  const s = Math.min(1, Math.max(-1, t));
  return (2 + 3 * s - s ** 3) / 4;
}

/** The t at which `fractionBelow` reaches a fraction. */
export function heightOfFraction(fraction: number): number {
  let low = -1;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (fractionBelow(middle) < fraction) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Volume in mm³, in closed form. */
export function volumeOf(shape: Shape): number {
  if (shape.kind === 'box')
    return [0, 1, 2].reduce((product, axis) => product * Math.max(0, shape.max[axis] - shape.min[axis]), 1);
  const [a, b] = shape.radii;
  if (shape.kind === 'cylinder') return Math.PI * a * b * (shape.zMax - shape.zMin);
  const { center, radii, zMin = -Infinity, zMax = Infinity } = shape;
  const share = fractionBelow((zMax - center[2]) / radii[2]) - fractionBelow((zMin - center[2]) / radii[2]);
  return (4 / 3) * Math.PI * a * b * radii[2] * share;
}

const STEPS = 240;

/**
 * Volume in mm³ of a shape inside a box, which may be open-ended. Closed form for boxes; otherwise a midpoint sum in
 * angles, in which the rim of an ellipsoid is smooth (relative error below 10⁻⁴).
 */
export function volumeWithin(shape: Shape, within: Bounds): number {
  if (shape.kind === 'box') {
    const min = shape.min.map((low, axis) => Math.max(low, within.min[axis])) as unknown as Vec3;
    const max = shape.max.map((high, axis) => Math.min(high, within.max[axis])) as unknown as Vec3;
    return volumeOf({ kind: 'box', min, max });
  }
  const [x, y] = shape.center;
  const [a, b] = shape.radii;
  const angle = (low: number, high: number, center: number, radius: number): [number, number] => [
    Math.asin(Math.min(1, Math.max(-1, (low - center) / radius))),
    Math.asin(Math.min(1, Math.max(-1, (high - center) / radius))),
  ];
  const [from, to] = angle(within.min[0], within.max[0], x, a);
  const step = (to - from) / STEPS;
  let sum = 0;
  for (let i = 0; i < STEPS; i++) {
    const theta = from + (i + 0.5) * step;
    const width = b * Math.cos(theta);
    if (width <= 0) continue;
    const px = x + a * Math.sin(theta);
    const [lowY, highY] = angle(within.min[1], within.max[1], y, width);
    const stepY = (highY - lowY) / STEPS;
    let slice = 0;
    for (let j = 0; j < STEPS; j++) {
      const phi = lowY + (j + 0.5) * stepY;
      const column = columnOf(shape, px, y + width * Math.sin(phi));
      if (column !== undefined)
        slice += clipped(column, within.min[2], within.max[2]) * width * Math.cos(phi);
    }
    sum += slice * stepY * a * Math.cos(theta);
  }
  return sum * step;
}

function clipped([from, to]: readonly [number, number], low: number, high: number): number {
  return Math.max(0, Math.min(to, high) - Math.max(from, low));
}

/**
 * Volume in mm³ that an upright cylinder takes out of a shape (inside a box, when given): a sum over equal-area
 * patches of its disc.
 */
export function volumeInCylinder(shape: Shape, cylinder: Cylinder, within: Bounds = EVERYWHERE): number {
  const a = boundsOf(shape);
  const b = boundsOf(cylinder);
  if ([0, 1, 2].some((axis) => a.min[axis] >= b.max[axis] || b.min[axis] >= a.max[axis])) return 0;
  const rings = 200;
  const spokes = 400;
  let sum = 0;
  for (let ring = 0; ring < rings; ring++) {
    const r = Math.sqrt((ring + 0.5) / rings);
    for (let spoke = 0; spoke < spokes; spoke++) {
      const angle = ((spoke + (ring % 2) / 2) / spokes) * 2 * Math.PI;
      const x = cylinder.center[0] + cylinder.radii[0] * r * Math.cos(angle);
      const y = cylinder.center[1] + cylinder.radii[1] * r * Math.sin(angle);
      if (x < within.min[0] || x >= within.max[0] || y < within.min[1] || y >= within.max[1]) continue;
      const column = columnOf(shape, x, y);
      if (column === undefined) continue;
      sum += clipped(column, Math.max(cylinder.zMin, within.min[2]), Math.min(cylinder.zMax, within.max[2]));
    }
  }
  return (sum / (rings * spokes)) * Math.PI * cylinder.radii[0] * cylinder.radii[1];
}

/**
 * Degrees of a cylinder's outline that lie inside an ellipsoid in the axial plane of its widest section: how far the
 * ellipsoid embraces the cylinder.
 */
export function embracedDegrees(ellipsoid: Ellipsoid, cylinder: Cylinder): number {
  const z = ellipsoid.center[2];
  if (z < cylinder.zMin || z > cylinder.zMax) return 0;
  const steps = 7200;
  let inside = 0;
  for (let i = 0; i < steps; i++) {
    const angle = ((i + 0.5) / steps) * 2 * Math.PI;
    const u = cylinder.center[0] + cylinder.radii[0] * Math.cos(angle) - ellipsoid.center[0];
    const v = cylinder.center[1] + cylinder.radii[1] * Math.sin(angle) - ellipsoid.center[1];
    if ((u / ellipsoid.radii[0]) ** 2 + (v / ellipsoid.radii[1]) ** 2 < 1) inside++;
  }
  return (360 * inside) / steps;
}

/** How far the ellipsoid reaches along a direction from its centre (support function), in mm. */
function reach(radii: Vec3, direction: Vec3): number {
  return Math.hypot(radii[0] * direction[0], radii[1] * direction[1], radii[2] * direction[2]);
}

/** A lower bound of the gap in mm between two ellipsoids: the width of a slab between them. */
export function gapBetween(a: Ellipsoid, b: Ellipsoid): number {
  const d: Vec3 = [b.center[0] - a.center[0], b.center[1] - a.center[1], b.center[2] - a.center[2]];
  const length = Math.hypot(...d);
  if (length === 0) return -Infinity;
  const unit: Vec3 = [d[0] / length, d[1] / length, d[2] / length];
  return length - reach(a.radii, unit) - reach(b.radii, unit);
}

/**
 * True when the inner ellipsoid, grown by `margin` mm along each axis, lies inside the outer one (cuts left aside).
 * The farthest point of the inner one, in units of the outer one's radii, is found by ascent from the octant of its
 * centre: |d + S u| has its largest value over the unit sphere where the signs of u are those of d.
 */
export function isInside(inner: Ellipsoid, outer: Ellipsoid, margin = 0): boolean {
  const d = [0, 1, 2].map((axis) => (inner.center[axis] - outer.center[axis]) / outer.radii[axis]);
  const s = [0, 1, 2].map((axis) => (inner.radii[axis] + margin) / outer.radii[axis]);
  let farthest = 0;
  const starts = [0, 1, 2].map((axis) => [0, 1, 2].map((other) => (other === axis ? 1 : 0.05)));
  for (const start of [...starts, [1, 1, 1]]) {
    let u = start.map((value, axis) => (d[axis] < 0 ? -value : value));
    for (let i = 0; i < 60; i++) {
      const gradient = u.map((value, axis) => s[axis] * (d[axis] + s[axis] * value));
      const length = Math.hypot(...gradient) || 1;
      u = gradient.map((value) => value / length);
    }
    farthest = Math.max(farthest, Math.hypot(...u.map((value, axis) => d[axis] + s[axis] * value)));
  }
  return farthest <= 1;
}
