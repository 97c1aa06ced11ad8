// Records of MedVision: rows flattened out of benchmark plans, with pictures cut out of NIfTI files when they are wanted.
import type * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { jsonElements, jsonEntries } from '../../../records/json.ts';
import type { DataRoot } from '../../../records/source.ts';
import {
  boxProfile,
  ellipseProfile,
  MIN_BOX_SIDE,
  MIN_MASK_PIXELS,
  maskProfile,
  metricProfile,
  PLAN_NAME,
  type PlanCase,
  type PlanTask,
  planInfo,
  planTask,
  profilesOf,
} from '../../medvision/plan.ts';
import type { PublishedRecord, RecordOptions } from '../../published.ts';
import { checkedRow } from '../../release-rows.ts';
import { PLANE_NAMES, planeAxes, planeSpacing, SLICE_DIMS, type SliceDim } from '../../slice-planes.ts';

import { type VolumeFile, type Volumes, volumeCache } from './volumes.ts';

export type TaskName = 'box' | 'lesion-size' | 'distance' | 'angle' | 'mask-size';

export interface Reference {
  readonly task: TaskName;
  /** Sizes: major and minor axis in mm; distance in mm; angle in degrees; area in mm². Empty for boxes. */
  readonly values: readonly number[];
  /** Inclusive corners [row, column] in a picture of `size` rows and columns. */
  readonly box?: { readonly min: readonly [number, number]; readonly max: readonly [number, number] };
  readonly size: readonly [rows: number, columns: number];
}

interface Where extends VolumeFile {
  readonly dataset: string;
  readonly licence?: string;
  readonly task: PlanTask;
  readonly number: number;
  readonly split: 'train' | 'test';
  readonly one: PlanCase;
}

export async function* records(
  data: DataRoot,
  { split }: Pick<RecordOptions, 'split'>,
): AsyncGenerator<PublishedRecord<Reference>> {
  const names = await data.list();
  const plans = names.filter((name) => PLAN_NAME.test(name));
  if (plans.length === 0)
    throw new OverreadError(
      'file-not-found',
      'There is no benchmark_plan_*.json.gz: give the folder of a MedVision data set, or one above it.',
    );
  const volumes = volumeCache(data);
  for (const plan of plans) {
    const source = await data.open(plan);
    let info: z.infer<typeof planInfo> | undefined;
    for await (const {
      value: [key, value],
    } of jsonEntries(source))
      if (key === 'dataset_info') info = checkedRow(value, planInfo, plan, 0);
    if (info === undefined)
      throw new OverreadError('file-corrupt', `${plan} names no data set: copy it again.`);
    let number = 0;
    for await (const { value } of jsonElements(source, { path: ['tasks'] })) {
      const task = checkedRow(value, planTask, plan, number++);
      for (const own of ['train', 'test'] as const) {
        if (split !== undefined && split !== own) continue;
        for (const one of own === 'train' ? task.train_cases : task.test_cases)
          yield* caseRecords(volumes, {
            plan,
            dataset: info.dataset,
            ...(info.license === undefined ? {} : { licence: info.license }),
            task,
            number,
            split: own,
            one,
            folder: plan.includes('/') ? plan.slice(0, plan.lastIndexOf('/') + 1) : '',
          });
      }
    }
  }
}

async function* caseRecords(volumes: Volumes, where: Where): AsyncGenerator<PublishedRecord<Reference>> {
  const { one } = where;
  const info = one.image_file_info;
  let geometry: Pick<Place, 'shape' | 'spacing'> | undefined =
    info === undefined ? undefined : { shape: info.array_size, spacing: info.voxel_size };
  for (const dim of SLICE_DIMS)
    for (const { slice_idx: index, slice_profile: profile } of profilesOf(one, dim)) {
      const rows = rowsOf(profile, where);
      if (rows.length === 0) continue;
      const known = geometry ?? (await volumes.geometry(where));
      geometry = known;
      for (const row of rows) yield recordOf(volumes, where, row, { dim, index, ...known });
    }
}

