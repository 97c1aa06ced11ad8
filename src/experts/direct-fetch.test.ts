import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { directFetch } from './direct-fetch.ts';
import { trustList } from './trust.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a redirect', () => {
  it.each([300, 301, 302, 303, 305, 307, 308])('with status %i is followed nowhere', async (status) => {
    let elsewhere = 0;
    const other = await serving((_, response) => {
      elsewhere++;
      response.end('{}');
    });
    let location = '';
    const trusted = await serving((request, response) => {
      if (request.url !== '/v1') elsewhere++;
      response.writeHead(status, location === '' ? {} : { location }).end();
    });
    const { fetch, close } = directFetch(trustList([trusted, 'https://models.example.org']));
    for (location of [
      other,
      other.replace('http:', ''),
      '/elsewhere',
      'http:///',
      '',
      'https://models.example.org',
    ]) {
      const code = location.endsWith(new URL(other).host) ? 'endpoint-not-trusted' : 'provider-failed';
      await expect(fetch(`${trusted}/v1`, { method: 'POST', body: 'private' })).rejects.toMatchObject({
        code,
      });
    }
    expect(elsewhere).toBe(0);
    close();
  });
});

describe('a redirect that was asked for as it is', () => {
  it('is the reply, and is followed nowhere', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serving((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end('moved');
    });
    const { fetch, close } = directFetch(trustList([url]));
    const response = await fetch(`${url}/here`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location'), asked]).toEqual([
      302,
      '/elsewhere',
      ['/here'],
    ]);
    close();
  });
});

describe('an endless reply', () => {
  it.each(['application/json', 'text/event-stream', 'text/plain'])('of %s is cut off', async (type) => {
    const url = await serving((_, response) => {
      response.writeHead(200, { 'content-type': type });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const { fetch, close } = directFetch(trustList([url]), 100_000);
    await expect(fetch(url).then((response) => response.text())).rejects.toMatchObject({
      cause: expect.objectContaining({ message: 'the reply is too long' }),
    });
    close();
  });

  it('that is small only while it is compressed is not unpacked', async () => {
    const url = await serving((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1_000_000)));
    });
    const { fetch, close } = directFetch(trustList([url]), 100_000);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    close();
  });
});
