// KorMedMCQA-V: questions with pictures of the Korean doctors' licensing examination, five options each.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import type { DataRoot } from '../../../records/source.ts';
import { accuracy, type ChoiceItem, type ChoiceReference, lettered, measureChoice } from '../../choices.ts';
import { base64Picture } from '../../embedded-picture.ts';
import type { PublishedBenchmark, PublishedRecord, RecordOptions } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { columnsOf, isTable, optionalCell, tableRows, textCell } from '../../table-rows.ts';
import { longestOption, optionAt, randomOption } from '../../trivial.ts';
import { fixtureRows } from './fixture.ts';
import { publishedLetter, strictLetter } from './parse.ts';

const picture = z.object({
  pic_num: optionalCell,
  modality: z.string().nullish(),
  image_base64: z.string().min(1),
});

const row = z.object({
  subject: z.string(),
  year: textCell,
  period: textCell,
  q_number: textCell,
  question: z.string(),
  ...{ A: optionalCell, B: optionalCell, C: optionalCell, D: optionalCell, E: optionalCell },
  answer: z.union([z.number(), z.string()]),
  images: z.preprocess(
    (value) => (typeof value === 'string' ? jsonOf(value) : (value ?? [])),
    z.array(picture),
  ),
});
type Row = z.infer<typeof row>;

const LETTERS = ['A', 'B', 'C', 'D', 'E'] as const;
const FIELDS = Object.keys(row.shape);
const say = (letter: string) => JSON.stringify({ 정답: letter });

async function* records(data: DataRoot, { split, columns, signal }: RecordOptions) {
  if (split !== undefined && split !== 'test') return;
  const tables = (await data.list()).filter((name) => isTable(name) && /test/i.test(name));
  const full = tables.filter((name) => /test_full/i.test(name));
  const options = { columns: columnsOf(kormed.card, columns), ...(signal === undefined ? {} : { signal }) };
  for await (const { row: said, file, at } of tableRows(data, full.length > 0 ? full : tables, row, options))
    yield recordOf(said, `${file}, record ${at + 1}`);
}

function recordOf(said: Row, place: string): PublishedRecord<ChoiceReference> {
  const id = [said.subject, said.year, said.period, said.q_number].join('-');
  const options = lettered(LETTERS.map((letter) => said[letter]));
  const letter = letterOf(said.answer);
  if (letter === undefined)
    throw new OverreadError('file-corrupt', `${place}: the answer is none of 1 to 5 or A to E.`);
  const modalities = [...new Set(said.images.map(({ modality }) => modality?.trim() || 'unknown'))].sort();
  return {
    item: {
      id,
      patientId: id,
      stage: 'medical-reasoning',
      type: 'licensing-examination',
      answerKind: 'categorical',
      text: said.question,
      options,
      slots: {},
      split: 'test',
      system: '',
      facets: {
        modality: modalities.join(' + ') || 'none',
        pictures: said.images.length > 1 ? 'several' : said.images.length === 1 ? 'one' : 'none',
        subject: said.subject,
        year: said.year,
      },
      prompt: [
        { type: 'text', text: `질문: ${said.question}\n\n` },
        ...said.images.map(({ image_base64 }, at) => ({
          type: 'image' as const,
          image: base64Picture(`${id}/${at + 1}`, image_base64),
        })),
        ...options.map(({ letter, text }) => ({ type: 'text' as const, text: `${letter}. ${text}\n` })),
        {
          type: 'text',
          text: `\n보기 A~E 가운데 가장 알맞은 것 하나를 고르시오.\n설명 없이 다음 형식의 JSON 객체 하나만 쓰시오: ${say('A')}`,
        },
      ],
    },
    reference: { letter },
  };
}

function letterOf(answer: string | number): string | undefined {
  const text = String(answer).trim();
  const place = /^[1-5]$/.test(text) ? Number(text) - 1 : LETTERS.indexOf(text.toUpperCase() as 'A');
  return LETTERS[place];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const kormed: PublishedBenchmark<ChoiceReference, ChoiceItem> = {
  id: 'kormedmcqa-v',
  kind: 'benchmark',
  summary: 'Korean doctors’ licensing examination with pictures, five options',
  paper: {
    title:
      'KorMedMCQA-V: A Multimodal Benchmark for Evaluating Vision-Language Models on the Korean Medical Licensing Examination',
    arxiv: '2602.13650',
    year: 2026,
  },
  command: 'overread run kormedmcqa-v --data DIR --reader MODEL',
  needs: ['tables of the split test or test_full'],
  card: {
    source: 'Choi, Bae, Kweon and Choi',
    url: 'https://github.com/baeseongsu/kormedmcqa_v',
    licence: 'CC-BY-NC-SA-4.0',
    access: 'open',
    getIt:
      'Download the tables of the subset "doctor" from the hub’s data set seongsubae/KorMedMCQA-V into one folder.',
    size: '1,534 questions with 2,043 pictures, examinations of 2012 to 2023',
    splits: { test: 1534 },
    files: [{ name: '**test**', about: 'tables of the split test_full, or else test', fields: FIELDS }],
    format: 'unverified',
    columns: Object.fromEntries(FIELDS.map((field) => [field, field])),
    faults: [
      'Requests that failed are left out of the denominator; strict counts them as wrong.',
      'Of the answer’s value the first letter a to e anywhere is taken, so "The answer is B" is E; strict wants a letter alone.',
      'A stroke before the letter in the answer’s value hides it.',
      'A fenced block wins over any object after it, and reasoning in <think> marks is not taken off; strict takes off reasoning first and the last object then.',
    ],
    tasks: ['examination questions'],
    modalities: ['radiograph', 'CT', 'ECG', 'ultrasound', 'endoscopy', 'others'],
  },
  modes: ['choice'],
  sampling: { temperature: 0.7, maxOutputTokens: 8192 },
  facets: ['modality', 'pictures', 'year'],
  records,
  measure(record, reply, { protocol }) {
    const measured = measureChoice(record, reply, protocol === 'published' ? publishedLetter : strictLetter);
    if (protocol === 'published' && reply.status === 'failed')
      return { ...measured, item: { ...measured.item, right: null } };
    return measured;
  },
  metrics: () => [accuracy()],
  baselines: [
    randomOption({ say }),
    ...LETTERS.map((_, place) => optionAt(place, { say })),
    longestOption({ say }),
  ],
  oracle: ({ reference }) => say(reference.letter),
  async fixture(folder, { items, seed }) {
    const rows = await fixtureRows(items, random(seed, 'kormedmcqa-v'));
    await mkdir(join(folder, 'doctor'), { recursive: true });
    await writeFile(
      join(folder, 'doctor', 'test_full.jsonl'),
      rows.map((one) => `${JSON.stringify(one)}\n`).join(''),
    );
    return { items: rows.length };
  },
  check: publishedCheck(() => kormed),
};
export default kormed;
