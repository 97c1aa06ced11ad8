// A JSON object inside a model's reply, wherever it stands.

/** Places that are tried: a reply of nothing but braces costs no more. */
const MOST_TRIES = 200;

/** The last object of a reply that can be parsed and lies in no other, fenced or not; undefined where there is none. */
export function jsonObjectIn(reply: string): Readonly<Record<string, unknown>> | undefined {
  const text = reply.replace(/<think>[\s\S]*?<\/think>/g, '');
  let found: Readonly<Record<string, unknown>> | undefined;
  let tries = 0;
  for (let start = text.indexOf('{'); start >= 0 && tries < MOST_TRIES; tries++) {
    const end = endOf(text, start);
    const object = end < 0 ? undefined : objectOf(text.slice(start, end));
    found = object ?? found;
    start = text.indexOf('{', object === undefined ? start + 1 : end);
  }
  return found;
}

/** Just behind the brace that closes the one at `start`, braces in strings aside; -1 where none does. */
function endOf(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '{') depth++;
    else if (!quoted && character === '}' && --depth === 0) return at + 1;
  }
  return -1;
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
