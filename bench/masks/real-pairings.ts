// Which real segmentations are read against which: written into a scratch folder as data sets of their own.
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OverreadError } from '../../src/domain/errors.ts';
import { sameGrid } from '../../src/domain/geometry.ts';
import { openAnnotation } from '../../src/imaging/open.ts';
import { writeNifti } from '../../src/imaging/write-nifti.ts';
import type { Pairing } from './real-campaign.ts';

async function copied(from: string, to: string): Promise<void> {
  if (!existsSync(from))
    throw new OverreadError('file-not-found', `${from} is not there: give the folder of data with --data.`);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}

/** TotalSegmentator's two runs over one unenhanced CT: the full model as annotation, the fast one as prediction. */
export async function ctPairing(data: string, scratch: string): Promise<Pairing> {
  const from = join(data, 'ct-abdomen-totalseg');
  const source = join(scratch, 'scans');
  const folder = join(scratch, 'fast');
  await copied(join(from, 'example_ct_sm.nii.gz'), join(source, 'abdomen_ct.nii.gz'));
  await copied(join(from, 'example_seg.nii.gz'), join(source, 'abdomen_seg.nii.gz'));
  await copied(join(from, 'example_seg_fast.nii.gz'), join(folder, 'abdomen.nii.gz'));
  const facts = { modality: 'CT', phase: 'unenhanced' };
  await writeFile(
    join(source, 'cases.json'),
    JSON.stringify({ format: 'overread-cases', scheme: 'totalsegmentator', cases: { abdomen: facts } }),
  );
  return {
    name: 'CT, two segmentations',
    note: `Both masks are a model's (TotalSegmentator): the full model's stand as annotation, the fast one's as prediction.
One unenhanced scan without annotated lesions; no volume is asked of an organ that the scan's edge cuts, so few questions
remain. With one patient an interval says next to nothing: read which questions are lost.`,
    annotated: { source, layout: 'pair', scheme: 'totalsegmentator' },
    predictions: [{ name: 'fast model', folder, scheme: 'totalsegmentator' }],
  };
}

const CASE = 'case_00061';
const [KIDNEY, TUMOR] = [1, 2];

/** The majority mask of case 00061 as annotation, each of its three annotators' tumours as prediction. */
export async function annotatorsPairing(
  data: string,
  scratch: string,
  annotators: readonly number[] = [1, 2, 3],
): Promise<Pairing> {
  const from = join(data, 'kits-masks');
  const source = join(scratch, 'majority');
  const reference = join(from, `kits23_${CASE}_segmentation.nii.gz`);
  await copied(reference, join(source, CASE, 'segmentation.nii.gz'));
  const predictions: Pairing['predictions'][number][] = [];
  for (const n of annotators) {
    const folder = join(scratch, `annotator-${n}`);
    const tumour = join(from, `kits23_${CASE}_tumor_annotator${n}.nii.gz`);
    await writeCombined(reference, tumour, join(folder, `${CASE}.nii.gz`));
    predictions.push({ name: `annotator ${n}`, folder, scheme: 'kits23' });
  }
  return {
    name: 'KiTS23 case 00061, three annotators',
    note: `The annotation is the majority of three annotators, so each of them has a share in it and agrees better with it
than with the others. Only their tumours are published one by one: each prediction is the reference label map with its
tumour turned into kidney and the annotator's tumour drawn over that, so the kidneys differ only where a tumour reaches
beyond them. One patient with one large tumour: the intervals say next to nothing.`,
    annotated: { source, layout: 'kits', scheme: 'kits23' },
    predictions,
  };
}

/**
 * A label map with one annotator's tumour: the reference with its tumour turned into kidney, so that the organ stays
 * whole, and the annotator's tumour drawn over that.
 */
export async function writeCombined(reference: string, tumour: string, path: string): Promise<void> {
  const whole = await openAnnotation(reference);
  const drawn = await openAnnotation(tumour);
  if (!sameGrid(whole.grid, drawn.grid, 0.01))
    throw new OverreadError(
      'geometry-mismatch',
      'The tumour does not lie on the reference mask’s grid: check that both are of one case.',
    );
  const [{ data: labels }] = whole.layers;
  const [{ data: inside }] = drawn.layers;
  const combined = Uint8Array.from(labels, (label, voxel) =>
    inside[voxel] !== 0 ? TUMOR : label === TUMOR ? KIDNEY : label,
  );
  await writeNifti(path, { grid: whole.grid, data: combined });
}

/** Patients in KiTS19 and KiTS23 (the number is the patient's): the later mask as annotation, the earlier as prediction. */
export async function editionsPairing(data: string, scratch: string): Promise<Pairing> {
  const from = join(data, 'kits-masks');
  const source = join(scratch, 'kits23');
  const folder = join(scratch, 'kits19');
  const both: string[] = [];
  for (const name of readdirSync(from).sort()) {
    const id = /^kits19_(case_\d{5})_segmentation\.nii\.gz$/.exec(name)?.[1];
    if (id === undefined) continue;
    const later = [`kits23_${id}_segmentation.nii.gz`, join('kits23', id, 'segmentation.nii.gz')]
      .map((path) => join(from, path))
      .find((path) => existsSync(path));
    if (later === undefined) continue;
    await copied(later, join(source, id, 'segmentation.nii.gz'));
    await copied(join(from, name), join(folder, `${id}.nii.gz`));
    both.push(id.replace('case_', ''));
  }
  if (both.length === 0)
    throw new OverreadError(
      'file-not-found',
      'No case is in both KiTS editions: give the folder with --data.',
    );
  const [patients, numbers] = [both.length, both.join(', ')];
  return {
    name: 'KiTS23 against KiTS19',
    note: `${patients} patients are in both data sets as they lie here: ${numbers}. The later mask is the annotation, the
earlier one the prediction. KiTS19 did not look for cysts, so nothing is known of "kidney lesions" as a whole: read by
its own scheme, it loses every question about them, and "no" is concluded for a kind of lesion that it does not know.
Read a second time as if cysts had been looked for and none found, it loses what the drawing alone costs.
${patients} patients are few: the intervals are wide and say so.`,
    annotated: { source, layout: 'kits', scheme: 'kits23' },
    predictions: [
      { name: 'KiTS19 masks', folder, scheme: 'kits19' },
      { name: 'KiTS19 masks, cysts taken as looked for', folder, scheme: 'kits23' },
    ],
  };
}
