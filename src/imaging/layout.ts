// Dataset layouts: how a folder of scans and masks is laid out, and its cases one after another.
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Phase } from '../domain/case.ts';
import { OverreadError } from '../domain/errors.ts';
import type { RawAnnotation, Volume } from '../domain/volume.ts';
import { layouts } from './layouts/registry.generated.ts';
import type { ReadOptions } from './limits.ts';
import { probe } from './open.ts';

/** What a source says of a case, as far as it may be known of a patient. */
export interface CaseFacts {
  readonly sex?: 'F' | 'M' | 'O';
  readonly ageYears?: number;
  readonly phase?: Phase;
  readonly scanner?: string;
  readonly licence?: string;
  /** DICOM modality: "CT", "MR" … */
  readonly modality?: string;
}

export interface LayoutCase {
  /** The layout's own name of the case inside the source: a relative path or an id. Unique in the source. */
  readonly item: string;
  /** The source's name of the patient; equal for cases of one patient. To be hashed before it goes anywhere. */
  readonly patient: string;
  /** Nothing says whose the case is, so it is taken as a patient of its own. */
  readonly patientAssumed?: boolean;
  readonly facts: CaseFacts;
  readonly hasImage: boolean;
  /** Rejects with an OverreadError: `file-not-found` where the case has masks only. */
  loadVolume(): Promise<Volume>;
  loadAnnotation(): Promise<RawAnnotation>;
  /** Label scheme that the layout implies, e.g. "kits23". */
  readonly impliedScheme?: string;
}

export interface LayoutOptions extends ReadOptions {
  /** `pair` only: the image's file, when the names do not tell. */
  readonly image?: string;
  /** `pair` only: the label map's file. */
  readonly mask?: string;
}

/** A dataset layout: one file in `layouts/`, default export, file name = id. */
export interface Layout {
  readonly id: string;
  readonly summary: string;
  /** How sure the layout is that the path is laid out its way: 0 no … 1 certain. Reads names only, never voxels. */
  detect(path: string): Promise<number>;
  /**
   * Cases in the order of their items. Iteration reads no voxels, so a case that cannot be read does not stop it:
   * its load functions reject. Throws `layout-unknown` when the path holds no case.
   */
  cases(path: string, options?: LayoutOptions): AsyncIterable<LayoutCase>;
}

/** What to tell of `assumed` among `cases` cases that are taken as patients of their own; nothing where none can be wrong. */
export function assumedPatients(cases: number, assumed: number): string | undefined {
  if (cases < 2 || assumed === 0) return undefined;
  const which =
    assumed === cases
      ? `Each of the ${cases} cases is taken as a patient of its own`
      : `${assumed} of the ${cases} cases are taken as patients of their own`;
  return `${which}: if some are of one person, say so in a metadata.csv beside them (columns case and patient).`;
}

/** Every layout, by id. */
export function allLayouts(): Layout[] {
  return Object.values(layouts) as Layout[];
}

/**
 * The layout of a path: the one named, or the surest for "auto" (the default).
 * Throws `file-not-found` or `layout-unknown`, which lists what was tried.
 */
export async function findLayout(path: string, id = 'auto'): Promise<Layout> {
  if (id !== 'auto') {
    const named = allLayouts().find((layout) => layout.id === id);
    if (named !== undefined) return named;
    const known = allLayouts().map((layout) => layout.id);
    throw new OverreadError(
      'layout-unknown',
      `There is no layout "${id}": use one of auto, ${known.join(', ')}.`,
    );
  }
  const full = resolve(path);
  if (!existsSync(full))
    throw new OverreadError('file-not-found', `${basename(full)} does not exist: check the path.`);
  const tried = await Promise.all(
    allLayouts().map(async (layout) => ({ layout, confidence: await layout.detect(full) })),
  );
  const [best] = tried.sort((a, b) => b.confidence - a.confidence);
  if (best !== undefined && best.confidence > 0) return best.layout;
  const holds = await probe(full).then(
    (found) => found.holds,
    () => undefined,
  );
  if (holds === 'volume')
    throw new OverreadError(
      'layout-unknown',
      `${basename(full)} holds a scan without an annotation: add its label map, masks, DICOM SEG or RTSTRUCT.`,
    );
  throw new OverreadError(
    'layout-unknown',
    `${basename(full)} is laid out in no known way (tried ${tried.map(({ layout }) => layout.id).join(', ')}): name a layout or arrange it as one image and one mask.`,
  );
}
