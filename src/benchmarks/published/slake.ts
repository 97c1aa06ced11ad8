// SLAKE: questions in English and Chinese on CT, MR and radiographs, with and without outside knowledge.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { random } from '../../domain/random.ts';
import { readWhole } from '../../records/data-root.ts';
import type { DataRoot } from '../../records/source.ts';
import { writeShaded } from '../fixture-picture.ts';
import type { PublishedBenchmark, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { listRows } from '../release-rows.ts';
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

const row = z.object({
  qid: z.union([z.number(), z.string()]),
  img_name: z.string(),
  question: z.string(),
  answer: z.union([z.string(), z.number()]).transform(String),
  q_lang: z.enum(['en', 'zh']),
  answer_type: z.string(),
  location: z.string(),
  modality: z.string(),
  base_type: z.string(),
  content_type: z.string(),
});

/** File names of each split: those of the release, and those that copies of single files go by. */
const FILES = {
  train: ['train.json', 'slake_train.json'],
  validation: ['validate.json', 'validation.json', 'slake_validate.json'],
  test: ['test.json', 'slake_test.json'],
} as const;

async function* records(data: DataRoot, { mode, split }: Pick<RecordOptions, 'mode' | 'split'>) {
  for (const own of ['train', 'validation', 'test'] as const) {
    if (split !== undefined && split !== own) continue;
    const held = await Promise.all(FILES[own].map((file) => data.has(file)));
    const name = FILES[own].find((_, at) => held[at]);
    if (name === undefined) continue;
    for await (const said of listRows(data, name, row)) {
      const content = said.content_type.trim().toLowerCase();
      const record = vqaRecord(
        {
          id: `${own}-${said.qid}`,
          split: own,
          cluster: said.img_name.split('/')[0],
          picture: { name: said.img_name, load: () => readWhole(data, `imgs/${said.img_name}`) },
          question: said.question.trim(),
          answer: said.answer.trim(),
          closed: said.answer_type.trim().toUpperCase() === 'CLOSED',
          language: said.q_lang,
          content,
          facets: {
            language: said.q_lang,
            modality: said.modality,
            location: said.location,
            'question type': content,
            knowledge: said.base_type === 'kvqa' ? 'outside' : 'picture',
          },
        },
        mode,
      );
      if (record !== undefined) yield record;
    }
  }
}

const fields = Object.keys(row.shape);
const WORDS = {
  en: {
    closed: ['Is the picture bright?', 'Yes', 'No'],
    open: ['How does the picture look?', 'bright', 'dark'],
  },
  zh: { closed: ['图片是亮的吗?', '是的', '不是'], open: ['图片看起来怎么样?', '明亮', '昏暗'] },
} as const;

const slake: PublishedBenchmark<VqaReference, VqaItem> = {
  id: 'slake',
  kind: 'benchmark',
  summary: 'questions in English and Chinese on CT, MR and radiographs',
  paper: {
    title: 'SLAKE: A Semantically-Labeled Knowledge-Enhanced Dataset for Medical Visual Question Answering',
    arxiv: '2102.09542',
    year: 2021,
  },
  command: 'overread run slake --data DIR --reader MODEL',
  needs: ['test.json', 'imgs/'],
  card: {
    source: 'Liu et al., The Hong Kong Polytechnic University and Sichuan University',
    url: 'https://www.med-vqa.com/slake/',
    licence: 'CC-BY-4.0',
    access: 'open',
    getIt: 'Download Slake1.0.zip from med-vqa.com/slake and unpack it.',
    size: '14,028 questions on 642 pictures',
    splits: { train: 9835, validation: 2099, test: 2094 },
    files: [
      { name: '*test.json', about: 'test questions', fields },
      { name: '*train.json', about: 'training questions', required: false, fields },
      { name: '*valid*.json', about: 'validation questions', required: false, fields },
      {
        name: 'imgs/**',
        about: 'the pictures; without them only --mode no-image can be read',
        required: false,
      },
    ],
    format: 'verified',
    faults: [
      'Chinese questions are answered yes and no with their own verbs; `strict` takes any of them, in either language.',
      'The released harness reads English only: under `published` Chinese items are in no denominator.',
      ...RELEASED_HARNESS_FAULTS,
    ],
    tasks: ['visual question answering'],
    modalities: ['CT', 'MR', 'radiograph'],
  },
  modes: VQA_MODES,
  facets: ['answer type', 'language', 'modality', 'location', 'question type', 'knowledge'],
  records,
  measure: measureVqa,
  metrics: vqaMetrics,
  baselines: VQA_BASELINES,
  oracle: vqaOracle,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'slake');
    const rows: unknown[] = [];
    await mkdir(folder, { recursive: true });
    for (let at = 0; at < items; at++) {
      const shade = rng.pick(['bright', 'dark'] as const);
      const img_name = `xmlab${at}/source.png`;
      await writeShaded(join(folder, 'imgs', img_name), shade, rng);
      const closed = at % 4 < 2;
      const q_lang = at % 2 === 0 ? 'en' : 'zh';
      const [question, bright, dark] = WORDS[q_lang][closed ? 'closed' : 'open'];
      rows.push({
        img_id: at,
        img_name,
        question,
        answer: shade === 'bright' ? bright : dark,
        q_lang,
        location: ['Lung', 'Abdomen'][at % 2],
        modality: ['CT', 'MRI', 'X-Ray'][at % 3],
        answer_type: closed ? 'CLOSED' : 'OPEN',
        base_type: 'vqa',
        triple: ['vhead', '_', '_'],
        qid: at,
        content_type: closed ? 'Abnormality' : 'Color',
      });
    }
    await writeFile(join(folder, 'test.json'), JSON.stringify(rows));
    return { items };
  },
  check: publishedCheck(() => slake),
};
export default slake;
