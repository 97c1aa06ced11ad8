// From label layers to canonical regions: whole organs with their parts and lesions, sides, lesion unions.
import type { Grid } from '../domain/geometry.ts';
import {
  lesionStructures,
  partStructures,
  STRUCTURES,
  type StructureId,
  structureOf,
} from '../domain/structures.ts';
import type { Annotation, LabelLayer } from '../domain/volume.ts';
import { emptyRuns, type RunSet, runsByValue, subtract, unionAll, voxelCount } from './runs.ts';
import { assignToSides, deriveSides } from './sides.ts';

export type RegionKind = 'organ' | 'part' | 'lesion' | 'vessel' | 'tissue' | 'other';

export interface Region {
  readonly structure: StructureId;
  /** The source's own label names, joined by "+"; "derived" when there is none. */
  readonly label: string;
  readonly kind: RegionKind;
  readonly parent?: StructureId;
  /** Every voxel of the region: an organ with its parts and lesions. */
  readonly runs: RunSet;
  /** The voxels whose intensity stands for the region: organs and parts without any lesion voxel. */
  readonly tissue: RunSet;
  /** "derived-from-parts", "derived-side", "derived-union", "lesions-added". */
  readonly flags: readonly string[];
}

/** Masks of each structure as drawn, and what was looked for. */
export interface DrawnMasks {
  readonly masks: ReadonlyMap<StructureId, RunSet>;
  readonly labels: ReadonlyMap<StructureId, string>;
  readonly annotated: ReadonlySet<StructureId>;
}

/**
 * The masks of an annotation as drawn, one per structure; overlapping layers are united.
 * @param runsOf the runs of each value of a layer, when not on the annotation's own grid.
 */
export function drawnMasks(
  annotation: Annotation,
  grid: Grid = annotation.grid,
  runsOf: (layer: LabelLayer) => ReadonlyMap<number, RunSet> = (layer) =>
    runsByValue(layer.data, annotation.grid.shape),
): DrawnMasks {
  const pieces = new Map<StructureId, RunSet[]>();
  const labels = new Map<StructureId, string>();
  for (const layer of annotation.layers) {
    const byValue = runsOf(layer);
    for (const { value, structure, name } of layer.labels) {
      const runs = byValue.get(value);
      const list = pieces.get(structure) ?? [];
      if (runs !== undefined) list.push(runs);
      pieces.set(structure, list);
      const label = name === '' ? String(value) : name;
      const known = labels.get(structure);
      labels.set(structure, known === undefined || known === label ? label : `${known}+${label}`);
    }
  }
  const masks = new Map([...pieces].map(([structure, sets]) => [structure, unionAll(sets, grid.shape)]));
  const drawn = [...masks].filter(([, runs]) => runs.start.length > 0).map(([structure]) => structure);
  return { masks, labels, annotated: new Set([...annotation.annotated, ...drawn]) };
}

const ORGANS_WITH_MEMBERS = STRUCTURES.filter(
  ({ kind, id }) => kind === 'organ' && (lesionStructures(id).length > 0 || partStructures(id).length > 0),
);

/**
 * The regions to measure. Conventions:
 * an organ is its label with its parts and its lesions (flag "lesions-added" when lesions were cut out of it,
 * "derived-from-parts" when only all of its parts are labelled);
 * `ORGAN_lesion` is the union of every lesion kind of the organ;
 * a looked-for structure without a voxel gives an empty region, one never looked for gives none.
 */
export function regionsOf(drawn: DrawnMasks, grid: Grid): { regions: Region[]; notes: string[] } {
  const found = new Map<StructureId, Region>();
  const notes: string[] = [];
  const mask = (id: StructureId): RunSet => drawn.masks.get(id) ?? emptyRuns(grid.shape);
  const add = (structure: StructureId, runs: RunSet, tissue: RunSet, flags: string[] = []): void => {
    const known = structureOf(structure);
    found.set(structure, {
      structure,
      label: drawn.labels.get(structure) ?? (flags.length > 0 ? 'derived' : structure),
      kind: known?.kind ?? 'other',
      ...(known?.parent === undefined ? {} : { parent: known.parent }),
      runs,
      tissue,
      flags,
    });
  };
  for (const { id: organ } of ORGANS_WITH_MEMBERS) {
    const lesionKinds = lesionStructures(organ).filter((id) => drawn.annotated.has(id));
    const lesions = unionAll(lesionKinds.map(mask), grid.shape);
    for (const id of lesionKinds) add(id, mask(id), mask(id));
    const all = `${organ}_lesion`;
    if (lesionKinds.length > 0)
      add(all, lesions, lesions, lesionKinds.some((id) => id !== all) ? ['derived-union'] : []);
    addOrgan(organ, lesions);
  }
  for (const id of drawn.annotated) if (!found.has(id)) add(id, mask(id), mask(id));
  return { regions: inOrder([...found.values()]), notes };

  function addOrgan(organ: StructureId, lesions: RunSet): void {
    const parts = partStructures(organ);
    const annotatedParts = parts.filter((id) => drawn.annotated.has(id));
    const hasOrgan = drawn.annotated.has(organ);
    const ownAndParts = unionAll([mask(organ), ...annotatedParts.map(mask)], grid.shape);
    const whole = unionAll([ownAndParts, lesions], grid.shape);
    let wholeParts: readonly [StructureId, RunSet][] = annotatedParts.map((id) => [id, mask(id)]);
    let derivedSides = false;
    const left = `${organ}_left`;
    const right = `${organ}_right`;
    const sided = parts.includes(left) && parts.includes(right);
    if (sided && annotatedParts.length === 2) {
      const sides = assignToSides({ left: mask(left), right: mask(right) }, lesions, grid);
      wholeParts = [
        [left, sides.left],
        [right, sides.right],
      ];
    } else if (sided && hasOrgan && annotatedParts.length === 0) {
      const sides = deriveSides(whole, mask(organ), grid);
      if (sides !== undefined) {
        derivedSides = true;
        notes.push(`${organ}-sides-derived`);
        wholeParts = [
          [left, sides.left],
          [right, sides.right],
        ];
      }
    }
    for (const [id, runs] of wholeParts) {
      const flags: string[] = derivedSides ? ['derived-side'] : [];
      if (!derivedSides && voxelCount(runs) > voxelCount(mask(id))) flags.push('lesions-added');
      add(id, runs, subtract(runs, lesions), flags);
    }
    if (!hasOrgan && (annotatedParts.length === 0 || annotatedParts.length < parts.length)) return;
    const flags: string[] = hasOrgan ? [] : ['derived-from-parts'];
    if (voxelCount(whole) > voxelCount(ownAndParts)) flags.push('lesions-added');
    add(organ, whole, subtract(whole, lesions), flags);
  }
}

function inOrder(regions: Region[]): Region[] {
  const rank = new Map(STRUCTURES.map(({ id }, position) => [id, position]));
  return regions
    .map((region, position) => ({ region, rank: rank.get(region.structure) ?? STRUCTURES.length + position }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ region }) => region);
}
