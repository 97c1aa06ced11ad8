// Writes phantoms as a folder of cases with one mask file per structure, as AbdomenAtlas lays them out.
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OverreadError } from '../domain/errors.ts';
import { writeNifti } from '../imaging/write-nifti.ts';
import type { Phantom } from './cohort.ts';

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
  const masks = join(folder, 'segmentations');
  await inFolder(folder, () => mkdir(masks, { recursive: true }));
  // Level 1: noise does not compress further, and masks are small at any level.
  await writeNifti(join(folder, 'ct.nii.gz'), volume, { level: 1 });
  const pending: Promise<void>[] = [];
  for (const { data, labels } of annotation.layers)
    for (const { value, structure } of labels) {
      const mask = new Uint8Array(data.length);
      for (let i = data.indexOf(value); i >= 0; i = data.indexOf(value, i + 1)) mask[i] = 1;
      pending.push(
        writeNifti(join(masks, `${structure}.nii.gz`), { grid: annotation.grid, data: mask }, { level: 1 }),
      );
    }
  await Promise.all(pending);
}

async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new OverreadError('write-failed', `${basename(folder)} cannot be written: choose another folder.`, {
      cause,
    });
  }
}
