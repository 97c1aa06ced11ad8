// BIOMEDICA: figures of open-access articles; captions to write, or the kind of picture to tell.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import { parquetRecords } from '../../../records/parquet.ts';
import type { DataRoot } from '../../../records/source.ts';
import { tarSamples } from '../../../records/tar.ts';
import { tarEnd, tarEntry } from '../../../records/tar-writer.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import { metrics as textMetrics } from '../../../scoring/metrics/registry.generated.ts';
import { cellPicture } from '../../embedded-picture.ts';
import { shadedPicture } from '../../fixture-picture.ts';
import type { ItemPicture, PublishedBenchmark, PublishedRecord, RecordOptions } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { choiceOf, withoutThinking } from '../../replies.ts';
import { type TextStatistics, textScores } from '../../text-scores.ts';

/** Kinds of picture that the clusters' annotators told apart. */
export const CLASSES = [
  'Chemical Structures',
  'Clinical Imaging',
  'Graphs and Networks',
  'Illustrative Diagrams',
  'Immuno Assays',
  'Laboratory Specimens and Cultures',
  'Maps',
  'Microscopy',
  'Natural Images',
  'PCR',
  'Plots and Charts',
  'Scientific Formulae and Equations',
  'Screen Based Visuals',
  'Tables',
  'Tools and Materials',
] as const;

/** What is used of a sample's JSON; whatever else it has is left alone. */
const sampleJson = z.object({
  image_hash: z.string().optional(),
  image_panel_type: z.string().nullish(),
  image_primary_label: z.union([z.array(z.string()), z.string()]).nullish(),
  image_set: z.string().nullish(),
  article_accession_id: z.string().nullish(),
  article_license: z.string().nullish(),
});

interface Reference {
  readonly caption: string;
  /** Every class of a compound figure is right. */
  readonly classes: readonly string[];
}

interface Item {
  readonly text?: TextStatistics;
  readonly right?: boolean;
  readonly guess?: number;
  /** First class of the picture, for breakdowns: as a facet of the question it would be the answer. */
  readonly class?: string;
}

const scores = textScores([textMetrics['rouge-l-unicode'], textMetrics['bleu-4']]);

interface Sample {
  readonly key: string;
  readonly picture: ItemPicture;
  readonly caption: string;
  readonly json: unknown;
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OverreadError('file-corrupt', `${name} is not JSON: copy the shard again.`, { cause });
  }
}

async function* samplesOf(data: DataRoot, { signal }: RecordOptions): AsyncGenerator<Sample> {
  const names = await data.list();
  const stream = signal === undefined ? {} : { signal };
  const tars = names.filter((name) => /\.tar(?:\.gz)?$/i.test(name));
  for (const name of tars)
    for await (const { value } of tarSamples(await data.open(name), stream)) {
      const { key, files } = value;
      const [jpg, txt, json] = ['jpg', 'txt', 'json'].map((extension) => files.get(extension));
      if (jpg === undefined || txt === undefined || json === undefined)
        throw new OverreadError('file-corrupt', `${name}: the sample ${key} lacks its .jpg, .txt or .json.`);
      yield {
        key,
        picture: { name: `${key}.jpg`, load: async () => jpg },
        caption: utf8(txt),
        json: parsed(utf8(json), `${name}: ${key}.json`),
      };
    }
  // Tables hold the same samples again where shards lie beside them, and may hold no pixels.
  if (tars.length > 0) return;
  for (const name of names.filter((file) => /\.parquet$/i.test(file)))
    for await (const { value, next } of parquetRecords(await data.open(name), stream)) {
      const key = String(value.key ?? value.__key__ ?? `${name}-${next.index - 1}`);
      const picture = cellPicture(`${key}.jpg`, value.jpg ?? value.image);
      if (picture === undefined) continue;
      const json = value.json ?? value;
      yield {
        key,
        picture,
        caption: String(value.txt ?? value.caption ?? ''),
        json: typeof json === 'string' ? parsed(json, `${name}: ${key}`) : json,
      };
    }
}

const LETTERS = 'ABCDEFGHIJKLMNO';

