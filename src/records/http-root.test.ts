import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HttpDataOptions, openHttpData } from './http-root.ts';
import { jsonlRecords } from './jsonl.ts';
import { collect } from './testing/memory-source.ts';

const records = Array.from({ length: 4000 }, (_, id) => ({ id, text: `${id}`.repeat(id % 50) }));
const content = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));

type Misbehave = (request: IncomingMessage, response: ServerResponse) => boolean;
const honest: Misbehave = () => false;
let misbehave = honest;
let tag = '"1"';
const asked: string[] = [];
const pauses: number[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim());
  if (misbehave(request, response)) return;
  if (request.url !== '/release/data/items.jsonl') response.writeHead(404).end();
  else answer(request, response);
});

function bounds({ headers: { range } }: IncomingMessage): [number, number] {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  return [Number(from ?? 0), Math.min(Number(to ?? content.length - 1), content.length - 1)];
}

function answer(request: IncomingMessage, response: ServerResponse, cut = Number.POSITIVE_INFINITY): void {
  const [from, to] = bounds(request);
  response.writeHead(request.headers.range === undefined ? 200 : 206, {
    'content-length': to + 1 - from,
    'content-range': `bytes ${from}-${to}/${content.length}`,
    etag: tag,
  });
  const body = content.subarray(from, to + 1);
  if (request.method === 'HEAD') response.end();
  else if (cut >= body.length) response.end(body);
  else response.write(body.subarray(0, cut), () => response.socket?.destroy());
}

let origin = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  misbehave = honest;
  tag = '"1"';
  asked.length = 0;
  pauses.length = 0;
});

function open(options: Partial<HttpDataOptions> = {}) {
  return openHttpData(`${origin}/release/`, {
    files: ['data/items.jsonl', 'data/absent.jsonl'],
    fetch: globalThis.fetch,
    wait: async (ms) => {
      pauses.push(ms);
    },
    ...options,
  });
}

const source = async (options?: Partial<HttpDataOptions>) => (await open(options)).open('data/items.jsonl');

