// μ-Bench: microscopy pictures asked for domain, modality and stain (coarse) and for what they show (fine).
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import type { DataRoot } from '../../../records/source.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import {
  accuracy,
  type ChoiceItem,
  type ChoiceReference,
  lettered,
  macroAccuracy,
  measureChoice,
  optionLines,
} from '../../choices.ts';
import { cellPicture } from '../../embedded-picture.ts';
import { parquetBytes } from '../../fixture-parquet.ts';
import type { PublishedBenchmark, PublishedRecord, RecordOptions } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { choiceOf, type Parsed, parsed, unparsed } from '../../replies.ts';
import { columnsOf, isTable, optionalCell, tableRows, textCell } from '../../table-rows.ts';
import { longestOption, optionAt, randomOption } from '../../trivial.ts';
import { fixtureRows } from './fixture.ts';

const COARSE = ['domain', 'subdomain', 'modality', 'submodality', 'stain'] as const;
const ALL = [...COARSE, 'classification'] as const;
const MODES = ['coarse', 'fine', 'contrastive-coarse', 'contrastive-fine'] as const;

/** Rows of Held et al. have no data set; their stain tells the two apart. */
const BY_STAIN: Readonly<Record<string, string>> = {
  'H2B-mCherry': 'held_et_al_2010_h2b',
  'GalT–EGFP': 'held_et_al_2010_galt',
};
/** In the release, but in none of the paper's tables. */
const NOT_TABLED = ['opencell', 'sirinukunwattana_et_al_2016'];
/** Left out of the official fine-grained total. */
const NOT_IN_FINE = ['eulenberg_et_al_2017_darkfield', 'eulenberg_et_al_2017_epifluorescence'];
const PATHOLOGY = [
  'hussain_et_al_2019',
  'acevedo_et_al_2020',
  'jung_et_al_2022',
  'kather_et_al_2016',
  'kather_et_al_2018',
  'kather_et_al_2018_val7k',
  'nirschl_et_al_2018',
];

const asked = z
  .object({
    question: z.string().nullish(),
    options: z.array(z.string()).nullish(),
    answer: z.string().nullish(),
  })
  .nullish();
const questions = z.object({
  ...{ domain: asked, subdomain: asked, modality: asked, submodality: asked, stain: asked },
  classification: asked,
});
const row = z.object({
  image_id: textCell,
  image: z.unknown(),
  dataset: optionalCell,
  stain: optionalCell,
  license: optionalCell,
  questions,
  captions: questions.nullish(),
});
const FIELDS = Object.keys(row.shape);

interface Item extends ChoiceItem {
  readonly right: number;
}

async function* records(data: DataRoot, { mode, split, columns, signal }: RecordOptions) {
  if (split !== undefined && split !== 'test') return;
  const names = (await data.list()).filter(isTable);
  const options = { columns: columnsOf(micro.card, columns), ...(signal === undefined ? {} : { signal }) };
  for await (const { row: said, file, at } of tableRows(data, names, row, options)) {
    const dataset = said.dataset === '' ? (BY_STAIN[said.stain] ?? 'unnamed') : said.dataset;
    if (NOT_TABLED.includes(dataset)) continue;
    for (const kind of mode.endsWith('fine') ? (['classification'] as const) : COARSE) {
      const record = recordOf(said, { mode, kind, dataset, place: `${file}, record ${at + 1}` });
      if (record !== undefined) yield record;
    }
  }
}

interface Asked {
  readonly mode: string;
  readonly kind: (typeof ALL)[number];
  readonly dataset: string;
  readonly place: string;
}

function recordOf(
  said: z.infer<typeof row>,
  { mode, kind, dataset, place }: Asked,
): PublishedRecord<ChoiceReference> | undefined {
  const contrastive = mode.startsWith('contrastive');
  const one = (contrastive ? said.captions : said.questions)?.[kind];
  if (one?.question === null || one?.question === undefined) return undefined;
  const options = lettered(one.options ?? []);
  const right = options.find(({ text }) => text === one.answer);
  if (right === undefined)
    throw new OverreadError('file-corrupt', `${place}: the answer about ${kind} is none of the options.`);
  const image = cellPicture(`${said.image_id}/${kind}`, said.image);
  if (image === undefined) throw new OverreadError('file-corrupt', `${place}: the picture is missing.`);
  const text = contrastive
    ? `Which of these captions is right for the picture? Answer with its letter only.\n${optionLines(options, ')')}`
    : `Give one letter as the answer and nothing else.\nQuestion:${one.question}\n${optionLines(options, ')')}`;
  return {
    item: {
      id: `${said.image_id}:${kind}`,
      patientId: said.image_id,
      stage: kind === 'classification' ? 'visual-reasoning' : 'recognition',
      type: kind,
      answerKind: 'categorical',
      text: one.question,
      options,
      slots: {},
      split: 'test',
      system: '',
      facets: { dataset },
      ...(said.license === '' ? {} : { licence: said.license }),
      prompt: [
        { type: 'image', image },
        { type: 'text', text },
      ],
    },
    reference: { letter: right.letter },
  };
}

