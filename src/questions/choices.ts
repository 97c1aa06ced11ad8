// Options of the multiple-choice form: drawn so that nothing but the question can tell which is right.
import type { Option } from '../domain/question.ts';
import type { Random } from '../domain/random.ts';
import type { Lattice, Snap } from './lattice.ts';

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
  /**
   * Digits after the point, the same in every option; or "by-size": each option has those of `decimalsFor` its own
   * value. Were they those of the key in all options, they would tell the key's power of ten.
   */
  readonly decimals: number | 'by-size';
  /**
   * "ratio": each option is 1.2 to 1.6 times the one below it. For quantities that cannot be negative.
   * "interval": options lie `gap[0]` to `gap[1]` apart. For HU, percent of a range.
   */
  readonly scale: 'ratio' | 'interval';
  /** Of an interval scale, in the unit of the value. The same for all keys of a type: it would tell their size. */
  readonly gap?: readonly [number, number];
  /** The values that the measurement can take; any, when absent. */
  readonly lattice?: Lattice;
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

/** A number as an option shows it, in the digits that fit its size; rounding may change those. */
export function shownBySize(value: number): string {
  const rounded = Number(shown(value, decimalsFor(value)));
  return shown(rounded, decimalsFor(rounded));
}

const textOf = (value: number, { decimals }: NumericChoices): string =>
  decimals === 'by-size' ? shownBySize(value) : shown(value, decimals);

/** Steps further out until the grid gives another number. */
const TRIES = 40;

/** The next option above or below `last` that reads otherwise; undefined when a bound is in the way. */
function nextFrom(
  last: number,
  direction: 1 | -1,
  choices: NumericChoices,
  snap: Snap,
  stream: Random,
): number | undefined {
  const [low, high] = choices.gap ?? [1, 2];
  const factor = stream.uniform(...RATIO_GAP);
  const wanted =
    choices.scale === 'interval'
      ? last + direction * stream.uniform(low, high)
      : direction > 0
        ? last * factor
        : last / factor;
  const quantum = 10 ** -(choices.decimals === 'by-size' ? decimalsFor(last) : choices.decimals);
  for (let further = 0; further < TRIES; further++) {
    const step = Math.max(quantum, 0.02 * Math.abs(wanted)) * further;
    const text = textOf(snap(wanted + direction * step, stream), choices);
    const next = Number(text);
    if (next < (choices.minimum ?? -Infinity) || next > (choices.maximum ?? Infinity)) return undefined;
    if ((next - last) * direction > 0 && text !== textOf(last, choices)) return next;
  }
  return undefined;
}

/** The options above (or below) the key, nearest first; shorter than `count` when a bound is in the way. */
function walk(key: number, choices: NumericChoices, direction: 1 | -1, snap: Snap, stream: Random): number[] {
  const out: number[] = [];
  for (let last = key; out.length < OPTION_COUNT - 1; ) {
    const next = nextFrom(last, direction, choices, snap, stream);
    if (next === undefined) break;
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
  snap: Snap = (number) => number,
): { options: Option[]; letter: string } {
  const key = Number(textOf(value, choices));
  const below = walk(key, choices, -1, snap, stream.fork('below'));
  const above = walk(key, choices, 1, snap, stream.fork('above'));
  const others = OPTION_COUNT - 1;
  const feasible = [0, 1, 2, 3].filter((rank) => rank <= below.length && others - rank <= above.length);
  const rank = feasible.length > 0 ? pickRank(feasible, tally, stream) : below.length;
  tally[rank]++;
  const numbers = [key, ...below.slice(0, rank), ...above.slice(0, others - rank)];
  return lettered(
    numbers.map((n) => textOf(n, choices)),
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
