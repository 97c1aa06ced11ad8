// SurgSTU: where, when and how instruments move and act in surgical clips; synthetic fixture, as no release is out.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { readJson, readWhole } from '../../../records/data-root.ts';
import { jsonlRecords } from '../../../records/jsonl.ts';
import type { DataRoot } from '../../../records/source.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import { posedAbout } from '../../builders/surgstu/index.ts';
import type { Breakdown, ItemPicture, PublishedBenchmark, PublishedRecord } from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { ABSENT, isRefusal, scoreForm } from '../../surgstu/answers.ts';
import { clipsOf, ffmpeg, frameArguments, frameTimes } from '../../surgstu/clips.ts';
import { drawFrame, syntheticVideo, VOCABULARY } from '../../surgstu/synthetic.ts';
import { type SurgicalCategory, TEMPLATES, templateOf } from '../../surgstu/templates.ts';

const row = z.object({
  sample_id: z.string().optional(),
  video: z.string(),
  source: z.string().optional(),
  category: z.string(),
  subcategory: z.string(),
  difficulty: z.string().optional(),
  /** Seconds; clips of the release are 20 to 30 long. */
  length: z.number().positive().optional(),
  conversations: z.array(z.object({ from: z.string(), value: z.string() })).min(2),
});
type Row = z.infer<typeof row>;

interface Reference {
  readonly answer: string;
  readonly subcategory: string;
  readonly difficulty: string | undefined;
}

interface Item {
  readonly category: SurgicalCategory;
  readonly score: number;
  readonly weight: number;
  readonly refusal: boolean;
  readonly subcategory: string;
  readonly difficulty: string | undefined;
}

/** Questions about what is not there are worded as others; under their own name, or difficulty, they would tell. */
const WORDED_AS: Readonly<Record<string, string>> = {
  refusal_absent_instrument: 'locate',
  refusal_no_specific_action: 'target_interaction',
};

const USUAL_LENGTH = 24;

async function* rowsOf(data: DataRoot): AsyncGenerator<{ row: Row; place: string }> {
  const names = (await data.list()).filter((name) => /\.jsonl?$/i.test(name));
  for (const name of names) {
    let count = 0;
    const values = /\.jsonl$/i.test(name) ? jsonlRecords(await data.open(name)) : wholeFile(data, name);
    for await (const { value } of values) {
      count++;
      const parsed = row.safeParse(value);
      if (!parsed.success)
        throw new OverreadError(
          'file-corrupt',
          `${name}, record ${count}: "${parsed.error.issues[0].path.join('.')}" is wrong (${parsed.error.issues[0].message}).`,
        );
      yield { row: parsed.data, place: `${basename(name).replace(/\.jsonl?$/i, '')}-${count}` };
    }
  }
}

/** A JSON file of one question, or a list of them. */
async function* wholeFile(data: DataRoot, name: string): AsyncGenerator<{ value: unknown }> {
  const whole = await readJson(data, name);
  for (const value of Array.isArray(whole) ? whole : [whole]) yield { value };
}

/** Frames that lie beside the clip, or are taken from it when they are wanted. */
function framesOf(
  data: DataRoot,
  names: ReadonlySet<string>,
  { video, length = USUAL_LENGTH }: Row,
): ItemPicture[] {
  const stem = basename(video).replace(/\.\w+$/, '');
  return frameTimes(length).flatMap((t, nth): ItemPicture[] => {
    const file = `frames/${stem}/${nth}.png`;
    if (names.has(file)) return [{ name: file, load: () => readWhole(data, file) }];
    const clip = [video, `videos/${basename(video)}`, basename(video)].find((name) => names.has(name));
    return clip === undefined
      ? []
      : [{ name: `${clip} at ${t} s`, load: () => frameAt(join(data.path, clip), t) }];
  });
}

