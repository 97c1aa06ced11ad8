// overread inspect: what a file or folder is, what its labels are, and what can be asked of it.
import { basename, resolve } from 'node:path';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import { axisCodes, obliquity } from '../../domain/geometry.ts';
import type { Stage } from '../../domain/question.ts';
import type { Annotation, Volume } from '../../domain/volume.ts';
import { noImage } from '../../imaging/dataset-files.ts';
import type { LayoutCase } from '../../imaging/layout.ts';
import type { ReadOptions } from '../../imaging/limits.ts';
import { countLabels } from '../../imaging/voxels.ts';
import { positiveInteger, seriesOf } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';
import { renderInspection } from '../inspection-text.ts';
import { isFolder } from '../open-case.ts';

export interface Geometry {
  shape: readonly number[];
  spacing: readonly number[];
  axes: string;
  obliquityDegrees: number;
}

export interface Label {
  value: number;
  name?: string;
  structure: string | null;
  voxels: number;
}

interface InspectedCase {
  item: string;
  error?: { code: string; message: string };
  geometry?: Geometry;
  image?: { units: string; minimum: number; maximum: number } | null;
  scheme?: string;
  labels?: Label[];
  /** Looked for and not there. */
  absent?: string[];
  askable?: { type: string; stage: Stage; questions: number; reason?: string }[];
  notes?: string[];
}

export interface Inspection {
  path: string;
  format?: string;
  holds?: string;
  geometry?: Geometry;
  dataType?: string;
  facts?: Readonly<Record<string, string | number | boolean>>;
  layout?: string;
  cases?: number;
  inspected: InspectedCase[];
  /** Over the inspected cases: types of which at least one case can be asked, and why others cannot. */
  askable?: { type: string; stage: Stage; questions: number; reason?: string }[];
  notes: string[];
}

function geometryOf(grid: {
  shape: readonly number[];
  spacing: readonly number[];
  affine: readonly number[];
}): Geometry {
  return {
    shape: grid.shape,
    spacing: grid.spacing,
    axes: axisCodes(grid.affine),
    obliquityDegrees: Number(obliquity(grid.affine).toFixed(3)),
  };
}

function rangeOf(volume: Volume): { units: string; minimum: number; maximum: number } {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < volume.data.length; i++) {
    const value = volume.data[i];
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { units: volume.units, minimum, maximum };
}

function labelsOf(annotation: Annotation): Label[] {
  const known = annotation.layers.flatMap((layer) => {
    const voxels = countLabels(layer.data);
    return layer.labels.map(({ value, name, structure }) => ({
      value,
      name,
      structure,
      voxels: voxels.get(value) ?? 0,
    }));
  });
  const unknown = annotation.unknown.map(({ value, name, voxels }) => ({
    value,
    ...(name === undefined ? {} : { name }),
    structure: null,
    voxels,
  }));
  return [...known, ...unknown];
}

