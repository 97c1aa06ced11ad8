// Lines of region tasks as released, what they ask, and the right reply.
import * as z from 'zod';

export const REGION_TASKS = ['region-to-name', 'name-to-region', 'grounded-report'] as const;
export type RegionTask = (typeof REGION_TASKS)[number];

/** A line of the release: what a person asks and the model is to answer; fields after the first five are ours. */
export const regionLine = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  image: z.string(),
  width: z.number().nullish(),
  height: z.number().nullish(),
  conversations: z.array(z.object({ from: z.string(), value: z.string() })).min(2),
  patient: z.string().nullish(),
  modality: z.string().nullish(),
  plane: z.string().nullish(),
  licence: z.string().nullish(),
  candidates: z.array(z.string()).nullish(),
  split: z.enum(['train', 'validation', 'test']).nullish(),
});

export interface RegionRow {
  readonly id: string;
  readonly task: RegionTask;
  readonly image: string;
  readonly image_size: readonly [width: number, height: number];
  /** Every region of the picture for a report; those of one name, or one region, for the other tasks. In pixels. */
  readonly regions: readonly { readonly name: string; readonly box: Corners }[];
  /** Names that the data set knows. */
  readonly candidates: readonly string[];
  readonly patient: string;
  readonly modality: string;
  readonly plane: string;
  readonly licence?: string;
  readonly split: 'train' | 'validation' | 'test';
}

/** A row out of a line; undefined where it asks something else. Without a size, boxes stay on the scale of 999. */
export function rowOf(
  line: z.infer<typeof regionLine>,
): (RegionRow & { readonly question: string }) | undefined {
  const [human, answer] = line.conversations.map(({ value }) => value);
  const question = human.replace('<image>', '').trim();
  const size = [line.width ?? SCALE, line.height ?? SCALE] as const;
  const pixels = (box: Corners): Corners =>
    [0, 1, 2, 3].map((at) => (box[at] * size[at % 2]) / SCALE) as unknown as Corners;
  const paired = [...answer.matchAll(/<ref>([\s\S]*?)<\/ref>\s*<box>([\s\S]*?)<\/box>/g)].flatMap(
    ([, name, list]) => boxesOf(list).map((box) => ({ name: name.trim(), box: pixels(box) })),
  );
  const given = boxesOf(/<box>([\s\S]*?)<\/box>/.exec(question)?.[1] ?? '');
  const isReport = /report|describe|定位并描述/i.test(question);
  const task: RegionTask =
    paired.length === 0 ? 'region-to-name' : isReport ? 'grounded-report' : 'name-to-region';
  const regions =
    paired.length > 0 ? paired : given.slice(0, 1).map((box) => ({ name: answer.trim(), box: pixels(box) }));
  if (regions.length === 0) return undefined;
  return {
    id: line.id,
    task,
    question,
    image: line.image.replace(/^\.\//, ''),
    image_size: size,
    regions,
    candidates: line.candidates ?? [],
    patient: line.patient ?? line.image,
    modality: line.modality ?? 'image',
    plane: line.plane ?? 'picture',
    ...(line.licence == null ? {} : { licence: line.licence }),
    split: line.split ?? 'test',
  };
}

/** The line of a row, as the release writes it. */
export function lineOf(row: RegionRow): z.input<typeof regionLine> {
  const {
    id,
    image,
    image_size: [width, height],
    candidates,
    patient,
    modality,
    plane,
    licence,
    split,
  } = row;
  return {
    id,
    image,
    width,
    height,
    conversations: [
      { from: 'human', value: `<image>\n${regionQuestion(row, false)}` },
      { from: 'gpt', value: regionOracle(row) },
    ],
    patient,
    modality,
    plane,
    ...(licence === undefined ? {} : { licence }),
    candidates: [...candidates],
    split,
  };
}

export type Corners = readonly [number, number, number, number];

/** Coordinates run from 0 to this over the width and the height. */
export const SCALE = 999;

/** Whole numbers from 0 to 999 over the picture's width and height. */
export function scaledBox([x1, y1, x2, y2]: Corners, [width, height]: readonly [number, number]): Corners {
  const part = (value: number, size: number) => Math.round((value / size) * SCALE);
  return [part(x1, width), part(y1, height), part(x2, width), part(y2, height)];
}

const boxText = (...boxes: readonly Corners[]): string =>
  `<box>[${boxes.map((box) => `[${box.join(', ')}]`).join(', ')}]</box>`;

/** The question, in our words; boxes from 0 to 999 between the release's marks. */
export function regionQuestion(row: RegionRow, listed: boolean): string {
  const frame =
    'Boxes are [[x1, y1, x2, y2]] in thousandths of the width and height of the picture, from its top left.';
  const names = listed && row.candidates.length > 0 ? ` Choose from: ${row.candidates.join(', ')}.` : '';
  const [{ name, box }] = row.regions;
  if (row.task === 'region-to-name')
    return `What is <ref>this</ref>${boxText(scaledBox(box, row.image_size))}? ${frame} Reply with its name only.${names}`;
  if (row.task === 'name-to-region')
    return `Where is <ref>${name}</ref>? ${frame} Reply as <ref>${name}</ref><box>[[x1, y1, x2, y2]]</box>, with a further [x1, y1, x2, y2] inside the box's brackets for each further connected part.`;
  return `Report what the picture shows, one structure a line, each as <ref>name</ref><box>[[x1, y1, x2, y2]]</box>, with a further [x1, y1, x2, y2] for each further connected part. ${frame}${names}`;
}

/** The right reply in the release's form: a name, or each name with all of its boxes. */
export function regionOracle(row: RegionRow): string {
  if (row.task === 'region-to-name') return row.regions[0].name;
  const byName = Map.groupBy(row.regions, ({ name }) => name);
  return [...byName]
    .map(
      ([name, own]) =>
        `<ref>${name}</ref>${boxText(...own.map(({ box }) => scaledBox(box, row.image_size)))}`,
    )
    .join(row.task === 'grounded-report' ? ', ' : '');
}

const NUMBER = String.raw`\s*(-?\d+(?:\.\d+)?)\s*`;
const BOX = new RegExp(String.raw`\[${NUMBER},${NUMBER},${NUMBER},${NUMBER}\]`, 'g');

/** Every [a, b, c, d] of numbers in a text, in order. */
export function boxesOf(text: string): Corners[] {
  return [...text.matchAll(BOX)].map(
    (match): Corners => [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])],
  );
}
