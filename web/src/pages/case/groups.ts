// Measurements by the region or lesion that they were taken of: lesions first, then by size.
import type { CaseMeasurements, ShownInstance, ShownMeasurement } from '@shapes/measurements.ts';

export interface MeasuredGroup {
  readonly id: string;
  /** "kidney cyst 1" */
  readonly name: string;
  readonly lesion: boolean;
  /** "12.3 cm³", where it has one. */
  readonly volume: string;
  readonly instance: ShownInstance | undefined;
  readonly measurements: readonly ShownMeasurement[];
}

export function measuredGroups({ measurements, instances }: CaseMeasurements): MeasuredGroup[] {
  const groups = new Map<string, ShownMeasurement[]>();
  for (const each of measurements) {
    // "colon_lesion/1/volume": a lesion is listed by the region that it is part of, since two may hold the same voxels.
    const id = each.id.split('/', each.instance === undefined ? 1 : 2).join('/');
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [each]);
    else group.push(each);
  }
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  return [...groups]
    .map(([id, mine]) => {
      const instance = byId.get(id);
      const [first] = mine;
      const volume = mine.find(({ quantity, value }) => quantity === 'volume' && typeof value === 'number');
      const litres = typeof volume?.value === 'number' ? volume.value : -1;
      return {
        id,
        name:
          instance?.label ?? (first.instance === undefined ? first.name : `${first.name} ${first.instance}`),
        lesion: instance !== undefined,
        volume: volume === undefined ? '' : `${litres.toFixed(litres < 10 ? 2 : 0)} ${volume.shownUnit}`,
        instance,
        measurements: mine,
        litres,
      };
    })
    .sort((a, b) => Number(b.lesion) - Number(a.lesion) || b.litres - a.litres);
}
