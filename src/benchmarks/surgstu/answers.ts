// Answers of surgical questions as text: written one way by the builder, read and scored the same way from any reply.
import { rougeL } from '../../scoring/text/rouge.ts';
import { withoutThinking } from '../replies.ts';
import { anyJson } from '../reply-json.ts';
import type { FrameBox } from './events.ts';

/** A box at a time; coordinates in thousandths of the picture: [x1, y1, x2, y2]. */
export interface TimedBox {
  readonly t: number;
  readonly bbox_2d: readonly [number, number, number, number];
}

export type AnswerForm =
  | 'letter'
  | 'box'
  | 'boxes'
  | 'label'
  | 'position'
  | 'change'
  | 'seconds'
  | 'time'
  | 'sequence'
  | 'set';

export const boxOf = ({ x1, y1, x2, y2 }: FrameBox): [number, number, number, number] => [
  Math.round(x1 * 1000),
  Math.round(y1 * 1000),
  Math.round(x2 * 1000),
  Math.round(y2 * 1000),
];

/** Said where the instrument that is asked about is not there, or does nothing in particular. */
export const ABSENT = 'absent';
export const NO_ACTION = 'no specific action';

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/[^\p{L}\p{N}. ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/[. ]+$/, '')
    .trim();

const REFUSALS =
  /\b(?:absent|not (?:visible|present|there|seen)|no specific action|none|does not (?:appear|act))\b/i;

function timedBoxes(text: string): TimedBox[] | undefined {
  const json = anyJson(text);
  const value = json.ok ? json.value : undefined;
  const entries = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null && Array.isArray((value as { boxes?: unknown }).boxes)
      ? (value as { boxes: unknown[] }).boxes
      : value === undefined
        ? undefined
        : [value];
  if (entries === undefined) return undefined;
  const found: TimedBox[] = [];
  for (const entry of entries) {
    const { t, bbox_2d: box } = (entry ?? {}) as { t?: unknown; bbox_2d?: unknown };
    if (
      !Array.isArray(box) ||
      box.length !== 4 ||
      !box.every((n) => typeof n === 'number' && Number.isFinite(n))
    )
      return undefined;
    const [x1, y1, x2, y2] = box as number[];
    found.push({ t: typeof t === 'number' ? t : 0, bbox_2d: [x1, y1, x2, y2] });
  }
  return found.length === 0 ? undefined : found;
}

const centre = ([x1, y1, x2, y2]: TimedBox['bbox_2d']): [number, number] => [
  (x1 + x2) / 2000,
  (y1 + y2) / 2000,
];

/** 1 for equal centres, falling in a line to 0 at a quarter of the picture's diagonal. The released decay is not known. */
export function centreScore(a: TimedBox['bbox_2d'], b: TimedBox['bbox_2d']): number {
  const [[ax, ay], [bx, by]] = [centre(a), centre(b)];
  return Math.max(0, 1 - Math.hypot(ax - bx, ay - by) / Math.SQRT2 / 0.25);
}

function overlap(a: TimedBox['bbox_2d'], b: TimedBox['bbox_2d']): number {
  const side = (low: number, high: number) => Math.max(0, high - low);
  const inner =
    side(Math.max(a[0], b[0]), Math.min(a[2], b[2])) * side(Math.max(a[1], b[1]), Math.min(a[3], b[3]));
  const area = (box: TimedBox['bbox_2d']) => side(box[0], box[2]) * side(box[1], box[3]);
  const all = area(a) + area(b) - inner;
  return all <= 0 ? (String(a) === String(b) ? 1 : 0) : inner / all;
}

/** 1 for equal times, falling in a line to 0 at five seconds. The released decay is not known. */
export const timeScore = (a: number, b: number): number => Math.max(0, 1 - Math.abs(a - b) / 5);

/** Overlap of two spans of time over their union; two equal moments overlap wholly. */
function spanScore(a: readonly TimedBox[], b: readonly TimedBox[]): number {
  const span = (boxes: readonly TimedBox[]) => {
    const times = boxes.map(({ t }) => t);
    return [Math.min(...times), Math.max(...times)] as const;
  };
  const [[a0, a1], [b0, b1]] = [span(a), span(b)];
  const union = Math.max(a1, b1) - Math.min(a0, b0);
  return union <= 0 ? 1 : Math.max(0, Math.min(a1, b1) - Math.max(a0, b0)) / union;
}

