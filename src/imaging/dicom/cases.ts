// Cases of a DICOM dataset: each image series that a segmentation or structure set was drawn on.
import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { sha256 } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { RawAnnotation } from '../../domain/volume.ts';
import { readHead } from '../file-bytes.ts';
import type { LayoutCase, LayoutOptions } from '../layout.ts';
import { matchGeometry } from '../match-geometry.ts';
import { annotationOf, stackFor } from './annotation.ts';
import { type Stack, stacksOf } from './groups.ts';
import { type Instance, isSegmentation, isStructureSet } from './instance.ts';
import { parseDicom } from './parse.ts';
import { referencedSeries } from './segmentation.ts';
import { dicomKind, sniffFolder } from './sniff.ts';
import { dicomSources } from './sources.ts';
import { stackGeometry } from './stack-geometry.ts';
import { type Scan, scanSources, stackVolume } from './volume.ts';

export type AnnotationKind = 'segmentation' | 'structures';

interface Found {
  readonly stack: Stack;
  readonly annotations: Instance[];
}

const wanted = (kind: AnnotationKind) => (kind === 'segmentation' ? isSegmentation : isStructureSet);

/** Files whose beginnings are looked at to tell a layout. */
const MOST_FILES = 2000;

/**
 * How sure it is that a folder or zip holds images with annotations of the kind: 0.95 when both are there.
 * Reads the beginnings of files only.
 */
export async function detectDicomCases(path: string, kind: AnnotationKind): Promise<number> {
  const found = await stat(resolve(path)).catch(() => undefined);
  if (found === undefined) return 0;
  // Folders of masks hold hundreds of thousands of files: a look at the first few tells that they are no DICOM.
  if (found.isDirectory() && (await sniffFolder(resolve(path))) === 0) return 0;
  // A single file is no dataset, unless it is an archive of one.
  if (
    !found.isDirectory() &&
    !(await readHead(resolve(path), 2)).every((byte, n) => byte === [0x50, 0x4b][n])
  )
    return 0;
  try {
    const { sources, close } = await dicomSources(path, {});
    let images = false;
    let annotations = false;
    try {
      for (const source of sources.slice(0, MOST_FILES)) {
        const head = source.head === undefined ? await source.read() : await source.head(4096);
        const is = dicomKind(head.subarray(0, 4096));
        images ||= is === 'image';
        annotations ||= is === kind;
        if (images && annotations) return 0.95;
      }
    } finally {
      close();
    }
    return 0;
  } catch {
    return 0;
  }
}

/** Which annotations belong to which stack. Annotations without images in the source are left out. */
async function pairUp(scan: Scan, kind: AnnotationKind, options: LayoutOptions): Promise<Found[]> {
  const stacks = stacksOf(scan.images);
  const byStack = new Map<Stack, Instance[]>();
  for (const annotation of scan.others.filter(wanted(kind))) {
    const { source, frameOfReference, study } = annotation;
    const file = parseDicom(await source.read(), source.name, { ...options, untilPixels: true });
    const sameStudy = stacks.filter((stack) => study === '' || stack.frames[0].instance.study === study);
    const referenced = referencedSeries(file);
    const stack =
      stackFor(sameStudy, referenced, frameOfReference) ?? stackFor(stacks, referenced, frameOfReference);
    if (stack !== undefined) byStack.set(stack, [...(byStack.get(stack) ?? []), annotation]);
  }
  return stacks.flatMap((stack) => {
    const annotations = byStack.get(stack);
    return annotations === undefined ? [] : [{ stack, annotations }];
  });
}

/** Several objects drawn on one series become layers of one annotation, on the series' own grid. */
async function merged(
  { stack, annotations }: Found,
  scan: Scan,
  name: string,
  options: LayoutOptions,
): Promise<RawAnnotation> {
  const { grid } = stackGeometry(stack.frames, name, false);
  const withGrid = { ...options, reference: grid };
  const read: RawAnnotation[] = [];
  for (const { source } of annotations) read.push(await annotationOf(source, scan, withGrid));
  if (read.length === 1) return read[0];
  const matched = read.map((annotation) => matchGeometry(annotation, { grid }));
  const [first] = matched;
  return {
    grid,
    layers: matched.flatMap(({ layers }) => layers),
    source: {
      ...first.source,
      hash: sha256(
        matched
          .map(({ source }) => source.hash)
          .sort()
          .join('\n'),
      ),
      notes: [
        ...new Set(matched.flatMap(({ source }) => source.notes)),
        `${read.length} objects were put together`,
      ],
    },
  };
}

/** Cases of a path, in the order of their first file. Items are folders relative to the path, numbered when shared. */
export async function* dicomCases(
  path: string,
  kind: AnnotationKind,
  options: LayoutOptions = {},
): AsyncGenerator<LayoutCase> {
  const { sources, name, close } = await dicomSources(path, options);
  try {
    const scan = await scanSources(sources, options);
    const found = await pairUp(scan, kind, options);
    if (found.length === 0) {
      const what = kind === 'segmentation' ? 'SEG object' : 'RTSTRUCT';
      throw new OverreadError(
        'layout-unknown',
        `${name} holds no DICOM series with a ${what} drawn on it: check the path or name another layout.`,
      );
    }
    const root = resolve(path);
    const folders = found.map(({ stack }) => dirname(stack.frames[0].instance.source.path));
    for (const [index, one] of found.entries()) {
      // Entries of a zip have names of their own; files lie below the path.
      const inside = isAbsolute(folders[index]) ? relative(root, folders[index]) : folders[index];
      const folder = inside === '' || inside === '.' ? basename(root) : inside;
      const shared = folders.filter((other) => other === folders[index]).length > 1;
      const item = shared
        ? `${folder}#${folders.slice(0, index + 1).filter((other) => other === folders[index]).length}`
        : folder;
      const [{ instance }] = one.stack.frames;
      yield {
        item,
        // An object without a patient id stands for a patient of its own.
        patient: instance.patient === '' ? item : instance.patient,
        facts: instance.caseFacts,
        hasImage: true,
        loadVolume: () => stackVolume(one.stack, name, options),
        loadAnnotation: () => merged(one, scan, name, options),
      };
    }
  } finally {
    close();
  }
}
