// Questions on a picture with closed and open answers: what VQA-RAD, SLAKE, PathVQA and their like share.
import type { AnswerKind, Option } from '../domain/question.ts';
import { meanOf, type Summary } from '../scoring/metric.ts';
import type {
  ItemPicture,
  Measured,
  MeasureOptions,
  PublishedItem,
  PublishedRecord,
  Reply,
  TrivialBaseline,
} from './published.ts';
import { choiceOf } from './replies.ts';
import { type Polarity, polarityOf, readPolarity } from './vqa-polarity.ts';
import { releasedScores, releasedWords, strictScores } from './vqa-words.ts';

/**
 * open: the question alone; options: yes/no questions end with a line that names the two (as SURE-VQA asks);
 * choice: yes/no questions only, as two lettered options (as the studies of medical adaptation ask);
 * no-image: as open but without the picture, the control that SURE-VQA wants beside every model.
 */
export const VQA_MODES = ['open', 'options', 'choice', 'no-image'] as const;

export interface VqaRow {
  readonly id: string;
  readonly split: PublishedItem['split'];
  /** What statistics cluster by: the picture, unless the release says whose it is. */
  readonly cluster: string;
  readonly picture: ItemPicture;
  readonly question: string;
  readonly answer: string;
  readonly closed: boolean;
  readonly language: 'en' | 'zh';
  /** What is asked about, in lower case: "modality", "organ". Part of the type: answers are alike within it. */
  readonly content?: string;
  readonly facets: Readonly<Record<string, string>>;
}

export interface VqaReference {
  readonly answer: string;
  readonly question: string;
  readonly closed: boolean;
  readonly polarity?: Polarity;
  readonly language: 'en' | 'zh';
}

/** Statistics of one measured answer. `right` is null where the released evaluator drops the item. */
export interface VqaItem {
  readonly closed: boolean;
  readonly right: number | null;
  readonly f1: number;
  readonly recall: number;
  /** Expected score of guessing: one half for yes/no, none for words. */
  readonly guess: number;
}

const YES_NO: readonly Option[] = [
  { letter: 'A', text: 'yes' },
  { letter: 'B', text: 'no' },
];

const kebab = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

const HOW = {
  en: { brief: 'Answer in as few words as you can.', options: 'Choose one of these two options: yes, no.' },
  zh: { brief: '请用尽可能少的词回答。', options: '请从以下两个选项中选择一个:是,否。' },
} as const;

/** The record of a row in a mode; undefined where the mode does not ask it. */
export function vqaRecord(row: VqaRow, mode: string): PublishedRecord<VqaReference> | undefined {
  const polarity = row.closed ? polarityOf(row.answer) : undefined;
  const choice = mode === 'choice';
  if (choice && (polarity === undefined || row.language !== 'en')) return undefined;
  const kind = row.closed ? 'closed' : 'open';
  const type = kebab([row.content, kind, row.language === 'en' ? undefined : row.language].join(' '));
  return {
    item: {
      id: row.id,
      patientId: row.cluster,
      stage: 'recognition',
      type,
      answerKind: answerKindOf(row, polarity),
      text: row.question,
      options: choice ? [...YES_NO] : [],
      slots: {},
      split: row.split,
      system: '',
      facets: { 'answer type': kind, ...row.facets },
      prompt: [
        ...(mode === 'no-image' ? [] : [{ type: 'image' as const, image: row.picture }]),
        { type: 'text', text: [row.question, ...hints(row, mode, polarity)].join('\n') },
      ],
    },
    reference: {
      answer: row.answer,
      question: row.question,
      closed: row.closed,
      language: row.language,
      ...(polarity === undefined ? {} : { polarity }),
    },
  };
}

function answerKindOf({ closed, language }: VqaRow, polarity: Polarity | undefined): AnswerKind {
  if (!closed || language !== 'en') return 'text';
  return polarity === undefined ? 'categorical' : 'binary';
}

function hints({ language }: VqaRow, mode: string, polarity: Polarity | undefined): string[] {
  if (mode === 'choice')
    return [...YES_NO.map(({ letter, text }) => `${letter}. ${text}`), 'Answer with one letter only.'];
  if (mode === 'options' && polarity !== undefined) return [HOW[language].options];
  return [HOW[language].brief];
}

/** The reply of a reader that knows the answer. */
export function vqaOracle({ reference }: PublishedRecord<VqaReference>, mode: string): string {
  return mode === 'choice' ? (reference.polarity === 'yes' ? 'A' : 'B') : reference.answer;
}

