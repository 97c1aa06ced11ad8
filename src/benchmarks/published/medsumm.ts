// MedSumm (MMCQS): questions of patients in mixed Hindi and English with a photograph, to be summarised in English.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { random } from '../../domain/random.ts';
import type { DataRoot } from '../../records/source.ts';
import bleu4 from '../../scoring/metrics/bleu-4.ts';
import chrf from '../../scoring/metrics/chrf.ts';
import meteor from '../../scoring/metrics/meteor.ts';
import rouge1Ascii from '../../scoring/metrics/rouge-1-ascii.ts';
import rouge1Unicode from '../../scoring/metrics/rouge-1-unicode.ts';
import rouge2Ascii from '../../scoring/metrics/rouge-2-ascii.ts';
import rouge2Unicode from '../../scoring/metrics/rouge-2-unicode.ts';
import rougeLAscii from '../../scoring/metrics/rouge-l-ascii.ts';
import rougeLUnicode from '../../scoring/metrics/rouge-l-unicode.ts';
import { writeShaded } from '../fixture-picture.ts';
import type { ItemPart, PublishedBenchmark, PublishedRecord, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { withoutThinking } from '../replies.ts';
import { tablePicture } from '../table-picture.ts';
import { columnsOf, tableRows } from '../table-rows.ts';
import { composed, type TextStatistics, textScores } from '../text-scores.ts';

const COLUMNS = {
  question: 'Codemixed_Question',
  picture: 'image_path',
  summary: 'Question_Summ_Updates',
} as const;

const row = z.object({ question: z.string(), picture: z.string(), summary: z.string() });

interface Reference {
  readonly summary: string;
}
interface Item {
  readonly text: TextStatistics;
}

const SCORES = {
  published: textScores([rougeLAscii, rouge1Ascii, rouge2Ascii, bleu4]),
  strict: textScores([rougeLUnicode, rouge1Unicode, rouge2Unicode, bleu4, meteor, chrf]),
};

/** Sentences of the question; the summary is asked for after it. */
const sentences = (text: string): string[] =>
  text
    .split(/(?<=[.?!।])\s+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');

async function* records(
  data: DataRoot,
  { mode, split, columns, signal }: RecordOptions,
): AsyncGenerator<PublishedRecord<Reference>> {
  if (split !== undefined && split !== 'test') return;
  const named = columnsOf({ columns: COLUMNS }, columns);
  const names = (await data.list()).filter((name) => /\.csv$/i.test(name));
  const options = { columns: named, ...(signal === undefined ? {} : { signal }) };
  for await (const { row: said, file, at } of tableRows(data, names, row, options)) {
    const image = await tablePicture(data, `${at}`, said.picture);
    const parts: ItemPart[] = mode === 'picture' && image !== undefined ? [{ type: 'image', image }] : [];
    // Pictures of one symptom lie in a folder of its name.
    const symptom = said.picture.split('/').at(-2) ?? 'unknown';
    yield {
      item: {
        id: `${file.replace(/^.*\//, '').replace(/\.csv$/i, '')}-${at + 1}`,
        patientId: said.picture.trim() || `row-${at + 1}`,
        stage: 'visual-reasoning',
        type: 'question-summary',
        answerKind: 'text',
        text: said.question,
        options: [],
        slots: {},
        split: 'test',
        system: '',
        facets: { symptom: symptom.trim().toLowerCase() },
        prompt: [
          ...parts,
          {
            type: 'text',
            text: `${said.question}\n\nSummarise the patient's question in English, with what the picture shows of the condition.\nSUMMARY:`,
          },
        ],
      },
      reference: { summary: said.summary },
    };
  }
}

const medsumm: PublishedBenchmark<Reference, Item> = {
  id: 'medsumm',
  kind: 'benchmark',
  summary: 'English summaries of patients’ questions in mixed Hindi and English, with a photograph',
  paper: {
    title: 'MedSumm: A Multimodal Approach to Summarizing Code-Mixed Hindi-English Clinical Queries',
    arxiv: '2401.01596',
    year: 2024,
  },
  command: 'overread run medsumm --data DIR --reader MODEL',
  needs: ['*.csv', 'Multimodal_images/'],
  card: {
    source: 'Ghosh, Acharya et al.',
    url: 'https://github.com/ArkadeepAcharya/MedSumm-ECIR2024',
    licence: 'none stated',
    access: 'open',
    getIt:
      'Take ArkaAcharya/MMCQSD from Hugging Face (a CSV file and Multimodal_images/); the repository holds 30 rows and 22 pictures of it.',
    size: 'about 3,015 questions on 18 symptoms; the repository’s sample has 30',
    splits: { test: null },
    files: [
      { name: '*.csv', about: 'questions, pictures and summaries', fields: Object.values(COLUMNS) },
      { name: 'Multimodal_images/**', about: 'photographs by symptom', required: false },
    ],
    format: 'verified',
    columns: COLUMNS,
    faults: [
      'Several questions share a picture: they are one cluster in statistics.',
      'ROUGE as published drops what is not a–z or 0–9; `strict` counts words of any script.',
      'BERTScore and the human scores of facts need a model or people and are not computed.',
    ],
    tasks: ['summarisation'],
    modalities: ['photograph', 'text'],
  },
  modes: ['picture', 'no-image'],
  facets: ['symptom'],
  records,
  measure({ reference }, { text, status }, { protocol }) {
    const outcome = status === 'refused' || status === 'failed' ? status : 'scored';
    const form =
      protocol === 'strict' ? (own: string) => composed(withoutThinking(own)) : (own: string) => own;
    const prediction = outcome === 'scored' ? form(text) : '';
    const references = [protocol === 'strict' ? composed(reference.summary) : reference.summary];
    return { outcome, item: { text: SCORES[protocol].item({ prediction, references }) } };
  },
  metrics: (protocol) => SCORES[protocol].summaries<Item>(({ text }) => text),
  baselines: [
    {
      id: 'first-sentence',
      summary: 'the first sentence of the question',
      reply: ({ text }) => sentences(text)[0] ?? '',
    },
    {
      id: 'first-two-sentences',
      summary: 'the first two sentences of the question',
      reply: ({ text }) => sentences(text).slice(0, 2).join(' '),
    },
    { id: 'question', summary: 'the question itself', reply: ({ text }) => text },
  ],
  oracle: ({ reference }) => reference.summary,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'medsumm');
    await mkdir(folder, { recursive: true });
    const lines = [Object.values(COLUMNS).join(',')];
    for (let at = 0; at < items; at++) {
      const shade = at % 2 === 0 ? 'bright' : 'dark';
      const picture = `Multimodal_images/${shade} spot/Image_${at}.png`;
      await writeShaded(join(folder, picture), shade, rng);
      const [days, arm] = [2 + rng.int(300), rng.pick(['haath', 'pair', 'gardan', 'peeth'])];
      const question = `Doctor, mere ${arm} par ek daag hai.\nYeh ${days} din se hai, aur log kehte hain ""theek"" ho jayega.`;
      const english = { haath: 'hand', pair: 'leg', gardan: 'neck', peeth: 'back' }[arm];
      const summary = rng.pick([
        `A ${shade} spot has been on the ${english} for ${days} days, what is it?`,
        `Patient asks why ${english} skin turned ${shade} ${days} days ago.`,
        `Could this ${shade} mark, ${days} days old, sitting at ${english}, be harmless?`,
        `Is treatment needed when someone's ${english} looks ${shade} since ${days} days?`,
      ]);
      lines.push(`"${question}",${picture},"${summary}"`);
    }
    await writeFile(join(folder, 'dataset_fixture.csv'), `${lines.join('\n')}\n`);
    return { items };
  },
  check: publishedCheck(() => medsumm),
};
export default medsumm;
