// Listens with a handler of web-standard requests, and says in one sentence why it cannot.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { messageOf, OverreadError } from '../domain/errors.ts';
import { isLoopback } from './guard.ts';

/**
 * @param requestMs how long one request may take to arrive whole: a client that never ends its headers or its body must
 *   not hold a connection for ever. Default a minute
 * Errors: `write-failed` when the port cannot be had.
 */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  hostname: string,
  port: number,
  requestMs = 60_000,
): Promise<{ server: Server; bound: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, ({ port: bound }: AddressInfo) =>
      resolve({ server, bound }),
    ) as Server;
    server.headersTimeout = 20_000;
    server.requestTimeout = requestMs;
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new OverreadError(
          'write-failed',
          cause.code === 'EADDRINUSE'
            ? `Port ${port} is in use: give another with --port, or 0 for a free one.`
            : `${isLoopback(hostname) ? 'The port' : 'The address'} cannot be listened on (${messageOf(cause)}).`,
          { cause },
        ),
      ),
    );
  });
}