interface Row extends Omit<Reference, 'size'> {
  readonly label: string;
  /** Part of the id: label or metric. */
  readonly key: string;
  readonly directed: boolean;
  readonly lines: readonly string[];
}

/** Rows of a slice that the release keeps. Throws `file-corrupt` for a profile of no known kind. */
function rowsOf(profile: readonly unknown[], { plan, task }: Where): Row[] {
  const labelled = (label: number | undefined) => task.labels_map?.[String(label)] ?? `label ${label}`;
  const rest = { directed: task.angles === 'directed', lines: [] };
  // A list of lists: ellipses of a lesion. Slices with several are left out.
  if (profile.some((entry) => Array.isArray(entry))) {
    if (profile.length !== 1) return [];
    const axes = ellipseProfile.safeParse(profile[0]);
    const axis = (key: string) => axes.data?.find(({ metric_key }) => metric_key === key)?.metric_value;
    const [major, minor] = [axis('L-1-2'), axis('L-3-4')];
    if (major === undefined || minor === undefined) throw unknownProfile(plan);
    const label = task.target_label;
    return [
      { ...rest, task: 'lesion-size', values: [major, minor], label: labelled(label), key: String(label) },
    ];
  }
  return profile.flatMap((entry): Row[] => {
    const boxes = boxProfile.safeParse(entry);
    if (boxes.success) {
      const { label, bboxes } = boxes.data;
      const [box] = bboxes;
      if (bboxes.length !== 1 || Math.min(...box.dimensions) < MIN_BOX_SIDE) return [];
      const { min_coords: min, max_coords: max } = box;
      return [
        { ...rest, task: 'box', values: [], box: { min, max }, label: labelled(label), key: String(label) },
      ];
    }
    const mask = maskProfile.safeParse(entry);
    if (mask.success) {
      const { label, pixel_count, ROI_area } = mask.data;
      if (pixel_count < MIN_MASK_PIXELS) return [];
      return [{ ...rest, task: 'mask-size', values: [ROI_area], label: labelled(label), key: String(label) }];
    }
    const metric = metricProfile.safeParse(entry);
    if (!metric.success) throw unknownProfile(plan);
    const { metric_type, metric_key, metric_value } = metric.data;
    const map = metric_type === 'angle' ? task.angles_map : task.lines_map;
    const name = map?.[metric_key]?.name ?? metric_key;
    return [
      {
        ...rest,
        task: metric_type,
        values: [metric_value],
        label: name,
        key: metric_key,
        lines: linesOf(task, metric_key),
      },
    ];
  });
}

/** What the ends of a line, or of the two lines of an angle, are called. */
function linesOf({ angles_map, lines_map, landmarks_map }: PlanTask, key: string): string[] {
  const named = (line: string) =>
    (lines_map?.[line]?.element_keys ?? []).map((point) => landmarks_map?.[point] ?? point).join(' to ');
  return (angles_map?.[key]?.element_keys ?? [key]).map(named).filter((line) => line !== '');
}

const unknownProfile = (plan: string): OverreadError =>
  new OverreadError('file-corrupt', `${plan} holds a slice profile of no known kind: copy it again.`);

interface Place {
  readonly dim: SliceDim;
  readonly index: number;
  readonly shape: readonly [number, number, number];
  readonly spacing: readonly [number, number, number];
}

