// fetch for model traffic: straight to the address asked for, through no proxy, after no redirect, off the trust list never.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { OverreadError } from '../domain/errors.ts';
import type { TrustList } from './trust.ts';

export type Fetch = typeof globalThis.fetch;

export interface DirectFetch {
  readonly fetch: Fetch;
  /** Closes idle connections. */
  close(): void;
}

/** A reply larger than this is refused: no model writes so much. */
const MAX_BODY = 64 * 1024 * 1024;

function abortError(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('This operation was aborted', 'AbortError');
}

function decoded(bytes: Buffer, encoding: string | undefined, maxBody: number): Buffer {
  const limit = { maxOutputLength: maxBody };
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(bytes, limit);
  if (encoding === 'br') return brotliDecompressSync(bytes, limit);
  if (encoding === 'deflate') return inflateSync(bytes, limit);
  return bytes;
}

function headersOf(message: IncomingMessage): [string, string][] {
  const { rawHeaders } = message;
  const pairs: [string, string][] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) pairs.push([rawHeaders[i], rawHeaders[i + 1]]);
  return pairs;
}

/** Redirects are refused: what was sent to a trusted address must not travel on from there. */
function refuseRedirect(url: URL, location: string | undefined, trust: TrustList): OverreadError {
  let target: URL | undefined;
  try {
    target = new URL(location ?? '', url);
  } catch {
    target = undefined;
  }
  if (target !== undefined && !trust.allows(target.href))
    return new OverreadError(
      'endpoint-not-trusted',
      `${url.origin} redirects to ${target.origin}, which is not on the trust list: if that is right, give it as --base-url and --allow it.`,
      { details: { origin: target.origin, sent: true } },
    );
  return new OverreadError(
    'provider-failed',
    `${url.origin} redirects${target === undefined ? '' : ` to ${target.origin}${target.pathname}`}: give the final address as --base-url.`,
    { details: { retryable: false } },
  );
}

/**
 * A `fetch` over node:http with connections of its own. Node's global fetch would honour proxy variables
 * (NODE_USE_ENV_PROXY) and follow redirects; this one does neither, and it costs less per request. A redirect is an
 * error, or with `redirect: "manual"` the reply itself.
 * Errors: `endpoint-not-trusted` before anything is sent; network errors as TypeError "fetch failed" with the cause.
 */
export function directFetch(trust: TrustList, maxBody: number = MAX_BODY): DirectFetch {
  const settings = { keepAlive: true, maxSockets: 1024, scheduling: 'lifo' as const };
  const plain = new HttpAgent(settings);
  const secure = new HttpsAgent(settings);

  const send: Fetch = (input, init = {}) => {
    const url = trust.check(
      typeof input === 'string' ? input : input instanceof URL ? input.href : input.url,
    );
    const { signal, body } = init;
    if (signal?.aborted) return Promise.reject(abortError(signal));
    const headers: Record<string, string> = {};
    if (init.headers instanceof Headers) for (const [name, value] of init.headers) headers[name] = value;
    else Object.assign(headers, init.headers);
    const bytes =
      body === undefined || body === null ? undefined : Buffer.from(body as string | Uint8Array<ArrayBuffer>);
    if (bytes !== undefined) headers['content-length'] = String(bytes.byteLength);
    const https = url.protocol === 'https:';

    return new Promise<Response>((resolve, reject) => {
      const request = (https ? httpsRequest : httpRequest)(url, {
        agent: https ? secure : plain,
        method: init.method ?? 'GET',
        headers,
      });
      const onAbort = () => request.destroy();
      const fail = (cause: unknown) => {
        signal?.removeEventListener('abort', onAbort);
        if (signal?.aborted) reject(abortError(signal));
        else if (OverreadError.isInstance(cause)) reject(cause);
        else reject(new TypeError('fetch failed', { cause }));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      request.on('error', fail);
      request.on('response', (message) => {
        const status = message.statusCode ?? 502;
        if (status >= 300 && status < 400 && status !== 304) {
          message.destroy();
          if (init.redirect === 'manual') {
            signal?.removeEventListener('abort', onAbort);
            return resolve(new Response(null, { status, headers: headersOf(message) }));
          }
          return fail(refuseRedirect(url, message.headers.location, trust));
        }
        const head = { status, statusText: message.statusMessage ?? '', headers: headersOf(message) };
        // Nothing is asked for as a stream; whatever comes is gathered, and has an end.
        const chunks: Buffer[] = [];
        let length = 0;
        message.on('data', (chunk: Buffer) => {
          length += chunk.length;
          chunks.push(chunk);
          if (length > maxBody) message.destroy(new Error('the reply is too long'));
        });
        message.on('error', fail);
        message.on('end', () => {
          signal?.removeEventListener('abort', onAbort);
          try {
            const whole = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
            const body = decoded(whole, message.headers['content-encoding'], maxBody);
            resolve(new Response(status === 204 ? null : (body as Uint8Array<ArrayBuffer>), head));
          } catch (cause) {
            fail(cause);
          }
        });
      });
      request.end(bytes);
    });
  };
  return {
    fetch: send,
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}
