// MedXpertQA MM: examination questions for specialists with pictures, patient records and five options.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { random } from '../../domain/random.ts';
import { readWhole } from '../../records/data-root.ts';
import type { DataRoot } from '../../records/source.ts';
import { accuracy, type ChoiceItem, type ChoiceReference, macroAccuracy, measureChoice } from '../choices.ts';
import { writeShaded } from '../fixture-picture.ts';
import type { PublishedBenchmark, PublishedRecord, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { boxed, choiceOf, loneLetter, type Parsed, withoutThinking } from '../replies.ts';
import { tableRows } from '../table-rows.ts';
import { longestOption, optionAt, randomOption } from '../trivial.ts';

const FILES = { train: 'MM/dev.jsonl', test: 'MM/test.jsonl' } as const;

const row = z.object({
  id: z.string(),
  question: z.string(),
  options: z.record(z.string().regex(/^[A-J]$/), z.string()),
  label: z.union([
    z.string(),
    z
      .array(z.string())
      .length(1)
      .transform(([letter]) => letter),
  ]),
  images: z.array(z.string()),
  medical_task: z.string(),
  body_system: z.string(),
  question_type: z.string(),
});
type Row = z.infer<typeof row>;

async function* records(data: DataRoot, { mode, split, signal }: RecordOptions) {
  const names = await data.list();
  const folder =
    /^(.*?)MM\/(?:dev|test)\.jsonl$/.exec(
      names.find((name) => /(?:^|\/)MM\/(?:dev|test)\.jsonl$/.test(name)) ?? '',
    )?.[1] ?? '';
  /** Pictures by base name: images.zip may have been unpacked with or without its folder. */
  const places = new Map(names.map((name) => [name.slice(name.lastIndexOf('/') + 1), name]));
  for (const own of ['train', 'test'] as const) {
    const file = `${folder}${FILES[own]}`;
    if ((split !== undefined && split !== own) || !names.includes(file)) continue;
    for await (const { row: said, at } of tableRows(
      data,
      [file],
      row,
      signal === undefined ? {} : { signal },
    ))
      yield recordOf(said, { data, places, mode, own, place: `${file}, record ${at + 1}` });
  }
}

interface From {
  readonly data: DataRoot;
  readonly places: ReadonlyMap<string, string>;
  readonly mode: string;
  readonly own: 'train' | 'test';
  readonly place: string;
}

function recordOf(said: Row, { data, places, mode, own, place }: From): PublishedRecord<ChoiceReference> {
  const options = Object.entries(said.options)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([letter, text]) => ({ letter, text }));
  const [first, last] = [options[0]?.letter, options.at(-1)?.letter];
  if (first === undefined || !Object.hasOwn(said.options, said.label))
    throw new OverreadError('file-corrupt', `${place}: the label is none of the options.`);
  const ask =
    mode === 'reasoning'
      ? `Think step by step. Then put the one right letter of ${first} to ${last} within \\boxed{}.`
      : `Of ${first} through ${last}, the right answer is`;
  return {
    item: {
      id: said.id,
      patientId: said.id,
      stage: 'medical-reasoning',
      type: said.question_type.trim().toLowerCase() === 'reasoning' ? 'reasoning' : 'understanding',
      answerKind: 'categorical',
      text: said.question,
      options,
      slots: {},
      split: own,
      system: mode === 'reasoning' ? '' : 'Give the answer only.',
      facets: {
        'medical task': said.medical_task,
        'body system': said.body_system,
        pictures: said.images.length > 1 ? 'several' : 'one',
      },
      prompt: [
        ...said.images.map((name) => ({
          type: 'image' as const,
          image: { name, load: () => readWhole(data, places.get(name) ?? `images/${name}`) },
        })),
        // The released question carries its options: "… Answer Choices: (A) … (B) …".
        { type: 'text', text: `Q: ${said.question}\nA: ${ask}` },
      ],
    },
    reference: { letter: said.label },
  };
}

const read = (strict: boolean, { item }: PublishedRecord<ChoiceReference>) => {
  const letters = item.options.map(({ letter }) => letter);
  return (reply: string): Parsed<string> => {
    const text = withoutThinking(reply);
    const box = boxed(text);
    if (box.ok) {
      const inside = loneLetter(box.value, letters);
      if (inside.ok) return inside;
    }
    return strict ? choiceOf(text, item.options) : loneLetter(text, letters);
  };
};

