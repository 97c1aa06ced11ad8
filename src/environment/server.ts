// Serves the environment over HTTP and WebSocket, in the shapes of OpenEnv.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { environmentTools, toolCards } from './environment-tools.ts';
import { createEnvironment, type EnvironmentOptions } from './episode.ts';
import { type GuardOptions, newGuard } from './guard.ts';
import { listen } from './listen.ts';
import { DEFAULT_REWARDS, parseRewards } from './reward.ts';
import { newRoutes } from './routes.ts';
import { newSessions } from './sessions.ts';
import { heartbeat, serveSocket } from './sockets.ts';
import { type EpisodeCounts, newCounts } from './transcript.ts';

export interface ServeOptions extends Partial<GuardOptions> {
  /** What every session's environment is made of. */
  readonly environment: Omit<EnvironmentOptions, 'counts' | 'nextSeed' | 'nextId'>;
  /** 0 takes a free port. Default 8000. */
  readonly port?: number;
  /** Sessions at once. Default 64. */
  readonly maxSessions?: number;
  /** A session whose client is silent for so long ends. Default 5 minutes. */
  readonly idleMs?: number;
  /** Largest message that is taken. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Told of what went wrong in here: clients are not, since it may name a file. */
  readonly onProblem?: (error: unknown) => void;
  /** Between pings of WebSocket clients. Default 30 seconds. */
  readonly heartbeatMs?: number;
}

export interface ServedEnvironment {
  /** Such as http://127.0.0.1:8000; with a token's prefix where there is a token. */
  readonly url: string;
  readonly counts: EpisodeCounts;
  active(): number;
  peak(): number;
  reaped(): number;
  /** Waits up to five seconds for steps under way, ends all sessions and stops listening. */
  close(): Promise<void>;
}

const GRACE_MS = 5_000;

/** Errors: `not-allowed` and `bad-argument` of the guard; `write-failed` when the port cannot be had. */
export async function serveEnvironment(options: ServeOptions): Promise<ServedEnvironment> {
  const { host = '127.0.0.1', port = 8000, token, maxBytes = 1 << 20, idleMs = 300_000 } = options;
  const guard = newGuard({ ...options, host });
  const onProblem = options.onProblem ?? (() => {});
  const counts = newCounts();
  const written = options.environment.rewards ?? DEFAULT_REWARDS;
  const rewards = typeof written === 'string' ? parseRewards(written) : written;
  let episodes = 0;
  const sessions = newSessions({
    limit: options.maxSessions ?? 64,
    idleMs,
    make: () =>
      createEnvironment({
        ...options.environment,
        rewards,
        counts,
        nextSeed: () => episodes++,
        nextId: () => randomUUID(),
      }),
  });
  const { source } = options.environment;
  const tools = toolCards(environmentTools(options.environment));
  const app = newRoutes({ sessions, counts, name: source.name, maxBytes, tools, onProblem });

  const fetch = (request: Request): Response | Promise<Response> => {
    const url = new URL(request.url);
    const verdict = guard({ path: url.pathname, header: (name) => request.headers.get(name) ?? undefined });
    if (!verdict.ok) return Response.json({ detail: verdict.reason }, { status: verdict.status });
    if (verdict.path === url.pathname) return app.fetch(request);
    url.pathname = verdict.path;
    return app.fetch(new Request(url, request));
  };

  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxBytes, perMessageDeflate: false });
  const { server, bound } = await listen(fetch, host, port);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {});
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const verdict = guard({
      path: pathname,
      header: (name) => {
        const value = request.headers[name];
        return Array.isArray(value) ? value[0] : value;
      },
    });
    if (!verdict.ok) return refuse(socket, verdict.status === 401 ? '401 Unauthorized' : '403 Forbidden');
    if (verdict.path !== '/ws') return refuse(socket, '404 Not Found');
    sockets.handleUpgrade(request, socket, head, (opened) => serveSocket(opened, sessions, onProblem));
  });
  const stopHeartbeat = heartbeat(() => sockets.clients, options.heartbeatMs ?? 30_000);

  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${name}:${bound}${token === undefined ? '' : `/t/${token}`}`,
    counts,
    active: sessions.active,
    peak: sessions.peak,
    reaped: sessions.reaped,
    close() {
      closing ??= (async () => {
        stopHeartbeat();
        const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
        await sessions.end(GRACE_MS);
        // Clients have a moment to take the close; whoever does not is cut off.
        const until = performance.now() + 1_000;
        while (sockets.clients.size > 0 && performance.now() < until)
          await new Promise((resolve) => setTimeout(resolve, 20));
        for (const client of sockets.clients) client.terminate();
        sockets.close();
        server.closeAllConnections();
        await stopped;
      })();
      return closing;
    },
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
