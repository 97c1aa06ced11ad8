// Items of your own: questions on pictures, sounds, records and pages, one JSON line each, in any mixture.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import { formatOf, type Key, type Option } from '../../../domain/question.ts';
import { random } from '../../../domain/random.ts';
import { readWhole } from '../../../records/data-root.ts';
import { jsonlRecords } from '../../../records/jsonl.ts';
import type { DataRoot } from '../../../records/source.ts';
import { meanOf } from '../../../scoring/metric.ts';
import { scoreRead } from '../../../scoring/score.ts';
import { writeShaded } from '../../fixture-picture.ts';
import type {
  ItemMaterial,
  ItemPart,
  PublishedBenchmark,
  PublishedRecord,
  RecordOptions,
} from '../../published.ts';
import { publishedCheck } from '../../published-check.ts';
import { checkedRows } from '../../release-rows.ts';
import {
  averagePrecision,
  BOXES_HINT,
  boxesReply,
  type FoundBoxes,
  foundBoxes,
  writeBlock,
} from './boxes.ts';
import { audioType, ITEMS_FILE, ownItem, type ReadOwnItem } from './format.ts';
import { type LabelledReply, labelledReply, labelSummaries } from './labels.ts';

export interface OwnReference {
  readonly key: Key;
  readonly chance: number;
  /** Where the item asks for boxes: the right ones, and its place in the file. */
  readonly where?: { readonly order: number; readonly boxes: NonNullable<ReadOwnItem['boxes']> };
}

interface OwnScore {
  /** null: the item asks for boxes and is in no accuracy. */
  readonly score: number | null;
  readonly chance: number;
  readonly label: LabelledReply | undefined;
  readonly found: FoundBoxes | null;
}

/** A fixture's item that asks where something is. */
function blockItem(at: number) {
  return {
    id: `item-${at}`,
    patient: `patient-${at >> 1}`,
    question: 'Where is the bright block?',
    type: 'block',
    pictures: [`pictures/p${at}.png`],
    split: at % 2 === 0 ? 'test' : 'train',
  };
}

const letterAt = (at: number): string => String.fromCharCode(65 + at);

function picture(data: DataRoot, name: string) {
  return { name, load: () => readWhole(data, name) };
}

function keyOf(item: ReadOwnItem, options: readonly Option[], at: number): Key {
  const answer = item.boxes === undefined ? item.answer : boxesReply(item.boxes);
  if (answer === undefined)
    throw new OverreadError('file-corrupt', `${ITEMS_FILE}, record ${at + 1}: "answer" is missing.`);
  const said = String(answer).trim();
  const right =
    options.find(({ text }) => text === said) ??
    options.find(({ text }) => text.toLowerCase() === said.toLowerCase()) ??
    options.find(({ letter }) => letter === said.toUpperCase());
  if (options.length > 0 && right === undefined)
    throw new OverreadError(
      'file-corrupt',
      `${ITEMS_FILE}, record ${at + 1}: the answer is none of the options.`,
    );
  const value = typeof answer === 'number' ? answer : Number(said);
  return {
    questionId: item.id,
    answer: right?.text ?? said,
    letter: right?.letter ?? '',
    ...(Number.isFinite(value) ? { value } : {}),
    evidence: [],
    assumed: [],
    flags: [],
  };
}

function kindOf(item: ReadOwnItem): 'numeric' | 'binary' | 'categorical' | 'text' {
  if (item.boxes !== undefined) return 'text';
  if (item.kind !== undefined) return item.kind;
  if (typeof item.answer === 'number') return 'numeric';
  if (/^(yes|no)$/i.test(item.answer ?? '')) return 'binary';
  return item.options === undefined ? 'text' : 'categorical';
}