const medxpertqa: PublishedBenchmark<ChoiceReference, ChoiceItem> = {
  id: 'medxpertqa-mm',
  kind: 'benchmark',
  summary: 'specialists’ examination questions with pictures and five options',
  paper: {
    title: 'MedXpertQA: Benchmarking Expert-Level Medical Reasoning and Understanding',
    arxiv: '2501.18362',
    year: 2025,
  },
  command: 'overread run medxpertqa-mm --data DIR --split test --reader MODEL',
  needs: ['MM/test.jsonl', 'images/'],
  card: {
    source: 'Zuo, Qu et al., Tsinghua University',
    url: 'https://huggingface.co/datasets/TsinghuaC3I/MedXpertQA',
    licence: 'MIT',
    access: 'open',
    getIt:
      'Download MM/ and images.zip from the hub’s data set TsinghuaC3I/MedXpertQA and unpack the pictures beside.',
    size: '2,005 questions, five of them for development',
    splits: { train: 5, test: 2000 },
    files: [
      { name: '**MM/test.jsonl', about: 'test questions', fields: Object.keys(row.shape) },
      { name: '**MM/dev.jsonl', about: 'five questions for development', required: false },
      { name: '**images/**', about: 'pictures of images.zip' },
    ],
    format: 'verified',
    faults: [
      'The released exchange of two turns (reasoning, then the letter) is asked here in one turn with the letter boxed.',
      'Of an answer without a box the first standalone letter is taken, be it an article; strict wants one option stated.',
      'The released answer cleaning could not be seen; the rule is that of later harnesses.',
    ],
    tasks: ['examination questions'],
    modalities: ['radiograph', 'CT', 'MR', 'photograph', 'microscopy', 'ECG', 'charts'],
  },
  modes: ['answer-only', 'reasoning'],
  sampling: { temperature: 0 },
  facets: ['type', 'medical task', 'body system', 'pictures'],
  records,
  measure: (record, reply, { protocol }) => measureChoice(record, reply, read(protocol === 'strict', record)),
  metrics: () => [accuracy(), macroAccuracy('body system'), macroAccuracy('medical task')],
  baselines: [randomOption(), ...[0, 1, 2, 3, 4].map((place) => optionAt(place)), longestOption()],
  oracle: ({ reference }, mode) => (mode === 'reasoning' ? `\\boxed{${reference.letter}}` : reference.letter),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'medxpertqa-mm');
    await mkdir(join(folder, 'MM'), { recursive: true });
    const rows: string[] = [];
    for (let at = 0; at < items + 2; at++) {
      const shade = rng.int(2) === 0 ? 'bright' : 'dark';
      const texts = rng.shuffle(['Luminous', 'Gloomy', 'Striped', 'Chequered', 'Plain']);
      const right = 'ABCDE'[texts.indexOf(shade === 'bright' ? 'Luminous' : 'Gloomy')];
      const images = Array.from({ length: 1 + (at % 3 === 1 ? 1 : 0) }, (_, n) => `MM-${at}-${'ab'[n]}.png`);
      for (const name of images) await writeShaded(join(folder, 'images', name), shade, rng);
      rows.push(
        JSON.stringify({
          id: `MM-${at}`,
          question: `A patient of ${20 + at} years has this picture taken. How is it?\nAnswer Choices: ${texts.map((text, n) => `(${'ABCDE'[n]}) ${text}`).join(' ')}`,
          options: Object.fromEntries(texts.map((text, n) => ['ABCDE'[n], text])),
          label: right,
          images,
          medical_task: ['Diagnosis', 'Treatment', 'Basic Science'][at % 3],
          body_system: ['Skeletal', 'Nervous', 'Cardiovascular', 'Respiratory'][at % 4],
          question_type: at % 2 === 0 ? 'Reasoning' : 'Understanding',
        }),
      );
    }
    await writeFile(join(folder, FILES.test), `${rows.slice(0, items).join('\n')}\n`);
    await writeFile(join(folder, FILES.train), `${rows.slice(items).join('\n')}\n`);
    return { items: items + 2 };
  },
  check: publishedCheck(() => medxpertqa),
};
export default medxpertqa;
