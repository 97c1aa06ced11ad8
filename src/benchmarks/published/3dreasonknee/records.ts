// Records of 3DReasonKnee: the split table, annotations by key, and slices cut out of volumes.
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import type { Volume } from '../../../domain/volume.ts';
import { openVolume } from '../../../imaging/open.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { delimitedRecords } from '../../../records/delimited.ts';
import { jsonlRecords } from '../../../records/jsonl.ts';
import type { DataRoot } from '../../../records/source.ts';
import { localFile } from '../../local-file.ts';
import type { ItemPart, PublishedRecord, RecordOptions } from '../../published.ts';
import { checkedRow } from '../../release-rows.ts';
import { planeOf, type SliceDim } from '../../slice-planes.ts';
import { type Grades, KNEE_QUESTIONS, outOfRange } from './questions.ts';
import { gradesOf, kneeWindow, type SliceBox, shownSlices } from './reading.ts';

export const SPLIT_TABLE = 'test_split.csv';
export const ANNOTATIONS = 'annotations.jsonl';

/** Our field → the column of annotations.jsonl. */
export const COLUMNS = {
  key: 'key',
  question_id: 'question_id',
  question: 'question',
  box: 'bounding_box',
  reasoning: 'reasoning',
  answer: 'answer',
  region: 'region',
  components: 'components',
  window: 'window',
} as const;

const split = z.object({
  patient_id: z.string(),
  time: z.string(),
  study_folder: z.string(),
  series_folder: z.string(),
  knee_side: z.string(),
  image_filepath: z.string(),
});

const six = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);
export const annotation = z.object({
  key: z.string(),
  question_id: z.union([z.number(), z.string()]).transform(Number),
  question: z.string().nullish(),
  box: six.nullish(),
  reasoning: z.union([z.string(), z.array(z.string())]).nullish(),
  answer: z.unknown(),
  /** For questions that are not of the 69: what is graded, and the highest grade of each component. */
  region: z.string().nullish(),
  components: z.record(z.string(), z.number()).nullish(),
  /** Values that are shown, from black to white; a knee's are 0 to 400. */
  window: z.tuple([z.number(), z.number()]).nullish(),
});

export interface Reference {
  readonly region: string;
  readonly components: Readonly<Record<string, number>>;
  readonly grades: Grades;
  readonly box?: SliceBox;
}

interface Case {
  readonly image: string;
  readonly patient: string;
  readonly key: string;
}

/** patient_time_study_series_side, the question left off. */
function keyOf({ patient_id, time, study_folder, series_folder, knee_side }: z.infer<typeof split>): string {
  return [patient_id, time, study_folder, series_folder, knee_side].join('_');
}

export async function* records(
  data: DataRoot,
  { mode, split: wanted, columns }: RecordOptions,
): AsyncGenerator<PublishedRecord<Reference>> {
  if (wanted !== undefined && wanted !== 'test') return;
  const cases = new Map<string, Case>();
  let line = 0;
  for await (const { value } of delimitedRecords(await data.open(SPLIT_TABLE), { separator: ',' })) {
    const row = checkedRow(value, split, SPLIT_TABLE, line++);
    cases.set(keyOf(row), { image: row.image_filepath, patient: row.patient_id, key: keyOf(row) });
  }
  const volumes = volumeSlices(data);
  const named = { ...COLUMNS, ...columns };
  let at = 0;
  for await (const { value } of jsonlRecords(await data.open(ANNOTATIONS))) {
    const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
    const own = Object.fromEntries(Object.entries(named).map(([field, column]) => [field, fields[column]]));
    const row = checkedRow(own, annotation, ANNOTATIONS, at++);
    const where = `${ANNOTATIONS}, record ${at}`;
    const found = cases.get(row.key.replace(/_\d+$/, ''));
    if (found === undefined)
      throw new OverreadError(
        'file-corrupt',
        `${where}: its key is of no row of ${SPLIT_TABLE}: copy both again.`,
      );
    const reference = referenceOf(row, where);
    const parts =
      mode === 'boxes' && reference.box === undefined
        ? undefined
        : await volumes(found, row.window ?? undefined);
    if (parts === undefined) continue;
    const text = asked(row, reference, mode);
    yield {
      item: {
        id: row.key,
        patientId: found.patient,
        stage: 'medical-reasoning',
        type: mode === 'boxes' ? 'box-and-grade' : 'grade',
        answerKind: 'text',
        text,
        options: [],
        slots: { components: Object.keys(reference.components).join('|'), region: reference.region },
        split: 'test',
        system: 'You read a magnetic resonance examination of a knee, slice by slice. Reply with JSON.',
        facets: {
          block: blockOf(row.question_id),
          components: String(Object.keys(reference.components).length),
        },
        prompt: [...parts, { type: 'text', text }],
      },
      reference,
    };
  }
}

