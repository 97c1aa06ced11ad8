// JSON in what programs and models write: the last object of a text, whatever stands around it.

/** Texts longer than this are judged by their end. */
const LONGEST = 1 << 20;

/** The last {…} that is JSON and lies in no other such object; undefined when there is none. */
export function lastJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const tail = text.slice(-LONGEST);
  let end = tail.lastIndexOf('}');
  // Few closings are tried: a reply that ends in more broken objects is no reply.
  for (let tries = 0; end >= 0 && tries < 50; tries++, end = tail.lastIndexOf('}', end - 1)) {
    const start = openingOf(tail, end);
    if (start === undefined) continue;
    try {
      const value: unknown = JSON.parse(tail.slice(start, end + 1));
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    } catch {}
  }
  return undefined;
}

/** Where the object that closes at `end` opens; braces within strings do not count. */
function openingOf(text: string, end: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = end; at >= 0; at--) {
    const char = text[at];
    if (char === '"' && !escaped(text, at)) quoted = !quoted;
    if (quoted) continue;
    if (char === '}') depth++;
    if (char === '{' && --depth === 0) return at;
  }
  return undefined;
}

function escaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}
