// One connection to an MCP server: a program of the user's, or an address on the trust list. Nothing is offered to it.
import { basename } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JsonSchemaValidator } from '@modelcontextprotocol/sdk/validation';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import { VERSION } from '../../domain/version.ts';
import { directFetch, type Fetch } from '../direct-fetch.ts';
import { cleaned } from '../failures.ts';
import { trustList } from '../trust.ts';
import { tokenVariable, type WrittenServer } from './written.ts';

export interface McpConnection {
  readonly client: Client;
  /** Why a call failed, in one sentence without anything secret. */
  problem(error: unknown, what: string): OverreadError;
  close(): Promise<void>;
}

/** A reply or a message larger than this is not taken. */
const MOST_BYTES = 32 << 20;

interface Way {
  readonly transport: Transport;
  readonly secret?: string;
  /** The last words of a program on stderr. */
  said(): string;
  close(): void;
}

/** Connects and greets. Errors: `endpoint-not-trusted`, `expert-failed` with one sentence. */
export async function connectMcp(
  server: WrittenServer,
  { allow, timeoutMs }: { readonly allow: readonly string[]; readonly timeoutMs: number },
): Promise<McpConnection> {
  const way = server.kind === 'address' ? overHttp(server, allow) : overStdio(server);
  const client = new Client(
    { name: 'overread', version: VERSION },
    {
      // No roots, no sampling, no elicitation: a server cannot ask for files, models or the user.
      capabilities: {},
      // What it says of its results is not compiled: results are data of bounded size whatever they are.
      jsonSchemaValidator: {
        getValidator:
          <T>(): JsonSchemaValidator<T> =>
          (input) => ({ valid: true, data: input as T, errorMessage: undefined }),
      },
    },
  );
  const connection: McpConnection = {
    client,
    problem: (error, what) => problemOf({ server, way, error, what }),
    async close() {
      await client.close().catch(() => {});
      way.close();
    },
  };
  try {
    await client.connect(way.transport, { timeout: timeoutMs });
    return connection;
  } catch (error) {
    const problem = connection.problem(error, 'did not answer');
    await connection.close();
    throw problem;
  }
}

function overHttp(server: Extract<WrittenServer, { kind: 'address' }>, allow: readonly string[]): Way {
  const direct = directFetch(trustList(allow), MOST_BYTES);
  const secret = process.env[tokenVariable(server.name)];
  const fetch: Fetch = async (input, init = {}) => {
    // Replies are gathered whole, so a stream of announcements without an end is not opened.
    if ((init.method ?? 'GET') === 'GET') return new Response(null, { status: 405 });
    // No redirect is followed, not even on the same host: what is on the list is this address.
    const { redirect: _, ...rest } = init;
    return direct.fetch(input, rest);
  };
  return {
    transport: new StreamableHTTPClientTransport(new URL(server.url), {
      fetch,
      ...(secret === undefined || secret === ''
        ? {}
        : { requestInit: { headers: { authorization: `Bearer ${secret}` } } }),
    }),
    ...(secret === undefined ? {} : { secret }),
    said: () => '',
    close: direct.close,
  };
}

function overStdio({ name, command, args, variables }: Extract<WrittenServer, { kind: 'program' }>): Way {
  const missing = variables.find((variable) => process.env[variable] === undefined);
  if (missing !== undefined)
    throw new OverreadError(
      'credential-missing',
      `The variable ${missing}, which --mcp ${name} passes on, is not set: set it.`,
    );
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    // Beside these the program sees HOME, PATH, USER and the like, and no key of ours.
    env: Object.fromEntries(variables.map((variable) => [variable, process.env[variable] ?? ''])),
    stderr: 'pipe',
    maxBufferSize: MOST_BYTES,
  });
  let said = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${String(chunk)}`.slice(-2000);
  });
  const secret = variables.map((variable) => process.env[variable]).find((value) => value !== undefined);
  return { transport, said: () => said, close: () => {}, ...(secret === undefined ? {} : { secret }) };
}

interface Failing {
  readonly server: WrittenServer;
  readonly way: Way;
  readonly error: unknown;
  readonly what: string;
}

function problemOf({ server, way, error, what }: Failing): OverreadError {
  const { name } = server;
  if (OverreadError.isInstance(error)) {
    const { origin, sent } = error.details as { origin?: string; sent?: boolean };
    if (error.code !== 'endpoint-not-trusted') return error;
    return new OverreadError(
      'endpoint-not-trusted',
      sent === true
        ? `The MCP server ${name} redirects to ${origin}, which is not on the trust list: give its final address with --mcp, and --allow it.`
        : `The address of the MCP server ${name} is not on the trust list, so nothing was sent: add --allow ${origin} if it may receive what readers write to it.`,
      { details: error.details },
    );
  }
  if ((error as NodeJS.ErrnoException | null)?.code === 'ENOENT' && server.kind === 'program')
    return new OverreadError(
      'dependency-missing',
      `The program ${basename(server.command)} of the MCP server ${name} is not on the PATH: install it or give its path.`,
    );
  const last = way.said().trim().split('\n').at(-1) ?? '';
  const root = (error as { cause?: unknown } | null)?.cause ?? error;
  const words = cleaned(last === '' ? messageOf(root) : last, way.secret);
  return new OverreadError(
    'expert-failed',
    `The MCP server ${name} ${what}${words === '' ? '' : ` ("${words}")`}: check its ${server.kind === 'program' ? 'command' : 'address and token'}.`,
  );
}
