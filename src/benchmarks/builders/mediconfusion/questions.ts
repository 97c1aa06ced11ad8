// A question for both pictures of a pair, from what is known of them; nothing is made up.
import { random } from '../../../domain/random.ts';
import { compared, type MinedPicture } from './pictures.ts';

export interface PairQuestion {
  readonly question: string;
  /** Of the first and of the second picture. */
  readonly answers: readonly [string, string];
}

const CAPTION_QUESTION = 'Which description belongs to this picture?';

/** Captions as options: in one line, without the white space around them. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * A question that was asked of both pictures and answered differently (the longest one, which says most); else the
 * captions as options. Undefined where there is neither, or where the captions are the same.
 */
export function questionFor(a: MinedPicture, b: MinedPicture): PairQuestion | undefined {
  const shared = [...a.asked]
    .flatMap(([key, first]) => {
      const second = b.asked.get(key);
      if (second === undefined || compared(first.answer) === compared(second.answer)) return [];
      return [{ question: first.question, answers: [first.answer, second.answer] as const }];
    })
    .sort((x, y) => y.question.length - x.question.length || (x.question < y.question ? -1 : 1));
  if (shared.length > 0) return shared[0];
  if (a.caption === undefined || b.caption === undefined) return undefined;
  if (compared(a.caption) === compared(b.caption)) return undefined;
  return { question: CAPTION_QUESTION, answers: [oneLine(a.caption), oneLine(b.caption)] };
}

/** For each pair whether the first picture's answer is option A: half of them, by turns of two, shuffled. */
export function keyOrder(pairs: number, seed: string): boolean[] {
  const rng = random(seed, 'mediconfusion', 'keys');
  const order: boolean[] = [];
  while (order.length < pairs) order.push(...rng.shuffle([true, false]));
  return order.slice(0, pairs);
}
