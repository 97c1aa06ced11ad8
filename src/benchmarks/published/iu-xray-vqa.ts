// IU-Xray questions: yes/no questions that were generated from the reports of Indiana University's chest radiographs.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { random } from '../../domain/random.ts';
import { readWhole } from '../../records/data-root.ts';
import { jsonlRecords } from '../../records/jsonl.ts';
import type { DataRoot } from '../../records/source.ts';
import { meanOf, type Summary } from '../../scoring/metric.ts';
import { writeShaded } from '../fixture-picture.ts';
import type { ItemPart, PublishedBenchmark, PublishedRecord, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { checkedRows } from '../release-rows.ts';
import { yesOrNo } from '../replies.ts';
import { constant } from '../trivial.ts';

const row = z.object({
  question_id: z.union([z.number(), z.string()]),
  image: z.string(),
  text: z.string(),
  question: z.string(),
  answer: z.string(),
  report: z.string(),
});

type Polarity = 'yes' | 'no';

interface Reference {
  readonly answer: string;
  /** As the release's own counts read it: what the answer begins with. */
  readonly released: Polarity | undefined;
  /** What the answer states; undefined where it states neither, or where the question gives it away. */
  readonly stated: Polarity | undefined;
}

interface Item {
  /** Truth and reading; undefined truth: not in the denominator. */
  readonly truth: Polarity | undefined;
  readonly said: Polarity | undefined;
}

const FILE = 'iuxray_test.jsonl';

const opening = (text: string): Polarity | undefined =>
  /^(yes|no)/i.exec(text)?.[1].toLowerCase() as Polarity | undefined;

/** The answer that a question gives away: "… intact? - Yes". */
const LEAK = /[-–—?.:)]\s*(yes|no)\b[.\s]*$/i;

/** Yes or no as the answer states it: list dashes aside, and "no information on …" is neither. */
function statedIn(answer: string): Polarity | undefined {
  const said = /^[\s\-–—]*(yes|no)\b(?!\s+(?:information|mention|answer|specific|comment))/i.exec(answer);
  return said?.[1].toLowerCase() as Polarity | undefined;
}

async function* records(
  data: DataRoot,
  { mode, split, signal }: RecordOptions,
): AsyncGenerator<PublishedRecord<Reference>> {
  if (split !== undefined && split !== 'test') return;
  const stream = jsonlRecords(await data.open(FILE), signal === undefined ? {} : { signal });
  for await (const said of checkedRows(stream, row)) {
    const question = said.question.replace('<image>', '').trim();
    const leaks = LEAK.test(question);
    const parts: ItemPart[] = [];
    if (mode === 'picture')
      parts.push({
        type: 'image',
        image: { name: said.image, load: () => readWhole(data, `images/${said.image}`) },
      });
    if (mode === 'report') parts.push({ type: 'text', text: `Report: ${said.report.trim()}` });
    parts.push({ type: 'text', text: said.text.replace('<image>', '').trim() });
    const stated = leaks ? undefined : statedIn(said.answer);
    yield {
      item: {
        id: `q${said.question_id}`,
        patientId: said.image.split('/')[0],
        stage: 'recognition',
        type: 'report-question',
        answerKind: 'binary',
        text: question,
        options: [],
        slots: {},
        split: 'test',
        system: '',
        facets: { wording: leaks ? 'gives the answer away' : 'plain' },
        prompt: parts,
      },
      reference: { answer: said.answer, released: opening(said.answer), stated },
    };
  }
}

const asked = (items: readonly Item[]) => items.filter(({ truth }) => truth !== undefined);

function share(items: readonly Item[], of: (item: Item) => boolean): number | null {
  return items.length === 0 ? null : items.reduce((n, item) => n + (of(item) ? 1 : 0), 0) / items.length;
}

const right = ({ truth, said }: Item): boolean => said === truth;

function balanced(items: readonly Item[]): number | null {
  const recalls = (['yes', 'no'] as const).map((truth) =>
    share(
      items.filter((item) => item.truth === truth),
      right,
    ),
  );
  const [yes, no] = recalls;
  return yes === null || no === null ? null : (yes + no) / 2;
}

/** F1 of "yes". */
function f1(items: readonly Item[]): number | null {
  const known = asked(items);
  const positives = known.filter(({ truth }) => truth === 'yes').length;
  if (positives === 0) return null;
  const claimed = known.filter(({ said }) => said === 'yes').length;
  const both = known.filter(({ truth, said }) => truth === 'yes' && said === 'yes').length;
  return (2 * both) / (positives + claimed);
}

