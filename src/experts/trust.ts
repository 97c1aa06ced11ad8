// The trust list: which addresses may receive anything. Nothing is on it by default, loopback included.
import { OverreadError } from '../domain/errors.ts';

export interface TrustList {
  /** The parsed URL when it may be contacted; throws `endpoint-not-trusted` otherwise. */
  check(url: string): URL;
  allows(url: string): boolean;
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

interface Rule {
  readonly origin: string;
  /** "" or a path prefix without its closing slash. */
  readonly path: string;
}

function ruleOf(entry: string): Rule {
  const url = parsed(entry);
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new OverreadError(
      'bad-argument',
      `--allow takes a provider's name or an http(s) address such as http://127.0.0.1:8000, not "${url === undefined ? entry : url.origin}".`,
    );
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}

function within(path: string, prefix: string): boolean {
  return prefix === '' || path === prefix || path.startsWith(`${prefix}/`);
}

/**
 * @param allow addresses (scheme, host and port must match; a path limits to what lies under it) or the names of
 *   providers, which `vendors` turns into their addresses.
 */
export function trustList(
  allow: readonly string[],
  vendors: Readonly<Record<string, string | undefined>> = {},
): TrustList {
  const rules = allow.map((entry) => ruleOf(vendors[entry] ?? entry));
  const known = new Map<string, URL>();
  const test = (url: URL) =>
    rules.some((rule) => rule.origin === url.origin && within(url.pathname, rule.path)) &&
    // "..%2f" and the like: a prefix rule must not be walked out of by the server's own decoding.
    !/%2e|%2f|%5c/i.test(url.pathname);
  return {
    allows(text) {
      const url = parsed(text);
      return url !== undefined && test(url);
    },
    check(text) {
      const before = known.get(text);
      if (before !== undefined) return before;
      const url = parsed(text);
      if (url === undefined || !/^https?:$/.test(url.protocol))
        throw new OverreadError('bad-argument', 'The model address is no http(s) URL: correct --base-url.');
      if (!test(url))
        throw new OverreadError(
          'endpoint-not-trusted',
          `${url.origin} is not on the trust list, so nothing was sent: if images may go there, add --allow ${url.origin}.`,
          { details: { origin: url.origin } },
        );
      if (known.size < 1000) known.set(text, url);
      return url;
    },
  };
}
