// JSON in replies: fenced, the last object, Python literals, and the boxes and points that models write in it.
import { type Parsed, parsed, unparsed } from './replies.ts';

/** Replies longer than this are judged by their end. */
const LONGEST = 1 << 18;
const FENCE = /```[ \t]*(?:json|JSON|python)?[ \t]*\n?([\s\S]*?)```/g;

/** JSON, or a literal as Python prints it: single quotes, True, False, None, tuples, trailing commas, comments none. */
export function jsonOrLiteral(text: string): Parsed<unknown> {
  try {
    return parsed(JSON.parse(text) as unknown);
  } catch {
    const reader = literalReader(text);
    const value = reader.value();
    return value !== undefined && reader.atEnd()
      ? parsed(value.held)
      : unparsed('neither JSON nor a Python literal');
  }
}

/** The first fenced block that holds JSON or a Python literal; `last` takes the last one. */
export function fencedJson(
  text: string,
  { last = false }: { readonly last?: boolean } = {},
): Parsed<unknown> {
  const blocks = [...text.slice(-LONGEST).matchAll(FENCE)].map(([, inside]) => inside.trim());
  for (const block of last ? blocks.reverse() : blocks) {
    const found = jsonOrLiteral(block);
    if (found.ok) return found;
  }
  return unparsed(blocks.length === 0 ? 'no fenced block' : 'no fenced block holds JSON');
}

/**
 * The last {…} of a reply that is JSON or a Python literal and, where `keys` are given, has one of them. Objects are
 * tried from the last to the first; an object inside another is not tried by itself unless the outer one is no JSON.
 */
export function lastObject(
  text: string,
  keys?: readonly string[],
): Parsed<Readonly<Record<string, unknown>>> {
  const objects = blocksOf(text.slice(-LONGEST), '{', '}').reverse();
  for (const block of objects) {
    const found = jsonOrLiteral(block);
    if (!found.ok || typeof found.value !== 'object' || found.value === null || Array.isArray(found.value))
      continue;
    const object = found.value as Readonly<Record<string, unknown>>;
    if (keys === undefined || keys.some((key) => Object.hasOwn(object, key))) return parsed(object);
  }
  return unparsed(objects.length === 0 ? 'no JSON object' : 'no JSON object that says the answer');
}

/** A fenced block, the whole text, the last list or the last object: whatever JSON the reply holds. */
export function anyJson(text: string): Parsed<unknown> {
  const fenced = fencedJson(text, { last: true });
  if (fenced.ok) return fenced;
  const whole = jsonOrLiteral(text.trim());
  if (whole.ok && typeof whole.value === 'object' && whole.value !== null) return whole;
  const tail = text.slice(-LONGEST);
  const blocks = [...blocksOf(tail, '[', ']'), ...blocksOf(tail, '{', '}')].sort(
    (a, b) => tail.lastIndexOf(b) + b.length - (tail.lastIndexOf(a) + a.length) || b.length - a.length,
  );
  for (const block of blocks) {
    const found = jsonOrLiteral(block);
    if (found.ok) return found;
  }
  return unparsed('no JSON');
}

/** Boxes as [x0, y0, x1, y1], in the units they were written in. */
export type ReplyBox = readonly [number, number, number, number];
export type ReplyPoint = readonly [number, number];

const BOX_KEYS = ['bbox', 'bbox_2d', 'box', 'box_2d', 'bounding_box', 'boundingBox', 'bboxes', 'boxes'];
const POINT_KEYS = ['point', 'point_2d', 'points', 'coordinates', 'center', 'centre', 'location'];

/** Every box of a reply's JSON: lists of four numbers, {x0, y0, x1, y1} and {x, y, width, height} at any depth. */
export function boxesIn(text: string): Parsed<readonly ReplyBox[]> {
  const json = anyJson(text);
  if (!json.ok) return json;
  const found: ReplyBox[] = [];
  walk(json.value, BOX_KEYS, (value) => {
    const box = Array.isArray(value) ? fourOf(value) : cornersOf(value);
    if (box !== undefined) found.push(box);
    return box !== undefined;
  });
  const isEmpty = Array.isArray(json.value) && json.value.length === 0;
  return found.length > 0 || isEmpty || saysNone(json.value, BOX_KEYS) ? parsed(found) : unparsed('no box');
}

