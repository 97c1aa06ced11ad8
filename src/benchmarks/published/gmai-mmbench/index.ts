// GMAI-MMBench: lettered options on pictures from 284 data sets, arranged by task, department and granularity.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import { delimitedRecords } from '../../../records/delimited.ts';
import type { DataRoot } from '../../../records/source.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import {
  accuracy,
  type ChoiceItem,
  choiceItem,
  lettered,
  macroAccuracy,
  optionLines,
} from '../../choices.ts';
import { base64Picture } from '../../embedded-picture.ts';
import type { ItemPicture, PublishedBenchmark, PublishedRecord, RecordOptions } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { choiceOf, containedOption, letterSet, type Parsed, parsed, tokenLetter } from '../../replies.ts';
import { columnsOf, optionalCell, tableRows, textCell } from '../../table-rows.ts';
import { longestOption, optionAt, randomOption } from '../../trivial.ts';
import { LETTERS, VAL, writeFixture } from './fixture.ts';

/** Cells shorter than this name the row that holds the picture. */
const SHORTEST_PICTURE = 65;
/** The nodes of the lexical tree, and the modality. */
const TREE = ['clinical vqa task', 'department', 'perceptual granularity', 'modality'] as const;

const row = z.object({
  index: textCell,
  image: textCell,
  question: textCell,
  ...{ A: textCell, B: textCell, C: optionalCell, D: optionalCell, E: optionalCell },
  answer: optionalCell,
  hint: optionalCell,
  'clinical vqa task': textCell,
  department: textCell,
  'perceptual granularity': textCell,
  modality: optionalCell,
});
type Row = z.infer<typeof row>;

const FIELDS = Object.keys(row.shape);
const TEST = /(?:^|\/)GMAI[_-]mm[_-]?bench_TEST[^/]*\.tsv$/i;
const TEST_MD5 = [
  '900d735231230a63f4ed45665c078ef4',
  '1b27ab621386945d7e4a765ad2d22b0e',
  '44bdc2b6267dd505d529b8cad06f0fb2',
  '5a04a04fcac9f1466709f242fdb80acb',
  'c70baf8909eda9af0ddeab275c721336',
  '825abc39596b644dead9350d0cfa3b96',
  'defb8aed2fb77365a76b6b9abd6a2701',
  'ff490d60b85f2bb0abb67a435b298c65',
  'ff67c86f40da93b09139ac1d1ba5dc6b',
  '3dae94627b9ac0fe00180d4780fbf6dc',
  'd08dc813f0eb6bbab63cae2a9d113c4b',
];

interface Reference {
  /** Right letters, sorted; none where the answers are withheld. */
  readonly letters: readonly string[];
}

interface Item extends ChoiceItem {
  /** Of a question with several right options: hits per letter predicted, hits per letter of the key. */
  readonly several?: { readonly precision: number; readonly recall: number };
}

/** Column names in lower case, but for the options: the release and its harness write them differently. */
const lowerCased = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : Object.fromEntries(
        Object.entries(value).map(([name, held]) => [name.length === 1 ? name : name.toLowerCase(), held]),
      );

async function* records(data: DataRoot, { split, columns, signal }: RecordOptions) {
  const names = await data.list();
  const parts = names.filter((name) => TEST.test(name));
  const number = (name: string) => Number(/(\d+)\.tsv$/.exec(name)?.[1] ?? 0);
  const files = [
    ...names.filter((name) => name === VAL || name.endsWith(`/${VAL}`)),
    ...parts.sort((a, b) => number(a) - number(b)),
  ];
  const map = columnsOf(gmai.card, columns);
  const options = { columns: map, ...(signal === undefined ? {} : { signal }) };
  const schema = z.preprocess(lowerCased, row) as z.ZodType<Row>;
  for (const name of files) {
    const own = TEST.test(name) ? 'test' : 'validation';
    if (split !== undefined && split !== own) continue;
    /** Which picture a row shows, by a hash of its bytes' text. */
    const pictures = new Map<string, string>();
    for await (const { row: said, file, at } of tableRows(data, [name], schema, options)) {
      const isReference = said.image.length < SHORTEST_PICTURE;
      const known = isReference ? pictures.get(said.image) : pictureHash(said.image);
      if (isReference && said.image === '')
        throw new OverreadError('file-corrupt', `${file}, record ${at + 1}: the picture is missing.`);
      const cluster = known ?? `row ${said.image}`;
      pictures.set(said.index, cluster);
      const picture = isReference
        ? { name: said.image, load: () => pictureOfRow(data, file, said.image, map) }
        : base64Picture(said.index, said.image);
      yield recordOf(said, { own, cluster, picture, place: `${file}, record ${at + 1}` });
    }
  }
}

const pictureHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The picture of another row: found by reading the table again, so that none is kept in memory. */
async function pictureOfRow(
  data: DataRoot,
  file: string,
  index: string,
  columns: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  for await (const { value } of delimitedRecords(await data.open(file)))
    if (value[columns.index] === index && value[columns.image].length >= SHORTEST_PICTURE)
      return base64Picture(index, value[columns.image]).load();
  throw new OverreadError('file-corrupt', `${file} has no row ${index}, whose picture another row wants.`);
}

