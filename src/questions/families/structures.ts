// Which structures a case has, and how the questions call them.
import { type MeasurementSet, quantityOf, regionOf } from '../../domain/measurement.ts';
import { random } from '../../domain/random.ts';
import { structureName, structureOf } from '../../domain/structures.ts';
import type { DraftFacts, Skipped } from '../question-type.ts';

export const skip = (skipped: string): Skipped => ({ skipped });

/** True when the structure was looked for, whether or not it is there. */
export function annotated(set: MeasurementSet, structure: string): boolean {
  return regionOf(set, structure) !== undefined;
}

/** True when the structure has at least one voxel. */
export function present(set: MeasurementSet, structure: string): boolean {
  return (regionOf(set, structure)?.voxels ?? 0) > 0;
}

/** Lesions of the structure that count under the rule set. */
export function lesionCount(set: MeasurementSet, lesion: string): number {
  return regionOf(set, lesion)?.instances.length ?? 0;
}

/** The organ that a lesion structure belongs to. */
export function organOf(lesion: string): string {
  return structureOf(lesion)?.parent ?? lesion.replace(/_[a-z]+$/, '');
}

/** Annotated parts (segments, sides) of an organ, in index order. */
export function partsOf(set: MeasurementSet, organ: string): string[] {
  return set.regions
    .filter((region) => region.kind === 'part' && region.parent === organ)
    .map((r) => r.structure);
}

/**
 * Whether a volume of the structure may be asked for: under `radgpt` no volume is defined at the face of the scan,
 * under `strict` there is one, but it is the volume of what the scan shows, so no question is asked about it.
 */
export function whole(set: MeasurementSet, structure: string): boolean {
  const region = regionOf(set, structure);
  return region !== undefined && region.voxels > 0 && !region.touchesFace;
}

/** What a volume of an organ includes, told wherever one is asked for. */
export const LESIONS_COUNT = 'Lesions count as part of their organ.';

/** Reasons, worded alike so that they can be counted over cases. */
export const REASONS = {
  notAnnotated: (structure: string) => `${structureName(structure)} is not annotated`,
  absent: (structure: string) => `${structureName(structure)} has no voxel`,
  cut: (structure: string) =>
    `${structure === 'kidney' ? 'one of the kidneys' : structureName(structure)} is cut by the edge of the scan`,
  noImage: 'there is no image, so no attenuation',
  noLesion: 'there is no annotated lesion to ask about',
  notUnenhanced: 'the rule holds for unenhanced CT only and the phase is not known to be unenhanced',
  notUnits: 'the image is not in Hounsfield units',
} as const;

/** Why no whole volume can be asked for, or undefined when it can. */
export function whyNoVolume(set: MeasurementSet, structure: string): string | undefined {
  if (!annotated(set, structure)) return REASONS.notAnnotated(structure);
  if (!present(set, structure)) return REASONS.absent(structure);
  return whole(set, structure) ? undefined : REASONS.cut(structure);
}

/** Why no mean attenuation can be asked for, or undefined when it can. */
export function whyNoAttenuation(set: MeasurementSet, structure: string): string | undefined {
  if (!set.hasImage) return REASONS.noImage;
  if (!annotated(set, structure)) return REASONS.notAnnotated(structure);
  if (!present(set, structure)) return REASONS.absent(structure);
  const region = regionOf(set, structure);
  const mean = region && quantityOf(region, 'mean-hu');
  return mean === undefined || mean.unit === "[hnsf'U]" ? undefined : REASONS.notUnits;
}

/**
 * Attenuation rules made for unenhanced CT: `skipped` when the rules are strict and the phase does not say so;
 * otherwise the flag that the key carries.
 */
export function unenhancedOnly(
  facts: Pick<DraftFacts, 'record' | 'rules' | 'criteria'>,
  flag: string,
): { skipped: string } | { flags: string[] } {
  if (facts.record.phase === 'unenhanced') return { flags: [] };
  const lenient = facts.rules === 'radgpt' || facts.criteria.id === 'published';
  return lenient ? { flags: [flag] } : { skipped: REASONS.notUnenhanced };
}

/** The first reason among several structures, when none of them can be asked about. */
export function firstReason(reasons: readonly (string | undefined)[], otherwise: string): Skipped {
  return skip(reasons.find((reason) => reason !== undefined) ?? otherwise);
}

/** "the left kidney", "both kidneys together". */
export function the(structure: string): string {
  return structure === 'kidney' ? 'both kidneys' : `the ${structureName(structure)}`;
}

/** "liver lesion", "PDAC lesion", "kidney cyst". */
export function lesionName(lesion: string): string {
  const name = structureName(lesion);
  return name === name.toUpperCase() ? `${name} lesion` : name;
}

/** Upper-cased first letter. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Counted lesions whose main part is `part`. */
export function lesionsIn(set: MeasurementSet, lesion: string, part: string): number {
  const instances = regionOf(set, lesion)?.instances ?? [];
  return instances.filter(({ location }) => location[0]?.structure === part).length;
}

/**
 * Two structures to be compared, in an order that tells nothing: small organs would else always come second, and
 * lesions are more often found in them. The same for equal scans.
 */
export function inDrawnOrder(set: MeasurementSet, a: string, b: string): [string, string] {
  const voxels = [a, b].map((structure) => String(regionOf(set, structure)?.voxels ?? 0));
  return random('order', a, b, ...voxels).next() < 0.5 ? [a, b] : [b, a];
}
