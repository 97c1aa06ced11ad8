// The settings of a run as a browser may see them: no path of this machine, nothing that could be a secret.
import { basename } from 'node:path';

const SECRET = /(secret|password|passphrase|api_?key|authorization|credential)|(^|[_-])token$|Token$/i;
const PATH = /^(?:\/|~\/|\.{1,2}\/|[A-Za-z]:[\\/]|file:|\\\\)/;
const LONGEST = 400;

/** Names and values in the order of the record; of nested settings as "ladder.limit". */
export function shownSettings(
  settings: Readonly<Record<string, unknown>>,
): { name: string; value: string }[] {
  return Object.entries(settings).flatMap(([name, value]) => lines(name, value, 0));
}

function lines(name: string, value: unknown, depth: number): { name: string; value: string }[] {
  const isText = typeof value === 'string';
  if (SECRET.test(name) && (isText || typeof value === 'object')) return [{ name, value: 'not shown' }];
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < 3) {
    const inner = Object.entries(value);
    if (inner.length === 0) return [{ name, value: 'yes' }];
    return inner.flatMap(([key, each]) => lines(`${name}.${key}`, each, depth + 1));
  }
  const shown = Array.isArray(value) ? value.map(wordOf).join(', ') : wordOf(value);
  return [{ name, value: shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown }];
}

function wordOf(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object')
    return JSON.stringify(value, (_, inner) => (typeof inner === 'string' ? local(inner) : inner));
  return local(String(value));
}

/** Last part of a path; of an address its server only, since the rest may hold a key. */
function local(text: string): string {
  if (PATH.test(text)) return basename(text.replaceAll('\\', '/'));
  if (/https?:\/\//i.test(text))
    return text.replaceAll(
      /https?:\/\/[^\s,;"']+/gi,
      (address) => URL.parse(address)?.origin ?? 'an address',
    );
  // "name=/place/of/a/file": options of experts are written so.
  return text.replaceAll(
    /([=:,\s])((?:\/[^/\s,;=:]+){2,})/g,
    (_, before, path) => `${before}${basename(path)}`,
  );
}