describe('a release under an address', () => {
  it('lists and opens the files that are there', async () => {
    const data = open();
    expect(await data.list()).toEqual(['data/items.jsonl']);
    expect(await data.has('data/absent.jsonl')).toBe(false);
    const opened = await data.open('data/items.jsonl');
    expect(opened.size).toBe(content.length);
    expect(Buffer.from(await opened.read(100, 200))).toEqual(content.subarray(100, 200));
    await expect(data.open('data/other.jsonl')).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(opened.read(content.length - 1, content.length + 1)).rejects.toMatchObject({
      code: 'file-truncated',
    });
  });

  it('is one file where no files are named', async () => {
    const data = openHttpData(`${origin}/release/data/items.jsonl`, { fetch: globalThis.fetch });
    expect(await data.list()).toEqual(['items.jsonl']);
    expect((await data.open('items.jsonl')).size).toBe(content.length);
    await expect(data.open('b.jsonl')).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('gives the same records however often the connection breaks, and asks for no byte twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(60_000), { minLength: 1, maxLength: 12 }), async (cuts) => {
        asked.length = 0;
        const left = [...cuts];
        misbehave = (request, response) => {
          const cut = request.method === 'GET' ? left.shift() : undefined;
          if (cut === undefined) return false;
          answer(request, response, cut);
          return true;
        };
        const opened = await source({ attempts: 20 });
        const bytes: Uint8Array[] = [];
        for await (const chunk of opened.stream()) bytes.push(chunk);
        expect(Buffer.concat(bytes).equals(content)).toBe(true);
        const starts = asked.flatMap((line) => /bytes=(\d+)/.exec(line)?.[1] ?? []).map(Number);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }),
      { numRuns: 15 },
    );
  });

  it('is gone on with at a record', async () => {
    const { records: all } = await collect(jsonlRecords(await source()));
    expect(all.map(({ value }) => value)).toEqual(records);
    const { records: rest } = await collect(jsonlRecords(await source(), { from: all[2500].next }));
    expect(rest).toEqual(all.slice(2501));
  });

  it('that changes between two ranges is not read on', async () => {
    const opened = await source();
    await opened.read(0, 10);
    tag = '"2"';
    await expect(opened.read(10, 20)).rejects.toMatchObject({ code: 'benchmark-invalid' });
  });

  it('is asked again after what passes, not before the time that the server says', async () => {
    const opened = await source();
    let busy = 3;
    misbehave = (_, response) => {
      if (busy-- <= 0) return false;
      response.writeHead(busy === 1 ? 429 : 503, busy === 1 ? { 'retry-after': '7' } : {}).end();
      return true;
    };
    expect(Buffer.from(await opened.read(0, 5))).toEqual(content.subarray(0, 5));
    expect(pauses).toEqual([250, 7000, 1000]);
  });

  it('is given up after several tries, or when the server asks for hours', async () => {
    const opened = await source();
    misbehave = (request) => request.socket.destroy() !== undefined;
    await expect(opened.read(0, 5)).rejects.toMatchObject({ code: 'file-unreadable' });
    expect(pauses).toHaveLength(5);
    misbehave = (_, response) => response.writeHead(503, { 'retry-after': '7200' }).end() !== undefined;
    await expect(opened.read(0, 5)).rejects.toMatchObject({ message: expect.stringContaining('7200 s') });
  });

  it('that falls silent is left', async () => {
    const opened = await source({ idleMs: 30, attempts: 2 });
    misbehave = () => true;
    await expect(opened.read(0, 5)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('tells its size by a range where HEAD is not allowed', async () => {
    misbehave = (request, response) =>
      request.method === 'HEAD' && response.writeHead(403).end() !== undefined;
    expect((await source()).size).toBe(content.length);
  });

  it('without ranges, packed on the way, or with another range than asked for is refused', async () => {
    const opened = await source();
    misbehave = (_, response) => response.writeHead(200, { etag: tag }).end(content) !== undefined;
    await expect(opened.read(5, 10)).rejects.toMatchObject({ code: 'format-unsupported' });
    misbehave = (_, response) =>
      response.writeHead(206, { etag: tag, 'content-range': `bytes 0-4/${content.length}` }).end('12345') !==
      undefined;
    await expect(opened.read(5, 10)).rejects.toMatchObject({ code: 'file-unreadable' });
    misbehave = (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 3 }).end() !== undefined;
    await expect(source()).rejects.toMatchObject({ code: 'format-unsupported' });
  });

  it('behind credentials is not asked for them', async () => {
    misbehave = (_, response) => response.writeHead(401).end() !== undefined;
    await expect(source()).rejects.toMatchObject({ message: expect.stringContaining('never sent') });
    for (const address of ['http://me:secret@127.0.0.1/a', `${origin}/a?token=1`, 'ftp://a/b', 'here'])
      expect(() => openHttpData(address, { fetch: globalThis.fetch, files: [] })).toThrow(
        expect.objectContaining({ code: 'bad-argument' }),
      );
  });

  it('follows redirects on its own host, elsewhere only where that is allowed', async () => {
    const to =
      (location: string): Misbehave =>
      (request, response) =>
        request.url === '/release/data/items.jsonl' &&
        response.writeHead(302, { location }).end() !== undefined;
    misbehave = to('/elsewhere');
    await expect(source()).rejects.toMatchObject({ code: 'file-not-found' });
    expect(asked).toContain('HEAD /elsewhere');
    misbehave = to(`http://localhost:${new URL(origin).port}/elsewhere`);
    await expect(source()).rejects.toMatchObject({ code: 'endpoint-not-trusted' });
    asked.length = 0;
    const allowed = { redirectTo: [`http://localhost:${new URL(origin).port}`] };
    await expect(source(allowed)).rejects.toMatchObject({ code: 'file-not-found' });
    expect(asked).toContain('HEAD /elsewhere');
    misbehave = to('/release/data/items.jsonl');
    await expect(source()).rejects.toMatchObject({ message: expect.stringContaining('without end') });
  });

  it('is never left through a name', async () => {
    for (const name of ['../secret', 'a/../../b', '/etc/passwd', 'a\\..\\b'])
      await expect(async () => open().open(name)).rejects.toMatchObject({ code: 'path-escape' });
    await open().has('a b/ö?#.png');
    expect(asked[asked.length - 1]).toBe('HEAD /release/a%20b/%C3%B6%3F%23.png');
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const opened = await source({ signal: stop.signal });
    misbehave = () => true;
    const reading = opened.read(0, 5);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});
