// How long to wait before a request is sent again.
import { random } from '../domain/random.ts';

export interface RetryOptions {
  /** Tries in all. Default 5. */
  readonly attempts?: number;
  /** Wait before the second try, in ms; doubles with each further one. Default 500. */
  readonly baseMs?: number;
  /** Longest backoff, in ms. Default 30,000. */
  readonly maxMs?: number;
  /** Longest Retry-After that is waited for, in ms; a server that asks for more has failed. Default 600,000. */
  readonly maxRetryAfterMs?: number;
  /** Seed of the jitter. Default "retry". */
  readonly seed?: string;
}

export const RETRY_DEFAULTS: Required<RetryOptions> = {
  attempts: 5,
  baseMs: 500,
  maxMs: 30_000,
  maxRetryAfterMs: 600_000,
  seed: 'retry',
};

/**
 * Milliseconds that a reply's headers ask to wait, or undefined when they ask for nothing readable.
 * `retry-after-ms` (some vendors) goes before `Retry-After`, in seconds or as an HTTP date (RFC 9110, 10.2.3).
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string | undefined>> | undefined,
  now: number,
): number | undefined {
  const exact = headers?.['retry-after-ms'];
  if (exact !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(exact)) return Number(exact);
  const value = headers?.['retry-after'];
  if (value === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  // A date has letters; Date.parse would take a bare "-5" for a year.
  const date = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Backoff before try `attempt` + 1 (`attempt` from 1): half of base·2^(attempt−1) fixed, half drawn, capped.
 * The draw is seeded by the request's own `key`, so that a rerun waits the same and a crowd spreads out.
 */
export function backoffMs(attempt: number, key: string, options: Required<RetryOptions>): number {
  const ceiling = Math.min(options.maxMs, options.baseMs * 2 ** (attempt - 1));
  return ceiling * (0.5 + 0.5 * random(options.seed, key, String(attempt)).next());
}
