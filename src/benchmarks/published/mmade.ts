// MMADE: adverse drug events in text and photographs, to be classified, captioned and summarised.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { random } from '../../domain/random.ts';
import type { DataRoot } from '../../records/source.ts';
import { meanOf, type Summary } from '../../scoring/metric.ts';
import bleu4 from '../../scoring/metrics/bleu-4.ts';
import ciderD from '../../scoring/metrics/cider-d.ts';
import meteor from '../../scoring/metrics/meteor.ts';
import rougeLAscii from '../../scoring/metrics/rouge-l-ascii.ts';
import rougeLUnicode from '../../scoring/metrics/rouge-l-unicode.ts';
import { matchForm } from '../../scoring/text/words.ts';
import { writeShaded } from '../fixture-picture.ts';
import type { ItemPart, PublishedBenchmark, PublishedRecord, RecordOptions } from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { withoutThinking } from '../replies.ts';
import { tablePicture } from '../table-picture.ts';
import { columnsOf, isTable, tableRows } from '../table-rows.ts';
import { composed, type TextStatistics, textScores } from '../text-scores.ts';
import { mostFrequent } from '../trivial.ts';

/** Our fields are taken for the columns' names: no release could be seen. */
const COLUMNS = {
  image: 'image',
  text: 'text',
  drug: 'drug',
  event: 'event',
  caption: 'caption',
  summary: 'summary',
  split: 'split',
} as const;

const words = z.union([z.string(), z.number()]).transform(String).nullish();
const row = z.object({
  image: z.unknown(),
  text: words,
  drug: words,
  event: words,
  caption: words,
  summary: words,
  split: words,
});

interface Reference {
  readonly text: string;
}
interface Item {
  readonly text?: TextStatistics;
  readonly event?: { readonly said: string; readonly wanted: string };
}

const SCORES = {
  published: textScores([bleu4, rougeLAscii, meteor]),
  strict: textScores([rougeLUnicode, bleu4, meteor, ciderD]),
};

type Mode = 'caption' | 'summary' | 'event';
const ASK: Readonly<Record<string, (text: string) => string>> = {
  caption: (text) => `${text}\n\nWrite one sentence on what the picture shows of the adverse drug event.`,
  summary: (text) =>
    `${text}\n\nSummarise the adverse drug event, with what the picture shows, in one or two sentences.`,
  event: (text) => `${text}\n\nWhich adverse drug event is this? Answer with the name of the event only.`,
};

const splitNamed = (text: string): 'train' | 'validation' | 'test' =>
  /train/i.test(text) ? 'train' : /val|dev/i.test(text) ? 'validation' : 'test';

async function* records(
  data: DataRoot,
  { mode, split, columns, signal }: RecordOptions,
): AsyncGenerator<PublishedRecord<Reference>> {
  const named = columnsOf({ columns: COLUMNS }, columns);
  const names = (await data.list()).filter(isTable);
  const options = { columns: named, ...(signal === undefined ? {} : { signal }) };
  for await (const { row: said, file, at } of tableRows(data, names, row, options)) {
    const own = splitNamed(said.split ?? file);
    const wanted = (said[mode as Mode] ?? '').trim();
    if (wanted === '' || (split !== undefined && split !== own)) continue;
    const id = `${file.replace(/\.[^/]*$/, '')}-${at + 1}`;
    const image = await tablePicture(data, `${id}.png`, said.image, ['images']);
    const parts: ItemPart[] = image === undefined ? [] : [{ type: 'image', image }];
    const text = said.text ?? '';
    yield {
      item: {
        ...{ id, patientId: id, type: mode, answerKind: 'text', text, options: [], slots: {} },
        stage: mode === 'event' ? 'recognition' : 'visual-reasoning',
        split: own,
        system: '',
        facets: { drug: (said.drug ?? 'not said').trim().toLowerCase() },
        prompt: [...parts, { type: 'text', text: (ASK[mode] ?? ASK.caption)(text).trim() }],
      },
      reference: { text: wanted },
    };
  }
}

const events = (items: readonly Item[]) => items.flatMap(({ event }) => event ?? []);

