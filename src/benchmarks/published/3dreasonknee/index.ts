// 3DReasonKnee: where a knee is diseased, by a box in the volume, and how severely, by MOAKS grades.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gridOf } from '../../../domain/geometry.ts';
import { random } from '../../../domain/random.ts';
import { writeNifti } from '../../../imaging/write-nifti.ts';
import { boxIou } from '../../../scoring/detection/boxes.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import type { PublishedBenchmark, TrivialBaseline } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { KNEE_QUESTIONS } from './questions.ts';
import { boxOf, gradesOf, replyObject, volumeBox } from './reading.ts';
import { ANNOTATIONS, COLUMNS, type Reference, records, SPLIT_TABLE } from './records.ts';

interface Item {
  readonly parsed: boolean;
  /** Components graded exactly, of how many, and how many grades each could have. */
  readonly right: number;
  readonly components: number;
  readonly guess: number;
  readonly iou: number | null;
}

function itemOf({ components, grades, box }: Reference, text: string, mode: string, isStrict: boolean): Item {
  const object = replyObject(text, isStrict);
  const said = object.ok ? gradesOf(object.value, components) : object;
  const names = Object.keys(components);
  const found = mode === 'boxes' && object.ok ? boxOf(object.value) : undefined;
  return {
    parsed: said.ok,
    right: names.filter((name) => said.ok && said.value[name] === grades[name]).length,
    components: names.length,
    guess: names.reduce((sum, name) => sum + 1 / (components[name] + 1), 0) / names.length,
    iou:
      mode !== 'boxes' || box === undefined
        ? null
        : found?.ok === true
          ? boxIou(volumeBox(found.value), volumeBox(box))
          : 0,
  };
}

const grades = (value: number): TrivialBaseline => ({
  id: value === 0 ? 'always-normal' : `always-${value}`,
  summary: `grade ${value} for every component`,
  reply: ({ slots }) =>
    JSON.stringify({
      MOAKS_scores: {
        [slots.region]: Object.fromEntries(slots.components.split('|').map((name) => [name, value])),
      },
      bounding_box: [0, 400, 0, 400, 0, 400],
    }),
});

const METRICS: readonly Summary<Item>[] = [
  {
    ...meanOf<Item>(
      { id: 'grade-accuracy', summary: 'share of components graded exactly, averaged over questions' },
      ({ right, components }) => right / components,
    ),
    chance: {
      name: 'a grade by chance',
      of: (items) =>
        items.length === 0 ? null : items.reduce((sum, { guess }) => sum + guess, 0) / items.length,
    },
  },
  meanOf<Item>(
    { id: 'question-accuracy', summary: 'share of questions with every component graded exactly' },
    ({ right, components }) => Number(right === components),
  ),
  meanOf<Item>({ id: 'box-iou-3d', summary: 'overlap of boxes in the volume; none is 0' }, ({ iou }) => iou),
  meanOf<Item>({ id: 'parsed', summary: 'share of replies that could be read' }, ({ parsed }) =>
    Number(parsed),
  ),
];