function recordOf(
  item: ReadOwnItem,
  data: DataRoot,
  mode: string,
  at: number,
): PublishedRecord<OwnReference> {
  if (item.boxes !== undefined && (item.options !== undefined || item.pictures.length === 0))
    throw new OverreadError(
      'file-corrupt',
      `${ITEMS_FILE}, record ${at + 1}: an item with boxes has a picture and no options.`,
    );
  const options = (item.options ?? []).map((text, place) => ({ letter: letterAt(place), text }));
  const spoken = item.audio !== undefined && mode === 'asked' ? item.audio : undefined;
  const mediaType = spoken === undefined ? undefined : audioType(spoken);
  if (spoken !== undefined && mediaType === undefined)
    throw new OverreadError('format-unsupported', `${ITEMS_FILE}, record ${at + 1}: sounds are WAV or MP3.`);
  const words = [
    ...(spoken === undefined ? [item.question] : ['The question is spoken.']),
    ...options.map(({ letter, text }) => `${letter}. ${text}`),
    options.length > 0
      ? 'Answer with one letter only.'
      : item.boxes !== undefined
        ? BOXES_HINT
        : 'Answer in as few words as you can.',
  ].join('\n');
  const prompt: ItemPart[] = [
    ...(mode === 'no-image'
      ? []
      : item.pictures.map((name) => ({ type: 'image' as const, image: picture(data, name) }))),
    ...(spoken === undefined || mediaType === undefined
      ? []
      : [{ type: 'audio' as const, audio: { ...picture(data, spoken), mediaType } }]),
    { type: 'text', text: words },
  ];
  const materials = item.materials?.map(({ file, patient, ...rest }): ItemMaterial => {
    const sound = file === undefined ? undefined : audioType(file);
    return {
      ...rest,
      ...(patient === undefined ? {} : { patientId: patient }),
      ...(file === undefined
        ? {}
        : { stored: { ...picture(data, file), ...(sound === undefined ? {} : { mediaType: sound }) } }),
    };
  });
  return {
    item: {
      id: item.id,
      patientId: item.patient ?? item.id,
      stage: item.stage,
      type: item.type,
      answerKind: kindOf(item),
      text: item.question,
      ...(item.unit === undefined ? {} : { unit: item.unit }),
      options,
      slots: item.boxes === undefined ? {} : { wants: 'boxes' },
      split: item.split,
      system: item.system ?? '',
      facets: { type: item.type, ...item.facets },
      prompt,
      ...(materials === undefined ? {} : { materials }),
      ...(item.licence === undefined ? {} : { licence: item.licence }),
    },
    reference: {
      key: keyOf(item, options, at),
      chance: options.length === 0 ? 0 : 1 / options.length,
      ...(item.boxes === undefined ? {} : { where: { order: at, boxes: item.boxes } }),
    },
  };
}

async function* records(
  data: DataRoot,
  { mode, split }: Pick<RecordOptions, 'mode' | 'split'>,
): AsyncGenerator<PublishedRecord<OwnReference>> {
  let at = 0;
  for await (const item of checkedRows(jsonlRecords(await data.open(ITEMS_FILE)), ownItem)) {
    const isAsked = mode !== 'boxes' || item.boxes !== undefined;
    if (isAsked && (split === undefined || item.split === split)) yield recordOf(item, data, mode, at);
    at++;
  }
}

const ACCURACY = meanOf<OwnScore>(
  {
    id: 'accuracy',
    summary: 'share of the items that are answered right, those that ask for boxes left out',
    chance: {
      name: 'a random option',
      of(items) {
        const asked = items.filter(({ score }) => score !== null);
        return asked.length === 0 ? null : asked.reduce((sum, { chance }) => sum + chance, 0) / asked.length;
      },
    },
  },
  ({ score }) => score,
);

const LABEL_METRICS = labelSummaries<OwnScore>(({ label }) => label);

const BOX_METRICS = [
  meanOf<OwnScore>(
    {
      id: 'mean-iou',
      summary: 'overlap of boxes matched one to one, missed and surplus boxes counting 0',
    },
    ({ found }) => found?.iou ?? null,
  ),
  averagePrecision<OwnScore>('ap50', [0.5], ({ found }) => found),
  averagePrecision<OwnScore>('map', undefined, ({ found }) => found),
];

