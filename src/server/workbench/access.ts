// Who may speak to the workbench: Host and Origin first, then a token in the opened address, then a cookie.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { OverreadError } from '../../domain/errors.ts';
import { mayCallAs } from './shapes/roles.ts';
import type { Visitor } from './shapes/session.ts';

/** What every handler knows of its request. */
export interface WorkbenchEnv {
  readonly Variables: { visitor: Visitor };
}

export interface AccessOptions {
  /** The owner's token. */
  readonly token: string;
  /** Names under which the server may be called, with their port. */
  readonly hosts: readonly string[];
  /** Origins of pages that may call it. */
  readonly origins: readonly string[];
  /** Of the reading room: whose token it is; undefined for nobody's. */
  readonly personOf: (token: string) => Promise<Visitor | undefined>;
  /** Port, so that two workbenches on one machine do not share a cookie. */
  readonly port: number;
}

/** A token nobody guesses: 144 bits. */
export const newToken = (): string => randomBytes(18).toString('base64url');

/** Browsers in which one token is open at once. */
const SESSIONS = 50;

const TOKEN = /^[\w.~-]{8,128}$/;

/** Throws `bad-argument` for a token that is too easy to guess or does not fit an address. */
export function checkToken(token: string): string {
  if (TOKEN.test(token)) return token;
  throw new OverreadError(
    'bad-argument',
    'A token is eight to 128 letters, digits, dots, hyphens or underscores.',
  );
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export function sameToken(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

/** Refuses what comes from a page or a name that was not meant, before anything else is looked at. */
export function door({ hosts, origins }: Pick<AccessOptions, 'hosts' | 'origins'>): MiddlewareHandler {
  const names = new Set(hosts.map((name) => name.toLowerCase()));
  const pages = new Set(origins.map((origin) => origin.toLowerCase()));
  return async (c, next) => {
    const host = c.req.header('host')?.toLowerCase();
    if (host === undefined || !names.has(host))
      return refuse(c, 403, 'not-allowed', 'The Host header names another server.');
    const origin = c.req.header('origin')?.toLowerCase();
    if (origin !== undefined && !pages.has(origin))
      return refuse(c, 403, 'not-allowed', 'Pages of this origin may not call.');
    // A page elsewhere cannot make a browser fetch from here, not even as a picture; a link to the page may stand there.
    const site = c.req.header('sec-fetch-site');
    const navigates =
      c.req.header('sec-fetch-mode') === 'navigate' &&
      c.req.method === 'GET' &&
      !c.req.path.startsWith('/api/');
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !navigates)
      return refuse(c, 403, 'not-allowed', 'Other pages may not call.');
    return next();
  };
}

/**
 * Knows the visitor by cookie or bearer token. A request with `?token=` gets the cookie and is sent on to the same
 * address without it, so that the token stands in no history, log or Referer.
 */
export function access(options: AccessOptions): MiddlewareHandler<WorkbenchEnv> {
  const { token, personOf, port } = options;
  const name = `overread-${port}`;
  // The cookie is not the token: who reads it off a disk cannot hand it on as an address.
  const secret = randomBytes(32);
  const sealed = (of: string): string =>
    `${of}.${createHmac('sha256', secret).update(of).digest('base64url')}`;
  const unsealed = (cookie: string): string | undefined => {
    const at = cookie.lastIndexOf('.');
    const of = cookie.slice(0, Math.max(0, at));
    return sameToken(cookie, sealed(of)) ? of : undefined;
  };
  const sessions = new Map<string, string>();

  async function visitorOf(given: string): Promise<Visitor | undefined> {
    if (sameToken(given, token)) return { role: 'owner', name: 'Owner' };
    return TOKEN.test(given) ? personOf(given) : undefined;
  }

  return async (c, next) => {
    const url = new URL(c.req.url);
    // As routes see it: "/%61pi/runs" is answered by /api/runs, so it is asked for by that name here too.
    const { path } = c.req;
    const isCall = path.startsWith('/api/');
    const offered = url.searchParams.get('token');
    if (offered !== null && c.req.method === 'GET' && !isCall) {
      if ((await visitorOf(offered)) === undefined)
        return refuse(
          c,
          401,
          'not-allowed',
          'The token in the address is not known: open the address that was printed.',
        );
      const session = randomBytes(18).toString('base64url');
      sessions.set(session, offered);
      // Who opens their link again and again puts themselves out, and nobody else.
      const own = [...sessions].filter(([, of]) => of === offered).map(([id]) => id);
      for (const old of own.slice(0, Math.max(0, own.length - SESSIONS))) sessions.delete(old);
      setCookie(c, name, sealed(session), { httpOnly: true, sameSite: 'Strict', path: '/' });
      url.searchParams.delete('token');
      // Two slashes at the beginning would be another server's name.
      return c.redirect(`${url.pathname.replace(/^\/+/, '/')}${url.search}`, 303);
    }
    const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const cookie = getCookie(c, name);
    const session = cookie === undefined ? undefined : unsealed(cookie);
    const given = bearer ?? (session === undefined ? undefined : sessions.get(session));
    // A person whose token was withdrawn is out at once: the store is asked each time.
    const visitor = given === undefined ? undefined : await visitorOf(given);
    if (visitor === undefined && !isCall && comesFromElsewhere(c)) return c.html(AGAIN);
    if (visitor === undefined)
      return refuse(
        c,
        401,
        'not-allowed',
        'Open the address with the token that was printed when the server began.',
      );
    if (isCall && !mayCall(visitor, path)) return refuse(c, 403, 'not-allowed', 'This is not yours to see.');
    c.set('visitor', visitor);
    return next();
  };
}

/** Asks for the page once more, this time from here. All its places are behind "#", so the address is always this one. */
const AGAIN = '<!doctype html><title>Overread</title><meta http-equiv="refresh" content="0;url=/">';

/** A link in somebody's mail: browsers send no strict cookie to where it leads, though they have it. */
const comesFromElsewhere = (c: Context): boolean =>
  c.req.method === 'GET' &&
  c.req.header('sec-fetch-mode') === 'navigate' &&
  ['cross-site', 'same-site'].includes(c.req.header('sec-fetch-site') ?? '');

/** Whoever is no owner may call what is named for them, and nothing else. */
export const mayCall = ({ role }: Visitor, path: string): boolean => mayCallAs(role, path);

export function refuse(
  c: Context,
  status: 400 | 401 | 403 | 404 | 409 | 413 | 500 | 503,
  code: string,
  message: string,
): Response {
  if (c.req.path.startsWith('/api/')) return c.json({ error: { code, message } }, status);
  return c.text(message, status);
}
