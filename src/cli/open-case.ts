// Opens what a user points at (files, or a folder in a known layout) as one case with structures.
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { OverreadError } from '../domain/errors.ts';
import type { Annotation, RawAnnotation, Volume } from '../domain/volume.ts';
import { modalityOfName } from '../imaging/dataset-files.ts';
import { assertLabels } from '../imaging/image-likeness.ts';
import { findLayout, type LayoutCase } from '../imaging/layout.ts';
import type { ReadOptions } from '../imaging/limits.ts';
import { matchGeometry } from '../imaging/match-geometry.ts';
import { openAnnotation, openVolume } from '../imaging/open.ts';
import { applyScheme, chooseScheme, type LabelScheme, labelName } from '../knowledge/scheme.ts';

export interface OpenedCase {
  readonly annotation: Annotation;
  readonly volume: Volume | undefined;
  /** Remarks a user should see: resampling, labels without a scheme … */
  readonly remarks: string[];
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new OverreadError('file-not-found', `${basename(path)} does not exist: check the path.`, {
      cause: error,
    });
  }
}

/**
 * A scheme that names each label after its number or file ("label_3"), for measuring masks that no scheme
 * describes. Nothing is guessed: no question type knows such structures.
 */
export function numberScheme(raw: RawAnnotation): LabelScheme {
  const labels = raw.layers.flatMap((layer) =>
    layer.labels
      .filter((label) => label.value !== 0)
      .map(({ value, name }) => ({
        value,
        structure: (name ?? `label_${value}`).toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'),
        ...(name === undefined ? {} : { names: [labelName(name)] }),
      })),
  );
  return { id: 'numbers', summary: 'Labels by their own number or name', labels, annotated: [] };
}

/** The annotation with structures; without a fitting scheme its labels keep their own names, and a remark says so. */
export async function withStructures(
  raw: RawAnnotation,
  scheme: string | undefined,
): Promise<{ annotation: Annotation; remark?: string }> {
  try {
    return { annotation: applyScheme(raw, await chooseScheme(raw, scheme)) };
  } catch (error) {
    if (scheme !== undefined || !OverreadError.isInstance(error) || error.code !== 'scheme-unknown')
      throw error;
    return { annotation: applyScheme(raw, numberScheme(raw)), remark: error.message };
  }
}

async function onlyCase(folder: string, read: ReadOptions): Promise<LayoutCase> {
  const layout = await findLayout(folder);
  const found: LayoutCase[] = [];
  for await (const one of layout.cases(folder, read)) {
    found.push(one);
    if (found.length > 1) break;
  }
  if (found.length === 1) return found[0];
  throw new OverreadError(
    'bad-argument',
    `${basename(folder)} holds ${found.length === 0 ? 'no case' : 'several cases'}: name the folder or file of one.`,
  );
}

/** Mask and, where given, image, on one grid. `mask` may be a file or the folder of one case. */
export async function openCase(options: {
  mask: string;
  image?: string | undefined;
  scheme?: string | undefined;
  read?: ReadOptions;
}): Promise<OpenedCase> {
  const { read = {} } = options;
  const remarks: string[] = [];
  let raw: RawAnnotation;
  let volume: Volume | undefined;
  if (isFolder(options.mask) && !(await isAnnotationFolder(options.mask))) {
    const one = await onlyCase(options.mask, read);
    raw = await one.loadAnnotation();
    if (options.image === undefined && one.hasImage) volume = await one.loadVolume();
  } else {
    raw = await openAnnotation(options.mask, read);
    assertLabels(raw, basename(options.mask));
  }
  if (options.image !== undefined) {
    const modality = read.modality ?? modalityOfName(options.image);
    volume = await openVolume(options.image, { ...read, ...(modality === undefined ? {} : { modality }) });
  }
  const { annotation, remark } = await withStructures(raw, options.scheme);
  if (remark !== undefined) remarks.push(remark);
  const matched = volume === undefined ? annotation : matchGeometry(annotation, volume);
  for (const note of [...matched.source.notes, ...(volume?.source.notes ?? [])]) remarks.push(note);
  for (const label of matched.unknown)
    remarks.push(
      `Label ${label.value}${label.name ? ` (${label.name})` : ''} with ${label.voxels} voxels is not in the scheme ${matched.scheme} and was left out.`,
    );
  return { annotation: matched, volume, remarks };
}

/** A folder that is itself one annotation (a DICOM SEG or RTSTRUCT alone in it) rather than a case in a layout. */
async function isAnnotationFolder(path: string): Promise<boolean> {
  try {
    await findLayout(path);
    return false;
  } catch {
    return true;
  }
}
