// Scores of MedMultiPoints: by task as released, and with misses charged.
import type { Protocol } from '../../../domain/report.ts';
import {
  COCO_THRESHOLDS,
  type MatchedBoxes,
  matchBoxes,
  meanAveragePrecision,
} from '../../../scoring/detection/average-precision.ts';
import { type Box, boxIou } from '../../../scoring/detection/boxes.ts';
import { countError } from '../../../scoring/detection/counts.ts';
import { mean } from '../../../scoring/detection/mean.ts';
import { type Matched, matchPoints, nearestDistances, pointF1 } from '../../../scoring/detection/points.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import type { Said } from './reading.ts';
import { asksBoxes, asksCount, asksPoints, type Corners, type Reference, TASKS, type Task } from './tasks.ts';

/** Statistics of one reply; null where the task does not ask for it. */
export interface Item {
  readonly order: number;
  readonly task: Task;
  readonly parsed: boolean;
  readonly countError: number | null;
  /** Distances of predicted points to the nearest true one; null also where one side has no points. */
  readonly nearest: readonly number[] | null;
  readonly points: Matched | null;
  readonly boxes: MatchedBoxes | null;
  /** Mean over predicted boxes of the best IoU; null also where one side has no boxes. */
  readonly iou: number | null;
}

export const boxOf = ([x1, y1, x2, y2]: Corners): Box => ({ min: [x1, y1], max: [x2, y2] });

const MATCHED_AT = 10;
/** The released evaluator knows one class; a picture is asked about one class anyhow. */
const THING = 'thing';

/** As released, a reply without a count says 0; strict charges it. */
export function itemOf(reference: Reference, said: Said, parsed: boolean, protocol: Protocol): Item {
  const { task } = reference;
  const counts =
    protocol === 'published'
      ? { prediction: said.count ?? 0, reference: reference.releasedCount ?? reference.count }
      : { prediction: said.count, reference: reference.count };
  const sets = { prediction: said.points, reference: reference.points };
  const [found, truth] = [said.boxes.map(boxOf), reference.boxes.map(boxOf)];
  return {
    order: reference.order,
    task,
    parsed,
    countError: asksCount(task) ? countError(counts) : null,
    nearest: asksPoints(task) ? nearestDistances(sets) : null,
    points: asksPoints(task) ? matchPoints(sets, MATCHED_AT) : null,
    boxes: asksBoxes(task)
      ? matchBoxes(
          {
            prediction: found.map((box) => ({ box, label: THING })),
            reference: truth.map((box) => ({ box, label: THING })),
          },
          COCO_THRESHOLDS,
        )
      : null,
    iou:
      asksBoxes(task) && found.length > 0 && truth.length > 0
        ? mean(found.map((box) => Math.max(...truth.map((one) => boxIou(box, one)))))
        : null,
  };
}

const FAR = { better: 'lower', range: [0, Number.POSITIVE_INFINITY] } as const;

/** One statistic of items of the tasks named. */
function statistic(
  about: Pick<Summary<Item>, 'id' | 'summary'> & Partial<Summary<Item>>,
  tasks: readonly Task[],
  each: (item: Item) => number | null,
): Summary<Item> {
  return meanOf(about, (item) => (tasks.includes(item.task) ? each(item) : null));
}

function average(tasks: readonly Task[], prefix: string, threshold?: number): Summary<Item> {
  const at = threshold === undefined ? undefined : COCO_THRESHOLDS.indexOf(threshold);
  const name = threshold === undefined ? 'map' : `map${threshold * 100}`;
  return {
    id: prefix === '' ? name : `${prefix}-${name}`,
    summary: `mean average precision of boxes (101-point${threshold === undefined ? ', IoU 0.50 to 0.95' : `, IoU ${threshold}`}), all equally sure`,
    better: 'higher',
    range: [0, 1],
    of(items) {
      const ordered = [...items].sort((a, b) => a.order - b.order);
      const own = ordered.flatMap(({ task, boxes }) =>
        boxes !== null && tasks.includes(task) ? [boxes] : [],
      );
      return meanAveragePrecision(
        at === undefined ? own : own.map((one) => only(one, at)),
        at === undefined ? 10 : 1,
        '101-point',
      );
    },
  };
}

/** Detections at one of the thresholds. */
function only({ labels }: MatchedBoxes, at: number): MatchedBoxes {
  return {
    labels: labels.map((one) => ({
      ...one,
      detections: one.detections.map(({ score, hit }) => ({ score, hit: [hit[at]] })),
    })),
  };
}

