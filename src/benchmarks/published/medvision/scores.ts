// Scores of MedVision: errors of sizes over what was read, shares below an error over everything, overlap of boxes.
import type { Protocol } from '../../../domain/report.ts';
import { type Box, boxIou, boxOverlap } from '../../../scoring/detection/boxes.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import { lastNumbers, type Parsed, parsed, unparsed, withoutThinking } from '../../replies.ts';
import { boxShare, type Reference, releasedBox, type TaskName, wholeBox } from './records.ts';

export interface Item {
  readonly task: TaskName;
  readonly parsed: boolean;
  /** Mean over the item's numbers; null when they could not be read, and for boxes. */
  readonly absolute: number | null;
  readonly relative: number | null;
  /** Overlap, 0 when no box could be read; null for other tasks. */
  readonly overlap: {
    readonly iou: number;
    readonly f1: number;
    readonly precision: number;
    readonly recall: number;
  } | null;
  /** Bin of the share of the picture that the box takes. */
  readonly share?: string;
}

export const numbersOf = (task: TaskName): number => (task === 'box' ? 4 : task === 'lesion-size' ? 2 : 1);

/** As released: the last numbers of the whole reply, thoughts included; a minus sign counts, an exponent does not. */
export function releasedNumbers(text: string, task: TaskName): Parsed<readonly number[]> {
  const found = text.match(/-?\d+\.?\d*/g) ?? [];
  const k = numbersOf(task);
  if (found.length < k) return unparsed(`${found.length} numbers where ${k} are wanted`);
  const values = found.slice(-k).map(Number);
  // Single numbers below zero are refused there, others are not.
  return k === 1 && values[0] < 0 ? unparsed('a size below zero') : parsed(values);
}

/** The last numbers after any thoughts; sizes must not be negative, angles within 180°, corners within the picture. */
export function carefulNumbers(text: string, task: TaskName): Parsed<readonly number[]> {
  const answer = /<answer>([\s\S]*?)<\/answer>/i.exec(text)?.[1] ?? withoutThinking(text);
  const found = lastNumbers(answer, numbersOf(task));
  if (!found.ok) return found;
  if (found.value.some((value) => value < 0)) return unparsed('a number below zero');
  if (task === 'angle' && found.value[0] > 180) return unparsed('an angle above 180°');
  if (task === 'box' && found.value.some((value) => value > 1)) return unparsed('a coordinate above 1');
  return found;
}

const asBox = ([x0, y0, x1, y1]: readonly number[]): Box => ({ min: [x0, y0], max: [x1, y1] });

export function itemOf(reference: Reference, numbers: Parsed<readonly number[]>, protocol: Protocol): Item {
  const { task, values } = reference;
  const share = boxShare(reference);
  const none = {
    task,
    parsed: numbers.ok,
    absolute: null,
    relative: null,
    overlap: null,
    ...(share === undefined ? {} : { share }),
  };
  if (task === 'box') {
    if (!numbers.ok) return { ...none, overlap: { iou: 0, f1: 0, precision: 0, recall: 0 } };
    const truth = asBox(protocol === 'published' ? releasedBox(reference) : wholeBox(reference));
    const said = asBox(numbers.value);
    return { ...none, overlap: { iou: boxIou(said, truth), ...boxOverlap(said, truth) } };
  }
  if (!numbers.ok) return none;
  const errors = values.map((value, at) => Math.abs(numbers.value[at] - value));
  const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
  return {
    ...none,
    absolute: mean(errors),
    relative: mean(errors.map((error, at) => error / (values[at] + 1e-15))),
  };
}

const isSize = ({ task }: Item): boolean => task !== 'box';
const far = { better: 'lower', range: [0, Number.POSITIVE_INFINITY] } as const;

const below = (limit: number): Summary<Item> =>
  meanOf(
    {
      id: `mre-below-${limit.toFixed(1)}`,
      summary: `share of sizes with a relative error below ${limit}; failures count against`,
    },
    (item) => (isSize(item) ? Number(item.relative !== null && item.relative < limit) : null),
  );

const absolute = (id: string, summary: string, unit: string, tasks: readonly TaskName[]): Summary<Item> =>
  meanOf({ ...far, id, summary, unit }, (item) => (tasks.includes(item.task) ? item.absolute : null));

const overlap = (key: 'iou' | 'f1' | 'precision' | 'recall', summary: string): Summary<Item> =>
  meanOf({ id: `box-${key}`, summary: `${summary}; failures are 0` }, (item) => item.overlap?.[key] ?? null);

const atLeast = (limit: number): Summary<Item> =>
  meanOf(
    { id: `box-iou-at-least-${limit.toFixed(1)}`, summary: `share of boxes with an IoU of ${limit} or more` },
    (item) => (item.overlap === null ? null : Number(item.overlap.iou >= limit)),
  );

const COMMON: readonly Summary<Item>[] = [
  below(0.1),
  overlap('iou', 'mean intersection over union of boxes'),
  meanOf(
    { ...far, id: 'mre', summary: 'mean relative error of the sizes that could be read' },
    ({ relative }) => relative,
  ),
  absolute('mae-mm', 'mean absolute error of the lengths that could be read', 'mm', [
    'lesion-size',
    'distance',
  ]),
  absolute('mae-degrees', 'mean absolute error of the angles that could be read', 'deg', ['angle']),
  absolute('mae-mm2', 'mean absolute error of the areas that could be read', 'mm2', ['mask-size']),
  meanOf({ id: 'success-rate', summary: 'share of replies that could be read' }, (item) =>
    Number(item.parsed),
  ),
  ...[0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map(below),
  overlap('f1', 'mean F1 of the areas'),
  overlap('precision', 'mean share of the predicted area that is right'),
  overlap('recall', 'mean share of the true area that was found'),
  ...[0.5, 0.6, 0.7, 0.8, 0.9].map(atLeast),
];

/** Failures are worth the whole size, so that a mean error cannot be had by answering what is easy. */
const CAPPED: Summary<Item> = meanOf(
  {
    id: 'capped-mre',
    summary: 'mean relative error of all sizes, at most 1 each; failures are 1',
    better: 'lower',
  },
  (item) => (isSize(item) ? Math.min(1, item.relative ?? 1) : null),
);

export function metrics(protocol: Protocol): readonly Summary<Item>[] {
  return protocol === 'published' ? COMMON : [COMMON[0], COMMON[1], CAPPED, ...COMMON.slice(2)];
}