function referenceOf(row: z.infer<typeof annotation>, where: string): Reference {
  const known = KNEE_QUESTIONS[row.question_id - 1];
  const region = row.region ?? known?.region;
  const components = row.components ?? known?.components;
  if (region === undefined || components === undefined)
    throw new OverreadError(
      'file-corrupt',
      `${where}: question ${row.question_id} is none of the 69 and says no components.`,
    );
  const grades = gradesOf(row.answer, components);
  if (!grades.ok)
    throw new OverreadError('file-corrupt', `${where}: the answer holds no grades (${grades.reason}).`);
  const wrong = outOfRange(grades.value, components);
  if (wrong !== undefined)
    throw new OverreadError(
      'file-corrupt',
      `${where}: the grade of "${wrong}" is not a whole number of its range.`,
    );
  return { region, components, grades: grades.value, ...(row.box == null ? {} : { box: row.box }) };
}

/** What a question is about, by its number. */
function blockOf(id: number): string {
  const blocks: readonly (readonly [last: number, name: string])[] = [
    [15, 'bone-marrow lesions'],
    [29, 'cartilage'],
    [41, 'osteophytes'],
    [43, 'synovitis and effusion'],
    [53, 'menisci'],
    [59, 'meniscal cysts, hypertrophy, root tears'],
    [62, 'ligaments and tendon'],
    [69, 'bursae, cysts, loose bodies'],
  ];
  return blocks.find(([last]) => id >= 1 && id <= last)?.[1] ?? 'own questions';
}

function asked(
  { question, question_id }: z.infer<typeof annotation>,
  { region, components }: Reference,
  mode: string,
): string {
  const ranges = Object.entries(components).map(([name, most]) => `"${name}": 0 to ${most}`);
  const form = `{"MOAKS_scores": {"${region}": {${Object.keys(components)
    .map((name) => `"${name}": grade`)
    .join(', ')}}}${
    mode === 'boxes' ? ', "bounding_box": [start_slice, end_slice, x_min, x_max, y_min, y_max]' : ''
  }}`;
  // The release's own question says its grades and form; ours stands in where it is not there.
  const words =
    question ??
    `Assess the ${region.replaceAll('_', ' ')} (question ${question_id}). Grades: ${ranges.join('; ')}. Say why, then give JSON of the form ${form}.`;
  const frame =
    'x runs to the right and y downward in each slice, in pixels; first and last ones are part of the box';
  if (mode !== 'boxes') return words;
  return question == null
    ? `${words} (${frame})`
    : `${words}\nAdd "bounding_box": [start_slice, end_slice, x_min, x_max, y_min, y_max] to the JSON (${frame}).`;
}

/** The slices of a case as prompt parts, each with its number; pictures are cut when they are wanted. */
function volumeSlices(data: DataRoot) {
  let last: { path: string; volume: Promise<Volume> } | undefined;
  const volumeOf = (path: string): Promise<Volume> => {
    if (last?.path !== path) last = { path, volume: openVolume(path) };
    return last.volume;
  };
  return async ({ image }: Case, window: readonly [number, number] | undefined): Promise<ItemPart[]> => {
    if (!(await data.has(image)))
      throw new OverreadError(
        'file-not-found',
        `${SPLIT_TABLE} names ${image.split('/').at(-1)}, which is not there.`,
      );
    const path = localFile(data, image);
    const { grid } = await volumeOf(path);
    const dim = sliceDim(grid.shape);
    return shownSlices(grid.shape[dim]).flatMap((index): ItemPart[] => [
      { type: 'text', text: `Slice ${index}:` },
      {
        type: 'image',
        image: {
          name: `${image} slice ${index}`,
          async load() {
            const plane = planeOf((await volumeOf(path)).data, grid.shape, dim, index);
            return encodePng({ ...plane, channels: 1, data: kneeWindow(plane.data, window) });
          },
        },
      },
    ]);
  };
}

/** Slices run along the axis of 160 where there is one (knees), else along the shortest. */
export function sliceDim(shape: readonly [number, number, number]): SliceDim {
  const knee = shape.indexOf(160);
  const axis = knee >= 0 ? knee : shape.indexOf(Math.min(...shape));
  return axis === 0 ? 0 : axis === 1 ? 1 : 2;
}
