// Measurements of phantoms against their truth: two programs that share nothing but the voxels.
import { describe, expect, it } from 'vitest';
import { type InstanceMeasurements, quantityOf, regionOf } from '../domain/measurement.ts';
import { measureCase } from '../measure/measure.ts';
import { hardCases, type LesionTruth, type Phantom, phantomCohort } from './cohort.ts';

const numberOf = (owner: Parameters<typeof quantityOf>[0], quantity: string, other?: string) =>
  quantityOf(owner, quantity, other)?.value;

const FAMILIES = ['liver', 'kidney', 'pancreas', 'colon'];

function measured(phantom: Phantom) {
  const { volume, annotation } = phantom.render();
  return measureCase(annotation, volume, { rules: 'strict' });
}

/** The measured instance that overlaps a lesion most in kind, part and size. */
function instanceOf(instances: readonly InstanceMeasurements[], lesion: LesionTruth) {
  return instances
    .filter((instance) => instance.structure === lesion.structure)
    .filter((i) => lesion.location.length === 0 || i.location[0]?.structure === lesion.location[0].structure)
    .sort((a, b) => off(a, lesion) - off(b, lesion))[0];
}

function off(instance: InstanceMeasurements, lesion: LesionTruth): number {
  const slices = Math.abs(Number(numberOf(instance, 'slice')) - lesion.sliceFromFeet);
  return Math.abs(Number(numberOf(instance, 'volume')) / lesion.volumeCm3 - 1) + slices;
}

describe.each(
  phantomCohort({ seed: 2026 }).map((phantom) => [phantom.id, phantom] as const),
)('%s, measured', (_, phantom) => {
  const set = measured(phantom);
  const { truth } = phantom;
  const [spacing] = set.spacing;
  it('counts the lesions of every organ', () => {
    for (const family of FAMILIES) {
      const lesions = truth.lesions.filter((lesion) => lesion.organ.startsWith(family));
      expect(regionOf(set, `${family}_lesion`)?.instances.length, family).toBe(lesions.length);
    }
  });
  it('finds each lesion where it was put, with its diameter, slice, attenuation and neighbours', () => {
    for (const lesion of truth.lesions) {
      const family = FAMILIES.find((f) => lesion.organ.startsWith(f));
      const instance = instanceOf(regionOf(set, `${family}_lesion`)?.instances ?? [], lesion);
      expect(instance, lesion.structure).toBeDefined();
      if (instance === undefined) continue;
      // Each end of the diameter is the last voxel centre inside: up to a voxel short, never beyond.
      const diameter = Number(numberOf(instance, 'longest-axial-diameter'));
      expect(diameter).toBeLessThanOrEqual(lesion.longestAxialDiameterMm);
      expect(diameter).toBeGreaterThan(lesion.longestAxialDiameterMm - 2 * spacing);
      expect(Math.abs(Number(numberOf(instance, 'slice')) - lesion.sliceFromFeet)).toBeLessThanOrEqual(1);
      expect(Math.abs(Number(numberOf(instance, 'mean-hu')) - lesion.meanHu)).toBeLessThan(
        (4 * truth.noiseHu) / Math.sqrt(instance.voxels),
      );
      expect(instance.adjacent.map((a) => a.structure).sort()).toEqual([...lesion.adjacent].sort());
      for (const [vessel, degrees] of Object.entries(lesion.vesselDegrees)) {
        const angle = Number(numberOf(instance, 'vessel-contact-angle', vessel) ?? 0);
        // A vessel is three voxels wide here: what rules ask of the angle is none, up to half, or more.
        expect([angle > 0, angle > 180], vessel).toEqual([degrees > 0, degrees > 180]);
      }
    }
  });
});

describe.each(hardCases().map((phantom) => [phantom.id, phantom] as const))('%s, measured', (id, phantom) => {
  const set = measured(phantom);
  it('every structure is exact', () => {
    for (const [structure, truth] of Object.entries(phantom.truth.structures)) {
      const region = regionOf(set, structure);
      // The strict rules leave out what is under 10 mm³ as an instance, not as a voxel.
      expect(numberOf(region ?? { measurements: [] }, 'volume') ?? 0, structure).toBeCloseTo(
        truth.volumeCm3,
        9,
      );
      expect(region?.touchesFace, structure).toBe(truth.touchesFace);
      const hu = numberOf(region ?? { measurements: [] }, 'mean-hu') ?? null;
      if (truth.meanHu === null) expect(hu).toBeNull();
      else expect(hu).toBeCloseTo(truth.meanHu, 9);
    }
  });
  it('every lesion is exact', () => {
    const counted = phantom.truth.lesions.filter((lesion) => lesion.volumeCm3 >= 0.01);
    const instances = FAMILIES.flatMap((family) => regionOf(set, `${family}_lesion`)?.instances ?? []);
    expect(instances).toHaveLength(counted.length);
    if (id === 'hard-speck') expect(phantom.truth.lesions).toHaveLength(2);
    for (const [i, lesion] of counted.entries()) {
      const instance = instances[i];
      expect(numberOf(instance, 'volume')).toBeCloseTo(lesion.volumeCm3, 9);
      expect(numberOf(instance, 'longest-axial-diameter')).toBeCloseTo(lesion.longestAxialDiameterMm, 9);
      expect(instance.adjacent.map((a) => a.structure)).toEqual(lesion.adjacent);
      for (const [vessel, degrees] of Object.entries(lesion.vesselDegrees))
        expect(numberOf(instance, 'vessel-contact-angle', vessel)).toBeCloseTo(degrees, 9);
    }
  });
});