async function frameAt(path: string, t: number): Promise<Uint8Array> {
  const scratch = await mkdtemp(join(tmpdir(), 'overread-frame-'));
  try {
    const out = join(scratch, 'frame.png');
    await ffmpeg('ffmpeg', frameArguments(path, out, t));
    return await readFile(out);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function recordOf(said: Row, place: string, frames: readonly ItemPicture[]): PublishedRecord<Reference> {
  const template = templateOf(said.subcategory);
  if (template === undefined)
    throw new OverreadError('file-corrupt', `${place}: there is no kind of question "${said.subcategory}".`);
  const question = (said.conversations.find(({ from }) => from === 'human')?.value ?? '').replace(
    /^<video>\n?/,
    '',
  );
  const answer = said.conversations.find(({ from }) => from === 'gpt')?.value ?? '';
  const { length = USUAL_LENGTH } = said;
  const shown = frameTimes(length).slice(0, frames.length);
  const shownAs = WORDED_AS[template.id] ?? template.id;
  return {
    item: {
      id: said.sample_id ?? place,
      patientId: said.source ?? basename(said.video),
      stage:
        template.category === 'Interaction'
          ? 'visual-reasoning'
          : template.form === 'letter'
            ? 'recognition'
            : 'measurement',
      type: shownAs.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
      answerKind: 'text',
      text: question,
      options: [],
      slots: {},
      split: 'test',
      system: '',
      facets: {
        category: template.category,
        subcategory: shownAs,
      },
      prompt: [
        ...shown.flatMap((t, nth) => [
          { type: 'text' as const, text: `Frame at ${t} s:` },
          { type: 'image' as const, image: frames[nth] },
        ]),
        { type: 'text', text: question },
      ],
    },
    reference: { answer, subcategory: template.id, difficulty: said.difficulty },
  };
}

/** Weighted by how often each kind is asked, as released: 1, and 0.8 for the closest instrument. */
function categoryMean(items: readonly Item[], category: SurgicalCategory): number | null {
  let sum = 0;
  let weights = 0;
  for (const item of items) {
    if (item.category !== category) continue;
    sum += item.weight * item.score;
    weights += item.weight;
  }
  return weights === 0 ? null : sum / weights;
}

const CATEGORIES = ['MultiChoice', 'SpatioTemporal', 'Interaction'] as const;

const metrics: readonly Summary<Item>[] = [
  {
    id: 'macro',
    summary: 'mean of the three categories',
    better: 'higher',
    range: [0, 1],
    of(items) {
      const means = CATEGORIES.flatMap((category) => categoryMean(items, category) ?? []);
      return means.length === 0 ? null : means.reduce((sum, value) => sum + value, 0) / means.length;
    },
  },
  ...CATEGORIES.map(
    (category): Summary<Item> => ({
      id: category.toLowerCase(),
      summary: `questions of the category ${category}`,
      better: 'higher',
      range: [0, 1],
      of: (items) => categoryMean(items, category),
    }),
  ),
  meanOf<Item>({ id: 'refusals', summary: 'questions about what is not there' }, ({ refusal, score }) =>
    refusal ? score : null,
  ),
];

function measured(record: PublishedRecord<Reference>, text: string): { item: Item; parsed: boolean } {
  const { subcategory, answer, difficulty } = record.reference;
  const template = templateOf(subcategory) ?? TEMPLATES[0];
  const score = text === '' ? undefined : scoreForm(template.form, text, answer);
  return {
    parsed: score !== undefined,
    item: {
      category: template.category,
      score: score ?? 0,
      weight: template.weight,
      refusal: isRefusal(template.form, answer),
      subcategory,
      difficulty,
    },
  };
}

/** Scores by what items say of themselves. */
function cutBy(
  items: readonly Item[],
  of: (item: Item) => string | undefined,
): Record<string, Breakdown<Item>> {
  const values = [...new Set(items.flatMap((item) => of(item) ?? []))].sort();
  return Object.fromEntries(
    values.map((value) => [value, { holds: (item: Item) => of(item) === value, metrics }]),
  );
}

const outputRow = z.object({
  prediction: z.string(),
  ground_truth: z.string(),
  category: z.string(),
  subcategory: z.string(),
  sample_id: z.union([z.string(), z.number()]).transform(String).optional(),
});

const surgstu: PublishedBenchmark<Reference, Item> = {
  id: 'surgstu',
  kind: 'benchmark',
  summary: 'where, when and how instruments move and act in surgical clips',
  paper: {
    title:
      'An Approach to Enriching Surgical Video Datasets for Fine-Grained Spatial-Temporal Understanding of Vision-Language Models',
    arxiv: '2604.00784',
    url: 'https://github.com/lennart-maack/SurgSTU-project',
    year: 2026,
  },
  command: 'overread run surgstu --data DIR --reader MODEL',
  needs: ['questions as JSON', 'clips (with ffmpeg) or their frames'],
  card: {
    source: 'Maack et al., from CholecT50, CholecTrack20 and ProstaTD',
    url: 'https://github.com/lennart-maack/SurgSTU-project',
    licence: 'not stated',
    access: 'unavailable',
    getIt:
      'The questions are promised with a journal version; make some from your own tracks with "overread make surgstu".',
    size: '32,802 questions on 1,622 clips by the current specification; other sources differ',
    splits: { test: null },
    files: [
      { name: '**.json*', about: 'questions: video, category, subcategory, conversations' },
      { name: 'videos/*', about: 'clips', required: false },
      { name: 'frames/**', about: 'frames of the clips as PNG, where they are cut already', required: false },
    ],
    format: 'verified',
    faults: [
      'The specification gives two numbers of cholecystectomy questions in two tables.',
      'The decay of centre and time scores is not published: here centres count to a quarter of the diagonal, times to five seconds.',
    ],
    tasks: ['surgical video understanding', 'visual question answering'],
    modalities: ['endoscopic video'],
  },
  modes: ['video'],
  facets: ['category', 'subcategory'],
  async *records(data) {
    const names = new Set(await data.list());
    let any = false;
    for await (const { row: said, place } of rowsOf(data)) {
      any = true;
      yield recordOf(said, place, framesOf(data, names, said));
    }
    if (!any)
      throw new OverreadError('file-not-found', 'There is no question (.json or .jsonl) here: check --data.');
  },
  measure(record, { text, status }) {
    const outcome = status === 'refused' || status === 'failed' ? status : undefined;
    const { item, parsed } = measured(record, outcome === undefined ? text : '');
    return { outcome: outcome ?? (parsed ? 'scored' : 'unparsed'), item };
  },
  metrics: () => metrics,
  breakdowns: (items) => ({
    subcategory: cutBy(items, ({ subcategory }) => subcategory),
    difficulty: cutBy(items, ({ difficulty }) => difficulty),
  }),
  async *outputs(data) {
    for (const name of (await data.list()).filter((file) => /\.json$/i.test(file))) {
      const whole = z.object({ records: z.array(outputRow) }).safeParse(await readJson(data, name));
      if (!whole.success) continue;
      for (const [
        at,
        { prediction, ground_truth, category, subcategory, sample_id },
      ] of whole.data.records.entries()) {
        const conversations = [
          { from: 'human', value: '' },
          { from: 'gpt', value: ground_truth },
        ];
        const said = { video: sample_id ?? String(at), category, subcategory, conversations };
        yield {
          record: recordOf(
            { ...said, ...(sample_id === undefined ? {} : { sample_id }) },
            `${name}-${at + 1}`,
            [],
          ),
          reply: { text: prediction, status: 'answered' as const },
        };
      }
    }
  },
  baselines: [
    {
      id: 'middle-box',
      summary: 'a box in the middle, the letter A, and otherwise nothing',
      reply: ({ facets }) =>
        facets?.category === 'MultiChoice' ? 'Answer: A' : '{"t": 0, "bbox_2d": [400, 400, 600, 600]}',
    },
    { id: 'always-absent', summary: 'says that it is not there', reply: () => ABSENT },
  ],
  oracle: ({ reference }) => reference.answer,
  async fixture(folder, { items, seed }) {
    await mkdir(folder, { recursive: true });
    const lines: string[] = [];
    for (let nth = 0; lines.length < items; nth++) {
      const video = syntheticVideo(seed, nth);
      for (const clip of clipsOf(video, 24)) {
        const records = posedAbout(clip, VOCABULARY, { seed, most: 1 });
        const stem = basename(records[0].video, '.mp4');
        await mkdir(join(folder, 'frames', stem), { recursive: true });
        for (const [at, t] of frameTimes(clip.length).entries())
          await writeFile(join(folder, 'frames', stem, `${at}.png`), await drawFrame(video, clip.start + t));
        lines.push(...records.map((record) => JSON.stringify(record)));
      }
    }
    await writeFile(join(folder, 'qa.jsonl'), `${lines.join('\n')}\n`);
    return { items: lines.length };
  },
  check: publishedCheck(() => surgstu, { items: 80 }),
};
export default surgstu;
