// overread mcp serve: the tools, the questions and the run engine for MCP clients, over stdio or streamable HTTP.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { OverreadError } from '../../domain/errors.ts';
import { TOOL_MODES, type ToolMode } from '../../domain/tool.ts';
import {
  assignments,
  choices,
  collect,
  nonNegativeNumber,
  optional,
  positiveInteger,
  positiveNumber,
} from '../arguments.ts';
import type { CliCommand, Flags } from '../command.ts';
import { list, text } from '../command.ts';
import type { ServingOptions } from '../mcp-serving.ts';
import { type Session, storeUrl } from '../session.ts';

const TOKEN_VARIABLE = 'OVERREAD_MCP_TOKEN';

export default {
  register(program) {
    const mcp = program.command('mcp').description('serve the tools and the run engine to MCP clients');
    return [
      mcp
        .command('serve')
        .description('serve one benchmark, its tools and its runs over stdio or HTTP')
        .argument('<benchmark>', 'benchmark folder, or a published benchmark by name with --data')
        .option('--stdio', 'speak over stdin and stdout (the default)')
        .option('--http <port>', 'listen on this port of this machine; 0 picks a free one')
        .option('--host <address>', 'address to listen on (default 127.0.0.1)')
        .option('--allow-host <name:port>', 'a Host header that clients may use (repeatable)', collect)
        .option('--allow-origin <origin>', 'a web page’s origin that may call (repeatable)', collect)
        .option('--token-env <name>', `variable that holds the bearer token (default ${TOKEN_VARIABLE})`)
        .option('--max-sessions <n>', 'clients at once over HTTP (default 64)', positiveInteger)
        .option(
          '--idle <seconds>',
          'end an HTTP session after so long a silence (default 900)',
          positiveNumber,
        )
        .option('--no-runs', 'let clients start and report no runs')
        .option('--tool-mode <mode>', `how tools answer: ${TOOL_MODES.join(', ')} (default oracle)`)
        .option('--tools <tools...>', 'tools beside the published five, by name or group (default all)')
        .option('--data <path>', 'folder or file of a published benchmark’s release')
        .option('--mode <mode>', 'way of asking, where a published benchmark has several')
        .option('--split <split>', 'only this split of a published benchmark')
        .option('--facet <name=value>', 'only items of this node of a facet (repeatable)', collect)
        .option('--column <field=column>', 'a release’s own name of a field (repeatable)', collect)
        .option('--limit <n>', 'runs read only the first n questions', positiveInteger)
        .option('--segmenter <segmenter>', 'masks of the tool mode predicted')
        .option('--expert <role=expert>', 'an expert that tools may ask (repeatable)', collect)
        .option('--allow <endpoint>', 'an address that runs and experts may contact (repeatable)', collect)
        .option('--base-url <url>', 'server behind compatible/MODEL')
        .option('--max-cost <usd>', 'stop a run before it spends more', nonNegativeNumber)
        .option('--passphrase <text>', 'opens encrypted keys, for reports')
        .option('--store <file>', 'where reads are kept (default ./overread.db)'),
    ];
  },
  async run(session, [benchmark], flags) {
    const http = portOf(flags);
    const options = servingOptions(session, String(benchmark), flags);
    if (options.data === undefined && !existsSync(options.benchmark))
      throw new OverreadError(
        'file-not-found',
        `There is no benchmark folder "${options.benchmark}": name one, or a published benchmark with --data.`,
      );
    const { openServing } = await import('../mcp-serving.ts');
    const signal = stopSignal(session);
    const serving = await openServing({ ...options, signal });
    try {
      const { mcpServer } = await import('../../server/mcp/server.ts');
      const connect = () => mcpServer(serving.served);
      if (http === undefined) {
        const { serveStdio } = await import('../../server/mcp/stdio.ts');
        await serveStdio(connect(), signal);
        return 0;
      }
      await overHttp({ session, flags, port: http, connect, signal });
      return 0;
    } finally {
      await serving.close();
    }
  },
} satisfies CliCommand;

type Connect = () => ReturnType<typeof import('../../server/mcp/server.ts').mcpServer>;