function recordOf(
  said: Row,
  from: {
    readonly own: 'validation' | 'test';
    readonly cluster: string;
    readonly picture: ItemPicture;
    readonly place: string;
  },
): PublishedRecord<Reference> {
  const options = lettered(LETTERS.map((letter) => said[letter]));
  const letters = [...new Set(said.answer.toUpperCase().replace(/[^A-Z]/g, ''))].sort();
  const strange = letters.find((letter) => !options.some((option) => option.letter === letter));
  if (strange !== undefined || (from.own === 'validation' && letters.length === 0))
    throw new OverreadError('file-corrupt', `${from.place}: the answer is none of the options.`);
  const ask = letters.length > 1 ? 'Select every right answer' : 'Select the right answer';
  return {
    item: {
      id: `${from.own}-${said.index}`,
      patientId: from.cluster,
      stage: 'recognition',
      type: letters.length > 1 ? 'several-answers' : 'single-answer',
      answerKind: 'categorical',
      text: said.question,
      options,
      slots: {},
      split: from.own,
      system: '',
      facets: Object.fromEntries(
        TREE.flatMap((name) => (said[name].trim() === '' ? [] : [[name, said[name].trim()]])),
      ),
      prompt: [
        { type: 'image', image: from.picture },
        {
          type: 'text',
          text: `${said.hint === '' ? '' : `Hint: ${said.hint}\n`}Question: ${said.question}\nOptions:\n${optionLines(options)}\n${ask} from the options above.\n`,
        },
      ],
    },
    reference: { letters },
  };
}

/** Single answers: as VLMEvalKit reads them, or as stated without doubt. */
function readSingle(text: string, { item }: PublishedRecord<Reference>, strict: boolean): Parsed<string> {
  if (strict) return choiceOf(text, item.options);
  const found = tokenLetter(
    text,
    item.options.map(({ letter }) => letter),
  );
  return found.ok ? found : containedOption(text, item.options);
}

const several = (id: string, summary: string, of: 'precision' | 'recall'): Summary<Item> =>
  meanOf<Item>({ id, summary }, (item) => item.several?.[of] ?? null);

const gmai: PublishedBenchmark<Reference, Item> = {
  id: 'gmai-mmbench',
  kind: 'benchmark',
  summary: 'options on pictures of 284 data sets, by clinical task, department and granularity',
  paper: {
    title: 'GMAI-MMBench: A Comprehensive Multimodal Evaluation Benchmark Towards General Medical AI',
    arxiv: '2408.03361',
    year: 2024,
  },
  command: 'overread run gmai-mmbench --data DIR --split validation --reader MODEL',
  needs: [VAL],
  card: {
    source: 'Chen et al., Shanghai AI Laboratory',
    url: 'https://github.com/uni-medical/GMAI-MMBench',
    licence: 'CC-BY-NC-SA-4.0',
    access: 'open',
    getIt: `Download ${VAL} and the eleven test parts from the hub’s data set OpenGVLab/GMAI-MMBench into one folder.`,
    size: '25,831 questions on pictures of 284 data sets and 38 modalities',
    splits: { validation: 4550, test: 21281 },
    files: [
      {
        name: VAL,
        about: 'validation questions with answers',
        fields: FIELDS,
        md5: '254bd581627866f1c499d3d6b4422324',
      },
      ...TEST_MD5.map((md5, at) => ({
        name: `GMAI_mm_bench_TEST_part_${at + 1}.tsv`,
        about: 'test questions, answers withheld',
        required: false,
        md5,
      })),
    ],
    format: 'unverified',
    columns: Object.fromEntries(FIELDS.map((field) => [field, field])),
    faults: [
      'Test answers are withheld, so a test run has no score; its replies are for submission to the authors.',
      'A single A near the end of a reply is taken for the option even where it is an article; strict wants it stated.',
      'A longer text of an option that holds a shorter one makes the reply name both, and so none.',
      'Paper and repository differ on the number of data sets (285 and 284) and modalities (39 and 38).',
    ],
    tasks: ['visual question answering', 'classification'],
    modalities: ['38 modalities'],
  },
  modes: ['choice'],
  facets: ['type', ...TREE],
  records,
  measure(record, { text, status }, { protocol }) {
    const { item, reference } = record;
    const several = reference.letters.length > 1;
    /** A single answer is right or wrong, several are hit in part, and withheld ones are in no denominator. */
    const scored = (precision: number, recall: number): Item => {
      if (reference.letters.length === 0) return choiceItem(item, null);
      return several
        ? { ...choiceItem(item, null), several: { precision, recall } }
        : choiceItem(item, precision);
    };
    if (status === 'failed' || status === 'refused') return { outcome: status, item: scored(0, 0) };
    if (reference.letters.length === 0) return { outcome: 'scored', item: scored(0, 0) };
    const letters = item.options.map(({ letter }) => letter);
    const single = several ? undefined : readSingle(text, record, protocol === 'strict');
    const found =
      single === undefined ? letterSet(text, letters) : single.ok ? parsed([single.value]) : single;
    if (!found.ok) return { outcome: found.refused === true ? 'refused' : 'unparsed', item: scored(0, 0) };
    const hits = found.value.filter((letter) => reference.letters.includes(letter)).length;
    return { outcome: 'scored', item: scored(hits / found.value.length, hits / reference.letters.length) };
  },
  metrics: () => [
    accuracy('right choices of all questions with one right option'),
    macroAccuracy('clinical vqa task'),
    macroAccuracy('department'),
    macroAccuracy('perceptual granularity'),
    several('several-acc', 'questions with several right options: hits per letter predicted', 'precision'),
    several('several-recall', 'questions with several right options: hits per letter of the key', 'recall'),
  ],
  baselines: [randomOption(), ...[0, 1, 2, 3].map((place) => optionAt(place)), longestOption()],
  oracle: ({ reference }) => (reference.letters.length === 0 ? 'A' : reference.letters.join('')),
  fixture: (folder, { items, seed }) => writeFixture(folder, items, random(seed, 'gmai-mmbench')),
  check: publishedCheck(() => gmai),
};
export default gmai;