function counts(task: Task): Summary<Item>[] {
  return [
    statistic(
      { ...FAR, id: `${task}-mae`, summary: 'mean absolute error of counts' },
      [task],
      (i) => i.countError,
    ),
    statistic(
      { ...FAR, id: `${task}-mse`, summary: 'mean squared error of counts' },
      [task],
      ({ countError: e }) => (e === null ? null : e * e),
    ),
  ];
}

function nearest(task: Task): Summary<Item>[] {
  const of = (
    id: string,
    summary: string,
    value: (distances: readonly number[]) => number | null,
    more: Partial<Summary<Item>>,
  ) =>
    statistic({ id: `${task}-${id}`, summary, ...more }, [task], ({ nearest: d }) =>
      d === null ? null : value(d),
    );
  const pixels = { ...FAR, unit: '{pixels}' };
  return [
    of('point-mae', 'mean distance to the nearest true point', mean, pixels),
    of(
      'point-rmse',
      'root mean square distance to the nearest true point',
      (d) => Math.sqrt(mean(d.map((one) => one * one)) ?? 0),
      pixels,
    ),
    of(
      'point-10px',
      'share of points less than 10 px from a true one',
      (d) => mean(d.map((one) => Number(one < 10))),
      {},
    ),
    {
      id: `${task}-zero-cases`,
      summary: 'pictures left out because a side has no points',
      ...FAR,
      of: (items) => items.filter((item) => item.task === task && item.nearest === null).length,
    },
  ];
}

const unparsed: Summary<Item> = meanOf(
  { id: 'unparsed', summary: 'share of replies that could not be read', better: 'lower' },
  ({ parsed }) => Number(!parsed),
);

/** As the released evaluator prints them, task by task; boxes of all classes together. */
const PUBLISHED: readonly Summary<Item>[] = [
  ...counts('counting'),
  ...nearest('pointing'),
  ...counts('count-and-point'),
  ...nearest('count-and-point'),
  ...(['bounding', 'count-and-box'] as const).flatMap((task) => [
    ...(task === 'count-and-box' ? counts(task) : []),
    average([task], task),
    average([task], task, 0.5),
    average([task], task, 0.75),
    statistic(
      { id: `${task}-iou`, summary: 'mean over predicted boxes of the best IoU' },
      [task],
      (i) => i.iou,
    ),
  ]),
  unparsed,
];

const STRICT: readonly Summary<Item>[] = [
  {
    id: 'point-f1-10px',
    summary: 'F1 of points matched one to one less than 10 px apart; misses and extras cost',
    better: 'higher',
    range: [0, 1],
    of: (items) => pointF1(items.flatMap(({ points }) => (points === null ? [] : [points]))),
  },
  statistic(
    { id: 'count-exact', summary: 'share of counts that are exactly right' },
    TASKS,
    ({ countError: e }) => (e === null ? null : Number(e === 0)),
  ),
  statistic(
    { ...FAR, id: 'count-mae', summary: 'mean absolute error of counts' },
    TASKS,
    (i) => i.countError,
  ),
  statistic(
    { ...FAR, id: 'count-mse', summary: 'mean squared error of counts' },
    TASKS,
    ({ countError: e }) => (e === null ? null : e * e),
  ),
  average(['bounding', 'count-and-box'], ''),
  average(['bounding', 'count-and-box'], '', 0.5),
  average(['bounding', 'count-and-box'], '', 0.75),
  {
    id: 'box-f1-50',
    summary: 'F1 of boxes found at IoU 0.5, each once; misses and extras cost',
    better: 'higher',
    range: [0, 1],
    of: (items) => pointF1(items.flatMap(({ boxes }) => (boxes === null ? [] : [found(boxes)]))),
  },
  unparsed,
];

function found({ labels }: MatchedBoxes): Matched {
  const sum = (of: (one: MatchedBoxes['labels'][number]) => number) =>
    labels.reduce((n, one) => n + of(one), 0);
  return {
    matched: sum(({ detections }) => detections.filter(({ hit }) => hit[0]).length),
    predicted: sum(({ detections }) => detections.length),
    actual: sum(({ actual }) => actual),
  };
}

export function metrics(protocol: Protocol): readonly Summary<Item>[] {
  return protocol === 'published' ? PUBLISHED : STRICT;
}
