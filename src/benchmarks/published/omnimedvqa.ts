// OmniMedVQA: up to four candidate answers on pictures of 73 classification sets, scored by likeness to the candidates.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { random } from '../../domain/random.ts';
import { readWhole } from '../../records/data-root.ts';
import type { DataRoot } from '../../records/source.ts';
import { sequenceRatio } from '../../scoring/text/sequence-match.ts';
import { accuracy, type ChoiceItem, lettered, macroAccuracy, measureChoice } from '../choices.ts';
import { writeShaded } from '../fixture-picture.ts';
import type { PublishedBenchmark, PublishedRecord, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { choiceOf, type Parsed, parsed, unparsed } from '../replies.ts';
import { optionalCell, tableRows, textCell } from '../table-rows.ts';
import { longestOption, optionAt, randomOption } from '../trivial.ts';

const OPEN = /(?:^|\/)QA_information\/Open-access\/[^/]+\.json$/;
const RESTRICTED = /(?:^|\/)QA_information\/Restricted-access\/[^/]+\.json$/;

const row = z.object({
  dataset: optionalCell,
  question_id: textCell,
  question_type: textCell,
  question: textCell,
  gt_answer: textCell,
  image_path: textCell,
  ...{ option_A: textCell, option_B: textCell, option_C: optionalCell, option_D: optionalCell },
  modality_type: optionalCell,
});
type Row = z.infer<typeof row>;

interface Reference {
  readonly letter: string;
  readonly answer: string;
}

async function* records(data: DataRoot, { split, signal }: RecordOptions) {
  if (split !== undefined && split !== 'test') return;
  const names = await data.list();
  const options = signal === undefined ? {} : { signal };
  const root = /^(.*?)QA_information\//.exec(names.find((name) => OPEN.test(name)) ?? '')?.[1] ?? '';
  for await (const { row: said } of tableRows(
    data,
    names.filter((name) => OPEN.test(name)),
    row,
    options,
  ))
    yield recordOf(data, said, root);
  // Of sets with restricted access the release has questions only: they are asked where the pictures were put.
  for (const name of names.filter((one) => RESTRICTED.test(one)))
    for await (const { row: said } of tableRows(data, [name], row, options))
      if (await data.has(`${root}${said.image_path}`)) yield recordOf(data, said, root);
}

const plain = (text: string): string => text.trim().replace(/\.$/, '').toLowerCase();

function recordOf(data: DataRoot, said: Row, root: string): PublishedRecord<Reference> {
  const options = lettered([said.option_A, said.option_B, said.option_C, said.option_D]);
  const right = options.find(({ text }) => plain(text) === plain(said.gt_answer));
  // Where the modality is asked for, neither it nor the name of the set may stand beside the question.
  const telling = /modality/i.test(said.question_type);
  const listed = options.map(({ text }) => (text.includes("'") ? `"${text}"` : `'${text}'`)).join(', ');
  return {
    item: {
      id: said.question_id,
      // The picture; its path would give the set and often the class away.
      patientId: createHash('sha256').update(said.image_path).digest('hex').slice(0, 16),
      stage: /grading|attribute/i.test(said.question_type) ? 'visual-reasoning' : 'recognition',
      type: said.question_type
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, ''),
      answerKind: 'categorical',
      text: said.question,
      options,
      slots: {},
      split: 'test',
      system: '',
      facets: {
        ...(telling || said.modality_type === '' ? {} : { modality: said.modality_type }),
        ...(telling || said.dataset === '' ? {} : { dataset: said.dataset }),
        'question type': said.question_type,
      },
      prompt: [
        {
          type: 'image',
          image: { name: said.image_path, load: () => readWhole(data, `${root}${said.image_path}`) },
        },
        {
          type: 'text',
          text: `${said.question} Here are ${options.length} candidate answers: [${listed}]. Return the right one of them and no other text.`,
        },
      ],
    },
    reference: { letter: right?.letter ?? '', answer: said.gt_answer },
  };
}

/** The candidate most like the reply; none where nothing is alike. The first of equals. */
function mostAlike(text: string, { item }: PublishedRecord<Reference>): Parsed<string> {
  let [best, letter] = [0, ''];
  for (const option of item.options) {
    const ratio = sequenceRatio(option.text, text);
    if (ratio > best) [best, letter] = [ratio, option.letter];
  }
  return letter === '' ? unparsed('no candidate is like the reply') : parsed(letter);
}

