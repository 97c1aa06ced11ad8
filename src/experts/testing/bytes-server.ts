// A loopback server of a few lines for services that are no chat models: every request is kept, a function answers.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BytesRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer<ArrayBuffer>;
}

export interface BytesReply {
  /** Default 200. */
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Never answer. */
  readonly hang?: boolean;
}

export interface BytesServer {
  readonly origin: string;
  readonly requests: BytesRequest[];
  close(): Promise<void>;
}

export async function startBytes(
  answer: (request: BytesRequest, count: number) => BytesReply | Promise<BytesReply>,
): Promise<BytesServer> {
  const requests: BytesRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const request = {
        method: incoming.method ?? 'GET',
        path: incoming.url ?? '/',
        headers: incoming.headers,
        body: Buffer.concat(chunks),
      };
      requests.push(request);
      const {
        status = 200,
        type = 'application/octet-stream',
        headers,
        body = '',
        hang,
      } = await answer(request, requests.length);
      if (hang === true) return;
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Parts of a form as a server reads them. */
export async function formOf({ body, headers }: BytesRequest): Promise<FormData> {
  return new Response(body, { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
}
