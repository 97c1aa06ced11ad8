import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataAt } from './open-data.ts';

const content = Buffer.from('{"id":1}\n{"id":2}\n');
const server = createServer((request, response) => {
  if (!/^\/set\/(items|more)\.jsonl$/.test(request.url ?? '')) return response.writeHead(404).end();
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const end = Math.min(Number(to ?? content.length), content.length - 1);
  response.writeHead(from === undefined ? 200 : 206, {
    'content-length': end + 1 - Number(from ?? 0),
    'content-range': `bytes ${from}-${end}/${content.length}`,
  });
  return response.end(request.method === 'HEAD' ? undefined : content.subarray(Number(from ?? 0), end + 1));
});
let address = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const card = [{ name: 'items.jsonl' }, { name: 'absent.json' }, { name: 'images/*' }];

describe('the address of a release', () => {
  it('that ends in a slash is a folder of the files on the card', async () => {
    const data = await openDataAt(`${address}/set/`, card);
    expect(await data.list()).toEqual(['items.jsonl']);
    const source = await data.open('items.jsonl');
    expect(Buffer.from(await source.read(9, 18)).toString()).toBe('{"id":2}\n');
    await data.close?.();
  });

  it('may name its files itself, and keeps them with a run', async () => {
    const place = `${address}/set/#more.jsonl,items.jsonl`;
    const data = await openDataAt(place, card);
    expect(await data.list()).toEqual(['items.jsonl', 'more.jsonl']);
    expect(data.path).toBe(place);
    await data.close?.();
  });

  it('that ends in a name is one file', async () => {
    const data = await openDataAt(`${address}/set/more.jsonl`, card);
    expect(await data.list()).toEqual(['more.jsonl']);
    await data.close?.();
  });
});
