// The one mapping from measurements to what the `measure` and `segment_organ` tools answer.
import {
  type InstanceMeasurements,
  type MeasurementSet,
  type RegionMeasurements,
  regionOf,
} from '../domain/measurement.ts';
import { structureOf } from '../domain/structures.ts';
import { lesionValue, regionValue } from './answer-values.ts';
import {
  type MeasurementType,
  TOOL_MEASUREMENTS,
  type ToolError,
  type ToolMeasurement,
} from './tool-measurements.ts';

export { ruledQuantity } from './answer-values.ts';
export {
  type MeasurementType,
  PUBLISHED_MEASUREMENTS,
  TOOL_MEASUREMENTS,
  type ToolError,
  type ToolMeasurement,
} from './tool-measurements.ts';

/** Structures with at least one voxel. */
function available(set: MeasurementSet): string[] {
  return set.regions.filter(({ voxels }) => voxels > 0).map(({ structure }) => structure);
}

/** What a target stands for: a region, and which of its instances count. */
export interface MeasuredRegion {
  readonly region: RegionMeasurements;
  readonly instances: readonly InstanceMeasurements[];
  readonly note?: string;
}

/** The published names "liver_tumor", "pancreas_tumor" … mean any lesion where tumours are not told apart. */
function findRegion(
  set: MeasurementSet,
  target: string,
): { region: RegionMeasurements; note?: string } | undefined {
  const own = regionOf(set, target);
  if (own !== undefined) return { region: own };
  const organ = target.match(/^(.+)_(?:tumor|lesion)s?$/)?.[1];
  const lesions = organ === undefined ? undefined : regionOf(set, `${organ}_lesion`);
  return lesions === undefined
    ? undefined
    : { region: lesions, note: `${target} is not annotated as such: answered for ${lesions.structure}` };
}

/** The region that a target stands for and the lesions that count in it; undefined for what nobody looked for. */
export function measuredRegion(set: MeasurementSet, target: string): MeasuredRegion | undefined {
  const found = findRegion(set, target);
  if (found === undefined) return undefined;
  const { region, note } = found;
  if (region.kind === 'lesion' || region.instances.length > 0)
    return { region, instances: region.instances, ...(note === undefined ? {} : { note }) };
  // Asked about the lesions of an organ, or of one part of it.
  const organ = region.kind === 'part' ? region.parent : region.structure;
  const lesions = regionOf(set, `${organ}_lesion`);
  if (lesions === undefined) return { region, instances: [] };
  const instances =
    region.kind === 'part'
      ? lesions.instances.filter(({ location }) => location[0]?.structure === region.structure)
      : lesions.instances;
  return { region, instances };
}

/** Types that are about a region as a whole; the others are about the lesions in it. */
const OF_REGION: ReadonlySet<MeasurementType> = new Set([
  'volume_cm3',
  'mean_hu',
  'std_hu',
  'max_diameter_mm',
]);

/**
 * What the `measure` tool answers. `target` is a canonical structure id; an organ or part stands for its lesions
 * when the type is about lesions. Never throws: what cannot be answered comes back as `{error}`.
 */
export function answerMeasure(
  set: MeasurementSet,
  target: string,
  type: MeasurementType,
): ToolMeasurement | ToolError {
  if (!TOOL_MEASUREMENTS.includes(type))
    return { error: `there is no measurement "${type}"`, available_measurements: TOOL_MEASUREMENTS };
  const resolved = measuredRegion(set, target);
  if (resolved === undefined)
    return { error: `${target} is not annotated in this scan`, available_targets: available(set) };
  const { region, instances, note } = resolved;
  if (!OF_REGION.has(type) && region.kind !== 'lesion' && region.instances.length === 0) {
    const organ = region.kind === 'part' ? region.parent : region.structure;
    if (regionOf(set, `${organ}_lesion`) === undefined)
      return {
        error: `no lesions of ${organ} are annotated in this scan`,
        available_targets: available(set),
      };
  }
  const found = OF_REGION.has(type) ? regionValue(set, type, region) : lesionValue(set, type, instances);
  if (found === undefined)
    return { error: whyNot(set, region, type, instances.length), available_targets: available(set) };
  return {
    target,
    measurement_type: type,
    ...found,
    ...(note === undefined ? {} : { note: [note, found.note].filter(Boolean).join('; ') }),
  };
}

function whyNot(
  set: MeasurementSet,
  region: RegionMeasurements,
  type: MeasurementType,
  lesions: number,
): string {
  if (region.voxels === 0) return `${region.structure} was looked for and is absent`;
  if (!OF_REGION.has(type) && lesions === 0) return `${region.structure} has no counted lesion`;
  if (!set.hasImage && /hu|attenuation/.test(type))
    return 'there is no image, so no attenuation can be measured';
  const flags = region.measurements.filter((m) => m.value === null).flatMap((m) => m.flags ?? []);
  const reason = flags.length > 0 ? ` (${[...new Set(flags)].join(', ')})` : '';
  return `${type} is not defined for ${region.structure}${reason}`;
}

export type ToolSegment =
  | {
      readonly mask_found: true;
      readonly target: string;
      readonly voxel_count: number;
      /** Inclusive voxel bounds in the stored index order. */
      readonly bounding_box: { min: [number, number, number]; max: [number, number, number] };
      /** Counted lesions, for lesion structures. */
      readonly instances?: number;
      readonly note?: string;
    }
  | {
      readonly mask_found: false;
      readonly target: string;
      readonly error: string;
      readonly available_targets: string[];
      /** 0 when the structure was looked for and is absent. */
      readonly instances?: number;
    };

/** What the `segment_organ` tool answers. */
export function answerSegment(set: MeasurementSet, target: string): ToolSegment {
  const found = findRegion(set, target);
  const lesion = found !== undefined && found.region.kind === 'lesion';
  if (found === undefined || found.region.bounds === undefined)
    return {
      mask_found: false,
      target,
      error:
        found === undefined
          ? `${target} is not annotated in this scan`
          : `${found.region.structure} was looked for and is absent`,
      available_targets: available(set),
      ...(lesion ? { instances: 0 } : {}),
    };
  const { region, note } = found;
  return {
    mask_found: true,
    target,
    voxel_count: region.voxels,
    bounding_box: region.bounds as { min: [number, number, number]; max: [number, number, number] },
    ...(lesion || structureOf(region.structure)?.kind === 'lesion'
      ? { instances: region.instances.length }
      : {}),
    ...(note === undefined ? {} : { note }),
  };
}
