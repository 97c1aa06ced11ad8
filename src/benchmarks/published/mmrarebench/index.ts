// MMRareBench: rare diseases from case reports with pictures, in four tracks that judges score.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import type { DataRoot } from '../../../records/source.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import type {
  ItemPart,
  Judge,
  MeasureOptions,
  PublishedBenchmark,
  PublishedRecord,
  RecordOptions,
} from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { withoutThinking } from '../../replies.ts';
import { optionalCell, tableRows, textCell } from '../../table-rows.ts';
import { constant } from '../../trivial.ts';
import { baseName, labelsOf, listOf, picturesOf } from './cells.ts';
import { fixtureTables } from './fixture.ts';
import { judgePrompt, type Rubric } from './judge.ts';
import { aliasF1, publishedJudgement, strictJudgement, TRACKS, type Track } from './scores.ts';

const FILES: Readonly<Record<Track, string>> = {
  diagnosis: 'diagnosis/diagnosis_opened.tsv',
  treatment: 'treatment/treatment_plan.tsv',
  crossmodal: 'crossmodal/crossmodal_comparison.tsv',
  examination: 'examination/examination_workup.tsv',
};

const row = z.object({
  index: optionalCell,
  image: optionalCell,
  image_path: optionalCell,
  question: textCell,
  context: optionalCell,
  figure_mapping: optionalCell,
  answer: textCell,
  ...{ answer_aliases: optionalCell, rubric_must_include: optionalCell, rubric_must_not: optionalCell },
  ...{ golden_mainline: optionalCell, relation_type: optionalCell },
  ...{ key_test_names: optionalCell, must_not: optionalCell, red_flags_to_rule_out: optionalCell },
});
type Row = z.infer<typeof row>;

const SHARED = ['image', 'question', 'context', 'figure_mapping', 'answer'];
const OWN: Readonly<Record<Track, readonly string[]>> = {
  diagnosis: ['answer_aliases'],
  treatment: ['rubric_must_include', 'rubric_must_not'],
  crossmodal: ['golden_mainline', 'relation_type'],
  examination: ['key_test_names', 'must_not', 'red_flags_to_rule_out'],
};

const ASK: Readonly<Record<Track, string>> = {
  diagnosis:
    'Which diagnosis do the clinical picture and the images support most? Give only the disease’s standard clinical name, without reasons.',
  treatment:
    'Propose a detailed plan of treatment for this patient from the clinical picture and the images: medicines, procedures and follow-up, as far as they are called for.',
  crossmodal:
    'How do the images and the clinical information relate? Describe the findings across modalities, whether they confirm, complement or contrast one another, and what that means clinically.',
  examination:
    'Recommend the examinations that are called for: name the key diagnostic tests, say what each is for, and which red flags must be ruled out.',
};

async function* records(data: DataRoot, { mode, split, signal }: RecordOptions) {
  if (split !== undefined && split !== 'test') return;
  const track = mode as Track;
  const names = await data.list();
  const file =
    names.find((name) => name.endsWith(FILES[track])) ??
    names.find((name) => name === baseName(FILES[track]));
  if (file === undefined)
    throw new OverreadError(
      'file-not-found',
      `The release has no ${FILES[track]}: download it for this track.`,
    );
  const options = signal === undefined ? {} : { signal };
  for await (const { row: said, at } of tableRows(data, [file], row, options))
    yield recordOf(data, said, { track, file, at });
}

interface Place {
  readonly track: Track;
  readonly file: string;
  readonly at: number;
}

function recordOf(data: DataRoot, said: Row, { track, file, at }: Place): PublishedRecord<Rubric> {
  const index = said.index === '' ? String(at) : said.index;
  const pictures = picturesOf(data, said, { folder: file.slice(0, file.lastIndexOf('/') + 1), index });
  // The examination track shows neither context nor labels: they would give answers away.
  const bare = track === 'examination';
  const labels = bare ? new Map<string, string>() : labelsOf(said.figure_mapping);
  const parts = pictures.flatMap(({ path, part }): ItemPart[] => {
    const label = labels.get(baseName(path));
    return label === undefined ? [part] : [{ type: 'text', text: `${label}:` }, part];
  });
  const words = [
    ...(bare || said.context === '' ? [] : [said.context]),
    `Question: ${said.question}`,
    ASK[track],
  ];
  return {
    item: {
      id: `${track}-${index}`,
      patientId: /PMC\d+/.exec(said.image_path)?.[0] ?? `${track}-${index}`,
      stage: track === 'crossmodal' ? 'visual-reasoning' : 'medical-reasoning',
      type: track,
      answerKind: 'text',
      text: said.question,
      options: [],
      slots: {},
      split: 'test',
      system: '',
      facets: { pictures: pictures.length > 1 ? 'several' : pictures.length === 1 ? 'one' : 'none' },
      prompt: [...parts, { type: 'text', text: words.join('\n\n') }],
    },
    reference: {
      answer: said.answer,
      aliases: listOf(said.answer_aliases),
      required: listOf(
        {
          diagnosis: '',
          treatment: said.rubric_must_include,
          crossmodal: said.golden_mainline,
          examination: said.key_test_names,
        }[track],
      ),
      forbidden: listOf(
        track === 'treatment' ? said.rubric_must_not : track === 'examination' ? said.must_not : '',
      ),
      redFlags: listOf(said.red_flags_to_rule_out),
      relation: said.relation_type.trim().toLowerCase(),
    },
  };
}

