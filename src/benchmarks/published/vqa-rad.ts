// VQA-RAD: radiologists' questions on radiographs, CT and MR; closed ones by choice, open ones by words.
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
  image_name: z.string(),
  image_organ: z.string(),
  answer: z.union([z.string(), z.number()]).transform(String),
  answer_type: z.string(),
  question_type: z.string(),
  question: z.string(),
});

const FILES = { train: 'trainset.json', test: 'testset.json' } as const;

async function* records(data: DataRoot, { mode, split }: Pick<RecordOptions, 'mode' | 'split'>) {
  for (const own of ['train', 'test'] as const) {
    const name = FILES[own];
    if ((split !== undefined && split !== own) || !(await data.has(name))) continue;
    for await (const said of listRows(data, name, row)) {
      const content = said.question_type.split(',')[0].trim().toLowerCase();
      const record = vqaRecord(
        {
          id: `${own}-${said.qid}`,
          split: own,
          cluster: said.image_name,
          picture: { name: said.image_name, load: () => readWhole(data, `images/${said.image_name}`) },
          question: said.question.trim(),
          answer: said.answer.trim(),
          closed: said.answer_type.trim().toUpperCase() === 'CLOSED',
          language: 'en',
          content,
          facets: { organ: said.image_organ.trim().toLowerCase(), 'question type': content },
        },
        mode,
      );
      if (record !== undefined) yield record;
    }
  }
}

const fields = Object.keys(row.shape);

const vqaRad: PublishedBenchmark<VqaReference, VqaItem> = {
  id: 'vqa-rad',
  kind: 'benchmark',
  summary: 'radiologists’ questions on radiographs, CT and MR, closed and open',
  paper: {
    title: 'A dataset of clinically generated visual questions and answers about radiology images',
    url: 'https://doi.org/10.1038/sdata.2018.251',
    year: 2018,
  },
  command: 'overread run vqa-rad --data DIR --reader MODEL',
  needs: ['testset.json', 'images/'],
  card: {
    source: 'Lau et al., National Library of Medicine',
    url: 'https://osf.io/89kps/',
    licence: 'CC0-1.0',
    access: 'open',
    getIt:
      'Put testset.json, trainset.json and the folder images of the split that most studies use (github.com/Awenbocc/med-vqa) into one folder.',
    size: '3,515 questions on 315 pictures',
    splits: { train: 3064, test: 451 },
    files: [
      { name: 'testset.json', about: 'test questions', fields },
      { name: 'trainset.json', about: 'training questions', required: false, fields },
      { name: 'images/*', about: 'the pictures' },
    ],
    format: 'verified',
    faults: [
      'Training and test questions are about the same pictures, so a trained model has seen every test picture.',
      'Twenty-one of the 272 closed test questions are not answered by yes or no.',
      ...RELEASED_HARNESS_FAULTS,
    ],
    tasks: ['visual question answering'],
    modalities: ['radiograph', 'CT', 'MR'],
  },
  modes: VQA_MODES,
  facets: ['answer type', 'organ', 'question type'],
  records,
  measure: measureVqa,
  metrics: vqaMetrics,
  baselines: VQA_BASELINES,
  oracle: vqaOracle,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'vqa-rad');
    const rows: unknown[] = [];
    await mkdir(folder, { recursive: true });
    for (let at = 0; at < items; at++) {
      const shade = at % 3 === 0 ? 'bright' : 'dark';
      const image_name = `case${at}.png`;
      await writeShaded(join(folder, 'images', image_name), shade, rng);
      const closed = at % 2 === 0;
      rows.push({
        qid: at,
        image_name,
        image_organ: ['CHEST', 'HEAD', 'ABD'][at % 3],
        answer: closed ? (shade === 'bright' ? 'Yes' : 'no') : shade,
        answer_type: closed ? 'CLOSED' : 'OPEN',
        question_type: closed ? 'PRES' : 'ATTRIB',
        question: closed ? 'Is the picture bright?' : 'How does the picture look?',
        phrase_type: 'freeform',
      });
    }
    await writeFile(join(folder, 'testset.json'), JSON.stringify(rows));
    return { items };
  },
  check: publishedCheck(() => vqaRad),
};
export default vqaRad;
