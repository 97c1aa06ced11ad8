// A case's measurements with the slice, box, ruler or point that shows where each was taken.
import { type Grid, invert, type Vec3, voxelToWorld } from '../../../domain/geometry.ts';
import type {
  InstanceMeasurements,
  Measurement,
  MeasurementSet,
  RegionMeasurements,
} from '../../../domain/measurement.ts';
import { lesionStructures, partStructures, structureName, structureOf } from '../../../domain/structures.ts';
import { shownUnit } from '../../../domain/units.ts';
import { type Plane, sliceAxis } from '../../../imaging/slices.ts';
import type { CaseMeasurements, ShownInstance, ShownMeasurement } from '../shapes/measurements.ts';
import type { ScanMark, ViewFocus } from '../shapes/scan.ts';

/** @param grid in whose indices the measurements are; undefined where the case's files are not there */
export function shownMeasurements(set: MeasurementSet, grid: Grid | undefined): CaseMeasurements {
  const places = grid === undefined ? undefined : placesOn(grid, drawnIn(set));
  const measurements: ShownMeasurement[] = [];
  const instances: ShownInstance[] = [];
  const ids = new Map<string, number>();
  const unique = (id: string): string => {
    const count = (ids.get(id) ?? 0) + 1;
    ids.set(id, count);
    return count === 1 ? id : `${id}#${count}`;
  };
  for (const region of set.regions) {
    const { structure } = region;
    for (const one of region.measurements)
      measurements.push({
        ...shown(one, structure, undefined),
        id: unique(idOf([structure], one)),
        focus: places?.ofRegion(one, region) ?? null,
      });
    for (const instance of region.instances) {
      for (const one of instance.measurements)
        measurements.push({
          ...shown(one, instance.structure, instance.index),
          id: unique(idOf([structure, String(instance.index)], one)),
          focus: places?.ofInstance(one, instance, region) ?? null,
        });
      instances.push({
        ...shownInstance(instance, region),
        focus: places?.ofCentroid(instance, region) ?? null,
      });
    }
  }
  return { rules: set.rules, hasImage: set.hasImage, notes: [...set.notes], measurements, instances };
}

function idOf(owner: readonly string[], { quantity, with: other }: Measurement): string {
  return [...owner, quantity, ...(other === undefined ? [] : [other])].join('/');
}

function shown(
  { quantity, value, unit, with: other, method, flags }: Measurement,
  structure: string,
  instance: number | undefined,
): Omit<ShownMeasurement, 'id' | 'focus'> {
  const name = structureName(structure);
  const label = `${name}${instance === undefined ? '' : ` ${instance}`}: ${sentence(quantity, value, unit, other)}`;
  return {
    structure,
    name,
    ...(instance === undefined ? {} : { instance }),
    quantity,
    value,
    unit,
    shownUnit: shownUnit(unit),
    ...(other === undefined ? {} : { with: other }),
    ...(method === undefined ? {} : { method }),
    flags: [...(flags ?? [])],
    label,
  };
}

function sentence(
  quantity: string,
  value: Measurement['value'],
  unit: string,
  other: string | undefined,
): string {
  const towards = other === undefined ? '' : ` (${structureName(other)})`;
  return `${words(quantity)}${towards} ${amount(value, unit)}`;
}

/** "mean-hu" is "mean HU" to people. */
const words = (quantity: string): string => quantity.replaceAll('-', ' ').replace(/\bhu\b/g, 'HU');

function amount(value: Measurement['value'], ucum: string): string {
  if (value === null) return 'not measurable';
  if (typeof value === 'string') return value.replaceAll('_', ' ');
  const size = Math.abs(value);
  const text = Number.isInteger(value) ? String(value) : value.toFixed(size < 1 ? 2 : 1);
  const unit = shownUnit(ucum);
  const gap = unit === '' || unit === '°' ? '' : ' ';
  return `${text.replace('-', '−')}${gap}${unit}`;
}

function shownInstance(
  instance: InstanceMeasurements,
  region: RegionMeasurements,
): Omit<ShownInstance, 'focus'> {
  const name = structureName(instance.structure);
  return {
    id: `${region.structure}/${instance.index}`,
    region: region.structure,
    structure: instance.structure,
    name,
    instance: instance.index,
    voxels: instance.voxels,
    location: instance.location.map((one) => ({ ...one, name: structureName(one.structure) })),
    adjacent: instance.adjacent.map((one) => ({ ...one, name: structureName(one.structure) })),
    label: `${name} ${instance.index}`,
  };
}

