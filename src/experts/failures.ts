// What a provider did wrong, as a stable code and a sentence; which failures are worth another try.
import { APICallError } from 'ai';
import { messageOf, OverreadError } from '../domain/errors.ts';
import { retryAfterMs } from './retry.ts';

export interface Failure {
  readonly error: OverreadError;
  readonly retryable: boolean;
  readonly status?: number;
  /** What the server asks to wait, in ms. */
  readonly retryAfterMs?: number;
  /** The server has too much to do. */
  readonly busy: boolean;
  /** The request may have been worked on, and billed, although no usable reply came. */
  readonly maybeBilled: boolean;
}

export interface FailureContext {
  readonly ref: string;
  readonly origin: string;
  readonly keyVariable: string;
  /** Never to appear in a message. */
  readonly secret: string | undefined;
  readonly timeoutMs: number;
  readonly now: number;
}

/** A message fit to be shown: no key, no pixels, one line, short. */
export function cleaned(text: string, secret: string | undefined): string {
  const known = secret === undefined || secret.length < 4 ? text : text.replaceAll(secret, '[key]');
  return known
    .replace(/\b(sk|pk|key|AIza)[-_a-zA-Z0-9*]{12,}/g, '[key]')
    .replace(/Bearer\s+\S+/gi, 'Bearer [key]')
    .replace(/[A-Za-z0-9+/=]{200,}/g, '[data]')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
    .replace(/[.:\s]+$/, '');
}

/** The innermost message of a chain of causes: "connect ECONNREFUSED …" says more than "fetch failed". */
function rootMessage(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 8; depth++) {
    const cause = (current as { cause?: unknown } | null)?.cause;
    if (cause === undefined || cause === null) break;
    current = cause;
  }
  return messageOf(current) || String((current as { code?: unknown } | null)?.code ?? '');
}

/** A typed error thrown below the AI SDK (by our own fetch) that its wrappers may have buried. */
function ownError(error: unknown): OverreadError | undefined {
  let current = error;
  for (let depth = 0; depth < 8 && current !== undefined && current !== null; depth++) {
    if (OverreadError.isInstance(current)) return current;
    current = (current as { cause?: unknown }).cause;
  }
  return undefined;
}

const CONTENT_POLICY = /content[_ -]?(filter|policy)|safety|responsible ai|moderation/i;

function httpFailure(error: APICallError, status: number, context: FailureContext): Failure {
  const { ref, origin, keyVariable } = context;
  const said = cleaned(error.message || error.responseBody || '', context.secret);
  const reply = said === '' ? '' : ` ("${said}")`;
  const fixed = { retryable: false, status, busy: false, maybeBilled: false };
  const failed = (sentence: string, code: 'provider-failed' | 'provider-refused' | 'credential-missing') =>
    new OverreadError(code, sentence, { cause: new Error(said), details: { status } });
  if (status === 401 || status === 403)
    return {
      ...fixed,
      error: failed(
        `${origin} rejects the API key (HTTP ${status}): set ${keyVariable} to a key that may use ${ref}.`,
        'credential-missing',
      ),
    };
  if (status === 400 && CONTENT_POLICY.test(`${error.message} ${error.responseBody ?? ''}`))
    return { ...fixed, error: failed(`${ref} refused the request${reply}.`, 'provider-refused') };
  if (status === 404)
    return {
      ...fixed,
      error: failed(
        `${origin} knows no model of that name or no such path (HTTP 404)${reply}: check ${ref} and --base-url.`,
        'provider-failed',
      ),
    };
  if (status === 413)
    return {
      ...fixed,
      error: failed(
        `${origin} finds the request too large: send fewer or smaller images.`,
        'provider-failed',
      ),
    };
  const busy = status === 429 || status === 503 || status === 529;
  const retryable = busy || status === 408 || status === 409 || status >= 500;
  const advice = busy ? 'try again later or lower --concurrency' : 'try again, or check the request';
  return {
    error: failed(`${origin} answered HTTP ${status} for ${ref}${reply}: ${advice}.`, 'provider-failed'),
    retryable,
    status,
    busy,
    maybeBilled: false,
    ...(retryable ? { retryAfterMs: retryAfterMs(error.responseHeaders, context.now) } : {}),
  };
}

/** Everything that a provider call can throw, sorted. The original is not kept: it holds the request, pixels included. */
export function failureOf(error: unknown, timedOut: boolean, context: FailureContext): Failure {
  const { ref, origin } = context;
  const own = ownError(error);
  if (own !== undefined) return { error: own, retryable: false, busy: false, maybeBilled: false };
  if (timedOut)
    return {
      error: new OverreadError(
        'provider-timeout',
        `${ref} did not answer within ${context.timeoutMs / 1000} s: try again or raise --timeout.`,
      ),
      retryable: true,
      busy: true,
      maybeBilled: true,
    };
  const root = cleaned(rootMessage(error), context.secret);
  if (APICallError.isInstance(error) && error.statusCode !== undefined) {
    if (error.statusCode >= 300) return httpFailure(error, error.statusCode, context);
    return garbage(context, root);
  }
  // Any other TypeError is a provider's parser meeting what it did not expect: an empty list of choices, say.
  if (APICallError.isInstance(error) || messageOf(error) === 'fetch failed')
    return {
      error: new OverreadError(
        'provider-failed',
        `${origin} cannot be reached or broke off (${root}): check that the server runs and that --base-url is right.`,
        { cause: new Error(root) },
      ),
      retryable: true,
      busy: false,
      maybeBilled: !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(root),
    };
  return garbage(context, root);
}

/** A reply that no model gave. `root` says in a few words what came. */
export function garbage({ ref, origin }: Pick<FailureContext, 'ref' | 'origin'>, root: string): Failure {
  return {
    error: new OverreadError(
      'provider-garbage',
      `${origin} answered for ${ref} with something that is no chat completion: check --base-url and the server.`,
      { cause: new Error(root) },
    ),
    retryable: true,
    busy: false,
    maybeBilled: true,
  };
}
