// What lies under the pointer, in words: value, voxel, place in the patient, structures.
import type { PlaneName } from '../../../../src/server/workbench/shapes/scan.ts';
import { type Point, voxelAt, worldAt } from './planes.ts';
import type { Samples, ViewerScan } from './state.ts';

export interface Readout {
  readonly value: number | undefined;
  readonly voxel: readonly [number, number, number];
  /** RAS+ mm. */
  readonly world: readonly [number, number, number];
  readonly structures: readonly string[];
}

/** Undefined outside of the slice. */
export function readoutAt(
  scan: ViewerScan,
  plane: PlaneName,
  samples: Samples,
  [px, py]: Point,
): Readout | undefined {
  const facts = scan.facts.planes[plane];
  const x = Math.round(px);
  const y = Math.round(py);
  if (!(x >= 0 && y >= 0 && x < facts.width && y < facts.height)) return undefined;
  const at = y * facts.width + x;
  const voxel = voxelAt(facts, samples.index, [x, y]);
  const { labels } = samples;
  return {
    value: samples.image?.[at],
    voxel,
    world: worldAt(scan.facts, voxel),
    structures:
      labels === undefined
        ? []
        : scan.structures
            .filter(({ layer, value }) => labels[layer * facts.width * facts.height + at] === value)
            .map(({ name }) => name)
            .toReversed(),
  };
}

export function readoutText({ value, voxel, world, structures }: Readout, units: string): string {
  const unit = units === 'arbitrary' ? '' : ` ${units}`;
  const shown = value === undefined ? '–' : String(Number(value.toFixed(units === 'HU' ? 0 : 3)));
  const mm = world.map((each) => each.toFixed(1)).join(', ');
  const here = structures.length === 0 ? '' : ` · ${structures.join(', ')}`;
  return `${shown.replace('-', '−')}${unit} · voxel ${voxel.join(', ')} · RAS ${mm.replaceAll('-', '−')} mm${here}`;
}
