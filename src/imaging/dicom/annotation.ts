// DICOM annotations of a path: a SEG, or an RTSTRUCT with the images it was drawn on found beside it.
import { dirname } from 'node:path';
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Grid } from '../../domain/geometry.ts';
import type { RawAnnotation } from '../../domain/volume.ts';
import type { ReadOptions } from '../limits.ts';
import { type Stack, stacksOf } from './groups.ts';
import { type Instance, instanceOf, isSegmentation, isStructureSet } from './instance.ts';
import { parseDicom } from './parse.ts';
import { referencedSeries, type SegmentationOptions, segmentationOf } from './segmentation.ts';
import { type DicomSource, dicomSources } from './sources.ts';
import { stackGeometry } from './stack-geometry.ts';
import { structureSetOf } from './structure-set.ts';
import { type Scan, scanSources } from './volume.ts';

export interface AnnotationOptions extends SegmentationOptions {
  /** Grid on which an RTSTRUCT is drawn. Default: that of the series it references, found beside it. */
  readonly reference?: Grid;
}

/** The stack an annotation was drawn on: by the series it references, its frame of reference, or the only one. */
export function stackFor(
  stacks: readonly Stack[],
  referenced: readonly string[],
  frame: string,
): Stack | undefined {
  const largest = (found: readonly Stack[]) =>
    [...found].sort((a, b) => b.frames.length - a.frames.length)[0] as Stack | undefined;
  const named = stacks.filter((stack) => referenced.includes(stack.series));
  if (named.length > 0) return largest(named);
  const framed = stacks.filter(
    (stack) => frame !== '' && stack.frames[0].instance.frameOfReference === frame,
  );
  if (framed.length > 0) return largest(framed);
  return stacks.length === 1 && referenced.length === 0 ? stacks[0] : undefined;
}

/** Reads one annotation object; `scan` is where an RTSTRUCT's images are looked for. */
export async function annotationOf(
  source: DicomSource,
  scan: Pick<Scan, 'images'>,
  options: AnnotationOptions = {},
): Promise<RawAnnotation> {
  const bytes = await source.read();
  const file = parseDicom(bytes, source.name, options);
  const described = instanceOf(file, source);
  if (isSegmentation(described)) return await segmentationOf(file, sha256(bytes), options);
  let grid = options.reference;
  if (grid === undefined) {
    const stack = stackFor(stacksOf(scan.images), referencedSeries(file), described.frameOfReference);
    if (stack === undefined)
      throw new OverreadError(
        'file-not-found',
        `${source.name} is an RTSTRUCT whose images are not beside it: put both in one folder.`,
      );
    grid = stackGeometry(stack.frames, source.name, options.acceptIrregular ?? false).grid;
  }
  return structureSetOf(file, grid, sha256(bytes), options);
}

const isAnnotation = (instance: Instance) => isSegmentation(instance) || isStructureSet(instance);

/**
 * Reads the SEG or RTSTRUCT of a path: the file itself, or the only one in a folder or zip. An RTSTRUCT file's
 * images are looked for in its folder, then in the folder above.
 * @throws `several-series` when a folder holds several annotations, `file-not-found` when an RTSTRUCT's images are
 * missing, `format-unsupported` when there is no annotation
 */
export async function readDicomAnnotation(
  path: string,
  options: AnnotationOptions = {},
): Promise<RawAnnotation> {
  const { sources, name, close } = await dicomSources(path, options);
  try {
    const scan = await scanSources(sources, options);
    const found = scan.others.filter(isAnnotation);
    if (found.length > 1)
      throw new OverreadError(
        'several-series',
        `${name} holds ${found.length} segmentations: give the file of one.`,
        {
          details: { annotations: found.length },
        },
      );
    if (found.length === 0) {
      if (scan.unreadable.length > 0) throw scan.unreadable[0].error;
      throw new OverreadError(
        'format-unsupported',
        `${name} holds no DICOM SEG or RTSTRUCT: give the mask's file.`,
      );
    }
    const [annotation] = found;
    if (scan.images.length > 0 || isSegmentation(annotation) || options.reference !== undefined)
      return await annotationOf(annotation.source, scan, options);
    return await annotationOf(annotation.source, await neighbours(path, annotation, options), options);
  } finally {
    close();
  }
}

/** Images in the folder of an RTSTRUCT, or in the folder above when there are none. */
async function neighbours(
  path: string,
  annotation: Instance,
  options: ReadOptions,
): Promise<Pick<Scan, 'images'>> {
  const folder = dirname(path);
  for (const place of [folder, dirname(folder)]) {
    const { sources, close } = await dicomSources(place, options);
    try {
      // A look round, not a search of the disk.
      const scan = await scanSources(sources.slice(0, 5000), options);
      const images = scan.images.filter(
        (image) =>
          image.frameOfReference === annotation.frameOfReference || annotation.frameOfReference === '',
      );
      if (images.length > 0) return { images };
      if (scan.images.length > 0) return { images: scan.images };
    } finally {
      close();
    }
  }
  return { images: [] };
}