/** As released: the lettered right option anywhere in the reply, or its letter as the first character. */
function readReleased(text: string, { item, reference }: PublishedRecord<ChoiceReference>): Parsed<string> {
  const reply = text.trim();
  const named = (letter: string) =>
    item.options.some((option) => option.letter === letter && reply.includes(`${letter}) ${option.text}`));
  if (named(reference.letter) || reply.startsWith(reference.letter)) return parsed(reference.letter);
  const other = item.options.find(({ letter }) => named(letter) || reply.startsWith(letter));
  return other === undefined ? unparsed('no option is named') : parsed(other.letter);
}

const within = (id: string, summary: string, keeps: (item: Item) => boolean): Summary<Item> =>
  meanOf<Item>({ id, summary }, (item) => (keeps(item) ? item.right : null));
const official = ({ facets }: ChoiceItem) => !NOT_IN_FINE.includes(facets.dataset);

const micro: PublishedBenchmark<ChoiceReference, Item> = {
  id: 'micro-bench',
  kind: 'benchmark',
  summary: 'microscopy pictures: domain, modality and stain, and what is seen, by options or captions',
  paper: {
    title: 'μ-Bench: A Vision-Language Benchmark for Microscopy Understanding',
    arxiv: '2407.01791',
    year: 2024,
  },
  command: 'overread run micro-bench --data DIR --mode fine --reader MODEL',
  needs: ['the perception tables, pictures inside'],
  card: {
    source: 'Lozano, Nirschl et al.',
    url: 'https://huggingface.co/datasets/jnirschl/uBench',
    licence: 'CC-BY-SA-4.0',
    access: 'open',
    getIt:
      'Download the seven perception shards (Arrow) of the hub’s data set jnirschl/uBench into one folder.',
    size: '17,315 pictures, 79,716 coarse and 16,130 fine questions',
    splits: { test: null },
    files: [
      {
        name: '**test-*',
        about: 'Arrow or Parquet shards: pictures with their questions and captions',
        fields: FIELDS,
      },
    ],
    format: 'unverified',
    columns: Object.fromEntries(FIELDS.map((field) => [field, field])),
    faults: [
      'A reply that repeats all lettered options counts as right whatever it says; strict wants one option stated.',
      'A reply that begins with a word such as "A" or "Because" counts as that letter.',
      'The paper calls its accuracy over all questions a macro average.',
      'The official fine-grained total leaves out two data sets (1,486 questions); accuracy-all counts them.',
      'Two data sets of the release (1,185 pictures) are in none of the paper’s tables and are not asked.',
      'Rows of one source have no data set; their stain names it.',
    ],
    tasks: ['classification', 'visual question answering', 'zero-shot retrieval'],
    modalities: ['light microscopy', 'fluorescence microscopy', 'electron microscopy'],
  },
  modes: MODES,
  facets: ['type', 'dataset'],
  records,
  measure(record, reply, { protocol }) {
    const { outcome, item } = measureChoice(record, reply, (text) =>
      protocol === 'published' ? readReleased(text, record) : choiceOf(text, record.item.options),
    );
    return { outcome, item: { ...item, right: item.right ?? 0 } };
  },
  metrics(_, mode) {
    const { chance } = accuracy();
    const pathology = within('pathology', 'right choices of the pathology data sets', ({ facets }) =>
      PATHOLOGY.includes(facets.dataset),
    );
    if (!mode.endsWith('fine')) return [accuracy(), macroAccuracy('dataset'), pathology];
    const main = within('accuracy', 'right choices, without the two data sets officially left out', official);
    return [
      {
        ...main,
        ...(chance === undefined
          ? {}
          : { chance: { ...chance, of: (items) => chance.of(items.filter(official)) } }),
      },
      within('accuracy-all', 'right choices of all data sets', () => true),
      macroAccuracy('dataset'),
      pathology,
    ];
  },
  baselines: [randomOption(), ...[0, 1, 2].map((place) => optionAt(place)), longestOption()],
  oracle: ({ reference }) => reference.letter,
  async fixture(folder, { items, seed }) {
    const rows = await fixtureRows(items, random(seed, 'micro-bench'));
    await mkdir(join(folder, 'perception'), { recursive: true });
    const half = Math.ceil(rows.length / 2);
    for (const [at, part] of [rows.slice(0, half), rows.slice(half)].entries())
      await writeFile(
        join(folder, 'perception', `test-0000${at}-of-00002.parquet`),
        await parquetBytes(part),
      );
    const stainless = rows.filter(({ stain }) => stain === null).length;
    return { items: rows.length * COARSE.length - stainless };
  },
  check: publishedCheck(() => micro),
};
export default micro;
