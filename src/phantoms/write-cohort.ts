// Writes phantoms as a folder of cases with one mask file per structure, as AbdomenAtlas lays them out.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Grid } from '../domain/geometry.ts';
import type { VoxelArray } from '../domain/volume.ts';
import { niftiBytes, writeError } from '../imaging/write-nifti.ts';
import type { Phantom } from './phantom.ts';

/**
 * Writes `<id>/ct.nii.gz`, `<id>/segmentations/<structure>.nii.gz` (all-zero where a structure was looked for and is
 * absent) and `cases.json` with patient, sex, age and phase of each case.
 * @param onCase called after each case, for a progress bar
 */
export async function writeCohort(
  folder: string,
  phantoms: readonly Phantom[],
  options: { readonly onCase?: (done: number, of: number) => void } = {},
): Promise<void> {
  const cases: Record<string, unknown> = {};
  for (const [index, phantom] of phantoms.entries()) {
    await writeCase(join(folder, phantom.id), phantom);
    const { sex, ageYears, phase } = phantom.description;
    cases[phantom.id] = {
      patient: phantom.patient,
      sex,
      age: ageYears,
      phase,
      modality: 'CT',
      scanner: 'phantom',
    };
    options.onCase?.(index + 1, phantoms.length);
  }
  const index = { format: 'overread-cases', scheme: 'abdomenatlas', licence: 'CC0-1.0', cases };
  await inFolder(folder, async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'cases.json'), `${JSON.stringify(index, null, 2)}\n`);
  });
}

async function writeCase(folder: string, phantom: Phantom): Promise<void> {
  const { volume, annotation } = phantom.render();
  const { grid } = annotation;
  const masks = join(folder, 'segmentations');
  await inFolder(folder, async () => {
    await mkdir(masks, { recursive: true });
    const pending: Promise<void>[] = [];
    const write = (path: string, bytes: Uint8Array): void => {
      const written = writeFile(path, bytes);
      // All are awaited below; a failure before then must not end the process.
      written.catch(() => undefined);
      pending.push(written);
    };
    write(join(folder, 'ct.nii.gz'), await compressed(volume));
    const empty = await compressed({ grid, data: new Uint8Array(volume.data.length) });
    for (const { data, labels } of annotation.layers)
      for (const { value, structure } of labels) {
        const mask = new Uint8Array(data.length);
        let index = data.indexOf(value);
        const absent = index < 0;
        for (; index >= 0; index = data.indexOf(value, index + 1)) mask[index] = 1;
        const bytes = absent ? empty : await compressed({ grid, data: mask });
        write(join(masks, `${structure}.nii.gz`), bytes);
      }
    await Promise.all(pending);
  });
}

const gzipped = promisify(gzip);

/**
 * A .nii.gz at level 1: noise does not compress further, and masks are small at any level. Phantoms can be made
 * again, so their hundreds of files are not each forced to disk as a user's would be.
 */
async function compressed(image: { readonly grid: Grid; readonly data: VoxelArray }): Promise<Uint8Array> {
  const bytes = await gzipped(niftiBytes(image), { level: 1 });
  bytes[9] = 255; // one value for the operating system, so that it is the same file everywhere
  return bytes;
}

async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw writeError(folder, cause);
  }
}