export async function inspect(
  path: string,
  options: { layout?: string; scheme?: string; cases: number; read?: ReadOptions },
): Promise<Inspection> {
  const [
    { assumedPatients, findLayout },
    { probe },
    { matchGeometry },
    { measureCase },
    { whatCanBeAsked, lookedFor },
    { withStructures },
  ] = await Promise.all([
    import('../../imaging/layout.ts'),
    import('../../imaging/open.ts'),
    import('../../imaging/match-geometry.ts'),
    import('../../measure/measure.ts'),
    import('../../questions/ask.ts'),
    import('../open-case.ts'),
  ]);
  const found: Inspection = { path, inspected: [], notes: [] };
  const folder = isFolder(path);
  try {
    const header = await probe(path, options.read);
    found.format = header.format;
    found.holds = header.holds;
    if (header.shape && header.spacing && header.affine)
      found.geometry = geometryOf({ shape: header.shape, spacing: header.spacing, affine: header.affine });
    if (header.dataType) found.dataType = header.dataType;
    if (header.facts) found.facts = header.facts;
    found.notes.push(...header.notes);
  } catch (error) {
    // A folder need not be an image by itself; a file that is none ends here.
    if (!folder || options.read?.series !== undefined) throw error;
  }
  let layout: Awaited<ReturnType<typeof findLayout>> | undefined;
  try {
    layout = await findLayout(resolve(path), options.layout ?? 'auto');
  } catch (error) {
    if (found.format === undefined) throw error;
    if (!OverreadError.isInstance(error)) throw error;
    // A scan without an annotation is nothing strange: what is missing is said, not what was tried.
    if (found.holds !== 'annotation') {
      found.notes.push(found.holds === 'volume' ? NO_ANNOTATION : error.message);
      return found;
    }
  }
  if (layout !== undefined) found.layout = layout.id;
  found.cases = 0;
  let assumed = 0;
  const totals = new Map<string, { type: string; stage: Stage; questions: number; reason?: string }>();
  try {
    for await (const one of layout?.cases(path) ?? [loneAnnotation(path)]) {
      found.cases++;
      if (one.patientAssumed === true) assumed++;
      if (found.inspected.length >= options.cases) continue;
      const entry: InspectedCase = { item: one.item };
      found.inspected.push(entry);
      try {
        const raw = await one.loadAnnotation();
        const volume = one.hasImage ? await one.loadVolume() : undefined;
        const hint = options.scheme ?? one.impliedScheme;
        const { annotation: labelled, remark } = await withStructures(raw, hint);
        const annotation = volume === undefined ? labelled : matchGeometry(labelled, volume);
        const set = lookedFor(measureCase(annotation, volume, { rules: 'strict' }), annotation.annotated);
        entry.geometry = geometryOf(annotation.grid);
        entry.image = volume === undefined ? null : rangeOf(volume);
        entry.scheme = annotation.scheme;
        entry.labels = labelsOf(annotation);
        const present = new Set(set.regions.filter((r) => r.voxels > 0).map((r) => r.structure));
        entry.absent = annotation.annotated.filter((structure) => !present.has(structure));
        entry.askable = whatCanBeAsked(set, {
          phase: one.facts.phase ?? 'unknown',
          modality: one.facts.modality ?? 'CT',
        });
        entry.notes = [
          ...(remark === undefined ? [] : [remark]),
          ...annotation.source.notes,
          ...(volume?.source.notes ?? []),
          ...set.notes,
        ];
        for (const asked of entry.askable) {
          const total = totals.get(asked.type);
          if (total === undefined) totals.set(asked.type, { ...asked });
          else {
            total.questions += asked.questions;
            if (asked.questions > 0) delete total.reason;
          }
        }
      } catch (error) {
        if (!folder && OverreadError.isInstance(error) && error.details.image === true) {
          found.notes.push(NO_ANNOTATION);
          return { ...withoutLayout(found), holds: 'volume', inspected: [] };
        }
        entry.error = {
          code: OverreadError.isInstance(error) ? error.code : 'internal',
          message: messageOf(error),
        };
      }
    }
  } catch (error) {
    if (found.format === undefined) throw error;
    found.notes.push(messageOf(error));
  }
  if (totals.size > 0) found.askable = [...totals.values()];
  const patients = assumedPatients(found.cases, assumed);
  if (patients !== undefined) found.notes.push(patients);
  return found;
}

const NO_ANNOTATION =
  'This is a scan without an annotation: give its label map, masks, DICOM SEG or RTSTRUCT to measure or ask of it.';

/** A DICOM SEG or RTSTRUCT by itself is a case without its image. */
function loneAnnotation(path: string): LayoutCase {
  const item = basename(path);
  return {
    item,
    patient: item,
    facts: {},
    hasImage: false,
    loadVolume: () => Promise.reject(noImage()),
    loadAnnotation: async () => (await import('../../imaging/open.ts')).openAnnotation(path),
  };
}

/** A lone image is in no layout. */
function withoutLayout({ layout, cases, ...found }: Inspection): Inspection {
  return found;
}

export default {
  register: (program) =>
    program
      .command('inspect')
      .description('say what a file or folder is and what can be asked of it')
      .argument('<path>', 'file or folder')
      .option('--layout <layout>', '"auto" or a layout of "overread layouts"')
      .option('--scheme <scheme>', 'label scheme: a name or a JSON file')
      .option('--series <n>', 'which DICOM series of several to describe, by number or UID')
      .option('--cases <n>', 'cases to look into (default 3)', positiveInteger),
  async run(session, [path], flags) {
    const found = await inspect(String(path), {
      layout: text(flags, 'layout') ?? session.config.layout,
      scheme: text(flags, 'scheme') ?? session.config.scheme,
      cases: (flags.cases as number | undefined) ?? 3,
      read: seriesOf(text(flags, 'series')),
    });
    session.result(found);
    session.say(renderInspection(found));
    return found.inspected.length > 0 && found.inspected.every((one) => one.error !== undefined) ? 2 : 0;
  },
} satisfies CliCommand;
