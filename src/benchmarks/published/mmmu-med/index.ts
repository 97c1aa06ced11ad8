// MMMU, health and medicine: college questions of five medical subjects, with pictures among the words.
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import type { DataRoot } from '../../../records/source.ts';
import { accuracy, type ChoiceItem, choiceItem, macroAccuracy } from '../../choices.ts';
import { cellPicture } from '../../embedded-picture.ts';
import type { ItemPart, PublishedBenchmark, PublishedRecord, RecordOptions } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { choiceOf } from '../../replies.ts';
import { jsonOrLiteral } from '../../reply-json.ts';
import { columnsOf, isTable, optionalCell, tableRows, textCell } from '../../table-rows.ts';
import { longestOption, optionAt, randomOption } from '../../trivial.ts';
import { SUBJECTS, writeFixture } from './fixture.ts';
import { publishedChoice, publishedOpen, strictOpen } from './parse.ts';

const MAX_PICTURES = 7;

const cell = z.unknown().optional();
const row = z.object({
  id: textCell,
  question: textCell,
  options: cell,
  answer: textCell,
  question_type: textCell,
  subfield: optionalCell,
  topic_difficulty: optionalCell,
  ...{
    image_1: cell,
    image_2: cell,
    image_3: cell,
    image_4: cell,
    image_5: cell,
    image_6: cell,
    image_7: cell,
  },
});
type Row = z.infer<typeof row>;
const FIELDS = Object.keys(row.shape);
const WANTED = ['id', 'question', 'options', 'answer', 'question_type', 'image_1'];

const SPLITS = [
  ['train', /(?:^|[/_-])dev(?=[-_.])/],
  ['validation', /(?:^|[/_-])validation(?=[-_.])/],
  ['test', /(?:^|[/_-])test(?=[-_.])/],
] as const;

interface Reference {
  /** Right letter of a choice; "" for open and withheld answers. */
  readonly letter: string;
  /** Accepted open answers; none for choices and withheld answers. */
  readonly answers: readonly string[];
}

async function* records(data: DataRoot, { split, columns, signal }: RecordOptions) {
  const names = (await data.list()).filter(isTable);
  const options = { columns: columnsOf(mmmu.card, columns), ...(signal === undefined ? {} : { signal }) };
  for (const [own, pattern] of SPLITS) {
    if (split !== undefined && split !== own) continue;
    for (const subject of SUBJECTS) {
      const files = names.filter(
        (name) => name.includes(subject) && pattern.test(name.slice(name.indexOf(subject))),
      );
      for await (const { row: said, file, at } of tableRows(data, files, row, options))
        yield recordOf(said, { own, subject, place: `${file}, record ${at + 1}` });
    }
  }
}

interface From {
  readonly own: 'train' | 'validation' | 'test';
  readonly subject: string;
  readonly place: string;
}

/** A list, or text that holds one as Python prints it. */
function listOf(cell: unknown): string[] | undefined {
  const value = typeof cell === 'string' ? jsonOrLiteral(cell) : { ok: true as const, value: cell };
  return value.ok && Array.isArray(value.value) ? value.value.map(String) : undefined;
}

function recordOf(said: Row, { own, subject, place }: From): PublishedRecord<Reference> {
  const choice = said.question_type.includes('choice');
  const texts = choice ? listOf(said.options) : [];
  if (texts === undefined) throw new OverreadError('file-corrupt', `${place}: the options are no list.`);
  // An option may be empty; it keeps its letter.
  const options = texts.map((text, at) => ({ letter: String.fromCharCode(65 + at), text }));
  const withheld = said.answer === '?' || said.answer === '';
  if (choice && !withheld && !options.some(({ letter }) => letter === said.answer))
    throw new OverreadError('file-corrupt', `${place}: the answer is none of the options.`);
  const lines = options.map(({ letter, text }) => `(${letter}) ${text}`).join('\n');
  const words = choice
    ? `${said.question}\n\n${lines}\n\nGive the letter of the right option and nothing else.`
    : `${said.question}\n\nAnswer with one word or a short phrase.`;
  return {
    item: {
      id: said.id,
      patientId: said.id,
      stage: 'medical-reasoning',
      type: choice ? 'multiple-choice' : 'open',
      answerKind: choice ? 'categorical' : 'text',
      text: said.question,
      options,
      slots: {},
      split: own,
      system: '',
      facets: {
        subject: subject.replaceAll('_', ' '),
        ...(said.topic_difficulty === '' ? {} : { difficulty: said.topic_difficulty }),
        ...(said.subfield === '' ? {} : { subfield: said.subfield }),
      },
      prompt: interleaved(words, said, place),
    },
    reference: {
      letter: choice && !withheld ? said.answer : '',
      answers: choice || withheld ? [] : (listOf(said.answer) ?? [said.answer]),
    },
  };
}

