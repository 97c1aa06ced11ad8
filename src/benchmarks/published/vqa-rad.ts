// VQA-RAD: radiologists' questions on radiographs, CT and MR; closed ones by choice, open ones by words.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { random } from '../../domain/random.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { readJson, readWhole } from '../../records/data-root.ts';
import type { DataRoot } from '../../records/source.ts';
import { meanOf } from '../../scoring/metric.ts';
import type { PublishedBenchmark, PublishedRecord, TrivialBaseline } from '../published.ts';
import { publishedCheck } from '../published-check.ts';

const row = z.object({
  qid: z.union([z.number(), z.string()]),
  image_name: z.string(),
  image_organ: z.string(),
  answer: z.union([z.string(), z.number()]).transform(String),
  answer_type: z.string(),
  question_type: z.string(),
  question: z.string(),
});

interface Reference {
  readonly answer: string;
  readonly closed: boolean;
}

/** Whether a closed or an open item was answered as the reference says. */
interface Item {
  readonly closed: boolean;
  readonly right: boolean;
  /** Guessing: one half for yes/no, none for words. */
  readonly guess: number;
}

const plain = (text: string): string =>
  text
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[.\s]+$/, '');

async function* records(data: DataRoot, { split }: { readonly split?: string }) {
  for (const name of ['trainset.json', 'testset.json'] as const) {
    const own = name === 'trainset.json' ? 'train' : 'test';
    if ((split !== undefined && split !== own) || !(await data.has(name))) continue;
    const rows = z.array(z.unknown()).safeParse(await readJson(data, name));
    if (!rows.success)
      throw new OverreadError('file-corrupt', `${name} is no list of questions: copy it again.`);
    for (const [at, value] of rows.data.entries()) {
      const parsed = row.safeParse(value);
      if (!parsed.success)
        throw new OverreadError(
          'file-corrupt',
          `${name}, record ${at + 1}: "${parsed.error.issues[0].path.join('.')}" is wrong (${parsed.error.issues[0].message}).`,
        );
      yield recordOf(data, parsed.data, own);
    }
  }
}

function recordOf(
  data: DataRoot,
  said: z.infer<typeof row>,
  split: 'train' | 'test',
): PublishedRecord<Reference> {
  const closed = said.answer_type.trim().toUpperCase() === 'CLOSED';
  const picture = `images/${said.image_name}`;
  return {
    item: {
      id: `${split}-${said.qid}`,
      patientId: said.image_name,
      stage: 'recognition',
      type: closed ? 'closed' : 'open',
      answerKind: closed ? 'categorical' : 'text',
      text: said.question,
      options: [],
      slots: {},
      split,
      system: '',
      facets: {
        organ: said.image_organ.trim().toLowerCase(),
        'question type': said.question_type.split(',')[0].trim().toLowerCase(),
      },
      prompt: [
        { type: 'image', image: { name: said.image_name, load: () => readWhole(data, picture) } },
        { type: 'text', text: `${said.question}\nAnswer in as few words as you can.` },
      ],
    },
    reference: { answer: said.answer, closed },
  };
}

const always = (word: string): TrivialBaseline => ({
  id: `always-${word}`,
  summary: `answers "${word}" to everything`,
  reply: () => word,
});

const vqaRad: PublishedBenchmark<Reference, Item> = {
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
      'Download testset.json, trainset.json and the pictures from the OSF project and put them in one folder.',
    size: '3,515 questions on 315 pictures',
    splits: { train: 3064, test: 451 },
    files: [
      { name: 'testset.json', about: 'test questions', fields: Object.keys(row.shape) },
      { name: 'trainset.json', about: 'training questions', required: false, fields: Object.keys(row.shape) },
      { name: 'images/*', about: 'the pictures' },
    ],
    format: 'verified',
    faults: ['Training and test questions are about the same pictures.'],
    tasks: ['visual question answering'],
    modalities: ['radiograph', 'CT', 'MR'],
  },
  modes: ['open'],
  facets: ['type', 'organ', 'question type'],
  records,
  measure({ reference }, { text, status }) {
    const outcome = status === 'refused' || status === 'failed' ? status : 'scored';
    const right = outcome === 'scored' && plain(text) === plain(reference.answer);
    const guess = reference.closed && /^(yes|no)$/.test(plain(reference.answer)) ? 0.5 : 0;
    return { outcome, item: { closed: reference.closed, right, guess } };
  },
  metrics: () => [
    meanOf<Item>(
      {
        id: 'accuracy',
        summary: 'exact match of all questions',
        chance: { name: '1/2 on yes/no', of: (items) => mean(items.map(({ guess }) => guess)) },
      },
      ({ right }) => Number(right),
    ),
    meanOf<Item>(
      { id: 'closed-accuracy', summary: 'exact match of closed questions' },
      ({ closed, right }) => (closed ? Number(right) : null),
    ),
  ],
  baselines: [always('yes'), always('no')],
  oracle: ({ reference }) => reference.answer,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'vqa-rad');
    await mkdir(join(folder, 'images'), { recursive: true });
    const rows: unknown[] = [];
    for (let at = 0; at < items; at++) {
      const shade = at % 3 === 0 ? 'bright' : 'dark';
      const data = new Uint8Array(16 * 16).map(() => (shade === 'bright' ? 200 : 30) + rng.int(40));
      const image_name = `case${at}.png`;
      await writeFile(
        join(folder, 'images', image_name),
        await encodePng({ width: 16, height: 16, channels: 1, data }),
      );
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

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