/** Measures one reply under the mode's and protocol's rules. */
export function measureVqa(
  { reference }: PublishedRecord<VqaReference>,
  reply: Reply,
  { protocol, mode }: Pick<MeasureOptions, 'protocol' | 'mode'>,
): Measured<VqaItem> {
  const { closed, polarity } = reference;
  const none = { closed, f1: 0, recall: 0, guess: polarity === undefined ? 0 : 0.5 };
  if (reply.status === 'failed') return { outcome: 'failed', item: { ...none, right: 0 } };
  const outcome = reply.status === 'refused' ? 'refused' : 'scored';
  if (mode === 'choice') {
    const letter = protocol === 'strict' ? strictLetter(reply.text) : firstDelimited(reply.text);
    if (letter === undefined) return { outcome: unread(outcome), item: { ...none, right: 0 } };
    return { outcome: 'scored', item: { ...none, right: Number(letter === polarity) } };
  }
  if (protocol === 'published') return { outcome, item: { ...none, ...released(reference, reply.text) } };
  if (polarity !== undefined) {
    const read = readPolarity(reply.text, reference.question);
    if (!read.ok) return { outcome: unread(outcome), item: { ...none, right: 0 } };
    return { outcome: 'scored', item: { ...none, right: Number(read.value === polarity) } };
  }
  const { exact, f1, recall } = strictScores(reply.text, reference.answer);
  return { outcome, item: { ...none, right: exact, f1, recall } };
}

const unread = (outcome: 'scored' | 'refused') => (outcome === 'refused' ? 'refused' : 'unparsed');

function strictLetter(text: string): Polarity | undefined {
  const choice = choiceOf(text, YES_NO);
  return choice.ok ? polarityOfLetter(choice.value) : undefined;
}

const polarityOfLetter = (letter: string): Polarity => (letter === 'A' ? 'yes' : 'no');

/** The adaptation studies' rule: the first letter between spaces or brackets, else the only option whose text is said. */
function firstDelimited(text: string): Polarity | undefined {
  const letter = /(?:^|[\s([<{*])([AB])(?=$|[\s)\]>}.:,*])/.exec(text)?.[1];
  if (letter !== undefined) return polarityOfLetter(letter);
  const named = YES_NO.filter((option) => new RegExp(`\\b${option.text}\\b`, 'i').test(text));
  return named.length === 1 ? polarityOfLetter(named[0].letter) : undefined;
}

/** LLaVA-Med's evaluator, faults included: English only, and a closed reply that says the wrong word is in no denominator. */
function released(
  { answer, closed, language }: VqaReference,
  text: string,
): Pick<VqaItem, 'right' | 'f1' | 'recall'> {
  if (language !== 'en') return { right: null, f1: 0, recall: 0 };
  if (closed) {
    const said = releasedWords(text.toLowerCase());
    const answers = said.includes('yes') || said.includes('no');
    const hit = said.includes(releasedWords(answer.toLowerCase()));
    return { right: answers ? (hit ? 1 : null) : 0, f1: 0, recall: 0 };
  }
  const { exact, f1, recall } = releasedScores(text, answer);
  return { right: exact, f1, recall };
}

/** Sentences for the data cards of sets whose papers released no evaluator. */
export const RELEASED_HARNESS_FAULTS: readonly string[] = [
  'The paper released no evaluator; `published` is that of LLaVA-Med, from which most published numbers come.',
  'It finds "no" inside "nodule" and "normal", and drops a closed item from the denominator when the reply says yes or no but not the answer; `strict` reads the statement and counts every item.',
  'Its open "exact match" is the share of the reply’s words that are right; `strict` asks for the same words and nothing else.',
];

export function vqaMetrics(protocol: 'published' | 'strict', mode: string): Summary<VqaItem>[] {
  const chance = {
    name: '1/2 on yes/no',
    of: (items: readonly VqaItem[]) => mean(items.map(({ guess }) => guess)),
  };
  const all = meanOf<VqaItem>(
    { id: 'accuracy', summary: 'right answers to all questions', chance },
    ({ right }) => right,
  );
  if (mode === 'choice') return [all];
  const closed = meanOf<VqaItem>(
    {
      id: 'closed-accuracy',
      summary: 'right answers to closed questions',
      chance: {
        name: '1/2 on yes/no',
        of: (items) => mean(items.flatMap((item) => (item.closed ? [item.guess] : []))),
      },
    },
    (item) => (item.closed ? item.right : null),
  );
  const open = (id: string, summary: string, value: (item: VqaItem) => number | null) =>
    meanOf<VqaItem>({ id, summary }, (item) => (item.closed || item.right === null ? null : value(item)));
  const words = [
    open('open-exact', 'exact match of open answers', ({ right }) => right),
    open('open-f1', 'word F1 of open answers', ({ f1 }) => f1),
    open('open-recall', 'share of an open answer’s words that were said', ({ recall }) => recall),
  ];
  return protocol === 'published' ? [closed, words[2], words[1], words[0]] : [all, closed, ...words];
}

const said = (item: PublishedItem, word: string): string =>
  item.options.find(({ text }) => text === word)?.letter ?? word;

export const VQA_BASELINES: readonly TrivialBaseline[] = [
  ...(['yes', 'no'] as const).map(
    (word): TrivialBaseline => ({
      id: `always-${word}`,
      summary: `answers "${word}" to everything`,
      reply: (item) => said(item, word),
    }),
  ),
  {
    id: 'most-frequent',
    summary: 'the most frequent training answer of the same type; "no" where training has none',
    usesTraining: true,
    reply: (item, train) => train.mostFrequent(item) ?? said(item, 'no'),
  },
];

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
