// MedObvious: which tile of a grid of medical pictures does not belong, if any.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import { type Random, random } from '../../../domain/random.ts';
import { montage } from '../../../imaging/montage.ts';
import { drawBox } from '../../../imaging/overlay.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { readWhole } from '../../../records/data-root.ts';
import { jsonlRecords } from '../../../records/jsonl.ts';
import type { DataRoot } from '../../../records/source.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import type {
  ItemPicture,
  Measured,
  PublishedBenchmark,
  PublishedRecord,
  RecordOptions,
  TrivialBaseline,
} from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { checkedRows } from '../../release-rows.ts';
import { constant } from '../../trivial.ts';
import { type Gold, releasedReading, strictReading } from './parse.ts';
import { CASE_IMAGES, caseTasks, POSITIONS, type Side, type TaskRow, taskRow } from './tasks.ts';

export type { Gold } from './parse.ts';

export interface Item {
  readonly right: number;
  readonly negative: boolean;
  /** Expected score of guessing. */
  readonly guess: number;
}

const FILE = 'all_tasks.jsonl';

/** Our own words for what the released system message asks. */
function system({ task_type, options }: TaskRow): string {
  const letters = Object.keys(options ?? {}).sort();
  const form = task_type.endsWith('_mcq')
    ? `one capital letter from ${letters[0] ?? 'A'} to ${letters.at(-1) ?? 'E'}`
    : task_type === 'visual_referring'
      ? 'yes or no'
      : 'one place: top-left, top-center, top-right, middle-left, middle-center, middle-right, bottom-left, bottom-center, bottom-right, rowX-colY, or none';
  return [
    'You look over medical pictures before anyone diagnoses from them: orientation, body part, modality, integrity, obvious artefacts.',
    'Make no findings up; where nothing odd can be seen, choose the answer that says so.',
    `Give the final answer and no explanation: ${form}.`,
    `Task: ${task_type}.`,
  ].join(' ');
}

function sideOf({ question, options }: TaskRow): Side {
  if (options !== null && options !== undefined) return Object.keys(options).length > 5 ? 3 : 2;
  return /\b3\s*[×xX]\s*3\b/.test(question) ? 3 : 2;
}

function picture(data: DataRoot, files: ReadonlyMap<string, string>, path: string): ItemPicture {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  return {
    name,
    async load() {
      const file = files.get(name);
      if (file === undefined)
        throw new OverreadError('file-not-found', `The release has no picture ${name}: copy its images too.`);
      return readWhole(data, file);
    },
  };
}

async function* records(
  data: DataRoot,
  { split, signal }: Pick<RecordOptions, 'split' | 'signal'>,
): AsyncGenerator<PublishedRecord<Gold>> {
  const names = await data.list();
  const tasks = names.find((name) => name.endsWith(FILE));
  if (tasks === undefined)
    throw new OverreadError(
      'file-not-found',
      `The release has no ${FILE}: "overread data check" says what is missing.`,
    );
  // Picture names are unique over the tiers: their tier is part of them.
  const files = new Map(names.map((name) => [name.split('/').at(-1) ?? name, name]));
  const stream = jsonlRecords(await data.open(tasks), signal === undefined ? {} : { signal });
  for await (const row of checkedRows(stream, taskRow)) {
    const record = recordOf(row, picture(data, files, row.image_path));
    if (split === undefined || record.item.split === split) yield record;
  }
}

function recordOf(row: TaskRow, image: ItemPicture): PublishedRecord<Gold> {
  const side = sideOf(row);
  const options = Object.entries(row.options ?? {})
    .map(([letter, text]) => ({ letter, text }))
    .sort((a, b) => (a.letter < b.letter ? -1 : 1));
  return {
    item: {
      id: row.id,
      // A case's grids share their tiles.
      patientId: row.id.replace(/_(?:det|ref)_(?:mcq|open)(?:_neg)?$|_vis_(?:pos|neg)$/, ''),
      stage: 'recognition',
      type: row.task_type.replaceAll('_', '-'),
      answerKind: row.task_type === 'visual_referring' ? 'binary' : 'categorical',
      text: row.question,
      options,
      slots: { side: String(side) },
      split: row.split ?? 'test',
      system: system(row),
      facets: {
        tier: row.id.split('_')[0],
      },
      ...(row.licence === undefined ? {} : { licence: row.licence }),
      prompt: [
        { type: 'image', image },
        { type: 'text', text: row.question },
      ],
    },
    reference: { taskType: row.task_type, answer: row.answer, negative: row.is_negative, side, options },
  };
}

