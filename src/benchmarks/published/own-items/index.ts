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
import { audioType, ITEMS_FILE, ownItem, type ReadOwnItem } from './format.ts';
import { type LabelledReply, labelledReply, labelSummaries } from './labels.ts';

export interface OwnReference {
  readonly key: Key;
  readonly chance: number;
}

interface OwnScore {
  readonly score: number;
  readonly chance: number;
  readonly label: LabelledReply | undefined;
}

const letterAt = (at: number): string => String.fromCharCode(65 + at);

function picture(data: DataRoot, name: string) {
  return { name, load: () => readWhole(data, name) };
}

function keyOf(item: ReadOwnItem, options: readonly Option[], at: number): Key {
  const { answer } = item;
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
  const options = (item.options ?? []).map((text, place) => ({ letter: letterAt(place), text }));
  const spoken = item.audio !== undefined && mode === 'asked' ? item.audio : undefined;
  const mediaType = spoken === undefined ? undefined : audioType(spoken);
  if (spoken !== undefined && mediaType === undefined)
    throw new OverreadError('format-unsupported', `${ITEMS_FILE}, record ${at + 1}: sounds are WAV or MP3.`);
  const words = [
    ...(spoken === undefined ? [item.question] : ['The question is spoken.']),
    ...options.map(({ letter, text }) => `${letter}. ${text}`),
    options.length > 0 ? 'Answer with one letter only.' : 'Answer in as few words as you can.',
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
      slots: {},
      split: item.split,
      system: item.system ?? '',
      facets: { type: item.type, ...item.facets },
      prompt,
      ...(materials === undefined ? {} : { materials }),
      ...(item.licence === undefined ? {} : { licence: item.licence }),
    },
    reference: { key: keyOf(item, options, at), chance: options.length === 0 ? 0 : 1 / options.length },
  };
}

async function* records(
  data: DataRoot,
  { mode, split }: Pick<RecordOptions, 'mode' | 'split'>,
): AsyncGenerator<PublishedRecord<OwnReference>> {
  let at = 0;
  for await (const item of checkedRows(jsonlRecords(await data.open(ITEMS_FILE)), ownItem)) {
    if (split === undefined || item.split === split) yield recordOf(item, data, mode, at);
    at++;
  }
}

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
    getIt: `Write one JSON object a line into ${ITEMS_FILE}: id, question, answer, and as you need them options, pictures, audio, materials, patient, split; docs/benchmarks.md shows them all.`,
    size: 'as many as there are',
    splits: { train: null, validation: null, test: null },
    files: [
      { name: ITEMS_FILE, about: 'the items', fields: ['id', 'question'] },
      { name: '**', about: 'pictures and sounds that items name', required: false },
    ],
    format: 'verified',
    faults: [],
    tasks: ['visual question answering'],
    modalities: ['any picture', 'speech', 'records', 'pages'],
  },
  modes: ['asked', 'written', 'no-image'],
  facets: ['type'],
  records,
  measure({ item, reference }, reply, { protocol }) {
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
      },
    };
  },
  metrics: () => [
    meanOf<OwnScore>(
      {
        id: 'accuracy',
        summary: 'share of the items that are answered right',
        chance: {
          name: 'a random option',
          of: (items) =>
            items.length === 0 ? null : items.reduce((sum, { chance }) => sum + chance, 0) / items.length,
        },
      },
      ({ score }) => score,
    ),
    ...labelSummaries(({ label }: OwnScore) => label),
  ],
  baselines: [
    {
      id: 'first-option',
      summary: 'always the first option; "yes" where there are none',
      reply: ({ options }) => options[0]?.letter ?? 'yes',
    },
    {
      id: 'most-frequent',
      summary: 'the most frequent training answer of the same type',
      usesTraining: true,
      reply: (item, train) => train.mostFrequent(item) ?? item.options[0]?.letter ?? 'yes',
    },
  ],
  oracle: ({ reference: { key } }) => (key.letter === '' ? key.answer : key.letter),
  async fixture(folder, { items, seed }) {
    const rng = random(seed, 'own-items');
    await mkdir(folder, { recursive: true });
    const lines: string[] = [];
    for (let at = 0; at < items; at++) {
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
