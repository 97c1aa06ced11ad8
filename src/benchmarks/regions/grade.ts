// A finding in a region graded as MOAKS grades bone-marrow lesions: by its share of the region and by its number.
import type { Grid, Vec3 } from '../../domain/geometry.ts';
import { voxelToWorld, voxelVolume } from '../../domain/geometry.ts';
import { components26 } from '../../measure/components.ts';
import { boundsOf, emptyRuns, type RunSet, runsByValue, union, voxelCount } from '../../measure/runs.ts';
import type { ScanLayer } from '../annotated-scans.ts';

export interface GradedRegion {
  /** Inclusive voxels of region and finding together, in RAS order. */
  readonly voxels: { readonly min: Vec3; readonly max: Vec3 };
  /** The same box in RAS+ mm of the patient, edges of voxels included. */
  readonly mm: { readonly min: Vec3; readonly max: Vec3 };
  readonly regionMl: number;
  readonly findingMl: number;
  /** Finding over region and finding, 0 to 1. */
  readonly share: number;
  /** 26-connected parts of the finding. */
  readonly parts: number;
  readonly grades: { readonly size: number; readonly number: number };
}

/** Highest grade of each component. */
export const GRADED = { size: 3, number: 3 } as const;

/** 0 none, 1 below a third, 2 up to two thirds, 3 above. */
export function sizeGrade(share: number): number {
  return share <= 0 ? 0 : share < 0.33 ? 1 : share <= 0.66 ? 2 : 3;
}

/** The masks of names in the layers of a scan, by name; a name may stand in several layers. */
export function masksByName(layers: readonly ScanLayer[], shape: Vec3): Map<string, RunSet> {
  const found = new Map<string, RunSet>();
  for (const { data, labels } of layers) {
    const runs = runsByValue(data, shape);
    for (const { value, name } of labels) {
      const own = runs.get(value) ?? emptyRuns(shape);
      const known = found.get(name);
      found.set(name, known === undefined ? own : union(known, own));
    }
  }
  return found;
}

/** Undefined when neither region nor finding has a voxel. */
export function gradeRegion(region: RunSet, finding: RunSet, grid: Grid): GradedRegion | undefined {
  const whole = union(region, finding);
  const bounds = boundsOf(whole);
  if (bounds === undefined) return undefined;
  const ml = voxelVolume(grid) / 1000;
  const [all, own] = [voxelCount(whole), voxelCount(finding)];
  const parts = own === 0 ? 0 : components26(finding).components.length;
  const share = own / all;
  return {
    voxels: { min: bounds.min, max: bounds.max },
    mm: worldBox(bounds.min, bounds.max, grid),
    regionMl: all * ml,
    findingMl: own * ml,
    share,
    parts,
    grades: { size: sizeGrade(share), number: Math.min(3, parts) },
  };
}

/** Bounds in mm of a box of voxels, half a voxel beyond the centres; of an oblique grid, of its eight corners. */
export function worldBox(min: Vec3, max: Vec3, grid: Grid): { min: Vec3; max: Vec3 } {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) =>
    voxelToWorld(grid.affine, [
      (corner & 1) === 0 ? min[0] - 0.5 : max[0] + 0.5,
      (corner & 2) === 0 ? min[1] - 0.5 : max[1] + 0.5,
      (corner & 4) === 0 ? min[2] - 0.5 : max[2] + 0.5,
    ]),
  );
  const of = (pick: (...values: number[]) => number): Vec3 => [
    pick(...corners.map(([x]) => x)),
    pick(...corners.map(([, y]) => y)),
    pick(...corners.map(([, , z]) => z)),
  ];
  return { min: of(Math.min), max: of(Math.max) };
}
