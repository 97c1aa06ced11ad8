// MCP over streamable HTTP: a session for each client, with limits, an idle reaper and an orderly end.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { OverreadError } from '../../domain/errors.ts';
import { type Door, localHosts, refusalOf } from './door.ts';

export interface HttpOptions {
  readonly port: number;
  /** Address to listen on. Default 127.0.0.1: this machine only. */
  readonly host?: string;
  readonly token: string;
  /** Names by which clients may call, NAME:PORT, beside those of this machine. */
  readonly hosts?: readonly string[];
  readonly origins?: readonly string[];
  /** Sessions at once. Default 64. */
  readonly sessions?: number;
  /** A session that nothing was heard of for so long is ended, in ms. Default 15 minutes. */
  readonly idleMs?: number;
  /** Bytes of a request's body. Default 1 MiB. */
  readonly maxBody?: number;
  /** Time between two signs of life on an open stream, in ms: by them a vanished client is noticed. Default 15,000. */
  readonly keepAliveMs?: number;
}

export interface HttpServing {
  /** The address that clients are given. */
  readonly url: string;
  sessions(): number;
  /** Ends every session and stops listening; what is under way has `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

interface Session {
  readonly transport: StreamableHTTPServerTransport;
  readonly server: Server;
  /** Requests and streams that are open. */
  open: number;
  lastHeard: number;
}

const PATH = '/mcp';

/** @param connect makes the server of one client. Throws `bad-argument` when the port cannot be had. */
export async function serveHttp(connect: () => Server, options: HttpOptions): Promise<HttpServing> {
  const { host = '127.0.0.1', sessions: most = 64, idleMs = 15 * 60_000, maxBody = 1 << 20 } = options;
  const sessions = new Map<string, Session>();
  /** Sessions that are being begun count too. */
  let beginning = 0;
  let door: Door = { token: options.token, hosts: [], origins: [] };

  function reap(): void {
    const oldest = performance.now() - idleMs;
    for (const [id, session] of sessions)
      if (session.open === 0 && session.lastHeard <= oldest) void end(id, session);
  }

  async function end(id: string, { server }: Session): Promise<void> {
    sessions.delete(id);
    await server.close().catch(() => {});
  }

  async function begun(): Promise<StreamableHTTPServerTransport> {
    const server = connect();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      maxRequestBodySize: maxBody,
      keepAliveMs: options.keepAliveMs ?? 15_000,
      onsessioninitialized: (id) => {
        sessions.set(id, { transport, server, open: 1, lastHeard: performance.now() });
      },
      onsessionclosed: (id) => {
        const session = sessions.get(id);
        if (session !== undefined) void end(id, session);
      },
    });
    await server.connect(transport);
    return transport;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request.headers, door);
    if (refusal !== undefined) return refuse(request, response, refusal.status, refusal.sentence);
    if (new URL(request.url ?? '/', 'http://local').pathname !== PATH)
      return refuse(request, response, 404, `The server is at ${PATH}.`);
    if (Number(request.headers['content-length'] ?? 0) > maxBody)
      return refuse(request, response, 413, `A request has at most ${maxBody} bytes.`);
    const id = request.headers['mcp-session-id'];
    if (typeof id === 'string') {
      const session = sessions.get(id);
      if (session === undefined)
        return refuse(request, response, 404, 'There is no such session: begin anew.');
      heard(session, response);
      return session.transport.handleRequest(request, response);
    }
    if (request.method !== 'POST') return refuse(request, response, 400, 'Begin a session with initialize.');
    reap();
    if (sessions.size + beginning >= most)
      return refuse(request, response, 503, `${most} sessions are open: end one or try again later.`);
    beginning++;
    response.once('close', () => {
      beginning--;
    });
    const transport = await begun();
    await transport.handleRequest(request, response);
    const session = [...sessions.values()].find((each) => each.transport === transport);
    // What was no initialize leaves nothing behind.
    if (session === undefined) await transport.close().catch(() => {});
    else left(session, response);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else refuse(request, response, 500, 'The request could not be handled.');
    });
  });
  server.requestTimeout = 60_000;
  server.headersTimeout = 20_000;
  server.maxConnections = most * 8;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new OverreadError('bad-argument', `The port ${options.port} cannot be listened on: choose another.`, {
          cause,
        }),
      ),
    );
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const hosts = [...localHosts(port), ...(options.hosts ?? []).map((name) => name.toLowerCase())];
  door = {
    token: options.token,
    hosts,
    origins: [
      ...localHosts(port).map((name) => `http://${name}`),
      ...(options.origins ?? []).map((origin) => origin.toLowerCase()),
    ],
  };
  const timer = setInterval(reap, Math.max(50, Math.min(30_000, idleMs / 4)));
  timer.unref();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}${PATH}`,
    sessions: () => sessions.size,
    async close(graceMs = 2_000) {
      clearInterval(timer);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...sessions].map(([id, session]) => end(id, session)));
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      server.closeIdleConnections();
      await closed;
      clearTimeout(late);
    },
  };
}

function heard(session: Session, response: ServerResponse): void {
  session.open++;
  left(session, response);
}

/** A session is heard of until the last of its requests and streams has closed, by whichever side. */
function left(session: Session, response: ServerResponse): void {
  session.lastHeard = performance.now();
  const leave = () => {
    session.open--;
    session.lastHeard = performance.now();
  };
  if (response.closed) leave();
  else response.once('close', leave);
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, sentence: string): void {
  const text = JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message: sentence }, id: null });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    connection: 'close',
  });
  response.end(text);
  // What is still being sent is not kept, and not waited for.
  request.resume();
  response.once('finish', () => setTimeout(() => request.destroy(), 200).unref());
}