const threeDReasonKnee: PublishedBenchmark<Reference, Item> = {
  id: '3dreasonknee',
  kind: 'benchmark',
  summary: 'boxes and MOAKS grades in 3D knee MR, with the steps that lead to them',
  paper: {
    title: '3DReasonKnee: Advancing Grounded Reasoning in Medical Vision Language Models',
    arxiv: '2510.20967',
    url: 'https://github.com/rajpurkarlab/3DReasonKnee',
    year: 2025,
  },
  command: 'overread run 3dreasonknee --data DIR --reader MODEL',
  needs: [SPLIT_TABLE, ANNOTATIONS, 'DESS volumes (NIfTI)'],
  card: {
    source: 'Rajpurkar Lab; images of the Osteoarthritis Initiative',
    url: 'https://huggingface.co/datasets/rajpurkarlab/3DReasonKnee',
    licence: 'none stated for annotations; images under the OAI agreement',
    access: 'credentialed',
    getIt: `Ask the OAI for the DESS volumes, download the annotations, and bring them into lines of ${ANNOTATIONS} (--column names other fields).`,
    size: '494 thousand questions on 7,970 volumes',
    splits: { test: null },
    files: [
      {
        name: SPLIT_TABLE,
        about: 'test volumes',
        fields: ['patient_id', 'time', 'study_folder', 'series_folder', 'knee_side', 'image_filepath'],
      },
      {
        name: ANNOTATIONS,
        about: 'questions, boxes, reasoning and grades by key',
        fields: ['key', 'question_id', 'answer'],
      },
      { name: '**.nii.gz', about: 'the volumes', required: false },
    ],
    format: 'unverified',
    columns: COLUMNS,
    faults: [
      'Answers are under MOAKS_scores in some questions and MOAKS_grade in others, and a number in some where most have an object: both are read.',
      'Questions 33, 35 and 37 ask for an object without either key; it is read as well.',
      'Some boxes come from a segmentation network, not from a reader.',
      'As published, what stands between the first and the last brace of a reply must be JSON; strict reads its last object.',
      'Slices are stretched one by one after the window, so that grey values are not the same from slice to slice.',
    ],
    tasks: ['grading', 'detection', 'reasoning'],
    modalities: ['MR'],
  },
  modes: ['grades', 'boxes'],
  facets: ['block', 'components'],
  records,
  measure({ reference }, { text, status }, { protocol, mode }) {
    const item = itemOf(reference, text, mode, protocol === 'strict');
    return {
      outcome: status === 'failed' || status === 'refused' ? status : item.parsed ? 'scored' : 'unparsed',
      item,
    };
  },
  metrics: (_, mode) => (mode === 'boxes' ? METRICS : METRICS.filter(({ id }) => id !== 'box-iou-3d')),
  baselines: [grades(0), grades(1)],
  oracle: ({ reference: { region, grades: right, box } }, mode) =>
    JSON.stringify({
      MOAKS_scores: { [region]: right },
      ...(mode === 'boxes' && box !== undefined ? { bounding_box: box } : {}),
    }),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, '3dreasonknee');
    const shape = [6, 24, 20] as const;
    const grid = gridOf(shape, [0.7, 0, 0, 0, 0, 0.365, 0, 0, 0, 0, 0.365, 0, 0, 0, 0, 1]);
    await mkdir(join(folder, 'volumes'), { recursive: true });
    const table = ['patient_id,time,study_folder,series_folder,knee_side,image_filepath,label_filepath'];
    const lines: string[] = [];
    // Synthetic volumes: a bright block whose brightness is the grade. No knee is in them.
    for (let at = 0; lines.length < items || at < 3; at++) {
      const name = `volumes/synthetic${at}.nii.gz`;
      const voxels = new Int16Array(shape[0] * shape[1] * shape[2]).map(() => 20 + rng.int(30));
      const grade = rng.int(4);
      const from = [1 + rng.int(2), 3 + rng.int(8), 3 + rng.int(6)];
      const to = from.map((start, axis) => start + 1 + rng.int(axis === 0 ? 2 : 6));
      for (let k = from[2]; k <= to[2]; k++)
        for (let j = from[1]; j <= to[1]; j++)
          for (let i = from[0]; i <= to[0]; i++) voxels[(k * shape[1] + j) * shape[0] + i] = 100 + 90 * grade;
      await writeNifti(join(folder, name), { grid, data: voxels });
      const side = at % 2 === 0 ? 'LEFT' : 'RIGHT';
      table.push(`synthetic${at},0,s${at},r1,${side},${name},`);
      for (const id of [1, 16, 30, 48, 63]) {
        const { region, components } = KNEE_QUESTIONS[id - 1];
        const graded = Object.fromEntries(
          Object.entries(components).map(([component, most]) => [
            component,
            Math.min(most, Math.max(0, grade - rng.int(2))),
          ]),
        );
        const single = Object.values(graded)[0];
        const answer =
          id === 30 ? { MOAKS_grade: { [region]: single } } : { MOAKS_scores: { [region]: graded } };
        lines.push(
          JSON.stringify({
            key: `synthetic${at}_0_s${at}_r1_${side}_${id}`,
            question_id: id,
            bounding_box: [from[0], to[0], from[2], to[2], from[1], to[1]],
            reasoning: ['synthetic: the block is found', 'its brightness is its grade'],
            answer,
          }),
        );
      }
    }
    await writeFile(join(folder, SPLIT_TABLE), `${table.join('\n')}\n`);
    await writeFile(join(folder, ANNOTATIONS), `${lines.join('\n')}\n`);
    return { items: lines.length };
  },
  check: publishedCheck(() => threeDReasonKnee, { mode: 'boxes', items: 40 }),
};
export default threeDReasonKnee;
