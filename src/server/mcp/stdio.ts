// MCP over stdin and stdout: one client, nothing but the protocol on stdout.
import { Writable } from 'node:stream';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

/** A message larger than this ends the connection. */
const MOST_BYTES = 4 << 20;

/** Serves until the client goes away or `signal` is aborted. */
export async function serveStdio(server: Server, signal: AbortSignal): Promise<void> {
  const { stdin, stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  const protocol = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      write(chunk, (error) => done(error));
    },
  });
  // Whatever else this process prints must not come between two messages.
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  try {
    const ended = new Promise<void>((resolve) => {
      server.onclose = resolve;
      stdin.once('end', resolve);
      stdin.once('close', resolve);
      protocol.once('error', () => resolve());
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.connect(new StdioServerTransport(stdin, protocol, { maxBufferSize: MOST_BYTES }));
    await ended;
    await server.close();
  } finally {
    stdout.write = write as typeof stdout.write;
    stdin.pause();
  }
}
