// Who may talk to the server: a token where there is one, Host and Origin checked so that no web page can reach in.
import { createHash, timingSafeEqual } from 'node:crypto';
import { OverreadError } from '../domain/errors.ts';

export interface GuardOptions {
  readonly host: string;
  /** Wanted of every request where given. Sent as "Authorization: Bearer TOKEN" or as the path prefix /t/TOKEN. */
  readonly token?: string;
  /** Names under which the server may be called besides loopback and its own. */
  readonly hosts?: readonly string[];
  /** Origins of web pages that may call it. Default none but its own. */
  readonly origins?: readonly string[];
}

export interface Visit {
  readonly path: string;
  header(name: string): string | undefined;
}

export type Verdict =
  | { readonly ok: true /** Without the token's prefix. */; readonly path: string }
  | { readonly ok: false; readonly status: 401 | 403; readonly reason: string };

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

/** Throws `not-allowed` for an address that others can reach without a token. */
export function newGuard({ host, token, hosts = [], origins = [] }: GuardOptions): (visit: Visit) => Verdict {
  if (token === undefined && !isLoopback(host))
    throw new OverreadError(
      'not-allowed',
      'An address that other machines can reach needs a token: give --token, or serve on 127.0.0.1.',
    );
  if (token !== undefined && !/^[\w.~-]{8,}$/.test(token))
    throw new OverreadError(
      'bad-argument',
      'A token is eight or more letters, digits, dots, hyphens or underscores.',
    );
  const names = new Set([...LOOPBACK, host, ...hosts].map((name) => name.toLowerCase()));
  const allowed = new Set(origins);
  return ({ path, header }) => {
    const called = hostName(header('host') ?? '');
    if (!names.has(called)) return { ok: false, status: 403, reason: 'This host name is not served.' };
    const origin = header('origin');
    if (origin !== undefined && !allowed.has(origin) && origin !== `http://${header('host')}`)
      return { ok: false, status: 403, reason: 'This origin is not allowed.' };
    const prefixed = /^\/t\/([^/]+)(\/.*)?$/.exec(path);
    if (token === undefined) return { ok: true, path };
    const bearer = /^Bearer (.+)$/i.exec(header('authorization') ?? '')?.[1];
    if (!same(bearer ?? prefixed?.[1] ?? '', token))
      return { ok: false, status: 401, reason: 'A token is wanted.' };
    return { ok: true, path: prefixed === null ? path : (prefixed[2] ?? '/') };
  };
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function same(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
