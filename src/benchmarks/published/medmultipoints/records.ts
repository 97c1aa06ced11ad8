// Records of MedMultiPoints: annotated rows (Parquet or JSON lines), the release's instruction lines, authors' outputs.
import * as z from 'zod';
import { contentHash } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { readWhole } from '../../../records/data-root.ts';
import { jsonlRecords } from '../../../records/jsonl.ts';
import { parquetRecords } from '../../../records/parquet.ts';
import type { DataRoot } from '../../../records/source.ts';
import type { ItemPicture, PublishedRecord, RecordOptions, Reply } from '../../published.ts';
import { checkedRow } from '../../release-rows.ts';
import { releasedJson } from './reading.ts';
import {
  asksBoxes,
  asksPoints,
  formOfTask,
  questionOfTask,
  type Reference,
  TASK_STAGE,
  TASKS,
  type Task,
} from './tasks.ts';

export const ROWS = 'rows.jsonl';
const number = z.union([z.number(), z.bigint()]).transform(Number);
const pair = z.tuple([number, number]);
const corners = z.tuple([number, number, number, number]);
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

export const row = z.object({
  /** Encoded picture, or its path below the release. The README says image, the code image_data. */
  image: z.union([z.string(), z.object({ bytes, path: z.string().nullish() }), bytes]),
  image_sha256: z.string().min(1),
  img_size: pair,
  points: z.array(pair),
  bbox: z.array(corners),
  count: number,
  label: z.string(),
  collection_method: z.string().nullish(),
  classification: z.string().nullish(),
  organ: z.string().nullish(),
  split: z.enum(['train', 'validation', 'test']).optional(),
});
type Row = z.infer<typeof row>;

const message = z.object({
  role: z.string(),
  content: z.string(),
  task: z.string().optional(),
  source: z.string().nullish(),
});
const instruction = z.object({
  messages: z.tuple([message, message]),
  images: z.array(z.union([z.string(), z.object({ path: z.string() })])).min(1),
});
/** Some files hold the question alone, some the model's reply after it; the truth stands in `labels`. */
const output = instruction.extend({
  messages: z.array(message).min(1),
  response: z.string(),
  labels: z.string(),
});

/** Split in file names of the instruction set, where the release comes as such. */
const INSTRUCTIONS = /(?:^|\/)multi-task-(train|test)\.jsonl$/;

export async function* records(
  data: DataRoot,
  { split }: Pick<RecordOptions, 'split'>,
): AsyncGenerator<PublishedRecord<Reference>> {
  const names = await data.list();
  const lines = names.filter((name) => INSTRUCTIONS.test(name)).reverse();
  if (lines.length > 0) {
    for (const name of lines) {
      const own = INSTRUCTIONS.exec(name)?.[1] === 'train' ? 'train' : 'test';
      if (split === undefined || split === own) yield* instructionRecords(data, name, own);
    }
    return;
  }
  const files = names.filter((name) => name.endsWith('.parquet') || name === ROWS);
  if (files.length === 0)
    throw new OverreadError(
      'file-not-found',
      `There is neither a Parquet file, ${ROWS} nor multi-task-test.jsonl: give the folder of the release.`,
    );
  let at = 0;
  for (const name of files) {
    const source = await data.open(name);
    let own = 0;
    for await (const { value } of name.endsWith('.parquet') ? parquetRecords(source) : jsonlRecords(source)) {
      const fields = value as Readonly<Record<string, unknown>>;
      const said = checkedRow({ ...fields, image: fields?.image ?? fields?.image_data }, row, name, own++);
      at++;
      if (split === undefined || split === (said.split ?? 'test')) yield* tasksOf(data, said, at);
    }
  }
}

function* tasksOf(data: DataRoot, said: Row, at: number): Generator<PublishedRecord<Reference>> {
  const { label, count, points, bbox: boxes, img_size: size } = said;
  const picture = pictureOf(data, said);
  for (const task of TASKS) {
    const text = questionOfTask(task, label);
    yield {
      item: {
        ...common(`${at}-${said.image_sha256.slice(0, 12)}-${task}`, said.image_sha256, task),
        text,
        slots: { label, width: String(size[0]), height: String(size[1]) },
        split: said.split ?? 'test',
        facets: {
          label,
          ...(said.organ ? { organ: said.organ } : {}),
          ...(said.classification ? { classification: said.classification } : {}),
        },
        prompt: [
          { type: 'image', image: picture },
          { type: 'text', text: `${text}\n${formOfTask(task, label, size)}` },
        ],
      },
      reference: { order: at, task, label, count, points, boxes },
    };
  }
}

