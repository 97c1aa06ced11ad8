// Where organs lie in an annotation: voxels per axial slice and bounds, in one pass. Lesions are left out on purpose.
import type { Vec3 } from '../domain/geometry.ts';
import { partStructures, type StructureId, structureOf } from '../domain/structures.ts';
import type { Annotation } from '../domain/volume.ts';
import { sliceAxis } from '../imaging/slices.ts';

export interface OrganExtent {
  readonly structure: StructureId;
  /** Voxels in each slice along the axial axis, in the annotation's own index order. */
  readonly perSlice: Uint32Array;
  /** Inclusive voxel bounds. */
  readonly min: [number, number, number];
  readonly max: [number, number, number];
}

/** Sides of paired organs count by themselves; other parts (liver segments …) only through their organ. */
function isCropTarget(structure: StructureId): boolean {
  const known = structureOf(structure);
  return known?.kind === 'organ' || (known?.kind === 'part' && known.side !== undefined);
}

/** The extents of every organ with at least one voxel, by structure. */
export function organExtents(annotation: Annotation): Map<StructureId, OrganExtent> {
  const axis = sliceAxis(annotation.grid, 'axial');
  const slices = annotation.grid.shape[axis];
  const found = new Map<StructureId, OrganExtent>();
  for (const layer of annotation.layers) {
    const byValue: (OrganExtent | undefined)[] = [];
    for (const { value, structure } of layer.labels) {
      if (!isCropTarget(structure)) continue;
      const extent = found.get(structure) ?? emptyExtent(structure, slices);
      found.set(structure, extent);
      byValue[value] = extent;
    }
    if (byValue.length > 0) addLayer(layer.data, annotation.grid.shape, axis, byValue);
  }
  for (const [structure, extent] of found) if (extent.max[0] < 0) found.delete(structure);
  return found;
}

function emptyExtent(structure: StructureId, slices: number): OrganExtent {
  const far = Number.MAX_SAFE_INTEGER;
  return { structure, perSlice: new Uint32Array(slices), min: [far, far, far], max: [-1, -1, -1] };
}

function addLayer(
  data: ArrayLike<number>,
  [ni, nj, nk]: Vec3,
  axis: number,
  byValue: readonly (OrganExtent | undefined)[],
): void {
  for (let k = 0, index = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; ) {
        const value = data[index];
        const start = i;
        do {
          i++;
          index++;
        } while (i < ni && data[index] === value);
        const extent = byValue[value];
        if (extent !== undefined) addRun(extent, start, i - 1, j, k, axis);
      }
}

function addRun(extent: OrganExtent, from: number, to: number, j: number, k: number, axis: number): void {
  const { min, max, perSlice } = extent;
  if (from < min[0]) min[0] = from;
  if (to > max[0]) max[0] = to;
  if (j < min[1]) min[1] = j;
  if (j > max[1]) max[1] = j;
  if (k < min[2]) min[2] = k;
  if (k > max[2]) max[2] = k;
  if (axis === 0) for (let i = from; i <= to; i++) perSlice[i]++;
  else perSlice[axis === 1 ? j : k] += to - from + 1;
}

/** The extents an organ stands for: its own, or those of its sides where only they are annotated. */
export function extentsOf(
  extents: ReadonlyMap<StructureId, OrganExtent>,
  organ: StructureId,
): readonly OrganExtent[] {
  const own = extents.get(organ);
  if (own !== undefined) return [own];
  return partStructures(organ)
    .map((part) => extents.get(part))
    .filter((extent) => extent !== undefined);
}