interface HttpWork {
  readonly session: Session;
  readonly flags: Flags;
  readonly port: number;
  readonly connect: Connect;
  readonly signal: AbortSignal;
}

async function overHttp({ session, flags, port, connect, signal }: HttpWork): Promise<void> {
  const { serveHttp } = await import('../../server/mcp/http.ts');
  const { token, made } = tokenOf(text(flags, 'tokenEnv'));
  const serving = await serveHttp(connect, {
    port,
    token,
    hosts: list(flags, 'allowHost'),
    origins: list(flags, 'allowOrigin'),
    ...optional('host', text(flags, 'host')),
    ...optional('sessions', flags.maxSessions as number | undefined),
    ...(typeof flags.idle === 'number' ? { idleMs: flags.idle * 1000 } : {}),
  });
  session.result({ url: serving.url });
  session.remark(`Serving ${serving.url}; Ctrl-C stops it.`);
  // A token that was made here is told to whoever started the server, on its own terminal; a given one never.
  if (made) process.stderr.write(`Bearer token of this server: ${token}\n`);
  if (!signal.aborted) await once(signal, 'abort');
  await serving.close();
}

/** Ctrl-C, or what service managers send. */
function stopSignal({ signal }: Session): AbortSignal {
  const ended = new AbortController();
  process.once('SIGTERM', () => ended.abort(new OverreadError('cancelled', 'The server was stopped.')));
  return AbortSignal.any([signal, ended.signal]);
}

function portOf(flags: Flags): number | undefined {
  const given = text(flags, 'http');
  if (given === undefined) return undefined;
  if (flags.stdio === true) throw new OverreadError('bad-argument', 'Give --stdio or --http, not both.');
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new OverreadError('bad-argument', `--http takes a port from 0 to 65535, not "${given}".`);
}

/** A token shorter than this can be guessed. */
const SHORTEST_TOKEN = 16;

function tokenOf(variable: string | undefined): { token: string; made: boolean } {
  const token = process.env[variable ?? TOKEN_VARIABLE];
  if (token === undefined || token === '') {
    if (variable === undefined) return { token: randomBytes(24).toString('base64url'), made: true };
    throw new OverreadError(
      'credential-missing',
      `The variable ${variable} is empty: set the bearer token in it.`,
    );
  }
  if (token.length >= SHORTEST_TOKEN && !/\s/.test(token)) return { token, made: false };
  throw new OverreadError(
    'bad-argument',
    `The token in ${variable ?? TOKEN_VARIABLE} must have ${SHORTEST_TOKEN} characters or more and no space.`,
  );
}

function servingOptions(session: Session, benchmark: string, flags: Flags): ServingOptions {
  const { config } = session;
  const toolMode = (text(flags, 'toolMode') ?? 'oracle') as ToolMode;
  if (!TOOL_MODES.includes(toolMode))
    throw new OverreadError('bad-argument', `Give --tool-mode ${TOOL_MODES.join(', ')}.`);
  const tools = list(flags, 'tools');
  const experts = list(flags, 'expert');
  return {
    benchmark,
    toolMode,
    runs: flags.runs !== false,
    store: storeUrl(session, text(flags, 'store')),
    allow: [...(config.allow ?? []), ...list(flags, 'allow')],
    prices: { ...config.prices },
    signal: session.signal,
    facets: choices(list(flags, 'facet'), '--facet'),
    columns: assignments(list(flags, 'column'), '--column'),
    ...(tools.length === 0 ? {} : { tools }),
    ...(experts.length === 0 ? {} : { experts }),
    ...optional('data', text(flags, 'data')),
    ...optional('askMode', text(flags, 'mode')),
    ...optional('split', text(flags, 'split')),
    ...optional('limit', flags.limit as number | undefined),
    ...optional('segmenter', text(flags, 'segmenter')),
    ...optional('baseUrl', text(flags, 'baseUrl') ?? config.baseUrl),
    ...optional('maxCost', (flags.maxCost as number | undefined) ?? config.maxCost),
    ...optional('seed', config.seed),
    ...optional('passphrase', text(flags, 'passphrase')),
  };
}
