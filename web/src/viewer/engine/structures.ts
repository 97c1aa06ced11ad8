// Which structures are drawn, and where each of them is found.
import type { Colour } from '../../../../src/imaging/overlay.ts';
import type { ScanFacts, ScanStructure } from '../../../../src/server/workbench/shapes/scan.ts';
import { coloursOf } from './colours.ts';

export interface ShownStructure extends ScanStructure {
  /** Of this layer and value: a structure may be annotated in two layers. */
  readonly key: string;
  readonly colour: Colour;
}

/** With their colours; lesions last, so that they are painted over the organs that they lie in. */
export function shownStructures(facts: Pick<ScanFacts, 'structures'>): ShownStructure[] {
  const colours = coloursOf(facts.structures);
  return facts.structures
    .map((each, at) => ({ ...each, key: `${each.layer}:${each.value}`, colour: colours[at] }))
    .sort((a, b) => Number(a.kind === 'lesion') - Number(b.kind === 'lesion'));
}

/** To begin with: what does not hide everything else. Tissues wait, and parts where their organ is drawn itself. */
export function shownAtFirst(structures: readonly ShownStructure[]): Set<string> {
  const organs = structures.filter(({ kind, voxels }) => kind === 'organ' && voxels > 0);
  return new Set(
    structures
      .filter(({ kind, structure }) => {
        if (kind === 'tissue') return false;
        return kind !== 'part' || !organs.some((organ) => structure.startsWith(`${organ.structure}_`));
      })
      .map(({ key }) => key),
  );
}

/** Where to stand to see a structure: the middle of its bounds. */
export function middleOf(
  structure: Pick<ScanStructure, 'bounds'>,
): readonly [number, number, number] | undefined {
  const { bounds } = structure;
  if (bounds === undefined) return undefined;
  const middle = (axis: number) => Math.round((bounds.min[axis] + bounds.max[axis]) / 2);
  return [middle(0), middle(1), middle(2)];
}

/** Where to stand at first: in the largest lesion, else in the middle of the scan. */
export function firstVoxel(facts: ScanFacts, masks: boolean): readonly [number, number, number] {
  const half = (axis: number) => Math.floor(facts.shape[axis] / 2);
  const [largest] = masks
    ? facts.structures.filter(({ kind }) => kind === 'lesion').sort((a, b) => b.voxels - a.voxels)
    : [];
  return (largest && middleOf(largest)) ?? [half(0), half(1), half(2)];
}