interface Item {
  readonly f1: number;
  /** The first 50 characters of the reference stand in the reply. */
  readonly substring: number;
  /** null: no judge was named, or (strict) its reply could not be read. */
  readonly judged: number | null;
  /** Whether the judge's reply could not be read; null without a judge. */
  readonly unread: number | null;
}

const PROVIDER_FAILURES: readonly string[] = [
  'provider-failed',
  'provider-timeout',
  'provider-refused',
  'provider-garbage',
];

async function judgement(
  { item, reference }: PublishedRecord<Rubric>,
  text: string,
  { mode, protocol }: MeasureOptions,
  judge: Judge,
): Promise<Pick<Item, 'judged' | 'unread'>> {
  const track = mode as Track;
  let reply = '';
  try {
    reply = await judge.ask(judgePrompt(track, item.text, text, reference), { patientId: item.patientId });
  } catch (error) {
    if (!OverreadError.isInstance(error) || !PROVIDER_FAILURES.includes(error.code)) throw error;
  }
  const strict = strictJudgement(track, reply);
  if (protocol === 'published')
    return { judged: publishedJudgement(track, reply), unread: Number(!strict.ok) };
  return strict.ok ? { judged: strict.value, unread: 0 } : { judged: null, unread: 1 };
}

const mmrarebench: PublishedBenchmark<Rubric, Item> = {
  id: 'mmrarebench',
  kind: 'benchmark',
  summary: 'rare diseases from case reports: diagnosis, treatment, cross-modal findings, examinations',
  paper: {
    title: 'MMRareBench: a rare-disease multimodal and multi-image benchmark',
    arxiv: '2604.10755',
    year: 2026,
  },
  command: 'overread run mmrarebench --data DIR --mode diagnosis --reader MODEL',
  needs: Object.values(FILES),
  card: {
    source: 'junzhin/MMrarebench; scorer in VLMEvalKit (Apache-2.0)',
    url: 'https://huggingface.co/datasets/junzhin/MMrarebench',
    licence: 'not stated; the cases are PMC articles with licences of their own',
    access: 'open',
    getIt: 'Download the four tables of the hub’s data set junzhin/MMrarebench, each in its folder.',
    size: '1,719 questions with 7,380 pictures: 474 diagnosis, 288 treatment, 568 cross-modal, 389 examination',
    splits: { test: null },
    files: TRACKS.map((track) => ({
      name: FILES[track],
      about: `the ${track} track`,
      fields: [...SHARED, ...OWN[track]],
    })),
    format: 'verified',
    faults: [
      'In the examination track the first eight standalone 0, 1 or 2 of the judge’s reply count, so a numbered list scores its own numbers; strict takes numbering off and wants eight scores.',
      'In the treatment and cross-modal tracks any number of YES and NO is averaged; strict wants as many as were asked.',
      'A judge that fails or cannot be read scores 0; strict leaves the item out of the judge’s mean and reports how many there were.',
      'Labels of figures are lost where pictures are embedded, because they are matched by file names; here they are shown.',
      'Paper and release differ in size (1,756 questions and 7,958 pictures in the paper).',
    ],
    tasks: ['diagnosis', 'treatment planning', 'cross-modal reasoning', 'examination planning'],
    modalities: ['figures of case reports, of all modalities'],
  },
  modes: TRACKS,
  judgedModes: TRACKS,
  facets: ['pictures'],
  records,
  async measure(record, { text, status }, options) {
    const { reference } = record;
    const none = options.judge === undefined;
    if (status === 'failed' || status === 'refused')
      return {
        outcome: status,
        item: { f1: 0, substring: 0, judged: none ? null : 0, unread: none ? null : 0 },
      };
    const said = options.protocol === 'strict' ? withoutThinking(text) : text.trim();
    if (said === '')
      return {
        outcome: 'unparsed',
        item: { f1: 0, substring: 0, judged: none ? null : 0, unread: none ? null : 0 },
      };
    const judged =
      options.judge === undefined
        ? { judged: null, unread: null }
        : await judgement(record, said, options, options.judge);
    const f1 = aliasF1(said, [reference.answer, ...reference.aliases]);
    const substring = Number(said.toLowerCase().includes(reference.answer.toLowerCase().slice(0, 50)));
    return { outcome: 'scored', item: { f1, substring, ...judged } };
  },
  metrics(_, mode) {
    const f1 = meanOf<Item>(
      { id: 'alias-f1', summary: 'largest token F1 with the diagnosis or an alias' },
      (item) => item.f1,
    );
    const judged = meanOf<Item>(
      { id: `${mode}-judge`, summary: 'mean of the judge’s scores' },
      (item) => item.judged,
    );
    const substring = meanOf<Item>(
      { id: 'substring', summary: 'replies that hold the first 50 characters of the reference' },
      (item) => item.substring,
    );
    const unread: Summary<Item> = meanOf<Item>(
      { id: 'judge-unread', summary: 'judge’s replies that hold not the answers asked for', better: 'lower' },
      (item) => item.unread,
    );
    return mode === 'diagnosis' ? [f1, judged, unread] : [judged, substring, unread];
  },
  baselines: [
    constant('sarcoidosis'),
    { id: 'echo', summary: 'repeats the question', reply: (item) => item.text },
  ],
  oracle: ({ reference }) => reference.answer,
  async fixture(folder, { items, seed }) {
    const tables = await fixtureTables(items, random(seed, 'mmrarebench'));
    for (const track of TRACKS) {
      await mkdir(join(folder, track), { recursive: true });
      await writeFile(join(folder, FILES[track]), tables[track]);
    }
    return { items };
  },
  check: publishedCheck(() => mmrarebench),
};
export default mmrarebench;