function recordOf(volumes: Volumes, where: Where, row: Row, place: Place): PublishedRecord<Reference> {
  const { dataset, licence, task, number, split, one } = where;
  const { dim, index, shape, spacing } = place;
  const [rows, columns] = planeAxes(dim);
  const size = [shape[rows], shape[columns]] as const;
  const [down, right] = planeSpacing(spacing, dim);
  const plane = PLANE_NAMES[dim];
  const id = [dataset, `T${number}`, row.task, one.case_ID, plane, index, row.key].join('-');
  const text = asked(
    row,
    task.image_description,
    `${right.toFixed(3)} mm wide and ${down.toFixed(3)} mm high`,
  );
  const { values, box } = row;
  return {
    item: {
      id,
      patientId: `${dataset}-${one.case_ID}`,
      stage: row.task === 'box' ? 'recognition' : 'measurement',
      type: row.task,
      answerKind: row.task === 'box' || row.task === 'lesion-size' ? 'text' : 'numeric',
      ...(row.task === 'angle'
        ? { unit: 'deg' }
        : row.task === 'distance'
          ? { unit: 'mm' }
          : row.task === 'mask-size'
            ? { unit: 'mm2' }
            : {}),
      text: text.task,
      options: [],
      slots: {
        label: row.label,
        rows: String(size[0]),
        columns: String(size[1]),
        'mm-down': String(down),
        'mm-right': String(right),
      },
      split,
      system: '',
      facets: {
        dataset,
        label: row.label,
        modality: task.image_modality,
        plane,
      },
      ...(licence === undefined ? {} : { licence }),
      prompt: [
        {
          type: 'image',
          image: {
            name: `${one.image_file} ${plane} ${index}`,
            load: () => volumes.picture(where, dim, index),
          },
        },
        { type: 'text', text: text.whole },
      ],
    },
    reference: { task: row.task, values, ...(box === undefined ? {} : { box }), size },
  };
}

/** Share of the picture that the box takes, in bins of 5 %: part of the answer, so that it is no facet. */
export function boxShare({ box, size: [rows, columns] }: Reference): string | undefined {
  if (box === undefined) return undefined;
  const { min, max } = box;
  const share = ((max[0] - min[0] + 1) * (max[1] - min[1] + 1)) / (rows * columns);
  const bin = Math.min(19, Math.floor(share * 20));
  return `${bin * 5}–${bin * 5 + 5} %`;
}

/** The three parts of the released prompt, in our words. */
function asked(row: Row, description: string, pixel: string): { task: string; whole: string } {
  const { task, label, directed, lines } = row;
  const between = lines.length > 0 ? ` (${lines.join('; ')})` : '';
  const [wanted, form] = {
    box: [
      `give the corners of the box around the ${label}`,
      'Four decimal numbers with commas between them and nothing else: the left lower corner, then the right upper corner, each as x, y. Coordinates run from 0 to 1, and the origin is the lower left corner of the picture.',
    ],
    'lesion-size': [
      `estimate the lengths of the major and minor axis of the ellipse that encloses the ${label}, in mm`,
      'Two decimal numbers with a comma between them and nothing else: the major axis, then the minor axis.',
    ],
    distance: [`estimate the distance "${label}"${between} in mm`, 'One decimal number and nothing else.'],
    angle: [
      `estimate the angle "${label}"${between} in degrees, ${
        directed
          ? 'between the directions of the two lines, from 0 to 180'
          : 'the acute one between the two lines'
      }`,
      'One decimal number and nothing else.',
    ],
    'mask-size': [`estimate the area of the ${label} in mm²`, 'One decimal number and nothing else.'],
  }[task];
  const question = `The picture is a slice of ${/^an? /.test(description) ? description : `a ${description}`}: ${wanted}.`;
  const units = task === 'box' ? '' : `\nAdditional information: a pixel of this picture is ${pixel}.`;
  return { task: question, whole: `Task: ${question}${units}\nFormat: ${form}` };
}

/** Four numbers as the release wants them: [x0, y0, x1, y1] with the origin at the lower left. */
export function releasedBox({ box, size }: Reference): [number, number, number, number] {
  const { min, max } = box ?? { min: [0, 0], max: [0, 0] };
  return [min[1] / size[1], (size[0] - max[0]) / size[0], max[1] / size[1], (size[0] - min[0]) / size[0]];
}

/** The same with the far edge of the last row and column, as a box of whole pixels has it. */
export function wholeBox({ box, size }: Reference): [number, number, number, number] {
  const { min, max } = box ?? { min: [0, 0], max: [0, 0] };
  return [
    min[1] / size[1],
    (size[0] - max[0] - 1) / size[0],
    (max[1] + 1) / size[1],
    (size[0] - min[0]) / size[0],
  ];
}