const ownItems: PublishedBenchmark<OwnReference, OwnScore> = {
  id: 'own-items',
  kind: 'benchmark',
  summary: 'items of your own: questions on pictures, sounds, records and pages, one JSON line each',
  paper: { title: 'Items of your own, in this project’s line format' },
  command: 'overread run own-items --data DIR --reader MODEL',
  needs: [ITEMS_FILE, 'the pictures and sounds that it names'],
  card: {
    source: 'whoever wrote the items',
    licence: 'as each item says',
    access: 'open',
    getIt: `Write one JSON object a line into ${ITEMS_FILE}: id, question, answer, and as you need them options, boxes, pictures, audio, materials, patient, split; docs/benchmarks.md shows them all.`,
    size: 'as many as there are',
    splits: { train: null, validation: null, test: null },
    files: [
      { name: ITEMS_FILE, about: 'the items', fields: ['id', 'question'] },
      { name: '**', about: 'pictures and sounds that items name', required: false },
    ],
    format: 'verified',
    faults: [],
    tasks: ['visual question answering', 'grounding'],
    modalities: ['any picture', 'speech', 'records', 'pages'],
  },
  modes: ['asked', 'written', 'no-image', 'boxes'],
  facets: ['type'],
  records,
  measure({ item, reference }, reply, { protocol }) {
    if (reference.where !== undefined) {
      const { outcome, found } = foundBoxes(reply, item.type, reference.where);
      return { outcome, item: { score: null, chance: 0, label: undefined, found } };
    }
    const question = { answerKind: item.answerKind, options: [...item.options], unit: item.unit };
    const format = formatOf({ prompt: [], options: question.options }, 'mc');
    const { score, outcome, answer } = scoreRead(
      question,
      reference.key,
      { status: reply.status, raw: reply.text },
      { protocol, format },
    );
    return {
      outcome: outcome === 'unsupported' ? 'failed' : outcome,
      item: {
        score: score ?? 0,
        chance: reference.chance,
        label: labelledReply(question, reference.key, answer),
        found: null,
      },
    };
  },
  metrics: (_, mode) => (mode === 'boxes' ? BOX_METRICS : [ACCURACY, ...LABEL_METRICS, ...BOX_METRICS]),
  baselines: [
    {
      id: 'first-option',
      summary: 'always the first option; "yes" where there are none',
      reply: ({ options, slots }) => options[0]?.letter ?? (slots.wants === 'boxes' ? '[]' : 'yes'),
    },
    {
      id: 'most-frequent',
      summary: 'the most frequent training answer of the same type',
      usesTraining: true,
      reply: (item, train) =>
        train.mostFrequent(item) ?? item.options[0]?.letter ?? (item.slots.wants === 'boxes' ? '[]' : 'yes'),
    },
  ],
  oracle: ({ reference: { key } }) => (key.letter === '' ? key.answer : key.letter),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'own-items');
    await mkdir(folder, { recursive: true });
    const lines: string[] = [];
    for (let at = 0; at < items; at++) {
      if (at % 5 === 4) {
        const box = await writeBlock(join(folder, 'pictures', `p${at}.png`), rng);
        lines.push(JSON.stringify({ ...blockItem(at), boxes: [box] }));
        continue;
      }
      const shade = rng.pick(['bright', 'dark'] as const);
      await writeShaded(join(folder, 'pictures', `p${at}.png`), shade, rng);
      lines.push(
        JSON.stringify({
          id: `item-${at}`,
          patient: `patient-${at >> 1}`,
          question: 'Is the picture bright?',
          ...(at % 3 === 0 ? {} : { options: at % 2 === 0 ? ['yes', 'no'] : ['no', 'yes'] }),
          answer: shade === 'bright' ? 'yes' : 'no',
          pictures: [`pictures/p${at}.png`],
          split: at % 4 < 2 ? 'test' : 'train',
          materials: [{ id: `m${at}`, kind: 'record', title: 'age', text: String(40 + (at % 30)) }],
        }),
      );
    }
    await writeFile(join(folder, ITEMS_FILE), `${lines.join('\n')}\n`);
    return { items };
  },
  check: publishedCheck(() => ownItems),
};
export default ownItems;