/** The box of a path at a time, linear between its own; undefined outside its span. */
function boxAt(path: readonly TimedBox[], t: number): TimedBox['bbox_2d'] | undefined {
  const sorted = [...path].sort((a, b) => a.t - b.t);
  const after = sorted.findIndex((one) => one.t >= t - 1e-9);
  if (after === -1) return undefined;
  const right = sorted[after];
  if (Math.abs(right.t - t) < 1e-6) return right.bbox_2d;
  const left = sorted[after - 1];
  if (left === undefined) return undefined;
  const share = (t - left.t) / (right.t - left.t);
  const mixed = left.bbox_2d.map((value, at) => value + share * (right.bbox_2d[at] - value));
  return [mixed[0], mixed[1], mixed[2], mixed[3]];
}

/** 0.35 centres + 0.25 span of time + 0.40 overlap of boxes at the reference's times. */
export function pathScore(said: readonly TimedBox[], wanted: readonly TimedBox[]): number {
  const at = wanted.map(({ t }) => boxAt(said, t));
  const mean = (of: (box: TimedBox['bbox_2d'], truth: TimedBox['bbox_2d']) => number) =>
    wanted.reduce((sum, { bbox_2d: truth }, n) => {
      const box = at[n];
      return sum + (box === undefined ? 0 : of(box, truth));
    }, 0) / wanted.length;
  return 0.35 * mean(centreScore) + 0.25 * spanScore(said, wanted) + 0.4 * mean(overlap);
}

const listOf = (text: string): string[] =>
  text
    .split(/[,;\n→]|->|\bthen\b|\band\b/i)
    .map(plain)
    .filter((word) => word !== '');

/** What stands after the last "Answer:", or the whole reply; reasoning in marks is not part of it. */
export function finalPart(text: string): string {
  const said = withoutThinking(text);
  const match = /[\s\S]*\banswer\s*(?:is)?\s*[:=]\s*([\s\S]+)$/i.exec(said);
  return (match?.[1] ?? said).trim();
}

