// Faults of the loopback server, drawn from the question's own text so that every order of requests meets the same.
import type { ServerResponse } from 'node:http';
import { random } from '../../domain/random.ts';
import type { LoopbackRequest } from './loopback.ts';

export const FAULT_KINDS = [
  'rate-limit',
  'server-error',
  'timeout',
  'garbage',
  'truncated',
  'disconnect',
  'redirect',
  'unauthorized',
  'unknown-tool',
  'wrong-arguments',
  'refusal',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** rate-limit: the Retry-After header, seconds or an HTTP date. Default "0". */
  readonly retryAfter?: string;
  /** timeout: ms until the answer comes after all. Default: never. */
  readonly delayMs?: number;
  /** redirect: where to. */
  readonly location?: string;
  /** server-error, unauthorized: text in the error body; garbage: the whole body. */
  readonly message?: string;
}

export interface FaultPlan extends Fault {
  /** Share of questions (0…1) that meet this fault; the shares of a plan sum to at most 1. */
  readonly share: number;
  /** How many tries meet it before the server answers; Infinity for every one. Default 1. */
  readonly times?: number;
}

/**
 * Faults by question: the same question meets the same fault whatever comes before it.
 * Only the first turn of a tool loop is faulty, so that one question meets at most one kind.
 */
export function faultsByQuestion(
  plan: readonly FaultPlan[],
  seed: string,
): (request: LoopbackRequest) => Fault | undefined {
  return ({ question, attempt, toolResults }) => {
    if (toolResults > 0) return undefined;
    let draw = random(seed, 'fault', question).next();
    for (const fault of plan) {
      if (draw < fault.share) return attempt < (fault.times ?? 1) ? fault : undefined;
      draw -= fault.share;
    }
    return undefined;
  };
}

function error(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify({ error: { message, type: 'server_error', code: null } });
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(text);
}

/** Sends a server's fault; true when the request should be answered after all (the model's own faults). */
export function sendFault(fault: Fault, response: ServerResponse, delays: Set<NodeJS.Timeout>): boolean {
  switch (fault.kind) {
    case 'rate-limit':
      error(response, 429, 'Rate limit reached', { 'retry-after': fault.retryAfter ?? '0' });
      return false;
    case 'server-error':
      error(response, 500, fault.message ?? 'The server had an error');
      return false;
    case 'unauthorized':
      error(response, 401, fault.message ?? 'Incorrect API key provided');
      return false;
    case 'redirect':
      response.writeHead(307, { location: fault.location ?? 'http://127.0.0.1:9/' });
      response.end();
      return false;
    case 'timeout':
      if (fault.delayMs !== undefined) {
        const timer = setTimeout(() => {
          delays.delete(timer);
          error(response, 503, 'Too late');
        }, fault.delayMs);
        delays.add(timer);
      }
      return false;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(fault.message ?? '<html>It works!</html>');
      return false;
    case 'truncated': {
      const text = '{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"mess';
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length + 500 });
      response.write(text, () => response.destroy());
      return false;
    }
    case 'disconnect':
      response.destroy();
      return false;
    default:
      return true;
  }
}
