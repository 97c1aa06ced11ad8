// PMC-VQA: questions with four options on figures of PubMed Central articles.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import type { Option } from '../../domain/question.ts';
import { random } from '../../domain/random.ts';
import { readWhole } from '../../records/data-root.ts';
import { delimitedRecords } from '../../records/delimited.ts';
import type { DataRoot } from '../../records/source.ts';
import { meanOf } from '../../scoring/metric.ts';
import { writeShaded } from '../fixture-picture.ts';
import type { PublishedBenchmark, PublishedRecord, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { checkedRows } from '../release-rows.ts';
import { choiceOf } from '../replies.ts';
import { longestOption, mostFrequent, optionAt, randomOption } from '../trivial.ts';

const COLUMNS = {
  figure: 'Figure_path',
  question: 'Question',
  a: 'Choice A',
  b: 'Choice B',
  c: 'Choice C',
  d: 'Choice D',
  answer: 'Answer',
  label: 'Answer_label',
} as const;
type Field = keyof typeof COLUMNS;
const LETTERS = ['A', 'B', 'C', 'D'] as const;

/** Modes are the release's two test sets: the 2,000 that people checked, and all. */
const TEST_FILES: Readonly<Record<string, readonly string[]>> = {
  clean: ['test_clean.csv'],
  full: ['test.csv', 'test_2.csv'],
};
const TRAIN_FILES = ['train.csv', 'train_2.csv'];

interface Reference {
  /** Undefined where no option is the row's answer: such a row has no right reply. */
  readonly letter: string | undefined;
  /** Options as the table holds them, letters and spaces included: the released comparison is over these. */
  readonly cells: readonly string[];
}

interface Item {
  readonly right: number | null;
}

const bare = (cell: string): string => cell.replace(/^\s*[A-D]\s*:/, '').trim();

/** The letter of the answer: its label column, its own letter, or the option with the same words. */
function keyOf(answer: string, label: string | undefined, options: readonly Option[]): string | undefined {
  const said = (label ?? '').trim().toUpperCase();
  if (options.some(({ letter }) => letter === said)) return said;
  const same = options.find(({ text }) => text !== '' && text.toLowerCase() === bare(answer).toLowerCase());
  if (same !== undefined) return same.letter;
  const alone = /^\s*([A-D])\s*(?::|$)/.exec(answer)?.[1];
  return alone;
}

async function* records(
  data: DataRoot,
  { mode, split, columns = {}, signal }: RecordOptions,
): AsyncGenerator<PublishedRecord<Reference>> {
  const named: Readonly<Record<Field, string>> = { ...COLUMNS, ...columns };
  const schema = z.record(z.string(), z.string());
  for (const own of ['train', 'test'] as const) {
    if (split !== undefined && split !== own) continue;
    for (const name of own === 'train' ? TRAIN_FILES : (TEST_FILES[mode] ?? [])) {
      if (!(await data.has(name))) continue;
      const stream = delimitedRecords(await data.open(name), signal === undefined ? {} : { signal });
      let at = 0;
      for await (const row of checkedRows(stream, schema)) {
        const cell = (field: Field): string => {
          const value = row[named[field]];
          if (value !== undefined) return value;
          throw new OverreadError(
            'file-corrupt',
            `${name} has no column "${named[field]}": name the one it has with --column ${field}=NAME.`,
          );
        };
        yield recordOf(
          data,
          {
            id: `${name.replace(/\.csv$/, '')}-${at++}`,
            figure: cell('figure').trim(),
            question: cell('question').trim(),
            cells: [cell('a'), cell('b'), cell('c'), cell('d')],
            answer: cell('answer'),
            label: row[named.label],
          },
          own,
        );
      }
    }
  }
}

interface Row {
  readonly id: string;
  readonly figure: string;
  readonly question: string;
  readonly cells: readonly string[];
  readonly answer: string;
  readonly label: string | undefined;
}

function recordOf(
  data: DataRoot,
  { id, figure, question, cells, answer, label }: Row,
  split: 'train' | 'test',
): PublishedRecord<Reference> {
  const options = cells.map((cell, at): Option => ({ letter: LETTERS[at], text: bare(cell) }));
  return {
    item: {
      id,
      // Figures of one article share its number: PMC1064097_F1.jpg.
      patientId: /^PMC\d+/.exec(figure)?.[0] ?? figure,
      stage: 'recognition',
      type: 'figure-question',
      answerKind: 'categorical',
      text: question,
      options,
      slots: {},
      split,
      system: '',
      prompt: [
        {
          type: 'image',
          image: {
            name: figure,
            load: async () => {
              for (const folder of ['images', 'figures'])
                if (await data.has(`${folder}/${figure}`)) return readWhole(data, `${folder}/${figure}`);
              return readWhole(data, figure);
            },
          },
        },
        {
          type: 'text',
          text: [
            `Question: ${question}`,
            'Choices:',
            ...options.map(({ letter, text }) => `${letter}: ${text}`),
            'The Answer is:',
          ].join('\n'),
        },
      ],
    },
    reference: { letter: keyOf(answer, label, options), cells },
  };
}

/**
 * The released reading: the reply's last character is compared with each option's cell, and the most alike wins. Of one
 * character and a text, difflib's ratio is 2 / (length + 1) where the text holds the character and 0 elsewhere: the
 * shortest cell that holds it, the first of equals.
 */
function releasedLetter(text: string, cells: readonly string[]): string | undefined {
  const last = [...text].at(-1);
  if (last === undefined) return undefined;
  let best: number | undefined;
  for (const [at, cell] of cells.entries()) {
    if (!cell.includes(last)) continue;
    if (best === undefined || cell.length < cells[best].length) best = at;
  }
  return best === undefined ? undefined : LETTERS[best];
}

const pmcVqa: PublishedBenchmark<Reference, Item> = {
  id: 'pmc-vqa',
  kind: 'benchmark',
  summary: 'questions with four options on figures of PubMed Central articles',
  paper: {
    title: 'PMC-VQA: Visual Instruction Tuning for Medical Visual Question Answering',
    arxiv: '2305.10415',
    year: 2023,
  },
  command: 'overread run pmc-vqa --data DIR --reader MODEL',
  needs: ['test_clean.csv', 'images/'],
  card: {
    source: 'Zhang et al., Shanghai Jiao Tong University',
    url: 'https://huggingface.co/datasets/RadGenome/PMC-VQA',
    licence: 'CC-BY-SA (questions); each figure under its article’s licence',
    access: 'open',
    getIt:
      'Download test_clean.csv and images.zip from RadGenome/PMC-VQA and unpack the pictures to images/.',
    size: '226,946 questions on 149,075 figures; 2,000 test questions checked by people',
    splits: { train: null, test: 2000 },
    files: [
      {
        name: 'test_clean.csv',
        about: 'test questions that people checked',
        fields: Object.values(COLUMNS).slice(0, 7),
      },
      { name: 'test.csv', about: 'all test questions, for --mode full', required: false },
      { name: 'test_2.csv', about: 'all test questions of the second version', required: false },
      { name: 'train*.csv', about: 'training questions', required: false },
      { name: 'images/*', about: 'the figures' },
    ],
    format: 'unverified',
    columns: COLUMNS,
    faults: [
      'The released evaluator takes the last character of a reply and the most alike option text, so the shortest option that holds this letter anywhere wins; `strict` reads the letter that is stated.',
      'Rows whose answer is none of their options have no right reply: they count as wrong under `published` and are left out under `strict`.',
    ],
    tasks: ['visual question answering'],
    modalities: ['figures of articles'],
  },
  modes: ['clean', 'full'],
  facets: [],
  records,
  measure({ item: { options }, reference: { letter, cells } }, { text, status }, { protocol }) {
    if (letter === undefined)
      return { outcome: 'scored', item: { right: protocol === 'published' ? 0 : null } };
    if (status === 'failed') return { outcome: 'failed', item: { right: 0 } };
    if (protocol === 'published') {
      const read = releasedLetter(text, cells);
      const outcome = read !== undefined ? 'scored' : status === 'refused' ? 'refused' : 'unparsed';
      return { outcome, item: { right: Number(read === letter) } };
    }
    const choice = choiceOf(text, options);
    if (!choice.ok)
      return {
        outcome: choice.refused || status === 'refused' ? 'refused' : 'unparsed',
        item: { right: 0 },
      };
    return { outcome: 'scored', item: { right: Number(choice.value === letter) } };
  },
  metrics: () => [
    meanOf<Item>(
      {
        id: 'accuracy',
        summary: 'right choices',
        chance: { name: '1/4', of: (items) => (items.length === 0 ? null : 0.25) },
      },
      ({ right }) => right,
    ),
  ],
  baselines: [
    randomOption(),
    ...[0, 1, 2, 3].map((place) => optionAt(place)),
    longestOption(),
    mostFrequent('A'),
  ],
  oracle: ({ reference }) => reference.letter ?? '',
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'pmc-vqa');
    await mkdir(folder, { recursive: true });
    const lines = [Object.values(COLUMNS).join(',')];
    for (let at = 0; at < items; at++) {
      const shade = rng.pick(['bright', 'dark'] as const);
      const figure = `PMC${1000 + (at >> 1)}_F${at % 2}.png`;
      await writeShaded(join(folder, 'images', figure), shade, rng);
      const texts = rng.shuffle(['bright', 'dark', 'striped', 'split, in two halves']);
      const letter = LETTERS[texts.indexOf(shade)];
      const cells = texts.map((text, place) => `" ${LETTERS[place]}:${text} "`);
      lines.push([figure, '"How does the figure look, mostly?"', ...cells, shade, letter].join(','));
    }
    await writeFile(join(folder, 'test_clean.csv'), `${lines.join('\n')}\n`);
    await writeFile(join(folder, 'test.csv'), `${lines.join('\n')}\n`);
    return { items };
  },
  check: publishedCheck(() => pmcVqa),
};
export default pmcVqa;