const omnimedvqa: PublishedBenchmark<Reference, ChoiceItem> = {
  id: 'omnimedvqa',
  kind: 'benchmark',
  summary: 'candidate answers on pictures of 73 classification data sets and 12 modalities',
  paper: {
    title: 'OmniMedVQA: A New Large-Scale Comprehensive Evaluation Benchmark for Medical LVLM',
    arxiv: '2402.09181',
    year: 2024,
  },
  command: 'overread run omnimedvqa --data DIR --reader MODEL',
  needs: ['QA_information/Open-access/', 'Images/'],
  card: {
    source: 'Hu et al., OpenGVLab',
    url: 'https://huggingface.co/datasets/foreverbeliever/OmniMedVQA',
    licence: 'not stated; each source set has its own',
    access: 'open',
    getIt:
      'Download OmniMedVQA.zip (10.7 GB) from the hub’s data set foreverbeliever/OmniMedVQA and unpack it.',
    size: '127,995 questions on 118,010 pictures; pictures of restricted sets are not part of it',
    splits: { test: null },
    files: [
      {
        name: '**QA_information/Open-access/*.json',
        about: 'questions of each open set',
        fields: [
          'question_id',
          'question_type',
          'question',
          'gt_answer',
          'image_path',
          'option_A',
          'option_B',
        ],
      },
      {
        name: '**QA_information/Restricted-access/*.json',
        about: 'questions of sets whose pictures must be got from their owners',
        required: false,
      },
      { name: '**Images/**', about: 'pictures, by set' },
    ],
    format: 'verified',
    faults: [
      'A reply counts as the candidate that it is most alike by common blocks of characters, so a refusal or a wrong sentence counts as some candidate; strict wants one stated.',
      'In replies of 200 and more characters the likeness leaves frequent characters out, and a long right reply may be like nothing.',
      'Pictures that cannot be read and requests that fail are left out of the denominator; strict counts them as wrong.',
      'The second published score (prefix likelihood) needs a model’s token probabilities and is not computed.',
      'Questions about the modality are named by their pictures’ data sets, so these facets are left out there.',
    ],
    tasks: ['visual question answering', 'classification'],
    modalities: ['12 modalities'],
  },
  modes: ['candidates'],
  facets: ['type', 'modality', 'dataset'],
  records,
  measure(record, reply, { protocol }) {
    const published = protocol === 'published';
    const measured = measureChoice(record, reply, (text) =>
      published ? mostAlike(text, record) : choiceOf(text, record.item.options),
    );
    return published && reply.status === 'failed'
      ? { ...measured, item: { ...measured.item, right: null } }
      : measured;
  },
  metrics: () => [accuracy(), macroAccuracy('question type'), macroAccuracy('modality')],
  baselines: [
    randomOption({ say: (letter) => letter }),
    {
      id: 'first-candidate',
      summary: 'the first candidate every time',
      reply: ({ options }) => options[0]?.text ?? '',
    },
    {
      id: 'random-candidate',
      summary: 'one of the candidates by chance',
      reply: ({ options }, _, draw) => options[Math.floor(draw() * options.length)]?.text ?? '',
    },
    optionAt(1),
    longestOption(),
  ],
  oracle: ({ reference }) => reference.answer,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'omnimedvqa');
    const sets = ['Shade Study', 'Tone_2020'];
    const rows: Record<string, unknown>[][] = [[], []];
    for (let at = 0; at < items; at++) {
      const shade = rng.int(2) === 0 ? 'bright' : 'dark';
      const set = sets[at % 2];
      const image_path = `Images/${set}/case_${Math.floor(at / 4)}_${shade}.png`;
      await writeShaded(join(folder, image_path), shade, rng);
      const asksModality = at % 5 === 4;
      const right = asksModality ? 'X-Ray' : shade === 'bright' ? 'A luminous field' : 'A gloomy field';
      const wrong = asksModality
        ? ['Ultrasound', 'Dermoscopy', 'Fundus photography']
        : [shade === 'bright' ? 'A gloomy field' : 'A luminous field', 'Vertical stripes', 'Nothing'];
      const options = rng.shuffle([right, ...wrong.slice(0, 1 + (at % 3))]);
      rows[at % 2].push({
        dataset: set,
        question_id: `${set}_${String(at).padStart(4, '0')}`,
        question_type: asksModality ? 'Modality Recognition' : 'Disease Diagnosis',
        question: asksModality ? 'What kind of picture is this?' : 'What is seen?',
        gt_answer: right,
        image_path,
        ...Object.fromEntries(options.map((text, n) => [`option_${'ABCD'[n]}`, text])),
        modality_type: 'X-Ray',
      });
    }
    const questions = join(folder, 'QA_information', 'Open-access');
    await mkdir(questions, { recursive: true });
    for (const [at, set] of sets.entries())
      await writeFile(join(questions, `${set}.json`), JSON.stringify(rows[at]));
    return { items };
  },
  check: publishedCheck(() => omnimedvqa),
};
export default omnimedvqa;
