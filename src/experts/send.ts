// One request, sent until it is answered or has failed for good: places, timeouts, retries.
import { OverreadError } from '../domain/errors.ts';
import type { ChatCall, ChatModel, ChatReply, RetryNote } from './chat-model.ts';
import type { Clock } from './clock.ts';
import type { Gate } from './concurrency.ts';
import { type Failure, failureOf, garbage } from './failures.ts';
import { backoffMs, type RetryOptions } from './retry.ts';

export interface Route {
  readonly ref: string;
  readonly origin: string;
  readonly keyVariable: string;
  readonly secret: string | undefined;
  readonly gate: Gate;
  readonly timeoutMs: number;
  readonly retry: Required<RetryOptions>;
  readonly clock: Clock;
}

/** Puts the bytes of pictures into a call; what it returns lives as long as one try. */
export type Fill = (call: ChatCall) => Promise<ChatCall>;

export interface Sent {
  readonly reply: ChatReply;
  readonly requests: number;
  readonly retries: readonly RetryNote[];
  /** Tries without a usable reply that the provider may have billed all the same. */
  readonly lost: number;
}

/** What was spent before a request failed for good; in the details of its error. */
export interface FailedNote {
  readonly requests: number;
  readonly retries: readonly RetryNote[];
  readonly lost: number;
}

/** What a caller's own abort becomes. */
export function cancelled(signal: AbortSignal): unknown {
  const { reason } = signal;
  if (OverreadError.isInstance(reason)) return reason;
  return new OverreadError('cancelled', 'The request was cancelled: resume the run to go on.');
}

/** Some providers' parsers make an empty reply of any JSON: no text, no reason for its end, not one token counted. */
function saysNothing({ content, finishReason, usage }: ChatReply): boolean {
  return content.length === 0 && finishReason.raw === undefined && usage.inputTokens.total === undefined;
}

/** One try: its reply, or what went wrong. Never throws but for the caller's own cancellation and a missing picture. */
async function attempt(
  model: ChatModel,
  asked: ChatCall,
  route: Route,
  fill: Fill,
): Promise<ChatReply | Failure> {
  const outer = asked.abortSignal;
  const call = await fill(asked);
  if (outer?.aborted) throw cancelled(outer);
  const controller = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort(new DOMException('timed out', 'TimeoutError'));
  }, route.timeoutMs);
  const onAbort = () => controller.abort(outer?.reason);
  outer?.addEventListener('abort', onAbort, { once: true });
  try {
    const reply = await model.doGenerate({ ...call, abortSignal: controller.signal });
    return saysNothing(reply) ? garbage(route, 'an empty object') : reply;
  } catch (error) {
    if (outer?.aborted) throw cancelled(outer);
    return failureOf(error, timedOut, { ...route, now: route.clock.now() });
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onAbort);
  }
}

function waitFor(failure: Failure, tries: number, key: string, route: Route): number | undefined {
  if (!failure.retryable || tries >= route.retry.attempts) return undefined;
  const asked = failure.retryAfterMs;
  if (asked === undefined) return backoffMs(tries, key, route.retry);
  return asked <= route.retry.maxRetryAfterMs ? asked : undefined;
}

/**
 * Sends `call`; `key` names it for the jitter of its waits. `fill` is called for each try once it has its place, so
 * that requests that wait, for a place or before another try, hold no pictures.
 * Errors: OverreadErrors as `failureOf` sorts them, with a FailedNote in the details; `cancelled`; what `fill` throws.
 */
export async function send(
  model: ChatModel,
  call: ChatCall,
  key: string,
  route: Route,
  fill: Fill,
): Promise<Sent> {
  const retries: RetryNote[] = [];
  const signal = call.abortSignal;
  let requests = 0;
  let lost = 0;
  for (;;) {
    const queued = route.gate.enter(signal);
    if (queued !== undefined)
      await queued.catch(() => {
        throw signal === undefined ? new Error('no place') : cancelled(signal);
      });
    const start = performance.now();
    let result: ChatReply | Failure | undefined;
    try {
      requests++;
      result = await attempt(model, call, route, fill);
    } finally {
      const failed = result === undefined || 'error' in result;
      const busy = result !== undefined && 'error' in result && result.busy;
      route.gate.leave(failed ? (busy ? 'busy' : 'failed') : 'ok', performance.now() - start);
    }
    if (!('error' in result)) return { reply: result, requests, retries, lost };
    if (result.maybeBilled) lost++;
    const { error, status } = result;
    const waitMs = waitFor(result, requests, key, route);
    if (waitMs === undefined) {
      // A request that the trust list stopped was never sent.
      const unsent = error.code === 'endpoint-not-trusted' && error.details.sent !== true;
      const note: FailedNote = { requests: unsent ? requests - 1 : requests, retries, lost };
      throw new OverreadError(error.code, error.message, {
        cause: error.cause,
        details: { ...error.details, ...note },
      });
    }
    retries.push({ code: error.code, waitMs, ...(status === undefined ? {} : { status }) });
    await route.clock.sleep(waitMs, signal).catch(() => {
      throw signal === undefined ? error : cancelled(signal);
    });
  }
}
