// Volumes of a MedVision release: their geometry, and slices as pictures, cut when they are wanted.
import { OverreadError } from '../../../domain/errors.ts';
import type { Volume } from '../../../domain/volume.ts';
import { openVolume, probe } from '../../../imaging/open.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import type { DataRoot } from '../../../records/source.ts';
import { localFile } from '../../local-file.ts';
import { planeOf, type SliceDim } from '../../slice-planes.ts';

/** A case's image as its plan names it. */
export interface VolumeFile {
  readonly plan: string;
  /** Folder of the plan below the release, with a slash at its end, or empty. */
  readonly folder: string;
  readonly one: { readonly image_file: string };
}

export interface Volumes {
  geometry(where: VolumeFile): Promise<{
    readonly shape: readonly [number, number, number];
    readonly spacing: readonly [number, number, number];
  }>;
  /** PNG of a slice, stretched from its smallest to its largest value. */
  picture(where: VolumeFile, dim: SliceDim, index: number): Promise<Uint8Array>;
}

/** The volumes of a release, the last one kept: rows of a case follow one another. */
export function volumeCache(data: DataRoot): Volumes {
  let last: { name: string; volume: Promise<Volume> } | undefined;
  const pathOf = async ({ one, folder, plan }: VolumeFile): Promise<string> => {
    const wanted = one.image_file.replace(/^\.?\//, '');
    const names = await data.list();
    const name = [
      folder + wanted,
      ...names.filter((own) => own.startsWith(folder) && wanted.endsWith(own.slice(folder.length))),
    ].find((own) => names.includes(own));
    if (name === undefined)
      throw new OverreadError(
        'file-not-found',
        `${plan} names ${wanted.split('/').at(-1)}, which is not there: copy it beside the plan.`,
      );
    return localFile(data, name);
  };
  const volumeOf = async (where: VolumeFile): Promise<Volume> => {
    const path = await pathOf(where);
    if (last?.name !== path) last = { name: path, volume: openVolume(path) };
    return last.volume;
  };
  return {
    async geometry(where) {
      const { shape, spacing } = await probe(await pathOf(where));
      if (shape === undefined || spacing === undefined)
        throw new OverreadError(
          'file-corrupt',
          `${where.one.image_file.split('/').at(-1)} is no volume: copy it again.`,
        );
      return { shape: [...shape], spacing: [...spacing] };
    },
    async picture(where, dim, index) {
      const { grid, data: voxels } = await volumeOf(where);
      const plane = planeOf(voxels, grid.shape, dim, index);
      return encodePng({ ...plane, channels: 1, data: stretched(plane.data) });
    },
  };
}

/** From the smallest to the largest value, on 0 to 255, fractions cut off; all 0 when every value is the same. */
export function stretched(values: ArrayLike<number>): Uint8Array {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.length; at++) {
    low = Math.min(low, values[at]);
    high = Math.max(high, values[at]);
  }
  const picture = new Uint8Array(values.length);
  if (high > low)
    for (let at = 0; at < values.length; at++) picture[at] = ((values[at] - low) / (high - low)) * 255;
  return picture;
}