const eventMetrics: readonly Summary<Item>[] = [
  meanOf<Item>({ id: 'accuracy', summary: 'events named as the reference names them' }, ({ event }) =>
    event === undefined ? null : Number(event.said === event.wanted),
  ),
  {
    id: 'macro-f1',
    summary: 'mean F1 of the events that occur',
    better: 'higher',
    range: [0, 1],
    of(items) {
      const known = events(items);
      const names = [...new Set(known.map(({ wanted }) => wanted))];
      if (names.length === 0) return null;
      const f1 = (name: string) => {
        const both = known.filter(({ said, wanted }) => said === name && wanted === name).length;
        const either = known.reduce(
          (n, { said, wanted }) => n + Number(said === name) + Number(wanted === name),
          0,
        );
        return (2 * both) / either;
      };
      return names.reduce((sum, name) => sum + f1(name), 0) / names.length;
    },
  },
];

const mmade: PublishedBenchmark<Reference, Item> = {
  id: 'mmade',
  kind: 'benchmark',
  summary: 'adverse drug events in text and photographs: event, caption, summary',
  paper: {
    title:
      'Enhancing Adverse Drug Event Detection with Multimodal Dataset: Corpus Creation and Model Development',
    arxiv: '2405.15766',
    year: 2024,
  },
  command: 'overread run mmade --data DIR --reader MODEL',
  needs: ['a table of texts, pictures and captions'],
  card: {
    source: 'Sahoo et al.',
    url: 'https://arxiv.org/abs/2405.15766',
    licence: 'not known',
    access: 'unavailable',
    getIt:
      'Announced as public; no repository was found. Ask the authors, or put data of your own into a table with the columns of the card.',
    size: 'about 1,500 pairs of picture and text',
    splits: { train: null, validation: null, test: null },
    files: [{ name: '*.*', about: 'a table: CSV, TSV, JSON, JSON lines or Parquet' }],
    format: 'unverified',
    columns: COLUMNS,
    faults: [
      'No release could be seen: the record is what the abstract describes, a text with a picture, a drug, an event and a caption.',
      'How the paper scores classes is not known: the event’s name must be the reference’s, but for case, spacing and a closing full stop.',
    ],
    tasks: ['classification', 'captioning', 'summarisation'],
    modalities: ['photograph', 'text'],
  },
  modes: ['caption', 'summary', 'event'],
  facets: ['drug'],
  records,
  measure({ reference }, { text, status }, { protocol, mode }) {
    const outcome = status === 'refused' || status === 'failed' ? status : 'scored';
    const strict = protocol === 'strict';
    const said = outcome !== 'scored' ? '' : strict ? composed(withoutThinking(text)) : text;
    if (mode === 'event')
      return { outcome, item: { event: { said: matchForm(said), wanted: matchForm(reference.text) } } };
    const wanted = strict ? composed(reference.text) : reference.text;
    return { outcome, item: { text: SCORES[protocol].item({ prediction: said, references: [wanted] }) } };
  },
  metrics: (protocol, mode) =>
    mode === 'event' ? eventMetrics : SCORES[protocol].summaries<Item>(({ text }) => text),
  baselines: [
    {
      id: 'first-sentence',
      summary: 'the first sentence of the text',
      reply: ({ text }) => text.split(/(?<=[.?!])\s/)[0] ?? '',
    },
    mostFrequent('rash'),
  ],
  oracle: ({ reference }) => reference.text,
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'mmade');
    await mkdir(folder, { recursive: true });
    const lines: string[] = [];
    for (let at = 0; at < items; at++) {
      const shade = at % 2 === 0 ? 'bright' : 'dark';
      await writeShaded(join(folder, 'images', `photo${at}.png`), shade, rng);
      const [drug, event, place] = [
        rng.pick(['alphamycin', 'betaprofen', 'gammadine']),
        rng.pick(['skin rash', 'lip swelling', 'hair loss', 'dry eye']),
        rng.pick(['left arm', 'right arm', 'face', 'back']),
      ];
      const days = 1 + rng.int(400);
      lines.push(
        JSON.stringify({
          image: `photo${at}.png`,
          text: `I take ${drug} since ${days} days. Now something is on my ${place}, case ${1000 + rng.int(9000)}.`,
          ...{ drug, event },
          caption: `The ${shade} photograph shows ${event} on the ${place}.`,
          summary: `After ${days} days of ${drug} a patient has ${event} on the ${place}.`,
          split: at % 4 === 0 ? 'train' : 'test',
        }),
      );
    }
    await writeFile(join(folder, 'mmade.jsonl'), `${lines.join('\n')}\n`);
    return { items };
  },
  check: publishedCheck(() => mmade),
};
export default mmade;