const guessOf = ({ taskType, side, options }: Gold): number =>
  taskType === 'visual_referring' ? 1 / 2 : 1 / Math.max(options.length, side * side + 1);

const chance: Summary<Item>['chance'] = {
  name: 'a place, "none" or yes/no by chance',
  of: (items) =>
    items.length === 0 ? null : items.reduce((sum, { guess }) => sum + guess, 0) / items.length,
};

const METRICS: readonly Summary<Item>[] = [
  meanOf<Item>({ id: 'accuracy', summary: 'right answers of all tasks', chance }, ({ right }) => right),
  {
    id: 'balanced-accuracy',
    summary: 'mean of the accuracies with and without an odd tile',
    better: 'higher',
    range: [0, 1],
    of(items) {
      const parts = [true, false].map((negative) => items.filter((item) => item.negative === negative));
      if (parts.some((part) => part.length === 0)) return null;
      const [without, withOdd] = parts.map(
        (part) => part.reduce((n, { right }) => n + right, 0) / part.length,
      );
      return (without + withOdd) / 2;
    },
  },
];

/** "None", in the form that the task asks for. */
function noneReply({ options, type }: { options: readonly { letter: string }[]; type: string }): string {
  return type === 'visual-referring' ? 'no' : (options.at(-1)?.letter ?? 'none');
}

function randomReply({ options, type, slots }: Parameters<TrivialBaseline['reply']>[0], draw: () => number) {
  if (type === 'visual-referring') return draw() < 0.5 ? 'yes' : 'no';
  const said =
    options.length > 0
      ? options.map(({ letter }) => letter)
      : [...POSITIONS[slots.side === '3' ? 3 : 2], 'none'];
  return said[Math.floor(draw() * said.length)];
}

const BASELINES: readonly TrivialBaseline[] = [
  { id: 'always-none', summary: 'says every time that nothing is odd', reply: noneReply },
  constant('yes'),
  {
    id: 'random',
    summary: 'a place, "none" or yes/no by chance',
    reply: (item, _, draw) => randomReply(item, draw),
  },
  {
    id: 'by-wording',
    summary: 'told by how the question is put whether there is an odd tile, as released questions give away',
    reply(item, _, draw) {
      const { type, text } = item;
      if (type === 'visual-referring') return /\bmodality\b/i.test(text) ? 'yes' : 'no';
      if (/\bif one\b/i.test(text)) return noneReply(item);
      return randomReply({ ...item, options: item.options.slice(0, -1) }, draw);
    },
  },
];

async function writeCase(folder: string, spec: Parameters<typeof caseTasks>[0], rng: Random): Promise<void> {
  const tile = (bright: boolean) => ({
    width: 12,
    height: 12,
    channels: 1 as const,
    data: new Uint8Array(144).map(() => (bright ? 200 : 30) + rng.int(40)),
  });
  const tiles = Array.from({ length: spec.side ** 2 }, (_, at) => tile(at === spec.oddAt));
  const grid = montage(tiles, spec.side);
  const box = (at: number) => {
    const [left, top] = [(at % spec.side) * 14, Math.floor(at / spec.side) * 14];
    return drawBox(grid, { left, top, right: left + 11, bottom: top + 11 }, [255, 0, 0]);
  };
  const images = {
    grid,
    neg_grid: montage(
      tiles.map(() => tile(false)),
      spec.side,
    ),
    vis_pos: box(spec.oddAt),
    vis_neg: box(spec.boxAt),
  };
  await mkdir(join(folder, spec.tier, 'images'), { recursive: true });
  for (const image of CASE_IMAGES)
    await writeFile(
      join(folder, spec.tier, 'images', `${spec.id}_${image}.png`),
      await encodePng(images[image]),
    );
}

