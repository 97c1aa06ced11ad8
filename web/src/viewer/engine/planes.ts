// Pixels of a plane's slices and voxels of the scan, and which way the patient lies. Pure arithmetic.
import { type Affine, orientationOf, type Vec3, voxelToWorld } from '../../../../src/domain/geometry.ts';
import type { PlaneFacts, PlaneName, ScanFacts } from '../../../../src/server/workbench/shapes/scan.ts';

export const PLANES: readonly PlaneName[] = ['axial', 'coronal', 'sagittal'];

export type Point = readonly [x: number, y: number];

/** Voxel indices under a pixel of a slice; pixel and voxel centres are whole numbers, fractions stay. */
export function voxelAt(facts: PlaneFacts, index: number, [x, y]: Point): Vec3 {
  const voxel: [number, number, number] = [index, index, index];
  voxel[facts.columns.axis] = facts.columns.forward ? x : facts.width - 1 - x;
  voxel[facts.rows.axis] = facts.rows.forward ? y : facts.height - 1 - y;
  return voxel;
}

/** Pixel of a slice's image under a voxel's centre. */
export function pixelAt(facts: PlaneFacts, voxel: Vec3): Point {
  const x = voxel[facts.columns.axis];
  const y = voxel[facts.rows.axis];
  return [facts.columns.forward ? x : facts.width - 1 - x, facts.rows.forward ? y : facts.height - 1 - y];
}

/** RAS+ mm of a voxel. */
export const worldAt = (scan: Pick<ScanFacts, 'affine'>, voxel: Vec3): Vec3 =>
  voxelToWorld(scan.affine, voxel);

/** Voxel nearest to a whole number inside the scan. */
export function clampVoxel(shape: Vec3, voxel: Vec3): Vec3 {
  const clamped = (axis: number) => Math.min(shape[axis] - 1, Math.max(0, Math.round(voxel[axis])));
  return [clamped(0), clamped(1), clamped(2)];
}

export interface Edges {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

const TOWARDS = ['RL', 'AP', 'SI'];

/** Letters at the edges of a slice's image: towards which side of the patient each of them lies. */
export function edgesOf(affine: Affine, facts: PlaneFacts): Edges {
  const { axis, sign } = orientationOf(affine);
  const ends = ({ axis: voxel, forward }: PlaneFacts['columns']) => {
    const letters = TOWARDS[axis[voxel]];
    return sign[voxel] > 0 === forward ? [letters[1], letters[0]] : [letters[0], letters[1]];
  };
  const [left, right] = ends(facts.columns);
  const [top, bottom] = ends(facts.rows);
  return { left, right, top, bottom };
}
