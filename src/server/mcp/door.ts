// Who may speak to an HTTP server on this machine: a bearer token, and only pages and names that were meant.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Door {
  /** Without it nobody is let in. */
  readonly token: string;
  /** Host headers that are meant, with their port. A name that somebody's DNS points here is none of them. */
  readonly hosts: readonly string[];
  /** Web pages that may call, as origins. A request that no page made has none, and passes. */
  readonly origins: readonly string[];
}

export interface Refusal {
  readonly status: 401 | 403;
  readonly sentence: string;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Undefined when the request may come in. Host and Origin come first, so that a rebound page cannot try tokens. */
export function refusalOf(headers: IncomingHttpHeaders, door: Door): Refusal | undefined {
  const host = headers.host?.toLowerCase();
  if (host === undefined || !door.hosts.includes(host))
    return { status: 403, sentence: 'The Host header names another server.' };
  const { origin } = headers;
  if (origin !== undefined && !door.origins.includes(origin.toLowerCase()))
    return { status: 403, sentence: 'Pages of this origin may not call.' };
  const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given === undefined || !timingSafeEqual(digest(given), digest(door.token)))
    return { status: 401, sentence: 'The bearer token is missing or wrong.' };
  return undefined;
}

/** The names by which a server at `port` of this machine is known to its own programs. */
export function localHosts(port: number): string[] {
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
}
