// Options of the multiple-choice form: drawn so that nothing but the question can tell which is right.
import type { Option } from '../domain/question.ts';
import type { Random } from '../domain/random.ts';

/** How wrong options are made for a question. */
export type Choices =
  /** All of a closed set, shuffled: yes/no, comparisons, grades. */
  | { readonly kind: 'closed'; readonly texts: readonly string[] }
  /** The key and others of a pool, drawn as often as they are keys themselves; `count` options in all. */
  | { readonly kind: 'drawn'; readonly pool: readonly string[]; readonly count: number }
  /** Numbers around the key. */
  | NumericChoices;

export interface NumericChoices {
  readonly kind: 'numeric';
  /** Digits after the point, the same in every option. */
  readonly decimals: number;
  /**
   * "ratio": each option is 1.2 to 1.6 times the one below it. For quantities that cannot be negative.
   * "interval": options lie `gap[0]` to `gap[1]` apart. For HU, percent of a range.
   */
  readonly scale: 'ratio' | 'interval';
  /** Of an interval scale, in the unit of the value. */
  readonly gap?: readonly [number, number];
  /** No option lies outside; the ranks that the key can take shrink near a bound. */
  readonly minimum?: number;
  readonly maximum?: number;
}

export const OPTION_COUNT = 4;
const RATIO_GAP = [1.2, 1.6] as const;

/** Rounded as options and keys show it; never "-0". */
export function shown(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}

/**
 * Digits after the point that leave about three significant ones, between 1 and 4: 1432.1, 12.3, 4.56, 0.123.
 * Small values keep enough digits for distinct wrong options below them.
 */
export function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (!(size > 0)) return 1;
  return Math.min(4, Math.max(1, 2 - Math.floor(Math.log10(size))));
}

/** The options above (or below) the key, nearest first; shorter than `count` when a bound is in the way. */
function walk(
  value: number,
  choices: NumericChoices,
  direction: 1 | -1,
  count: number,
  stream: Random,
): number[] {
  const quantum = 10 ** -choices.decimals;
  const out: number[] = [];
  let last = value;
  for (let i = 0; i < count; i++) {
    let next: number;
    if (choices.scale === 'ratio') {
      const factor = stream.uniform(...RATIO_GAP);
      next = direction > 0 ? last * factor : last / factor;
    } else {
      const [low, high] = choices.gap ?? [1, 2];
      next = last + direction * stream.uniform(low, high);
    }
    next = Number(next.toFixed(choices.decimals));
    if ((next - last) * direction < quantum * 0.5)
      next = Number((last + direction * quantum).toFixed(choices.decimals));
    if (next < (choices.minimum ?? -Infinity) || next > (choices.maximum ?? Infinity)) break;
    out.push(next);
    last = next;
  }
  return out;
}

/** How often the key of a type has stood at each rank among its sorted options so far. */
export type RankTally = number[];

/**
 * Picks the rank of the key among its sorted options. Uniform where every rank is possible; where a bound rules
 * ranks out (a count of 1 has only 0 below it) the possible rank used least so far, so that ranks stay level.
 */
function pickRank(feasible: readonly number[], tally: RankTally, stream: Random): number {
  if (feasible.length === OPTION_COUNT && tally.every((n) => n === tally[0])) return stream.pick(feasible);
  const least = Math.min(...feasible.map((rank) => tally[rank]));
  return stream.pick(feasible.filter((rank) => tally[rank] === least));
}

/** Options for a numeric key: four numbers, distinct, in random letter order. */
export function numericOptions(
  value: number,
  choices: NumericChoices,
  stream: Random,
  tally: RankTally = new Array<number>(OPTION_COUNT).fill(0),
): { options: Option[]; letter: string } {
  const key = Number(value.toFixed(choices.decimals));
  const below = walk(key, choices, -1, OPTION_COUNT - 1, stream.fork('below'));
  const above = walk(key, choices, 1, OPTION_COUNT - 1, stream.fork('above'));
  const others = OPTION_COUNT - 1;
  const feasible = [0, 1, 2, 3].filter((rank) => rank <= below.length && others - rank <= above.length);
  const rank = feasible.length > 0 ? pickRank(feasible, tally, stream) : below.length;
  tally[rank]++;
  const numbers = [key, ...below.slice(0, rank), ...above.slice(0, others - rank)];
  return lettered(
    numbers.map((n) => shown(n, choices.decimals)),
    0,
    stream,
  );
}

/** Options of a closed set in random letter order. */
export function closedOptions(
  answer: string,
  texts: readonly string[],
  stream: Random,
): { options: Option[]; letter: string } {
  return lettered(texts, texts.indexOf(answer), stream);
}

/**
 * The key and `count` − 1 others of the pool. `weights` say how often each text is a key of its type: wrong options
 * drawn in the same proportion leave no trace of which text is usually right.
 */
export function drawnOptions(
  answer: string,
  pool: readonly string[],
  count: number,
  weights: ReadonlyMap<string, number>,
  stream: Random,
): { options: Option[]; letter: string } {
  const left = [...new Set(pool)].filter((text) => text !== answer);
  const texts = [answer];
  while (texts.length < count && left.length > 0) {
    const mass = left.map((text) => 0.25 + (weights.get(text) ?? 0));
    let ticket = stream.uniform(
      0,
      mass.reduce((a, b) => a + b, 0),
    );
    let index = 0;
    while (index < left.length - 1 && ticket >= mass[index]) ticket -= mass[index++];
    texts.push(...left.splice(index, 1));
  }
  return lettered(texts, 0, stream);
}

function lettered(
  texts: readonly string[],
  right: number,
  stream: Random,
): { options: Option[]; letter: string } {
  const order = stream.fork('letters').shuffle(texts.map((_, index) => index));
  const letters = order.map((_, position) => String.fromCharCode(65 + position));
  return {
    options: order.map((index, position) => ({ letter: letters[position], text: texts[index] })),
    letter: letters[order.indexOf(right)] ?? '',
  };
}
