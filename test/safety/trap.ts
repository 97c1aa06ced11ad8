// An address that nothing is allowed to reach: it counts who comes all the same.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Trap {
  readonly url: string;
  /** Requests that reached it, by path. */
  readonly hits: string[];
  close(): void;
}

/** @param location where every request is sent on to, for an address that is trusted and redirects to one that is not */
export async function startTrap(location?: string): Promise<Trap> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    request.resume();
    if (location === undefined) response.end('{}');
    else response.writeHead(307, { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
