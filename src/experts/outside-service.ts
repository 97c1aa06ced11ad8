// Requests to outside services that are no chat models: bounded, timed out, tried again where that is harmless.
import { setTimeout as wait } from 'node:timers/promises';
import { OverreadError } from '../domain/errors.ts';
import type { Fetch } from './direct-fetch.ts';

export interface OutsideCall {
  /** Over the trust list. */
  readonly fetch: Fetch;
  readonly url: string;
  /** How errors call it: "The segmenter at http://host:8000". */
  readonly name: string;
  /** Default GET, or POST with a body. */
  readonly method?: string;
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Per try. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /**
   * Further tries after a lost connection, 429, 502, 503 or 504. The requests made here ask for a result and change
   * nothing, so a second one does no harm. Default 2.
   */
  readonly retries?: number;
  /** Default 64 MiB. */
  readonly maxBytes?: number;
}

export interface OutsideReply {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lower case, without parameters. */
  readonly mediaType: string;
  /** With its parameters, as multipart needs it. */
  readonly contentType: string;
}

const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 20_000;
export const MAX_REPLY = 64 * 1024 * 1024;

const failed = (sentence: string, cause?: unknown): OverreadError =>
  new OverreadError('expert-failed', sentence, cause === undefined ? {} : { cause });

/** The one way that experts behind an address are asked. Errors: `endpoint-not-trusted` before anything is sent, `expert-failed`, `cancelled`. */
export async function askOutside(call: OutsideCall): Promise<OutsideReply> {
  const { retries = 2 } = call;
  for (let attempt = 0; ; attempt++) {
    const { reply, problem, retry, afterMs } = await tryOnce(call);
    if (reply !== undefined) return reply;
    if (!retry || attempt >= retries) throw problem;
    const pause = Math.min(afterMs ?? FIRST_WAIT_MS * 4 ** attempt, LONGEST_WAIT_MS);
    await wait(pause, undefined, { signal: call.signal }).catch(() => {
      throw stoppedWith(call);
    });
  }
}

interface Try {
  readonly reply?: OutsideReply;
  readonly problem?: OverreadError;
  readonly retry?: boolean;
  readonly afterMs?: number;
}

const stoppedWith = ({ name }: OutsideCall) =>
  new OverreadError('cancelled', `${name} was left when the run was stopped.`);

async function tryOnce(call: OutsideCall): Promise<Try> {
  const { fetch, url, name, body, headers, timeoutMs, signal, maxBytes = MAX_REPLY } = call;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    // `fetch` may throw at once for an address off the trust list: nothing has been sent then.
    const response = await fetch(url, {
      method: call.method ?? (body === undefined ? 'GET' : 'POST'),
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> | string }),
      ...(headers === undefined ? {} : { headers: { ...headers } }),
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!response.ok)
      return {
        problem: failed(`${name} replied with status ${response.status}${snippet(bytes)}: look at its log.`),
        retry: PASSING.has(response.status),
        ...waitOf(response.headers.get('retry-after')),
      };
    if (bytes.length > maxBytes) return { problem: tooLong(name, maxBytes) };
    const contentType = response.headers.get('content-type') ?? '';
    return { reply: { bytes, contentType, mediaType: contentType.split(';')[0].trim().toLowerCase() } };
  } catch (cause) {
    if (signal?.aborted) throw stoppedWith(call);
    if (late.aborted)
      return {
        problem: failed(
          `${name} took longer than ${timeoutMs / 1000} s: give it longer with timeout=SECONDS.`,
          cause,
        ),
      };
    if (OverreadError.isInstance(cause)) {
      if (cause.code === 'provider-failed')
        return { problem: failed(`${name} redirects to another address: give the final one.`, cause) };
      throw cause;
    }
    const reason = (cause as { cause?: { code?: unknown; message?: unknown } }).cause;
    if (String(reason?.message).includes('too long')) return { problem: tooLong(name, maxBytes) };
    const code = typeof reason?.code === 'string' ? ` (${reason.code})` : '';
    return {
      problem: failed(`${name} cannot be reached${code}: start it, or correct its address.`, cause),
      retry: true,
    };
  }
}

const tooLong = (name: string, most: number): OverreadError =>
  failed(
    `${name} replied with more than ${Math.round(most / 1024 / 1024)} MiB: let it compress its results.`,
  );

/** The beginning of a failed reply, where it is words: a server says there what it lacks. */
function snippet(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 400)).toString();
  const words = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ').trim();
  return words === '' || text.includes('\u0000') || /^\s*</.test(text) ? '' : ` (${words.slice(0, 160)})`;
}

function waitOf(header: string | null): { afterMs?: number } {
  const seconds = header === null ? Number.NaN : Number(header);
  return seconds >= 0 ? { afterMs: seconds * 1000 } : {};
}

/** Names of query parameters that hold secrets. */
const SECRET_NAME = /key$|^(?:.*[_-])?(?:token|secret|password|signature|sig|auth)$/i;

/** Address without user, password, query and hash: how an expert is called in logs. Throws for one that holds a secret. */
export function plainAddress(url: string, what: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new OverreadError(
      'bad-argument',
      `${what} needs an http(s) address, such as http://127.0.0.1:8000/segment.`,
    );
  }
  // The address as written stands in the run's record, which holds no secrets.
  const secret = [...parsed.searchParams.keys()].some((name) => SECRET_NAME.test(name));
  if (!/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '' || secret)
    throw new OverreadError(
      'bad-argument',
      `${what} needs an http(s) address without user, password and key: a token's variable is named with token-env=NAME.`,
    );
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
}

/** An Authorization header from the environment variable that `token-env` names; the token itself is never an option. */
export function bearer(variable: string | undefined): Record<string, string> {
  if (variable === undefined || variable === '') return {};
  const token = process.env[variable];
  if (token === undefined || token === '')
    throw new OverreadError(
      'credential-missing',
      `The environment variable ${variable} holds no token: set it, or leave token-env away.`,
    );
  return { authorization: `Bearer ${token}` };
}

/** An option in seconds as milliseconds. Throws `bad-argument`. */
export function secondsOption(value: string | undefined, usual: number, what: string): number {
  const seconds = value === undefined ? usual : Number(value);
  if (seconds > 0 && seconds <= 86_400) return seconds * 1000;
  throw new OverreadError('bad-argument', `${what}: timeout is a number of seconds, not "${value}".`);
}