function recordOf(
  { key, picture, caption, json }: Sample,
  { mode, seed }: RecordOptions,
): PublishedRecord<Reference> | undefined {
  const said = sampleJson.safeParse(json);
  if (!said.success)
    throw new OverreadError(
      'file-corrupt',
      `The sample ${key}: "${said.error.issues[0].path.join('.')}" is wrong (${said.error.issues[0].message}).`,
    );
  const { image_primary_label: labels, image_panel_type: panel, article_license: licence } = said.data;
  const classes = (typeof labels === 'string' ? [labels] : (labels ?? []))
    .map((label) => label.replace(/^Plot and Charts$/, 'Plots and Charts'))
    .filter((label) => (CLASSES as readonly string[]).includes(label));
  const asksClass = mode === 'class';
  if (asksClass && classes.length === 0) return undefined;
  const [right] = classes;
  const others = CLASSES.filter((name) => !classes.includes(name));
  const options = asksClass
    ? random(seed, 'biomedica', key)
        .shuffle([right, ...random(seed, 'biomedica-wrong', key).shuffle(others).slice(0, 3)])
        .map((text, at) => ({ letter: LETTERS[at], text }))
    : [];
  const text = asksClass ? 'What kind of picture is this?' : 'Write a caption for this figure.';
  const asked = asksClass
    ? [
        text,
        ...options.map((option) => `${option.letter}. ${option.text}`),
        'Answer with the letter only.',
      ].join('\n')
    : text;
  return {
    item: {
      id: key,
      patientId: said.data.article_accession_id ?? key,
      stage: 'recognition',
      type: asksClass ? 'picture-class' : 'caption',
      answerKind: asksClass ? 'categorical' : 'text',
      text,
      options,
      slots: {},
      split: 'test',
      system: '',
      facets: {
        ...(panel === null || panel === undefined || panel === '' ? {} : { panel }),
        ...(said.data.image_set === null || said.data.image_set === undefined
          ? {}
          : { set: said.data.image_set }),
      },
      prompt: [
        { type: 'image', image: picture },
        { type: 'text', text: asked },
      ],
      ...(licence === null || licence === undefined || licence === '' ? {} : { licence }),
    },
    reference: { caption: caption.trim(), classes },
  };
}

const metricsOf = (mode: string): readonly Summary<Item>[] =>
  mode === 'caption'
    ? scores.summaries<Item>(({ text }) => text)
    : [
        meanOf<Item>(
          {
            id: 'accuracy',
            summary: 'share of pictures whose class was chosen',
            chance: {
              name: '1/options',
              of: (items) =>
                items.length === 0
                  ? null
                  : items.reduce((sum, { guess = 0 }) => sum + guess, 0) / items.length,
            },
          },
          ({ right }) => (right === undefined ? null : Number(right)),
        ),
      ];