/** The letter that a reply begins with, or the only one that stands alone; "A" before a word may be an article. */
function letterIn(said: string): string | undefined {
  const bare = /^[\s("'*[]*([A-Da-d])[\s)"'*\].:]*$/.exec(said)?.[1];
  if (bare !== undefined) return bare.toUpperCase();
  const opening = /^[\s("'*[]*([A-D])(?=[)"'*\].:,]|$)/.exec(said)?.[1];
  if (opening !== undefined) return opening;
  const alone = [...said.matchAll(/(?<![A-Za-z])(?:A(?! +(?!(?:or|and)\b)[a-z])|[B-D])(?![A-Za-z'’])/g)].map(
    ([one]) => one,
  );
  return new Set(alone).size === 1 ? alone[0] : undefined;
}

const numbersIn = (text: string): { readonly value: number; readonly unit: string }[] =>
  [...text.matchAll(/(?<![\d.\p{L}])-?\d+(?:\.\d+)?(?!\d)\s*(%|s\b|sec)?/giu)].map(([word, unit = '']) => ({
    value: Number.parseFloat(word),
    unit: unit.toLowerCase(),
  }));

/** A number of seconds: the last that is said to be one, else the last; instruments may have numbers too. */
const secondsIn = (text: string): number | undefined => {
  const found = numbersIn(text);
  return (found.findLast(({ unit }) => unit.startsWith('s')) ?? found.at(-1))?.value;
};

/** A share: 0.5 or 50 %. */
const shareIn = (text: string): number | undefined => {
  const [first] = numbersIn(text);
  return first === undefined ? undefined : first.unit === '%' ? first.value / 100 : first.value;
};

const holds = (said: string, wanted: string): boolean => ` ${said} `.includes(` ${wanted} `);

/** One name and no other: a list of names, or one that is denied, is no answer. */
function names(said: string, wanted: string): boolean {
  const [own, right] = [plain(said), plain(wanted)];
  if (own === right) return true;
  const hedged = /[,;/\n]|\b(?:and|or|not|nor|neither|either)\b/i.test(said.trim());
  return !hedged && holds(own, right);
}

const OPPOSITES = [
  ['left', 'right'],
  ['above', 'below'],
] as const;

/** Sides that a reply states; of a pair of opposites, both are none. */
function sidesIn(said: string): Set<string> {
  const words = new Set(plain(said).split(/[ .]+/));
  for (const [one, other] of OPPOSITES)
    if (words.has(one) && words.has(other)) {
      words.delete(one);
      words.delete(other);
    }
  return words;
}

const CHANGE = /\b(?:increased|decreased|maintained)\b/g;

/** The change that a text states; several are none. */
function changeIn(text: string): string | undefined {
  const found = new Set(plain(text).match(CHANGE) ?? []);
  return found.size === 1 ? [...found][0] : undefined;
}

/** An answer that says that the instrument is not there, or does nothing in particular. */
export const isRefusal = (form: AnswerForm, wanted: string): boolean =>
  (form === 'box' || form === 'boxes' || form === 'label') && REFUSALS.test(wanted);

/**
 * How right a reply is, 0…1, or undefined where it cannot be read in the form asked for. A question whose instrument is
 * absent (or idle) is right exactly when the reply says so and gives no box; a reply that says so elsewhere is wrong,
 * unless it gives what was asked for besides.
 */
export function scoreForm(form: AnswerForm, reply: string, wanted: string): number | undefined {
  const said = finalPart(reply);
  if (isRefusal(form, wanted)) return Number(REFUSALS.test(said) && timedBoxes(said) === undefined);
  return scored(form, said, wanted) ?? (REFUSALS.test(said) ? 0 : undefined);
}

function scored(form: AnswerForm, said: string, wanted: string): number | undefined {
  switch (form) {
    case 'letter': {
      const letter = letterIn(said);
      return letter === undefined ? undefined : Number(letter === letterIn(finalPart(wanted)));
    }
    case 'box': {
      const [a, b] = [timedBoxes(said)?.[0], timedBoxes(wanted)?.[0]];
      return a === undefined || b === undefined ? undefined : centreScore(a.bbox_2d, b.bbox_2d);
    }
    case 'boxes': {
      const [a, b] = [timedBoxes(said), timedBoxes(wanted)];
      return a === undefined || b === undefined ? undefined : pathScore(a, b);
    }
    case 'label':
      return said === '' ? undefined : Number(names(said, wanted));
    case 'position': {
      const [sides, halves] = [sidesIn(said), listOf(wanted)];
      const known = /\b(?:left|right|above|below|level)\b/i.test(said);
      return known
        ? halves.reduce((sum, half) => sum + Number(sides.has(half)), 0) / halves.length
        : undefined;
    }
    case 'change': {
      const [a, b] = [shareIn(said), shareIn(wanted)];
      const label = changeIn(said);
      if (a === undefined && label === undefined) return undefined;
      const right = Number(label !== undefined && label === changeIn(wanted));
      const near =
        a === undefined || b === undefined
          ? 0
          : Math.max(0, 1 - Math.abs(a - b) / Math.max(Math.abs(b), 0.1));
      return 0.5 * near + 0.5 * right;
    }
    case 'seconds': {
      const [a, b] = [secondsIn(said), secondsIn(wanted)];
      if (a === undefined || b === undefined) return undefined;
      return b === 0 ? Number(a === 0) : Math.max(0, 1 - Math.abs(a - b) / b);
    }
    case 'time': {
      const [a, b] = [secondsIn(said), secondsIn(wanted)];
      return a === undefined || b === undefined ? undefined : timeScore(a, b);
    }
    case 'sequence': {
      const [a, b] = [listOf(said), listOf(wanted)];
      if (a.length === 0) return undefined;
      return rougeL(a, b).f1;
    }
    case 'set': {
      const [a, b] = [new Set(listOf(said)), new Set(listOf(wanted))];
      if (a.size === 0) return undefined;
      const shared = [...a].filter((word) => b.has(word)).length;
      return (2 * shared) / (a.size + b.size);
    }
  }
}