/** The words with each `<image n>` where it is named; pictures that are not named come first. */
function interleaved(words: string, said: Row, place: string): ItemPart[] {
  const pictures = new Map<number, ItemPart>();
  for (let n = 1; n <= MAX_PICTURES; n++) {
    const image = cellPicture(`${said.id}/${n}`, said[`image_${n}` as 'image_1']);
    if (image !== undefined) pictures.set(n, { type: 'image', image });
  }
  const named = new Set([...words.matchAll(/<image (\d)>/g)].map(([, n]) => Number(n)));
  const missing = [...named].find((n) => !pictures.has(n));
  if (missing !== undefined)
    throw new OverreadError('file-corrupt', `${place}: picture ${missing} is named and missing.`);
  const parts = [...pictures].filter(([n]) => !named.has(n)).map(([, part]) => part);
  for (const [at, piece] of words.split(/<image (\d)>/).entries()) {
    const picture = at % 2 === 1 ? pictures.get(Number(piece)) : undefined;
    if (picture !== undefined) parts.push(picture);
    else if (piece.trim() !== '') parts.push({ type: 'text', text: piece });
  }
  return parts;
}

const mmmu: PublishedBenchmark<Reference, ChoiceItem> = {
  id: 'mmmu-med',
  kind: 'benchmark',
  summary: 'MMMU’s five subjects of health and medicine, choices and open answers',
  paper: {
    title: 'MMMU: A Massive Multi-discipline Multimodal Understanding and Reasoning Benchmark for Expert AGI',
    arxiv: '2311.16502',
    year: 2023,
  },
  command: 'overread run mmmu-med --data DIR --split validation --reader MODEL',
  needs: ['tables of the five medical subjects'],
  card: {
    source: 'Yue et al.',
    url: 'https://huggingface.co/datasets/MMMU/MMMU',
    licence: 'Apache-2.0; pictures and texts under the terms of their sources',
    access: 'open',
    getIt: `Download the Parquet files of ${SUBJECTS.join(', ')} from the hub’s data set MMMU/MMMU, each in its folder.`,
    size: '25 questions for development, 150 for validation; test answers withheld',
    splits: { train: 25, validation: 150, test: null },
    files: SUBJECTS.map((subject) => ({
      name: `**${subject}/validation-*`,
      about: `validation questions of ${subject.replaceAll('_', ' ').toLowerCase()}`,
      fields: WANTED,
    })),
    format: 'unverified',
    columns: Object.fromEntries(FIELDS.map((field) => [field, field])),
    faults: [
      'A reply that names no option counts as a random one; here it is drawn from the question’s id, so that a report repeats. Strict counts it as unparsed.',
      'An open answer counts where it stands anywhere in what the reply’s lines end with ("no" in "not known"); strict compares what is stated.',
      'Of an open number with separator and decimals (1,234.5) only pieces are read.',
      'Sentences of open replies are to be split at capitals after the text was put in lower case, so only lines are.',
      'Test answers are withheld, so a test run has no score.',
    ],
    tasks: ['examination questions'],
    modalities: ['pathology', 'radiology', 'microscopy', 'diagrams', 'tables'],
  },
  modes: ['direct'],
  sampling: { temperature: 0 },
  facets: ['type', 'subject', 'difficulty'],
  records,
  measure(record, { text, status }, { protocol }) {
    const { item, reference } = record;
    const withheld = reference.letter === '' && reference.answers.length === 0;
    const counted = (right: number) => choiceItem(item, withheld ? null : right);
    if (status === 'failed' || status === 'refused') return { outcome: status, item: counted(0) };
    if (withheld) return { outcome: 'scored', item: counted(0) };
    if (protocol === 'published') {
      if (reference.letter === '')
        return { outcome: 'scored', item: counted(Number(publishedOpen(text, reference.answers))) };
      const found = publishedChoice(text, item.options, item.id);
      return {
        outcome: found.random ? 'unparsed' : 'scored',
        item: counted(Number(found.letter === reference.letter)),
      };
    }
    if (reference.letter === '') {
      const open = strictOpen(text, reference.answers);
      return { outcome: open.ok ? 'scored' : 'unparsed', item: counted(Number(open.ok && open.value)) };
    }
    const choice = choiceOf(text, item.options);
    if (!choice.ok) return { outcome: choice.refused === true ? 'refused' : 'unparsed', item: counted(0) };
    return { outcome: 'scored', item: counted(Number(choice.value === reference.letter)) };
  },
  metrics: () => [accuracy(), macroAccuracy('subject')],
  baselines: [randomOption(), ...[0, 1, 2, 3].map((place) => optionAt(place)), longestOption()],
  oracle: ({ reference }) => (reference.letter === '' ? (reference.answers[0] ?? 'A') : reference.letter),
  fixture: (folder, { items, seed }) => writeFixture(folder, items, random(seed, 'mmmu-med')),
  check: publishedCheck(() => mmmu),
};
export default mmmu;