const biomedica: PublishedBenchmark<Reference, Item> = {
  id: 'biomedica',
  kind: 'benchmark',
  summary: 'figures of open-access articles: captions, and kinds of picture',
  paper: {
    title:
      'BIOMEDICA: An Open Biomedical Image-Caption Archive, Dataset, and Vision-Language Models Derived from Scientific Literature',
    arxiv: '2501.07171',
    url: 'https://github.com/minwoosun/biomedica-etl',
    year: 2025,
  },
  command: 'overread run biomedica --data SHARDS --reader MODEL --mode caption',
  needs: ['WebDataset shards or Parquet files'],
  card: {
    source: 'BIOMEDICA, from the open-access subset of PubMed Central',
    url: 'https://huggingface.co/BIOMEDICA',
    licence:
      'per article: CC0, CC BY and others for commercial use; CC BY-NC and others in sets of their own',
    access: 'open',
    getIt:
      'Download shards of the licence group that you may use, or make some with "overread make biomedica".',
    size: '24 million pairs of 6 million articles, 27 TB',
    splits: { test: null },
    files: [
      { name: '**.tar', about: 'WebDataset shards: .jpg, .txt and .json of each sample', required: false },
      { name: '**.parquet', about: 'the same as tables', required: false },
    ],
    format: 'verified',
    faults: [
      'Captions of graphics nested in alternatives are missing and say so in words.',
      'Labels are those of the picture’s cluster, not of the picture.',
    ],
    tasks: ['image captioning', 'classification'],
    modalities: ['figures of articles'],
  },
  modes: ['caption', 'class'],
  facets: ['panel', 'set'],
  async *records(data, options) {
    let any = false;
    for await (const sample of samplesOf(data, options)) {
      any = true;
      const record = recordOf(sample, options);
      if (record !== undefined) yield record;
    }
    if (!any)
      throw new OverreadError(
        'file-not-found',
        'There is no shard (.tar) and no table (.parquet) here: check --data.',
      );
  },
  measure({ item, reference }, { text, status }, { mode }) {
    const unread = status === 'refused' || status === 'failed' ? status : undefined;
    const [first] = reference.classes;
    const about = first === undefined ? {} : { class: first };
    if (mode === 'caption') {
      const prediction = unread === undefined ? withoutThinking(text) : '';
      const pair = { prediction, references: [reference.caption] };
      return { outcome: unread ?? 'scored', item: { ...about, text: scores.item(pair) } };
    }
    const choice = choiceOf(unread === undefined ? text : '', item.options);
    const chosen = choice.ok ? item.options.find(({ letter }) => letter === choice.value)?.text : undefined;
    const outcome = choice.ok ? 'scored' : choice.refused === true ? 'refused' : 'unparsed';
    return {
      outcome: unread ?? outcome,
      item: {
        ...about,
        right: chosen !== undefined && reference.classes.includes(chosen),
        guess: 1 / item.options.length,
      },
    };
  },
  metrics: (_, mode) => metricsOf(mode),
  breakdowns(items, _, mode) {
    const classes = [...new Set(items.flatMap((item) => item.class ?? []))].sort();
    const cut = classes.map((name) => [
      name,
      { holds: (item: Item) => item.class === name, metrics: metricsOf(mode) },
    ]);
    return { class: Object.fromEntries(cut) };
  },
  baselines: [
    {
      id: 'first-option',
      summary: 'the letter A, or the words of the question',
      reply: ({ options, text }) => (options.length > 0 ? 'A' : text),
    },
    {
      id: 'plots-and-charts',
      summary: 'the most frequent class of the archive where it is an option, else the letter A',
      reply: ({ options }) => options.find(({ text }) => text === 'Plots and Charts')?.letter ?? 'A',
    },
  ],
  oracle: ({ item, reference }, mode) =>
    mode === 'caption'
      ? reference.caption
      : (item.options.find(({ text }) => reference.classes.includes(text))?.letter ?? ''),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'biomedica');
    await mkdir(folder, { recursive: true });
    const half = Math.ceil(items / 2);
    for (const [shard, first] of [0, half].entries()) {
      const entries: Uint8Array[] = [];
      for (let at = first; at < Math.min(items, first + half); at++) {
        const key = `0-PMC${at >> 1}-${at % 2}-gr${at}`;
        const label = CLASSES[at % CLASSES.length];
        const { default: sharp } = await import('sharp');
        const jpg = await sharp(await shadedPicture(at % 2 === 0 ? 'bright' : 'dark', rng, 32))
          .jpeg()
          .toBuffer();
        const json = {
          image_hash: String(at),
          image_panel_type: at % 3 === 0 ? 'multiple' : 'single',
          image_primary_label: [label],
          image_set: 'commercial',
          article_accession_id: `PMC${at >> 1}`,
          article_license: 'CC-BY-4.0',
        };
        entries.push(
          tarEntry(`${key}.jpg`, jpg),
          tarEntry(
            `${key}.txt`,
            Buffer.from(`Synthetic figure ${at}: ${label.toLowerCase()} number ${rng.int(1000)}.`),
          ),
          tarEntry(`${key}.json`, Buffer.from(JSON.stringify(json))),
        );
      }
      await writeFile(
        join(folder, `${String(shard).padStart(6, '0')}.tar`),
        Buffer.concat([...entries, tarEnd()]),
      );
    }
    return { items };
  },
  check: publishedCheck(() => biomedica, { mode: 'caption' }),
};
export default biomedica;
