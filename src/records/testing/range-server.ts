// Serves a folder by HTTP ranges on the loopback address, and breaks connections wherever it is told to.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface RangeServer {
  readonly url: string;
  requests(): number;
  broken(): number;
  close(): Promise<void>;
}

/** @param breakAfter bytes of a reply after which its connection breaks; undefined to let it be */
export async function startRangeServer(
  folder: string,
  breakAfter: () => number | undefined = () => undefined,
): Promise<RangeServer> {
  let requests = 0;
  let broken = 0;
  const server = createServer((request, response) => {
    requests++;
    const path = join(folder, decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    if (!existsSync(path)) return response.writeHead(404).end();
    const { size, mtimeMs } = statSync(path);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const end = Math.min(Number(to ?? size - 1), size - 1);
    response.writeHead(from === undefined ? 200 : 206, {
      'content-length': end + 1 - start,
      etag: `"${size}-${Math.round(mtimeMs)}"`,
      ...(from === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
    });
    if (request.method === 'HEAD') return response.end();
    const cut = breakAfter();
    const stream = createReadStream(path, {
      start,
      end: cut === undefined ? end : Math.min(end, start + cut),
    });
    stream.on('error', () => response.destroy());
    if (cut === undefined || start + cut >= end) return stream.pipe(response);
    broken++;
    stream.pipe(response, { end: false });
    return stream.on('end', () => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests: () => requests,
    broken: () => broken,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
