// What the HTTP side refuses, and how it cleans up after clients, with sessions of an empty benchmark.
import { request } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../storage/blobs.ts';
import { memoryBenchmark, testCase, testQuestion } from '../../tools/testing.ts';
import { toolkit } from '../../tools/toolkit.ts';
import { refusalOf } from './door.ts';
import { type HttpOptions, type HttpServing, serveHttp } from './http.ts';
import { mcpServer } from './server.ts';

const TOKEN = 'sixteen-characters';
let serving: HttpServing | undefined;
afterEach(async () => {
  await serving?.close(100);
  serving = undefined;
});

async function started(options: Partial<HttpOptions> = {}): Promise<HttpServing> {
  const source = memoryBenchmark({ questions: [testQuestion()], cases: [testCase()] });
  const served = {
    ...{ source, blobs: memoryBlobs(), criteria: 'guideline', mode: 'oracle' as const },
    tools: toolkit('oracle'),
    openCase: async () => undefined,
  };
  serving = await serveHttp(() => mcpServer(served), { port: 0, token: TOKEN, ...options });
  return serving;
}

const INITIALIZE = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '0' } },
});

/** A request as it is written, Host header and all. */
function sent(
  url: string,
  {
    headers = {},
    body = INITIALIZE,
    method = 'POST',
  }: { headers?: Record<string, string>; body?: string; method?: string },
): Promise<{ status: number; text: string; session: string | undefined }> {
  return new Promise((resolve, reject) => {
    const going = request(
      url,
      {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += String(chunk);
        });
        response.on('end', () => {
          const session = response.headers['mcp-session-id'];
          resolve({
            status: response.statusCode ?? 0,
            text,
            session: session === undefined ? undefined : String(session),
          });
        });
      },
    );
    going.on('error', reject);
    going.end(method === 'GET' ? undefined : body);
  });
}

async function client(url: string): Promise<{ client: Client; transport: StreamableHTTPClientTransport }> {
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
  });
  const made = new Client({ name: 'test', version: '0' });
  await made.connect(transport);
  return { client: made, transport };
}

async function until(met: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !met(); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(met()).toBe(true);
}

describe('who is let in', () => {
  it('a missing or wrong token, a foreign Host and a foreign Origin are refused, and no session begins', async () => {
    const { url, sessions } = await started();
    const tries: [Record<string, string>, number][] = [
      [{ authorization: '' }, 401],
      [{ authorization: 'Bearer wrong-token-of-16' }, 401],
      [{ authorization: TOKEN }, 401],
      [{ authorization: `Basic ${TOKEN}` }, 401],
      [{ host: 'attacker.example' }, 403],
      [{ host: `attacker.example:${new URL(url).port}` }, 403],
      [{ host: '127.0.0.1' }, 403],
      [{ origin: 'https://attacker.example' }, 403],
      [{ origin: 'null' }, 403],
    ];
    for (const [headers, status] of tries) {
      const refused = await sent(url, { headers });
      expect([headers, refused.status]).toEqual([headers, status]);
      expect(refused.text).not.toContain(TOKEN);
    }
    expect(sessions()).toBe(0);
    const { port } = new URL(url);
    const meant: Record<string, string>[] = [
      {},
      { host: `localhost:${port}` },
      { origin: `http://localhost:${port}` },
    ];
    for (const headers of meant) expect((await sent(url, { headers })).status).toBe(200);
  });

  it('names and origins that the operator gave are let in', async () => {
    const { url } = await started({ hosts: ['reading.example:443'], origins: ['https://viewer.example'] });
    const headers = { host: 'reading.example:443', origin: 'https://viewer.example' };
    expect((await sent(url, { headers })).status).toBe(200);
  });

  it('a page on a rebound name learns nothing of the token: the Host is refused first', () => {
    const door = { token: TOKEN, hosts: ['127.0.0.1:1'], origins: [] };
    const right = { host: 'rebound.example:1', authorization: `Bearer ${TOKEN}` };
    const wrong = { host: 'rebound.example:1', authorization: 'Bearer x' };
    expect(refusalOf(right, door)).toEqual(refusalOf(wrong, door));
  });
});

describe('limits', () => {
  it('a body over the limit is refused, declared or streamed', async () => {
    const { url } = await started({ maxBody: 2000 });
    expect((await sent(url, { body: INITIALIZE.padEnd(4000) })).status).toBe(413);
    const streamed = await sent(url, {
      body: INITIALIZE.padEnd(4000),
      headers: { 'transfer-encoding': 'chunked' },
    });
    expect(streamed.status).toBe(413);
    expect((await sent(url, {})).status).toBe(200);
  });

  it('a request before initialize, an unknown session and another path begin nothing', async () => {
    const { url, sessions } = await started();
    const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect((await sent(url, { body: list })).status).toBe(400);
    expect((await sent(url, { body: 'no json' })).status).toBe(400);
    expect((await sent(url, { body: list, headers: { 'mcp-session-id': 'made-up' } })).status).toBe(404);
    expect((await sent(url, { method: 'GET' })).status).toBe(400);
    expect((await sent(`${url}/../keys.jsonl`, {})).status).toBe(404);
    expect(sessions()).toBe(0);
  });

  it('more sessions than the limit are refused until one has ended', async () => {
    const { url, sessions } = await started({ sessions: 2 });
    const first = await client(url);
    const second = await client(url);
    expect((await sent(url, {})).status).toBe(503);
    await first.transport.terminateSession();
    await until(() => sessions() === 1);
    expect((await sent(url, {})).status).toBe(200);
    await first.client.close();
    await second.client.close();
  });
});

describe('sessions', () => {
  it('a client that vanishes is cleaned up after its silence; one that listens stays', async () => {
    const { url, sessions } = await started({ idleMs: 300, keepAliveMs: 50 });
    const staying = await client(url);
    const vanishing = await client(url);
    await until(() => sessions() === 2);
    // Its sockets are torn down; nothing is said to the server.
    await vanishing.transport.close();
    expect((await sent(url, {})).session).toBeDefined();
    await until(() => sessions() === 1);
    expect((await staying.client.listTools()).tools.length).toBeGreaterThan(0);
    await staying.client.close();
    await until(() => sessions() === 0);
  });

  it('two sessions open questions of their own', async () => {
    const { url } = await started();
    const a = await client(url);
    const b = await client(url);
    await a.client.callTool({ name: 'open_question', arguments: { question: 'q-1' } });
    const call = { name: 'lookup_medical_knowledge', arguments: { query: 'steatosis' } };
    expect((await a.client.callTool(call)).isError).not.toBe(true);
    expect((await b.client.callTool(call)).isError).toBe(true);
    await a.client.close();
    await b.client.close();
  });

  it('closing ends open sessions and frees the port', async () => {
    const { url, close } = await started();
    const { client: open } = await client(url);
    await close(100);
    await expect(sent(url, {})).rejects.toThrow();
    await open.close();
  });
});
