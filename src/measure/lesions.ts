// Lesion instances: connected lesions, each counted once and under its most specific kind.
import { type Grid, type Vec3, voxelToWorld, voxelVolume } from '../domain/geometry.ts';
import { lesionStructures, type StructureId } from '../domain/structures.ts';
import { type Component, components26 } from './components.ts';
import { centroidOf, emptyRuns, overlapCount, type RunSet, subtract, union } from './runs.ts';

export interface LesionInstance {
  readonly structure: StructureId;
  readonly runs: RunSet;
  readonly voxels: number;
  /** Mean of its voxel centres, RAS+ mm. */
  readonly centroid: Vec3;
}

export interface InstanceOptions {
  /** Instances with a smaller volume are dropped and counted. */
  readonly minInstanceMm3: number;
}

export interface LesionInstances {
  /** Largest first. */
  readonly instances: LesionInstance[];
  readonly dropped: number;
}

/** What becomes of the components of one mask under a rule set; the identity in `strict`. */
export type KeepComponent = (component: Component) => boolean;

function smallestVoxels(grid: Grid, { minInstanceMm3 }: InstanceOptions): number {
  // A tolerance of 1e-9 lets a lesion of exactly the threshold stay despite rounding of the voxel volume.
  return Math.max(1, Math.ceil(minInstanceMm3 / voxelVolume(grid) - 1e-9));
}

/** 26-connected instances of one mask. */
export function instancesOf(
  structure: StructureId,
  runs: RunSet,
  grid: Grid,
  options: InstanceOptions,
  keep: KeepComponent = () => true,
): LesionInstances {
  const { components, dropped } = components26(runs, smallestVoxels(grid, options));
  const kept = components.filter(keep);
  return {
    instances: largestFirst(
      kept.map((component) => ({
        structure,
        runs: component.runs,
        voxels: component.voxels,
        centroid: voxelToWorld(grid.affine, centroidOf(component.runs)),
      })),
    ),
    dropped: dropped + components.length - kept.length,
  };
}

/** From the most telling kind to the least: a voxel drawn as both PDAC and tumour belongs to the PDAC. */
const SPECIFICITY = ['pdac', 'pnet', 'cyst', 'tumor', 'lesion'];

/**
 * Instances of all lesion kinds of an organ together: those of the typed kinds, and the components of what is left
 * of the untyped lesion mask. A lesion drawn under two kinds is counted once.
 * @param known instances of single kinds, to be taken as they are where kinds do not overlap.
 */
export function instancesOfOrgan(
  organ: StructureId,
  masks: ReadonlyMap<StructureId, RunSet>,
  grid: Grid,
  options: InstanceOptions,
  keep: KeepComponent = () => true,
  known: ReadonlyMap<StructureId, LesionInstances> = new Map(),
): LesionInstances {
  const kinds = lesionStructures(organ)
    .filter((id) => masks.has(id))
    .map((id) => ({ id, rank: SPECIFICITY.indexOf(id.slice(organ.length + 1)) }))
    .sort((a, b) => a.rank - b.rank);
  let taken = emptyRuns(grid.shape);
  const instances: LesionInstance[] = [];
  let dropped = 0;
  for (const { id } of kinds) {
    const runs = masks.get(id) ?? emptyRuns(grid.shape);
    const own = known.get(id);
    const found =
      own !== undefined && overlapCount(runs, taken) === 0
        ? own
        : instancesOf(id, subtract(runs, taken), grid, options, keep);
    instances.push(...found.instances);
    dropped += found.dropped;
    taken = union(taken, runs);
  }
  return { instances: largestFirst(instances), dropped };
}

/** By volume; equals by height, then from back to front and left to right, whatever the storage order. */
function largestFirst(instances: LesionInstance[]): LesionInstance[] {
  return instances.sort(
    (a, b) =>
      b.voxels - a.voxels ||
      [2, 1, 0].map((axis) => a.centroid[axis] - b.centroid[axis]).find((d) => Math.abs(d) > 1e-6) ||
      0,
  );
}
