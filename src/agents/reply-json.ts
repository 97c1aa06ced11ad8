// JSON out of a model's reply: whole, fenced, or standing among words.

/** Replies longer than this are judged by their end. */
const LONGEST = 1 << 16;
/** Brackets that are tried as the beginning of JSON, the last first. */
const MOST_TRIED = 400;

/**
 * The first value that `accept` takes: the whole reply, its fenced blocks from the last, then what stands between
 * brackets, outer before inner. Undefined when none does; never throws.
 */
export function jsonIn<T>(reply: string, accept: (value: unknown) => T | undefined): T | undefined {
  const text = reply.slice(-LONGEST);
  const fenced = [...text.matchAll(/```[a-z]*\s*([\s\S]*?)```/gi)].map(([, inside]) => inside).reverse();
  for (const whole of [text, ...fenced]) {
    const found = accepted(whole, accept);
    if (found !== undefined) return found;
  }
  let tried = 0;
  for (let at = 0; at < text.length && tried < MOST_TRIED; at++) {
    if (text[at] !== '{' && text[at] !== '[') continue;
    tried++;
    const end = closing(text, at);
    if (end < 0) continue;
    const found = accepted(text.slice(at, end + 1), accept);
    if (found !== undefined) return found;
  }
  return undefined;
}

function accepted<T>(text: string, accept: (value: unknown) => T | undefined): T | undefined {
  try {
    return accept(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Where the bracket at `from` closes, strings minded; -1 when it does not. */
function closing(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter === '\\') at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '{' || letter === '[') depth++;
    else if (letter === '}' || letter === ']') {
      depth--;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** An object that is no list. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