const iuXrayVqa: PublishedBenchmark<Reference, Item> = {
  id: 'iu-xray-vqa',
  kind: 'benchmark',
  summary: 'yes/no questions generated from reports on chest radiographs',
  paper: {
    title: 'MMed-RAG: Versatile Multimodal RAG System for Medical Vision Language Models',
    arxiv: '2410.13085',
    year: 2025,
  },
  command: 'overread run iu-xray-vqa --data DIR --reader MODEL',
  needs: [FILE, 'images/'],
  card: {
    source: 'Xia et al. (questions); Indiana University and Open-i (films and reports)',
    url: 'https://github.com/richard-peng-xia/MMed-RAG',
    licence: 'MIT (questions); CC-BY-NC-ND-4.0 (report texts)',
    access: 'open',
    getIt:
      'Take data/test/vqa/iuxray_test.jsonl from the repository, and the IU-Xray pictures (as prepared for R2Gen) to images/.',
    size: '2,573 questions on 587 films',
    splits: { test: 2573 },
    files: [
      { name: FILE, about: 'questions', fields: Object.keys(row.shape) },
      {
        name: 'images/**',
        about: 'the films; without them only the modes without pictures can be read',
        required: false,
      },
    ],
    format: 'verified',
    faults: [
      'A model wrote questions and answers from the reports: 120 answers begin with neither yes nor no, among them "The report does not mention …"; they are in no denominator.',
      '`published` counts by what an answer begins with, so "Not …" is no; `strict` reads the word.',
      'Twenty questions end with their own answer ("… - Yes"); `strict` leaves them out.',
      'Three quarters of the answers are no: read balanced accuracy beside accuracy.',
    ],
    tasks: ['visual question answering'],
    modalities: ['radiograph'],
  },
  modes: ['picture', 'no-image', 'report'],
  facets: ['wording'],
  records,
  measure({ reference }, { text, status }, { protocol }) {
    const published = protocol === 'published';
    const truth = published ? reference.released : reference.stated;
    if (status === 'failed') return { outcome: 'failed', item: { truth, said: undefined } };
    if (published) {
      const said = opening(text.trim());
      const outcome = said !== undefined ? 'scored' : status === 'refused' ? 'refused' : 'unparsed';
      return { outcome, item: { truth, said } };
    }
    const read = yesOrNo(text);
    if (!read.ok)
      return {
        outcome: read.refused || status === 'refused' ? 'refused' : 'unparsed',
        item: { truth, said: undefined },
      };
    return { outcome: 'scored', item: { truth, said: read.value } };
  },
  metrics: () => {
    const own = (id: string, summary: string, of: Summary<Item>['of'], chance?: Summary<Item>['chance']) => ({
      id,
      summary,
      of,
      better: 'higher' as const,
      range: [0, 1] as const,
      ...(chance === undefined ? {} : { chance }),
    });
    const half = { name: '1/2', of: (items: readonly Item[]) => (asked(items).length === 0 ? null : 0.5) };
    return [
      meanOf<Item>({ id: 'accuracy', summary: 'right answers', chance: half }, (item) =>
        item.truth === undefined ? null : Number(right(item)),
      ),
      own('balanced-accuracy', 'mean of the shares of yes and of no that were found', balanced, half),
      own('f1', 'F1 of yes', f1),
    ];
  },
  baselines: [constant('yes'), constant('no')],
  oracle: ({ reference }) => reference.stated ?? reference.released ?? 'no',
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'iu-xray-vqa');
    await mkdir(folder, { recursive: true });
    const lines: string[] = [];
    for (let at = 0; at < items; at++) {
      const shade = at % 3 === 0 ? 'bright' : 'dark';
      const image = `CXR${at >> 1}_IM-${at}/0.png`;
      await writeShaded(join(folder, 'images', image), shade, rng);
      const question = 'Is the picture bright?';
      lines.push(
        JSON.stringify({
          question: `${question} \n<image>`,
          answer: shade === 'bright' ? 'Yes.' : at % 2 === 0 ? 'No' : 'No, it is dark.',
          image,
          question_id: at + 1,
          text: `${question} Choose one of two: [yes, no]\n<image>`,
          report: `The picture of ${rng.int(900) + 100} grey values is ${shade}.`,
        }),
      );
    }
    await writeFile(join(folder, FILE), `${lines.join('\n')}\n`);
    return { items };
  },
  check: publishedCheck(() => iuXrayVqa),
};
export default iuXrayVqa;
