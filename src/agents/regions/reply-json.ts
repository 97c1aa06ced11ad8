// JSON in a model's reply: the last list or object that is whole, wherever it stands.

/** A value, or why there is none: a reply never makes a parser throw. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

export const read = <T>(value: T): Reading<T> => ({ ok: true, value });
export const unread = (reason: string): Reading<never> => ({ ok: false, reason });

/** Of longer replies only the end is looked at. */
const LONGEST = 1 << 16;
const MOST_TRIES = 200;

/** The reply without what reasoning models put before their words. */
export function withoutThoughts(text: string): string {
  const end = text.toLowerCase().lastIndexOf('</think>');
  return end < 0 ? text : text.slice(end + '</think>'.length);
}

/** The last {…} or […] that is JSON and no part of another. */
export function lastJson(text: string): Reading<unknown> {
  const tail = text.slice(-LONGEST);
  let found: Reading<unknown> = unread('there is no JSON');
  let at = 0;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const start = tail.slice(at).search(/[[{]/);
    if (start < 0) break;
    const end = blockEnd(tail, at + start);
    const value = end < 0 ? undefined : jsonOf(tail.slice(at + start, end));
    if (value !== undefined) found = read(value.held);
    at = value === undefined ? at + start + 1 : end;
  }
  return found;
}

function jsonOf(text: string): { held: unknown } | undefined {
  try {
    return { held: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** Where the block that opens at `start` closes, quotes minded; −1 when it does not. */
function blockEnd(text: string, start: number): number {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isQuoted) {
      if (character === '\\') at++;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && --depth === 0) return at + 1;
  }
  return -1;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
