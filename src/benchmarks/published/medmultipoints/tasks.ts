// The five tasks of MedMultiPoints: what is asked, in which JSON, and what the truth looks like in it.
import type { PublishedItem } from '../../published.ts';

export const TASKS = ['pointing', 'bounding', 'counting', 'count-and-point', 'count-and-box'] as const;
export type Task = (typeof TASKS)[number];

export type Pair = readonly [number, number];
export type Corners = readonly [number, number, number, number];

/** What is drawn in a picture, in pixels from its top left. */
export interface Reference {
  /** Place in the release: equally sure boxes are ranked in its order. */
  readonly order: number;
  readonly task: Task;
  readonly label: string;
  readonly count: number;
  /** The count that the released evaluator finds, where it finds another. */
  readonly releasedCount?: number;
  readonly points: readonly Pair[];
  readonly boxes: readonly Corners[];
}

export const asksCount = (task: Task): boolean => task.startsWith('count');
export const asksPoints = (task: Task): boolean => task === 'pointing' || task === 'count-and-point';
export const asksBoxes = (task: Task): boolean => task === 'bounding' || task === 'count-and-box';

/** Names that the release's code gives the classes of cells and things. */
const SAID: Readonly<Record<string, string>> = {
  normal: 'normal sperm',
  pinhead: 'pinhead sperm',
  cluster: 'sperm cluster',
  polyps: 'polyp',
};

export const spoken = (label: string): string => SAID[label] ?? label;

const FORM: Readonly<Record<Task, string>> = {
  pointing: '[{"point_2d": [x, y], "label": "NAME"}, …]',
  bounding: '[{"bbox_2d": [x1, y1, x2, y2], "label": "NAME"}, …]',
  counting: '{"counts": n, "label": "NAME"}',
  'count-and-point': '{"counts": n, "point_2d": [[x, y], …], "label": "NAME"}',
  'count-and-box': '{"counts": n, "bbox_2d": [[x1, y1, x2, y2], …], "label": "NAME"}',
};

const ASKED: Readonly<Record<Task, string>> = {
  pointing: 'Put one point on each NAME in the picture.',
  bounding: 'Put a box around each NAME in the picture.',
  counting: 'How many of NAME does the picture show?',
  'count-and-point': 'Count what the picture shows of NAME, and put one point on each.',
  'count-and-box': 'Count what the picture shows of NAME, and put a box around each.',
};

/** The question in our words; the reply's form is the release's. */
export function questionOfTask(task: Task, label: string): string {
  return ASKED[task].replace('NAME', spoken(label));
}

/** How the reply is to look, coordinates included. */
export function formOfTask(task: Task, label: string, [width, height]: Pair): string {
  const frame =
    task === 'counting'
      ? ''
      : `Coordinates are pixels from the top left of the picture, which is ${width} wide and ${height} high. `;
  return `${frame}Reply with JSON of exactly this form in a block fenced as \`\`\`json: ${FORM[task].replace('NAME', spoken(label))}`;
}

export const TASK_STAGE: Readonly<Record<Task, PublishedItem['stage']>> = {
  pointing: 'recognition',
  bounding: 'recognition',
  counting: 'measurement',
  'count-and-point': 'measurement',
  'count-and-box': 'measurement',
};

/** The right reply: points with one decimal as the release writes them, boxes and counts as they are. */
export function replyOf({ task, label, count, points, boxes }: Reference): string {
  const name = spoken(label);
  const tenths = points.map((pair) => pair.map((value) => Math.round(value * 10) / 10));
  const said =
    task === 'pointing'
      ? tenths.map((point_2d) => ({ point_2d, label: name }))
      : task === 'bounding'
        ? boxes.map((bbox_2d) => ({ bbox_2d, label: name }))
        : task === 'counting'
          ? { counts: count, label: name }
          : task === 'count-and-point'
            ? { counts: count, point_2d: tenths, label: name }
            : { counts: count, bbox_2d: boxes, label: name };
  return `\`\`\`json\n${JSON.stringify(said)}\n\`\`\``;
}
