// Rigid transforms: angles and a shift about a centre, as a matrix and back.
import type { Affine, Vec3 } from '../../domain/geometry.ts';

/**
 * Takes a point of the fixed image to the moving one: p ↦ R (p − centre) + centre + shift, in mm (or pixels).
 * R turns about x, then y, then z, by radians; a flat image turns about z only.
 */
export interface Rigid {
  readonly angles: Vec3;
  readonly shift: Vec3;
  readonly centre: Vec3;
}

export function rigidAffine({ angles: [a, b, c], shift, centre }: Rigid): Affine {
  const [ca, sa, cb, sb, cc, sc] = [
    Math.cos(a),
    Math.sin(a),
    Math.cos(b),
    Math.sin(b),
    Math.cos(c),
    Math.sin(c),
  ];
  // Rz · Ry · Rx.
  const r = [
    [cc * cb, cc * sb * sa - sc * ca, cc * sb * ca + sc * sa],
    [sc * cb, sc * sb * sa + cc * ca, sc * sb * ca - cc * sa],
    [-sb, cb * sa, cb * ca],
  ];
  return [
    ...r.flatMap((row, at) => [
      ...row,
      centre[at] + shift[at] - row[0] * centre[0] - row[1] * centre[1] - row[2] * centre[2],
    ]),
    0,
    0,
    0,
    1,
  ];
}

/** The one angle, 0…180°, by which a rigid transform turns about its axis. */
export function turnDegrees(rigid: Rigid): number {
  const m = rigidAffine(rigid);
  return (Math.acos(Math.max(-1, Math.min(1, (m[0] + m[5] + m[10] - 1) / 2))) * 180) / Math.PI;
}