/** Every point of a reply's JSON: pairs of numbers and {x, y} at any depth. */
export function pointsIn(text: string): Parsed<readonly ReplyPoint[]> {
  const json = anyJson(text);
  if (!json.ok) return json;
  const found: ReplyPoint[] = [];
  walk(json.value, POINT_KEYS, (value) => {
    const point = Array.isArray(value) ? pairOf(value) : xyOf(value);
    if (point !== undefined) found.push(point);
    return point !== undefined;
  });
  const isEmpty = Array.isArray(json.value) && json.value.length === 0;
  return found.length > 0 || isEmpty || saysNone(json.value, POINT_KEYS)
    ? parsed(found)
    : unparsed('no point');
}

/** Scale of a reply's coordinates by what they reach: fractions up to 1, thousandths up to 1000, else pixels. */
export function coordinateScale(values: readonly number[]): 'fraction' | 'thousandth' | 'pixel' {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest <= 1 ? 'fraction' : largest <= 1000 ? 'thousandth' : 'pixel';
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function fourOf(value: readonly unknown[]): ReplyBox | undefined {
  if (value.length !== 4 || !value.every(isNumber)) return undefined;
  return [Number(value[0]), Number(value[1]), Number(value[2]), Number(value[3])];
}

function pairOf(value: readonly unknown[]): ReplyPoint | undefined {
  return value.length === 2 && value.every(isNumber) ? [Number(value[0]), Number(value[1])] : undefined;
}

function numberAt(value: Readonly<Record<string, unknown>>, ...names: string[]): number | undefined {
  for (const name of names) if (isNumber(value[name])) return Number(value[name]);
  return undefined;
}

function cornersOf(value: unknown): ReplyBox | undefined {
  const object = value as Readonly<Record<string, unknown>>;
  const [x0, y0] = [
    numberAt(object, 'x0', 'xmin', 'x_min', 'left'),
    numberAt(object, 'y0', 'ymin', 'y_min', 'top'),
  ];
  const [x1, y1] = [
    numberAt(object, 'x1', 'xmax', 'x_max', 'right'),
    numberAt(object, 'y1', 'ymax', 'y_max', 'bottom'),
  ];
  if (x0 !== undefined && y0 !== undefined && x1 !== undefined && y1 !== undefined) return [x0, y0, x1, y1];
  const [x2, y2] = [numberAt(object, 'x2'), numberAt(object, 'y2')];
  if (x1 !== undefined && y1 !== undefined && x2 !== undefined && y2 !== undefined) return [x1, y1, x2, y2];
  const [x, y] = [numberAt(object, 'x'), numberAt(object, 'y')];
  const [width, height] = [numberAt(object, 'width', 'w'), numberAt(object, 'height', 'h')];
  return x !== undefined && y !== undefined && width !== undefined && height !== undefined
    ? [x, y, x + width, y + height]
    : undefined;
}

function xyOf(value: unknown): ReplyPoint | undefined {
  const object = value as Readonly<Record<string, unknown>>;
  const [x, y] = [numberAt(object, 'x', 'cx'), numberAt(object, 'y', 'cy')];
  return x !== undefined && y !== undefined ? [x, y] : undefined;
}

/** Offers each list and object, outer first; what `take` takes is not gone into. Objects are gone into by `keys` first. */
function walk(value: unknown, keys: readonly string[], take: (value: unknown) => boolean, depth = 0): void {
  if (typeof value !== 'object' || value === null || depth > 12 || take(value)) return;
  if (Array.isArray(value)) {
    for (const one of value) walk(one, keys, take, depth + 1);
    return;
  }
  const named = Object.entries(value).filter(([key]) => keys.includes(key));
  const inside = named.length > 0 ? named : Object.entries(value);
  for (const [, one] of inside) walk(one, keys, take, depth + 1);
}

/** {"boxes": []}: nothing was found, and that is an answer. */
function saysNone(value: unknown, keys: readonly string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(([key, one]) => keys.includes(key) && Array.isArray(one) && one.length === 0)
  );
}