const medobvious: PublishedBenchmark<Gold, Item> = {
  id: 'medobvious',
  kind: 'benchmark',
  summary: 'which tile of a grid of medical pictures does not belong, if any',
  paper: { title: 'MedObvious', arxiv: '2603.22286', year: 2026 },
  command: 'overread run medobvious --data DIR --reader MODEL',
  needs: [FILE, 'the grids as PNG'],
  card: {
    source: 'Ufaq Khan et al.; pictures from ROCO, grouped by their captions',
    url: 'https://github.com/Ufaqkhan/MedObvious',
    licence: 'none stated: read in place, not passed on',
    access: 'open',
    getIt:
      'Take the folder benchmark_refined of github.com/Ufaqkhan/MedObvious (about 600 MB), or make grids of your own with "overread make medobvious".',
    size: '1,880 questions (1,175 with an odd tile, 705 without) on about 1,200 grids of 235 cases, in five tiers',
    splits: { train: 0, validation: 0, test: 1880 },
    files: [
      {
        name: `**${FILE}`,
        about: 'tasks, one a line',
        fields: ['id', 'image_path', 'task_type', 'question', 'answer', 'is_negative'],
      },
      { name: '**.png', about: 'four grids for each case' },
    ],
    format: 'verified',
    faults: [
      'The released parser knows the letters A to E only, so a 3 × 3 item whose key is F to J is always wrong; strict reads every letter.',
      'It takes the first A to E that stands alone, and else any A to E within a word: the article "a" and the word "None" become answers.',
      'An open reply is right as soon as the right position occurs in it, though it may name all positions; strict wants one stated.',
      'Questions about grids without an odd tile are worded otherwise than those with one: the baseline by-wording shows what that is worth.',
      'Some explanations of negatives name a kind that the grid does not show; no score uses them.',
      'The released system message asks for a letter from A to E even where options run to J; here it names the item’s own letters.',
      'The released limits are 32, 96 and 64 new tokens for choice, open and yes-or-no tasks; here all have 96.',
    ],
    tasks: ['odd one out', 'visual question answering'],
    modalities: ['CT', 'MR', 'radiograph', 'ultrasound'],
  },
  modes: ['grid'],
  sampling: { temperature: 0, maxOutputTokens: 96 },
  facets: ['type', 'tier'],
  records,
  measure({ reference }, { text, status }, { protocol }): Measured<Item> {
    const item = {
      right: 0,
      negative: reference.negative,
      guess: guessOf(reference),
    };
    if (status === 'failed' || status === 'refused') return { outcome: status, item };
    const { right, reason, refused } =
      protocol === 'published' ? releasedReading(reference, text) : strictReading(reference, text);
    if (reason !== undefined) return { outcome: refused === true ? 'refused' : 'unparsed', item };
    return { outcome: 'scored', item: { ...item, right: Number(right) } };
  },
  metrics: () => METRICS,
  // No facet of the question: whoever knows it knows the answer.
  breakdowns: () => ({
    negative: {
      no: { holds: ({ negative }) => !negative, metrics: METRICS.slice(0, 1) },
      yes: { holds: ({ negative }) => negative, metrics: METRICS.slice(0, 1) },
    },
  }),
  baselines: BASELINES,
  oracle({ reference: { answer, options } }) {
    const option = options.find(({ letter }) => letter === answer);
    return option === undefined ? answer : `${option.letter}) ${option.text}`;
  },
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'medobvious');
    await mkdir(folder, { recursive: true });
    const rows: TaskRow[] = [];
    for (let n = 0; rows.length < items; n++) {
      const tier = ['v1', 'v3', 'v5'][n % 3];
      const side: Side = tier === 'v3' ? 3 : 2;
      const oddAt = rng.int(side ** 2);
      const boxAt = (oddAt + 1 + rng.int(side ** 2 - 1)) % side ** 2;
      const odd = 'bright noise';
      const spec = { tier, id: `${tier}_bright_${n}`, side, oddAt, boxAt, odd, common: 'dark noise' };
      await writeCase(folder, spec, rng);
      rows.push(...caseTasks(spec, 'published'));
    }
    await writeFile(join(folder, FILE), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
    return { items: rows.length };
  },
  check: publishedCheck(() => medobvious),
};

export default medobvious;