/** Places on a grid. Points of measurements are RAS+ mm; slices and bounds are indices of this very grid. */
function placesOn(grid: Grid, drawnOf: (structure: string) => string[]) {
  const inverse = invert(grid.affine);
  const axial = sliceAxis(grid, 'axial');
  const toVoxel = (point: Vec3): [number, number, number] | undefined =>
    inverse === undefined ? undefined : [...voxelToWorld(inverse, point)];
  const inside = (index: number, axis: number): number =>
    Math.min(Math.max(Math.round(index), 0), grid.shape[axis] - 1);

  function focus(
    plane: Plane,
    index: number,
    region: string,
    other: string | undefined,
    marks: ScanMark[],
  ): ViewFocus {
    return {
      plane,
      index: inside(index, sliceAxis(grid, plane)),
      structures: [...drawnOf(region), ...(other === undefined ? [] : drawnOf(other))],
      marks,
    };
  }

  function ruler(one: Measurement, region: string): ViewFocus | undefined {
    const { points = [] } = one;
    if (points.length < 2) return undefined;
    const from = toVoxel(points[0]);
    const to = toVoxel(points[1]);
    if (from === undefined || to === undefined) return undefined;
    const plane = one.slice === undefined ? flattest(from, to) : 'axial';
    const axis = sliceAxis(grid, plane);
    const index = one.slice ?? (from[axis] + to[axis]) / 2;
    const label = amount(one.value, one.unit);
    return focus(plane, index, region, one.with, [{ kind: 'ruler', from, to, label }]);
  }

  /** The plane that a line leaves least, so that it is seen at nearly its whole length. */
  function flattest(from: Vec3, to: Vec3): Plane {
    const planes: readonly Plane[] = ['axial', 'coronal', 'sagittal'];
    const depth = (plane: Plane) => {
      const axis = sliceAxis(grid, plane);
      return Math.abs(to[axis] - from[axis]) * grid.spacing[axis];
    };
    return [...planes].sort((a, b) => depth(a) - depth(b))[0];
  }

  function box({ structure, bounds, voxels }: RegionMeasurements, at?: number): ViewFocus | undefined {
    if (bounds === undefined || voxels === 0) return undefined;
    const index = at ?? (bounds.min[axial] + bounds.max[axial]) / 2;
    const { min, max } = bounds;
    return focus('axial', index, structure, undefined, [
      { kind: 'box', min: [...min], max: [...max], label: structureName(structure) },
    ]);
  }

  function centroid(instance: InstanceMeasurements, region: RegionMeasurements): ViewFocus | undefined {
    const at = toVoxel(instance.centroid);
    if (at === undefined) return undefined;
    const label = `${structureName(instance.structure)} ${instance.index}`;
    return focus('axial', at[axial], region.structure, undefined, [{ kind: 'point', at, label }]);
  }

  function withOther(at: ViewFocus | undefined, { with: other }: Measurement): ViewFocus | undefined {
    if (at === undefined || other === undefined) return at;
    return { ...at, structures: [...new Set([...(at.structures ?? []), ...drawnOf(other)])] };
  }

  return {
    ofRegion(one: Measurement, region: RegionMeasurements): ViewFocus | undefined {
      return ruler(one, region.structure) ?? withOther(box(region, one.slice), one);
    },
    ofInstance(one: Measurement, instance: InstanceMeasurements, region: RegionMeasurements) {
      const drawn = ruler(one, region.structure);
      if (drawn !== undefined) return drawn;
      const at = centroid(instance, region);
      return withOther(at && one.slice !== undefined ? { ...at, index: inside(one.slice, axial) } : at, one);
    },
    ofCentroid: centroid,
  };
}

/**
 * What is drawn of each region: itself, or what it was made of where it has no label of its own. Names that a case does
 * not have are passed over by a viewer.
 */
function drawnIn(set: MeasurementSet): (structure: string) => string[] {
  const regions = new Map(set.regions.map((region) => [region.structure, region]));
  const present = (ids: readonly string[]) => ids.filter((id) => (regions.get(id)?.voxels ?? 0) > 0);
  return (structure) => {
    const known = structureOf(structure);
    const parts = partStructures(structure);
    // Of paired organs often the two sides are drawn and never the whole.
    const sides = parts.filter((id) => structureOf(id)?.side !== undefined);
    if (regions.get(structure)?.label !== DERIVED) return [structure, ...present(sides)];
    if (known?.kind === 'part' && known.parent !== undefined) return [known.parent];
    return present(known?.kind === 'lesion' ? lesionStructures(known.parent ?? '') : parts).filter(
      (id) => id !== structure,
    );
  };
}

/** As measure/regions.ts labels a region that its source does not draw. */
const DERIVED = 'derived';
