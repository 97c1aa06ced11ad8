// One request for a file of a release: redirects within bounds, retries after what passes, no end to wait for.
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, OverreadError } from '../domain/errors.ts';

export type Fetch = typeof globalThis.fetch;

export interface HttpOptions {
  /** Sends requests; hand in one that uses no proxy. Redirects are asked for as they are (`redirect: "manual"`). */
  readonly fetch: Fetch;
  /** Origins besides the address's own that a redirect may lead to. Default: none. */
  readonly redirectTo?: readonly string[];
  /** Tries in a row that bring no byte before a file is given up. Default 6. */
  readonly attempts?: number;
  /** Longest time without a byte, in ms. Default 120 000. */
  readonly idleMs?: number;
  readonly signal?: AbortSignal;
  /** Waits between tries; for tests. Default: as long as it is told. */
  readonly wait?: (ms: number) => Promise<void>;
}

const MAX_REDIRECTS = 5;
/** A server that wants to be left alone for longer is asked another day. */
const LONGEST_WAIT = 120_000;
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Something that may be over when it is tried again. */
export class Passing extends Error {
  /** Least wait in ms that the server asked for. */
  readonly after: number | undefined;

  constructor(message: string, after?: number) {
    super(message);
    this.after = after;
  }
}

function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function followed(name: string, url: URL, location: string | null, allowed: readonly string[]): URL {
  const target = location === null ? null : URL.parse(location, url.href);
  if (target === null || target.username !== '' || target.password !== '')
    throw new OverreadError(
      'file-unreadable',
      `The server redirects ${name} to no address: tell its keeper.`,
    );
  const secure = url.protocol === 'http:' || target.protocol === 'https:';
  if (!(target.host === url.host && secure) && !allowed.includes(target.origin))
    throw new OverreadError(
      'endpoint-not-trusted',
      `${name} is redirected from ${url.origin} to ${target.origin}: if that is right, give that address itself.`,
      { details: { origin: target.origin } },
    );
  return target;
}

function refused(name: string, status: number): OverreadError {
  if (status === 404 || status === 410)
    return new OverreadError(
      'file-not-found',
      `The address has no ${name}: check it, or "overread data card" for the names of the files.`,
    );
  if (status === 401 || status === 403)
    return new OverreadError(
      'file-unreadable',
      `${name} may not be read without credentials, which are never sent: download the release and give its folder.`,
    );
  return new OverreadError('file-unreadable', `The server answers ${status} for ${name}: check the address.`);
}

/**
 * Sends one request and hands its reply, of status 2xx, to `use`, whose promise it waits for. Replies of 4xx become
 * typed errors; those that may pass, and breaks of the connection, throw Passing.
 */
export async function request<T>(
  name: string,
  address: URL,
  init: { readonly method: 'GET' | 'HEAD'; readonly headers?: Readonly<Record<string, string>> },
  options: HttpOptions,
  use: (response: Response, alive: () => void) => Promise<T>,
): Promise<T> {
  const idleMs = options.idleMs ?? 120_000;
  let url = address;
  for (let hop = 0; ; hop++) {
    options.signal?.throwIfAborted();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(new Passing('no byte came in time')), idleMs);
    const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
    try {
      const response = await options.fetch(url.href, {
        method: init.method,
        // Packed on the way, the places of bytes would be others.
        headers: { ...init.headers, 'accept-encoding': 'identity' },
        redirect: 'manual',
        signal,
      });
      if (response.status >= 300 && response.status < 400) {
        void response.body?.cancel().catch(() => {});
        if (hop >= MAX_REDIRECTS)
          throw new OverreadError('file-unreadable', `The server redirects ${name} without end.`);
        url = followed(name, url, response.headers.get('location'), options.redirectTo ?? []);
        continue;
      }
      if (PASSING.has(response.status)) {
        void response.body?.cancel().catch(() => {});
        throw new Passing(`status ${response.status}`, retryAfter(response.headers.get('retry-after')));
      }
      if (!response.ok) {
        void response.body?.cancel().catch(() => {});
        if (response.status === 416)
          throw new OverreadError(
            'file-truncated',
            `${name} is shorter on the server than it was: begin anew.`,
          );
        throw refused(name, response.status);
      }
      return await use(response, () => timer.refresh());
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (OverreadError.isInstance(error) || error instanceof Passing) throw error;
      throw new Passing(messageOf(error instanceof Error ? (error.cause ?? error) : error));
    } finally {
      clearTimeout(timer);
      // A reply that was not read to its end would hold its connection.
      stop.abort();
    }
  }
}

/**
 * Tries again after what passes, waiting longer each time or as long as the server says. `progress` tells whether the
 * last try brought anything, which begins the count anew.
 */
export async function persist<T>(
  name: string,
  options: HttpOptions,
  attempt: () => Promise<T>,
  progress: () => boolean = () => false,
): Promise<T> {
  const attempts = options.attempts ?? 6;
  const wait = options.wait ?? ((ms) => sleep(ms, undefined, { signal: options.signal }));
  for (let failed = 0; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      failed = progress() ? 1 : failed + 1;
      const pause = error.after ?? Math.min(8000, 250 * 2 ** (failed - 1));
      if (failed >= attempts || pause > LONGEST_WAIT)
        throw new OverreadError(
          'file-unreadable',
          `${name} cannot be had from its server (${error.message})${pause > LONGEST_WAIT ? `, which asks for ${Math.ceil(pause / 1000)} s of peace` : ''}: try again later.`,
          { cause: error },
        );
      await wait(pause);
    }
  }
}
