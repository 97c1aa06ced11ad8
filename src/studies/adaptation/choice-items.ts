// Items as multiple-choice questions: their own options, or yes and no for closed questions with such a key.
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import type { Option } from '../../domain/question.ts';
import type { ReadStatus } from '../../domain/read.ts';
import { meanOf, type Summary } from '../../scoring/metric.ts';
import type { MeasuredItem } from '../../scoring/metric-cells.ts';
import type { LoadedItem } from '../ask-items.ts';

export interface ChoiceItem {
  readonly item: LoadedItem;
  readonly options: readonly Option[];
  /** Letter of the right option. */
  readonly key: string;
}

const YES_NO: readonly Option[] = [
  { letter: 'A', text: 'yes' },
  { letter: 'B', text: 'no' },
];

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[.\s]+$/, '');

/** The item with its options and key; undefined for an open question. */
export function choiceItem(
  plugin: PublishedBenchmark,
  mode: string,
  item: LoadedItem,
): ChoiceItem | undefined {
  const { options: own } = item.question;
  const answer = plugin.oracle(item.record, mode);
  const options = own.length > 0 ? own : YES_NO;
  const key =
    (own.length > 0 ? options.find(({ letter }) => letter === answer.trim()) : undefined) ??
    options.find(({ text }) => plain(text) === plain(answer)) ??
    (own.length > 0 ? options.find(({ letter }) => replyLetter(answer, own) === letter) : undefined);
  return key === undefined ? undefined : { item, options, key: key.letter };
}

/**
 * The letter that a reply gives: option letters that stand alone (between spaces, brackets, punctuation or ends), the
 * first of several; without any, the one option whose whole text the reply holds; else undefined, which is wrong.
 */
export function replyLetter(reply: string, options: readonly Option[]): string | undefined {
  const letters = new Set(options.map(({ letter }) => letter));
  for (const match of reply.matchAll(/(?<![\p{L}\p{N}'’])([A-Z])(?![\p{L}\p{N}'’])/gu)) {
    // "A" before a word is an article: "A lesion is seen."
    const article = match[1] === 'A' && /^ +\p{Ll}/u.test(reply.slice(match.index + 1));
    if (letters.has(match[1]) && !article) return match[1];
  }
  const said = plain(reply);
  const holds = options.filter(({ text }) =>
    new RegExp(`(?<![\\p{L}\\p{N}])${escaped(plain(text))}(?![\\p{L}\\p{N}])`, 'u').test(said),
  );
  return holds.length === 1 ? holds[0].letter : undefined;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a choice was right, and what guessing would score. */
export interface Chosen {
  readonly right: boolean;
  readonly guess: number;
}

export const ACCURACY: Summary<Chosen> = meanOf<Chosen>(
  {
    id: 'accuracy',
    summary: 'share of questions whose right option was chosen',
    chance: {
      name: '1/options',
      of: (items) =>
        items.length === 0 ? null : items.reduce((sum, { guess }) => sum + guess, 0) / items.length,
    },
  },
  ({ right }) => Number(right),
);

/** A reply to a choice, measured. What the model cannot be asked is in no denominator; a refusal chooses nothing. */
export function measuredChoice(
  { item, options, key }: ChoiceItem,
  { reply, status }: { readonly reply: string; readonly status: ReadStatus },
): MeasuredItem<Chosen> {
  const about = { questionId: item.question.id, cluster: item.question.patientId };
  if (status === 'unsupported') return { ...about, outcome: 'unsupported', item: null };
  const letter = status === 'failed' ? undefined : replyLetter(reply, options);
  const unread = status === 'failed' || status === 'refused' ? status : 'unparsed';
  return {
    ...about,
    outcome: letter === undefined ? unread : 'scored',
    item: { right: letter === key, guess: 1 / options.length },
  };
}
