// A scripted OpenAI-compatible chat server on the loopback address: for tests, demos and measurements, no model in it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type ChatBody, completionJson, questionOf } from './loopback-chat.ts';
import { type Fault, sendFault } from './loopback-faults.ts';

/** What the script sees of a request. */
export interface LoopbackRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: ChatBody;
  /** Text parts of the last user message: in a tool loop this stays the question. */
  readonly question: string;
  /** Images in the whole request. */
  readonly images: number;
  /** Tool results so far, 0 in the first turn. */
  readonly toolResults: number;
  /** How often this same question and turn was asked before: 0 at first. */
  readonly attempt: number;
}

/** What the server answers. Nothing set: the text "A". */
export interface LoopbackReply {
  readonly text?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly refusal?: string;
  readonly usage?: { readonly input: number; readonly output: number };
  readonly finishReason?: string;
  /** Likeliest first tokens, the one that comes first; sent to whoever asks for log-probabilities. */
  readonly logprobs?: readonly { readonly token: string; readonly logprob: number }[];
  readonly delayMs?: number;
}

export interface LoopbackScript {
  /** Default: the text "A". */
  readonly answer?: (request: LoopbackRequest) => LoopbackReply | Promise<LoopbackReply>;
  /** A fault instead of an answer; keyed by the question it is the same under any order of requests. */
  readonly fault?: (request: LoopbackRequest) => Fault | undefined;
  /** Keep what was asked in `requests`. Default true; measurements turn it off. */
  readonly record?: boolean;
  /** 0 (the default) picks a free port. */
  readonly port?: number;
}

export interface Loopback {
  /** Base URL that a provider takes, such as http://127.0.0.1:40001/v1. */
  readonly url: string;
  readonly requests: LoopbackRequest[];
  /** Requests that reached the server, recorded or not. */
  count(): number;
  close(): Promise<void>;
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      resolve(chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString()),
    );
    request.on('error', reject);
  });
}

function sendJson(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/**
 * Starts the server on 127.0.0.1.
 * @example
 * const server = await startLoopback({ answer: ({ question }) => ({ text: question.includes('liver') ? 'A' : 'B' }) });
 */
export async function startLoopback(script: LoopbackScript = {}): Promise<Loopback> {
  const requests: LoopbackRequest[] = [];
  const attempts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const delays = new Set<NodeJS.Timeout>();
  let count = 0;
  let serial = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const text = await bodyOf(request);
    count++;
    if (request.method === 'GET') {
      sendJson(response, 200, '{"object":"list","data":[{"id":"loopback","object":"model"}]}');
      return;
    }
    const body = JSON.parse(text) as ChatBody;
    const { question, images, toolResults } = questionOf(body);
    let attempt = 0;
    if (script.fault !== undefined || script.record !== false) {
      const key = `${toolResults} ${question}`;
      attempt = attempts.get(key) ?? 0;
      attempts.set(key, attempt + 1);
    }
    const seen: LoopbackRequest = {
      path,
      headers: request.headers,
      body,
      question,
      images,
      toolResults,
      attempt,
    };
    if (script.record !== false) requests.push(seen);
    const fault = script.fault?.(seen);
    if (fault !== undefined && !sendFault(fault, response, delays)) return;
    const reply = forced(fault, body) ?? (await script.answer?.(seen)) ?? { text: 'A' };
    const send = () => {
      const json = completionJson(reply, body, ++serial);
      if (body.stream !== true) return sendJson(response, 200, json);
      const chunk = json
        .replace('"message":', '"delta":')
        .replace('chat.completion', 'chat.completion.chunk');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${chunk}\n\ndata: [DONE]\n\n`);
    };
    if (reply.delayMs === undefined) send();
    else {
      const timer = setTimeout(() => {
        delays.delete(timer);
        send();
      }, reply.delayMs);
      delays.add(timer);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent)
        sendJson(response, 400, JSON.stringify({ error: { message: String(error) } }));
      else response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(script.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    count: () => count,
    async close() {
      for (const timer of delays) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The replies of a model that misbehaves rather than a server that fails. */
function forced(fault: Fault | undefined, body: ChatBody): LoopbackReply | undefined {
  if (fault?.kind === 'refusal')
    return { refusal: "I'm sorry, but I can't help with that.", finishReason: 'content_filter' };
  if (fault?.kind === 'unknown-tool')
    return { toolCalls: [{ name: 'no_such_tool', arguments: { target: 'liver' } }] };
  if (fault?.kind === 'wrong-arguments')
    return {
      toolCalls: [{ name: body.tools?.[0]?.function.name ?? 'measure', arguments: { target: 7, extra: [] } }],
    };
  return undefined;
}
