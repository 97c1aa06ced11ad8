// Items that all choose among the same labels are a classification: then classes count, and not only items.
import type { Key, Option } from '../../../domain/question.ts';
import type { Answer } from '../../../domain/read.ts';
import {
  balancedAccuracy,
  classCounts,
  type LabelPair,
  macroF1,
} from '../../../scoring/classification/confusion.ts';
import type { Summary } from '../../../scoring/metric.ts';

/** A reply as a label among `labels`, whatever the order of the options. */
export interface LabelledReply extends LabelPair {
  /** The item's labels in alphabetical order, joined. */
  readonly labels: string;
}

/** Undefined for items without options that do not ask for yes or no. An unread reply has no label. */
export function labelledReply(
  question: { readonly answerKind: string; readonly options: readonly Option[] },
  key: Pick<Key, 'answer'>,
  answer: Answer | undefined,
): LabelledReply | undefined {
  const { options, answerKind } = question;
  const binary = options.length === 0 && answerKind === 'binary';
  if (options.length === 0 && !binary) return undefined;
  const labels = binary ? ['no', 'yes'] : options.map(({ text }) => text.toLowerCase()).sort();
  const said =
    answer?.kind === 'choice'
      ? options.find(({ letter }) => letter === answer.letter)?.text
      : answer?.kind === 'text'
        ? answer.text
        : undefined;
  const known = said?.trim().toLowerCase();
  return {
    labels: labels.join('\u0000'),
    prediction: known !== undefined && labels.includes(known) ? known : null,
    reference: key.answer.toLowerCase(),
  };
}

/** The pairs where all items choose among the same labels; null where they do not. */
function pairsOf(items: readonly (LabelledReply | undefined)[]): readonly LabelledReply[] | null {
  const first = items[0]?.labels;
  if (first === undefined) return null;
  const pairs: LabelledReply[] = [];
  for (const item of items) {
    if (item?.labels !== first) return null;
    pairs.push(item);
  }
  return pairs;
}

/** F1 of "yes"; null where neither truth nor an answer is yes. */
function f1OfYes(pairs: readonly LabelledReply[]): number | null {
  if (pairs[0]?.labels !== 'no\u0000yes') return null;
  const counts = classCounts(pairs).get('yes');
  return counts === undefined ? null : (2 * counts.right) / (counts.predicted + counts.actual);
}

/** Balanced accuracy, macro-F1 and the F1 of "yes"; each null where the items are no such classification. */
export function labelSummaries<Item>(pick: (item: Item) => LabelledReply | undefined): Summary<Item>[] {
  const over = (of: (pairs: readonly LabelledReply[]) => number | null) => (items: readonly Item[]) => {
    const pairs = pairsOf(items.map(pick));
    return pairs === null ? null : of(pairs);
  };
  const about = { better: 'higher', range: [0, 1] } as const;
  return [
    {
      ...about,
      id: 'macro-f1',
      summary: 'mean F1 over the labels, where all items share theirs',
      of: over(macroF1),
    },
    {
      ...about,
      id: 'balanced-accuracy',
      summary: 'mean recall over the labels, where all items share theirs',
      of: over(balancedAccuracy),
    },
    { ...about, id: 'f1-yes', summary: 'F1 of "yes", where all items ask for yes or no', of: over(f1OfYes) },
  ];
}
