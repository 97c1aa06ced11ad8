// Pictures with classes asked as a choice: what MedMNIST and any set of labelled pictures share.
import type { Option } from '../domain/question.ts';
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
import { choiceOf, letterSet, type Parsed, parsed, withoutThinking } from './replies.ts';
import { mostFrequent, optionAt, randomOption } from './trivial.ts';

export interface ClassRow {
  readonly id: string;
  readonly split: PublishedItem['split'];
  readonly cluster: string;
  readonly picture: ItemPicture;
  /** Kebab-case: the set, since answers are alike within it. */
  readonly type: string;
  readonly question: string;
  /** Names in the order of their numbers. */
  readonly classes: readonly string[];
  /** Places of the right classes; one of them unless `multi`. */
  readonly labels: readonly number[];
  /** Any number of classes may be right. */
  readonly multi?: boolean;
  readonly facets?: Readonly<Record<string, string>>;
  readonly licence?: string;
}

export interface ClassReference {
  readonly letters: readonly string[];
  readonly multi: boolean;
}

export interface ClassItem {
  readonly type: string;
  readonly truth: readonly string[];
  /** Undefined where no class could be read. */
  readonly said: readonly string[] | undefined;
  readonly options: number;
  readonly multi: boolean;
}

export const MAX_CLASSES = 26;

const letterOf = (at: number): string => String.fromCharCode(65 + at);

export function classRecord(row: ClassRow): PublishedRecord<ClassReference> {
  const options = row.classes.map((text, at): Option => ({ letter: letterOf(at), text }));
  const multi = row.multi === true;
  const how = multi
    ? 'Answer with the letters of all that apply, separated by commas, or with "none".'
    : 'Answer with one letter only.';
  const lines = [row.question, ...options.map(({ letter, text }) => `${letter}. ${text}`), how];
  return {
    item: {
      id: row.id,
      patientId: row.cluster,
      stage: 'recognition',
      type: row.type,
      answerKind: 'categorical',
      text: row.question,
      options,
      slots: {},
      split: row.split,
      system: '',
      ...(row.facets === undefined ? {} : { facets: row.facets }),
      ...(row.licence === undefined ? {} : { licence: row.licence }),
      prompt: [
        { type: 'image', image: row.picture },
        { type: 'text', text: lines.join('\n') },
      ],
    },
    reference: { letters: row.labels.map(letterOf), multi },
  };
}

export function classOracle({ reference }: PublishedRecord<ClassReference>): string {
  return reference.letters.length === 0 ? 'none' : reference.letters.join(', ');
}

function read(text: string, options: readonly Option[], multi: boolean): Parsed<readonly string[]> {
  if (!multi) {
    const choice = choiceOf(text, options);
    return choice.ok ? parsed([choice.value]) : choice;
  }
  if (/^\W*(?:none|no findings?)\b\W*$/i.test(withoutThinking(text))) return parsed([]);
  return letterSet(
    text,
    options.map(({ letter }) => letter),
  );
}

/** Both protocols read replies the same: such sets publish pictures and classes, and no reading of words. */
export function measureClass(
  { item: { type, options }, reference: { letters, multi } }: PublishedRecord<ClassReference>,
  { text, status }: Reply,
  _options?: MeasureOptions,
): Measured<ClassItem> {
  const item = { type, truth: letters, said: undefined, options: options.length, multi };
  if (status === 'failed') return { outcome: 'failed', item };
  const found = read(text, options, multi);
  if (found.ok) return { outcome: 'scored', item: { ...item, said: found.value } };
  return { outcome: found.refused || status === 'refused' ? 'refused' : 'unparsed', item };
}

/** One class right; of several, the share of classes about which the reply is right. */
function rightness({ truth, said, options, multi }: ClassItem): number {
  if (said === undefined) return 0;
  if (!multi) return Number(said[0] === truth[0]);
  const wrong = truth.filter((letter) => !said.includes(letter)).length;
  return 1 - (wrong + said.filter((letter) => !truth.includes(letter)).length) / options;
}

interface Tally {
  readonly truth: number;
  readonly said: number;
  readonly both: number;
}

/** Of each class of each set: how often it is true, said, both. Counted in arrays: resamples ask for it by the thousand. */
function tallies(items: readonly ClassItem[]): Tally[] {
  const byType = new Map<string, Int32Array>();
  const place = (letter: string) => (letter.charCodeAt(0) - 65) * 3;
  for (const { type, truth, said = [] } of items) {
    const counts = byType.get(type) ?? new Int32Array(MAX_CLASSES * 3);
    byType.set(type, counts);
    for (const letter of truth) counts[place(letter)]++;
    for (const letter of said) {
      counts[place(letter) + 1]++;
      if (truth.includes(letter)) counts[place(letter) + 2]++;
    }
  }
  return [...byType.values()].flatMap((counts) =>
    Array.from({ length: MAX_CLASSES }, (_, at) => ({
      truth: counts[at * 3],
      said: counts[at * 3 + 1],
      both: counts[at * 3 + 2],
    })).filter(({ truth, said }) => truth + said > 0),
  );
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function classMetrics(): Summary<ClassItem>[] {
  const over = (id: string, summary: string, of: (classes: readonly Tally[]) => number | null) => ({
    id,
    summary,
    better: 'higher' as const,
    range: [0, 1] as const,
    of: (items: readonly ClassItem[]) => of(tallies(items)),
  });
  return [
    meanOf<ClassItem>(
      {
        id: 'accuracy',
        summary: 'right classes',
        chance: {
          name: 'a class by chance',
          of: (items) => mean(items.flatMap(({ options, multi }) => (multi ? [] : [1 / options]))),
        },
      },
      rightness,
    ),
    {
      ...over('balanced-accuracy', 'mean over classes of the share that was found', (classes) =>
        mean(classes.flatMap(({ truth, both }) => (truth === 0 ? [] : [both / truth]))),
      ),
      chance: {
        name: 'a class by chance',
        of: (items) => mean(items.flatMap(({ options, multi }) => (multi ? [] : [1 / options]))),
      },
    },
    over('macro-f1', 'mean over classes of F1', (classes) =>
      mean(
        classes.flatMap(({ truth, said, both }) => (truth + said === 0 ? [] : [(2 * both) / (truth + said)])),
      ),
    ),
  ];
}

export const CLASS_BASELINES: readonly TrivialBaseline[] = [
  randomOption(),
  optionAt(0),
  optionAt(1),
  mostFrequent('A'),
];
