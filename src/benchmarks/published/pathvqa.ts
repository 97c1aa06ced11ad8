// PathVQA: questions on pathology pictures from textbooks and a digital library; half of them yes/no.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import * as z from 'zod';
import { sha256 } from '../../domain/content-hash.ts';
import { random } from '../../domain/random.ts';
import { overFiles } from '../../records/over-files.ts';
import { parquetRecords } from '../../records/parquet.ts';
import type { DataRoot } from '../../records/source.ts';
import { shadedPicture } from '../fixture-picture.ts';
import type { PublishedBenchmark, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { checkedRows } from '../release-rows.ts';
import {
  measureVqa,
  RELEASED_HARNESS_FAULTS,
  VQA_BASELINES,
  VQA_MODES,
  type VqaItem,
  type VqaReference,
  vqaMetrics,
  vqaOracle,
  vqaRecord,
} from '../vqa.ts';

const COLUMNS = { image: 'image', question: 'question', answer: 'answer' } as const;

const picture = z.union([
  z.instanceof(Uint8Array),
  z.object({ bytes: z.instanceof(Uint8Array) }).transform(({ bytes }) => bytes),
]);

function rowOf(columns: Readonly<Record<string, string>>) {
  const { image, question, answer } = { ...COLUMNS, ...columns };
  return z
    .object({ [image]: picture, [question]: z.string(), [answer]: z.coerce.string() })
    .transform((row) => ({
      bytes: row[image] as Uint8Array,
      question: (row[question] as string).trim(),
      answer: (row[answer] as string).trim(),
    }));
}

/** The first word of a question says what kind of answer it wants. */
function contentOf(question: string): string {
  const first = /^[a-z]+/.exec(question.toLowerCase())?.[0] ?? '';
  return ['what', 'where', 'when', 'how', 'why', 'who', 'whose', 'which'].includes(first) ? first : 'is';
}

async function* records(data: DataRoot, { mode, split, columns = {}, signal }: RecordOptions) {
  const names = (await data.list()).filter((name) => name.endsWith('.parquet'));
  for (const own of ['train', 'validation', 'test'] as const) {
    if (split !== undefined && split !== own) continue;
    const shards = names.filter((name) => (name.split('/').at(-1) ?? '').startsWith(own));
    const stream = overFiles(data, shards, parquetRecords, {
      columns: Object.values({ ...COLUMNS, ...columns }),
      ...(signal === undefined ? {} : { signal }),
    });
    let at = 0;
    for await (const { bytes, question, answer } of checkedRows(stream, rowOf(columns))) {
      const number = at++;
      // The release names no picture: the same bytes are the same picture.
      const cluster = sha256(bytes).slice(0, 16);
      const record = vqaRecord(
        {
          id: `${own}-${number}`,
          split: own,
          cluster,
          picture: { name: `${own}-${number}`, load: async () => bytes },
          question,
          answer,
          closed: /^(yes|no)[.\s]*$/i.test(answer),
          language: 'en',
          content: contentOf(question),
          facets: { 'question word': contentOf(question) },
        },
        mode,
      );
      if (record !== undefined) yield record;
    }
  }
}

const pathVqa: PublishedBenchmark<VqaReference, VqaItem> = {
  id: 'pathvqa',
  kind: 'benchmark',
  summary: 'questions on pathology pictures from textbooks, yes/no and in words',
  paper: {
    title: 'PathVQA: 30000+ Questions for Medical Visual Question Answering',
    arxiv: '2003.10286',
    year: 2020,
  },
  command: 'overread run pathvqa --data DIR --reader MODEL',
  needs: ['data/test-*.parquet'],
  card: {
    source: 'He et al., University of California San Diego',
    url: 'https://huggingface.co/datasets/flaviagiammarino/path-vqa',
    licence: 'MIT (questions); pictures under the rights of their books',
    access: 'open',
    getIt: 'Download the Parquet files of flaviagiammarino/path-vqa, duplicates removed, into one folder.',
    size: '32,632 questions on about 5,000 pictures',
    splits: { train: 19654, validation: 6259, test: 6719 },
    files: [
      { name: '**test*.parquet', about: 'test questions with pictures', fields: Object.values(COLUMNS) },
      { name: '**train*.parquet', about: 'training questions', required: false },
      { name: '**validation*.parquet', about: 'validation questions', required: false },
    ],
    format: 'unverified',
    columns: COLUMNS,
    faults: [
      'Questions were generated from captions by rules and not all can be answered from the picture.',
      'Pictures have no names: questions are clustered by the bytes of their picture.',
      ...RELEASED_HARNESS_FAULTS,
    ],
    tasks: ['visual question answering'],
    modalities: ['pathology'],
  },
  modes: VQA_MODES,
  facets: ['answer type', 'question word'],
  records,
  measure: measureVqa,
  metrics: vqaMetrics,
  baselines: VQA_BASELINES,
  oracle: vqaOracle,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'pathvqa');
    await mkdir(join(folder, 'data'), { recursive: true });
    const image: { bytes: Uint8Array; path: string | null }[] = [];
    const question: string[] = [];
    const answer: string[] = [];
    for (let at = 0; at < items; at += 2) {
      const shade = rng.pick(['bright', 'dark'] as const);
      const bytes = await shadedPicture(shade, rng);
      image.push({ bytes, path: null }, { bytes, path: null });
      question.push('is the tissue stained brightly?', 'what does the picture look like?');
      answer.push(shade === 'bright' ? 'yes' : 'no', shade);
    }
    await parquetWriteFile({
      filename: join(folder, 'data', 'test-00000-of-00001.parquet'),
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'image', repetition_type: 'OPTIONAL', num_children: 2 },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'question', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'answer', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'image', data: image },
        { name: 'question', data: question },
        { name: 'answer', data: answer },
      ],
    });
    return { items: question.length };
  },
  check: publishedCheck(() => pathVqa),
};
export default pathVqa;