/** Outermost balanced blocks in order, quotes minded; where one never closes, those inside it. */
function blocksOf(text: string, open: string, close: string): string[] {
  const found: string[] = [];
  let at = text.indexOf(open);
  let tries = 0;
  while (at >= 0 && tries++ < 1000) {
    const end = endOfBlock(text, at, open, close);
    if (end > 0) found.push(text.slice(at, end));
    at = text.indexOf(open, end > 0 ? end : at + 1);
  }
  return found;
}

function endOfBlock(text: string, start: number, open: string, close: string): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === open) depth++;
    else if (character === close && --depth === 0) return at + 1;
    else if (character === '"') {
      const end = endOfQuote(text, at);
      if (end > 0) at = end;
    }
  }
  return -1;
}

/** Where a double-quoted text on one line ends; -1 when it does not. */
function endOfQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

const WORDS: Readonly<Record<string, unknown>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' };

/** A reader of Python literals: what ast.literal_eval takes, without bytes, sets and complex numbers. */
function literalReader(text: string) {
  let at = 0;
  const space = () => {
    while (at < text.length && /\s/.test(text[at])) at++;
  };
  const list = (close: string, depth: number): { held: unknown[]; commas: number } | undefined => {
    const held: unknown[] = [];
    let commas = 0;
    at++;
    for (;;) {
      space();
      if (text[at] === close) {
        at++;
        return { held, commas };
      }
      if (held.length > commas) return undefined;
      const one = value(depth + 1);
      if (one === undefined) return undefined;
      held.push(one.held);
      space();
      if (text[at] === ',') {
        at++;
        commas++;
      }
    }
  };
  const dictionary = (depth: number): { held: unknown } | undefined => {
    const entries: [string, unknown][] = [];
    let wantsComma = false;
    at++;
    for (;;) {
      space();
      if (text[at] === '}') {
        at++;
        return { held: Object.fromEntries(entries) };
      }
      if (wantsComma) return undefined;
      const key = value(depth + 1);
      space();
      if (key === undefined || text[at] !== ':' || typeof key.held === 'object') return undefined;
      at++;
      const one = value(depth + 1);
      if (one === undefined) return undefined;
      entries.push([String(key.held), one.held]);
      space();
      wantsComma = text[at] !== ',';
      if (!wantsComma) at++;
    }
  };
  const quoted = (quote: string): { held: string } | undefined => {
    let held = '';
    for (at++; at < text.length; at++) {
      const character = text[at];
      if (character === quote) {
        at++;
        return { held };
      }
      if (character !== '\\') held += character;
      else {
        const next = text[++at];
        const code = next === 'u' ? /^[0-9a-fA-F]{4}/.exec(text.slice(at + 1, at + 5))?.[0] : undefined;
        if (code !== undefined) at += 4;
        held +=
          code === undefined ? (ESCAPES[next] ?? next ?? '') : String.fromCharCode(Number.parseInt(code, 16));
      }
    }
    return undefined;
  };
  const value = (depth = 0): { held: unknown } | undefined => {
    space();
    if (depth > 64) return undefined;
    const character = text[at];
    if (character === '[') return list(']', depth);
    if (character === '(') {
      const inside = list(')', depth);
      return inside !== undefined && inside.held.length === 1 && inside.commas === 0
        ? { held: inside.held[0] }
        : inside;
    }
    if (character === '{') return dictionary(depth);
    if (character === '"' || character === "'") return quoted(character);
    const word = /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[A-Za-z]+)/.exec(
      text.slice(at, at + 64),
    )?.[0];
    if (word === undefined) return undefined;
    at += word.length;
    if (Object.hasOwn(WORDS, word)) return { held: WORDS[word] };
    return /^[A-Za-z]/.test(word) ? undefined : { held: Number(word) };
  };
  return {
    value,
    atEnd() {
      space();
      return at === text.length;
    },
  };
}
