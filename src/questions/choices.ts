// Options of the multiple-choice form: drawn so that nothing but the question can tell which is right.
import type { Option } from '../domain/question.ts';
import type { Random } from '../domain/random.ts';
import type { Lattice, Snap } from './lattice.ts';
import {
  drawLacking,
  lacking,
  newSpread,
  noteWrong,
  OPTION_COUNT,
  repeatsTooRarely,
  type TypeSpread,
} from './spread.ts';

/** How wrong options are made for a question. */
export type Choices =
  /** All of a closed set, shuffled: yes/no, comparisons, grades. */
  | { readonly kind: 'closed'; readonly texts: readonly string[] }
  /** The key and others of a pool, each wrong `count` − 1 times as often as right; `count` options in all. */
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
  /** Wrong options are other keys of the type wherever there are enough: for numbers that few values can take. */
  readonly fromKeys?: boolean;
}

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

/** What the options of one question are drawn with. */
interface Drawing {
  readonly choices: NumericChoices;
  readonly snap: Snap;
  readonly spread: TypeSpread;
}

/**
 * A number that lies where the next option may lie and is to be shown again: a key that occurs several times and has
 * been wrong too seldom, else another wrong option. On a coarse grid keys repeat: were wrong options drawn from all
 * over it, the most common one would be the key.
 */
function repeatedNumber(
  last: number,
  direction: 1 | -1,
  { choices, snap, spread }: Drawing,
  stream: Random,
): number | undefined {
  const [low, high] = choices.scale === 'interval' ? (choices.gap ?? [1, 2]) : RATIO_GAP;
  const reach = (by: number) =>
    choices.scale === 'interval' ? last + direction * by : direction > 0 ? last * by : last / by;
  const [from, to] = direction > 0 ? [reach(low), reach(high)] : [reach(high), reach(low)];
  // From zero a ratio leads nowhere: what is next must lie beyond the last one.
  const fits = (text: string) =>
    (Number(text) - last) * direction > 0 && textOf(snap(Number(text), stream), choices) === text;
  const within: string[] = [];
  for (let i = firstFrom(spread.repeated, from); spread.repeated[i] <= to; i++) {
    const text = textOf(spread.repeated[i], choices);
    if (lacking(spread, text, OPTION_COUNT) > 0 && fits(text)) within.push(text);
  }
  const [drawn] = drawLacking(within, 1, spread, OPTION_COUNT, stream);
  if (drawn !== undefined) return Number(drawn);
  if (!repeatsTooRarely(spread)) return undefined;
  const others = [...spread.again.keys()].filter((text) => {
    const number = Number(text);
    return number >= from && number <= to && fits(text);
  });
  return others.length === 0 ? undefined : Number(stream.pick(others));
}

/** Index of the first of ascending numbers that is not below a limit. */
function firstFrom(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next option above or below `last` that reads otherwise; undefined when a bound is in the way. */
function nextFrom(last: number, direction: 1 | -1, drawing: Drawing, stream: Random): number | undefined {
  const { choices, snap } = drawing;
  const [low, high] = choices.gap ?? [1, 2];
  const factor = stream.uniform(...RATIO_GAP);
  const wanted =
    choices.scale === 'interval'
      ? last + direction * stream.uniform(low, high)
      : direction > 0
        ? last * factor
        : last / factor;
  const repeated = repeatedNumber(last, direction, drawing, stream.fork('repeated'));
  if (repeated !== undefined) return repeated;
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
function walk(key: number, direction: 1 | -1, drawing: Drawing, stream: Random): number[] {
  const out: number[] = [];
  for (let last = key; out.length < OPTION_COUNT - 1; ) {
    const next = nextFrom(last, direction, drawing, stream);
    if (next === undefined) break;
    out.push(next);
    last = next;
  }
  return out;
}

/**
 * Picks the rank of the key among its sorted options. Uniform where every rank is possible; where a bound rules
 * ranks out (a count of 1 has only 0 below it) the possible rank used least so far, so that ranks stay level.
 */
function pickRank(feasible: readonly number[], tally: readonly number[], stream: Random): number {
  if (feasible.length === OPTION_COUNT && tally.every((n) => n === tally[0])) return stream.pick(feasible);
  const least = Math.min(...feasible.map((rank) => tally[rank]));
  return stream.pick(feasible.filter((rank) => tally[rank] === least));
}

/** Draws among which the one whose rank for the key was used least is taken. */
const PROPOSALS = 12;

/** Wrong options that are keys of the type themselves, so drawn that the ranks of keys stay level; or none. */
function otherKeys(key: number, { choices, spread }: Drawing, stream: Random): number[] | undefined {
  const text = textOf(key, choices);
  const pool = [...spread.answers.keys()].filter((other) => other !== text);
  if (choices.fromKeys !== true || pool.length < OPTION_COUNT - 1) return undefined;
  const rankOf = (numbers: readonly number[]) => numbers.filter((number) => number < key).length;
  return Array.from({ length: PROPOSALS }, () =>
    drawLacking(pool, OPTION_COUNT - 1, spread, OPTION_COUNT, stream).map(Number),
  ).reduce((best, next) => (spread.ranks[rankOf(next)] < spread.ranks[rankOf(best)] ? next : best));
}

/** Wrong options around the key, which takes the rank that is picked for it. */
function surroundings(key: number, drawing: Drawing, stream: Random): number[] {
  const below = walk(key, -1, drawing, stream.fork('below'));
  const above = walk(key, 1, drawing, stream.fork('above'));
  const others = OPTION_COUNT - 1;
  const feasible = [0, 1, 2, 3].filter((rank) => rank <= below.length && others - rank <= above.length);
  const rank = feasible.length > 0 ? pickRank(feasible, drawing.spread.ranks, stream) : below.length;
  return [...below.slice(0, rank), ...above.slice(0, others - rank)];
}

/** Options for a numeric key: four numbers, distinct, in random letter order. Updates the spread. */
export function numericOptions(
  value: number,
  choices: NumericChoices,
  stream: Random,
  spread: TypeSpread = newSpread(),
  snap: Snap = (number) => number,
): { options: Option[]; letter: string } {
  const key = Number(textOf(value, choices));
  const drawing = { choices, snap, spread };
  const wrong = otherKeys(key, drawing, stream.fork('keys')) ?? surroundings(key, drawing, stream);
  spread.ranks[wrong.filter((number) => number < key).length]++;
  const texts = wrong.map((n) => textOf(n, choices));
  noteWrong(spread, texts, stream.fork('again'));
  return lettered([textOf(key, choices), ...texts], 0, stream);
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
 * The key and `count` − 1 others of the pool. Each text is drawn as a wrong option `count` − 1 times as often as it is
 * a key of its type, so that which text is usually right cannot be seen from how often it is shown. Updates the spread.
 */
export function drawnOptions(
  answer: string,
  pool: readonly string[],
  count: number,
  spread: TypeSpread,
  stream: Random,
): { options: Option[]; letter: string } {
  const others = [...new Set(pool)].filter((text) => text !== answer);
  const wrong = drawLacking(others, count - 1, spread, count, stream);
  noteWrong(spread, wrong, stream.fork('again'));
  return lettered([answer, ...wrong], 0, stream);
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