const common = (id: string, patientId: string, task: Task) => ({
  id,
  patientId,
  stage: TASK_STAGE[task],
  type: task,
  answerKind: task === 'counting' ? ('numeric' as const) : ('text' as const),
  options: [],
  system: '',
});

function pictureOf(data: DataRoot, { image, image_sha256 }: Row): ItemPicture {
  if (typeof image === 'string') return { name: image, load: () => readWhole(data, image) };
  const encoded = image instanceof Uint8Array ? image : image.bytes;
  return { name: image_sha256, load: async () => encoded };
}

/** The truth that an assistant's message or a labels field states. Undefined where it is none of the five forms. */
export function truthOf(labels: string, asked: string): Omit<Reference, 'order'> | undefined {
  const json = releasedJson(labels);
  if (!json.ok || typeof json.value !== 'object' || json.value === null) return undefined;
  const listed = Array.isArray(json.value);
  const entries = (listed ? json.value : [json.value]) as readonly Readonly<Record<string, unknown>>[];
  const has = (key: string) =>
    entries.length > 0 ? entries.some((entry) => key in entry) : asked.includes(key);
  const task: Task = has('point_2d')
    ? listed
      ? 'pointing'
      : 'count-and-point'
    : has('bbox_2d')
      ? listed
        ? 'bounding'
        : 'count-and-box'
      : 'counting';
  const held = (key: string): unknown => (listed ? entries.map((entry) => entry[key]) : entries[0]?.[key]);
  const points = z.array(pair).safeParse(asksPoints(task) ? held('point_2d') : []);
  const boxes = z.array(corners).safeParse(asksBoxes(task) ? held('bbox_2d') : []);
  // Two fifths of the public model's truths say "count", which the released evaluator takes for no count at all.
  const count = listed ? entries.length : (entries[0]?.counts ?? entries[0]?.count);
  const releasedCount = listed || typeof entries[0]?.counts === 'number' ? count : 0;
  if (!points.success || !boxes.success || typeof count !== 'number' || typeof releasedCount !== 'number')
    return undefined;
  const label = entries.length > 0 ? String(entries[0].label ?? '') : '';
  return {
    task,
    label,
    count,
    ...(releasedCount === count ? {} : { releasedCount }),
    points: points.data,
    boxes: boxes.data,
  };
}

async function* instructionRecords(
  data: DataRoot,
  name: string,
  split: 'train' | 'test',
): AsyncGenerator<PublishedRecord<Reference>> {
  let at = 0;
  for await (const { value } of jsonlRecords(await data.open(name)))
    yield instructionRecord(
      data,
      checkedRow(value, instruction, name, at),
      `${name}, record ${++at}`,
      split,
      at,
    );
}

function instructionRecord(
  data: DataRoot,
  { messages: [asked, answer], images: [image] }: z.infer<typeof instruction>,
  where: string,
  split: 'train' | 'test',
  at: number,
): PublishedRecord<Reference> {
  const reference = truthOf(answer.content, asked.content);
  if (reference === undefined)
    throw new OverreadError('file-corrupt', `${where}: the answer is none of the five forms: copy it again.`);
  const path = typeof image === 'string' ? image : image.path;
  const text = asked.content.replace('<image>', '').trim();
  const picture: ItemPicture = { name: path, load: () => readWhole(data, path) };
  return {
    item: {
      ...common(`${split}-${at}-${reference.task}`, contentHash(path).slice(0, 16), reference.task),
      text,
      slots: { label: reference.label },
      split,
      facets: { label: reference.label, ...(asked.source ? { classification: asked.source } : {}) },
      prompt: [
        { type: 'image', image: picture },
        { type: 'text', text },
      ],
    },
    reference: { ...reference, order: at },
  };
}

/** The authors' released outputs: one file of {response, labels, messages, images} lines. */
export async function* outputs(
  data: DataRoot,
): AsyncGenerator<{ record: PublishedRecord<Reference>; reply: Reply }> {
  const names = (await data.list()).filter((name) => name.endsWith('.jsonl'));
  if (names.length !== 1)
    throw new OverreadError(
      'bad-argument',
      `There are ${names.length} files of JSON lines: give one, since each holds the outputs of another model.`,
    );
  const [name] = names;
  let at = 0;
  for await (const { value } of jsonlRecords(await data.open(name))) {
    const { response, labels, messages, images } = checkedRow(value, output, name, at++);
    const answer = { role: 'assistant', content: labels };
    const line: z.infer<typeof instruction> = { messages: [messages[0], answer], images };
    yield {
      record: instructionRecord(data, line, `${name}, record ${at}`, 'test', at),
      reply: { text: response, status: 'answered' },
    };
  }
}
