// JSON as release files hold it: strict, but for the NaN and Infinity that Python writes.

const BARE = /"(?:[^"\\]|\\.)*"|\bNaN\b|-?\bInfinity\b/gs;

/** Parses JSON; NaN and ±Infinity, which Python's writers put in and no standard knows, become null. Throws SyntaxError. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!/\bNaN\b|\bInfinity\b/.test(text)) throw error;
    return JSON.parse(text.replace(BARE, (found) => (found.startsWith('"') ? found : 'null'))) as unknown;
  }
}
