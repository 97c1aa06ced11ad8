// JSON in what models and programs write: whole, fenced, or standing among words. No reply makes a reader of it throw.

/** Of longer replies of a model only the end is looked at. */
const LONGEST = 1 << 16;
/** The same for the last object, which programs write behind logs. */
const LONGEST_OUTPUT = 1 << 20;
/** Brackets that are tried as the beginning of JSON: a reply of nothing but brackets costs no more. */
const MOST_TRIED = 400;
/** Closings that are tried from the end: a reply that ends in more broken objects is no reply. */
const MOST_CLOSINGS = 50;

/** A value, or why there is none. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** A value that was read. */
export const read = <T>(value: T): Reading<T> => ({ ok: true, value });
/** Why there is no value. */
export const unread = (reason: string): Reading<never> => ({ ok: false, reason });

/** An object with named fields: what JSON has between braces. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value where it is an object that is no list. */
export function asObject(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The reply without what reasoning models put before their words. */
export function withoutThoughts(reply: string): string {
  const end = reply.toLowerCase().lastIndexOf('</think>');
  return end < 0 ? reply : reply.slice(end + '</think>'.length);
}

/**
 * The first value that `accept` takes: the whole reply, its fenced blocks from the last, then what stands between
 * brackets, outer before inner. Undefined when none does.
 */
export function jsonIn<T>(reply: string, accept: (value: unknown) => T | undefined): T | undefined {
  const text = reply.slice(-LONGEST);
  const fenced = [...text.matchAll(/```[a-z]*\s*([\s\S]*?)```/gi)].map(([, inside]) => inside).reverse();
  for (const whole of [text, ...fenced]) {
    const found = accepted(whole, accept);
    if (found !== undefined) return found;
  }
  let at = 0;
  for (let tries = 0; tries < MOST_TRIED; tries++, at++) {
    at = nextOpening(text, at);
    if (at < 0) break;
    const end = closingOf(text, at);
    const found = end < 0 ? undefined : accepted(text.slice(at, end + 1), accept);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The last {…} or […] that is JSON and no part of another. */
export function lastJson(reply: string): Reading<unknown> {
  const text = reply.slice(-LONGEST);
  let found: Reading<unknown> = unread('there is no JSON');
  let at = 0;
  for (let tries = 0; tries < MOST_TRIED; tries++) {
    at = nextOpening(text, at);
    if (at < 0) break;
    const end = closingOf(text, at);
    const block = end < 0 ? undefined : accepted(text.slice(at, end + 1), (value) => read(value));
    if (block !== undefined) found = block;
    at = block === undefined ? at + 1 : end + 1;
  }
  return found;
}

/** The {…} of a text that are JSON, the last first and an outer one before those within it. */
export function* objectsFromEnd(text: string): Generator<Fields> {
  const tail = text.slice(-LONGEST_OUTPUT);
  let end = tail.lastIndexOf('}');
  for (let tries = 0; end >= 0 && tries < MOST_CLOSINGS; tries++) {
    const start = openingOf(tail, end);
    const object = start === undefined ? undefined : accepted(tail.slice(start, end + 1), asObject);
    if (object !== undefined) yield object;
    // A negative position would mean the start of the text, where the same brace may stand.
    end = end === 0 ? -1 : tail.lastIndexOf('}', end - 1);
  }
}

/** The last {…} that is JSON and lies in no other such object; undefined when there is none. */
export function lastJsonObject(text: string): Fields | undefined {
  for (const object of objectsFromEnd(text)) return object;
  return undefined;
}

function accepted<T>(text: string, accept: (value: unknown) => T | undefined): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return accept(value);
}

function nextOpening(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === '{' || text[at] === '[') return at;
  return -1;
}

/** Where the bracket at `from` closes, strings minded; −1 when it does not. */
function closingOf(text: string, from: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (isQuoted) {
      if (letter === '\\') at++;
      else if (letter === '"') isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === '{' || letter === '[') depth++;
    else if ((letter === '}' || letter === ']') && --depth === 0) return at;
  }
  return -1;
}

/** Where the object that closes at `end` opens; braces within strings do not count. */
function openingOf(text: string, end: number): number | undefined {
  let depth = 0;
  let isQuoted = false;
  for (let at = end; at >= 0; at--) {
    const letter = text[at];
    if (letter === '"' && !isEscaped(text, at)) isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (letter === '}') depth++;
    if (letter === '{' && --depth === 0) return at;
  }
  return undefined;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}
