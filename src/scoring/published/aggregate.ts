// The released scorer's aggregation of one model's predictions: subtypes, super types, overall.
import { type Pair, type PublishedScore, scoreSubtype, weightedMean } from './metrics.ts';

/** A prediction already turned into text, with the question's own fields beside it. */
export interface PublishedPrediction {
  readonly qid: string;
  readonly prediction: string;
}

/** What is needed of a published question. */
export interface PublishedQuestion {
  readonly subtype: string;
  /** "recognition", "visual reasoning" …; absent: the subtype joins no super type. */
  readonly superType?: string;
  readonly answer: string;
  readonly correctOption: string;
}

export interface PublishedAggregate {
  overall: { accuracy: number; n_total: number; n_subtypes: number };
  by_super_type: Record<string, { accuracy: number; n_total: number }>;
  by_subtype: Record<string, PublishedScore>;
}

/**
 * Predictions for unknown questions are passed over; questions without a prediction are not counted at all;
 * each average is taken over values already rounded to four decimals, as released.
 */
export function aggregatePublished(
  predictions: Iterable<PublishedPrediction>,
  questions: ReadonlyMap<string, PublishedQuestion>,
  format: 'mc' | 'free',
): PublishedAggregate {
  const pairs = new Map<string, Pair[]>();
  for (const { qid, prediction } of predictions) {
    const question = questions.get(qid);
    if (question === undefined) continue;
    const pair: Pair = [prediction, format === 'mc' ? question.correctOption : question.answer];
    const list = pairs.get(question.subtype);
    if (list === undefined) pairs.set(question.subtype, [pair]);
    else list.push(pair);
  }
  // The first question of a subtype decides its super type.
  const superTypes = new Map<string, string | undefined>();
  for (const { subtype, superType } of questions.values())
    if (!superTypes.has(subtype)) superTypes.set(subtype, superType);

  const bySubtype: Record<string, PublishedScore> = {};
  const all: { primary: number; n: number }[] = [];
  const bySuper = new Map<string, { primary: number; n: number }[]>();
  for (const [subtype, list] of pairs) {
    const { score, primary } = scoreSubtype(subtype, list, format);
    const cell = { primary, n: score.n_total };
    bySubtype[subtype] = score;
    all.push(cell);
    const superType = superTypes.get(subtype);
    if (superType) bySuper.set(superType, [...(bySuper.get(superType) ?? []), cell]);
  }
  const count = (cells: readonly { n: number }[]) => cells.reduce((sum, cell) => sum + cell.n, 0);
  return {
    overall: { accuracy: weightedMean(all), n_total: count(all), n_subtypes: all.length },
    by_super_type: Object.fromEntries(
      [...bySuper].map(([name, cells]) => [name, { accuracy: weightedMean(cells), n_total: count(cells) }]),
    ),
    by_subtype: bySubtype,
  };
}
