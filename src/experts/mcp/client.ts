// Outside MCP servers whose tools join a run: listed once, wrapped as tools of the group "outside", closed with the run.
import {
  type CallToolResult,
  CallToolResultSchema,
  ListToolsResultSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { TOOL_MODES, type Tool, type ToolContext } from '../../domain/tool.ts';
import { argumentSchema } from './argument-schema.ts';
import { connectMcp, type McpConnection } from './connection.ts';
import { outsideResult } from './outside-result.ts';
import { parseMcpServer, type WrittenServer } from './written.ts';

export interface McpOptions {
  /** The trust list's addresses. A program that the user named is trusted by that. */
  readonly allow: readonly string[];
  /** Names that no outside tool may take. */
  readonly taken: readonly string[];
  /** Longest that greeting and listing may take, in ms. Default 20,000. */
  readonly greetingMs?: number;
  /** Longest that a call may take, in ms. Default 60,000. */
  readonly callMs?: number;
}

export interface OutsideServers {
  readonly tools: readonly Tool[];
  /** For a run's record: who they said they are, and a hash of all that they said of their tools. */
  readonly settings: readonly OutsideSetting[];
  close(): Promise<void>;
}

export interface OutsideSetting {
  readonly name: string;
  readonly server: string;
  readonly tools: number;
  readonly hash: string;
  readonly images: boolean;
}

const MOST_TOOLS = 64;
const MOST_PAGES = 16;
const MOST_DESCRIPTION = 1000;

/**
 * Opens each server as written (`parseMcpServer`) and lists its tools. A server that does not answer is an error before
 * anything is read. Errors: `bad-argument`, `endpoint-not-trusted`, `credential-missing`, `dependency-missing`,
 * `expert-failed`.
 */
export async function openMcpServers(
  written: readonly string[],
  options: McpOptions,
): Promise<OutsideServers> {
  const servers = written.map(parseMcpServer);
  const twice = servers.find(({ name }, at) => servers.findIndex((other) => other.name === name) !== at);
  if (twice !== undefined)
    throw new OverreadError(
      'bad-argument',
      `Two MCP servers are called ${twice.name}: give each its own name.`,
    );
  const open: McpConnection[] = [];
  const close = async () => {
    await Promise.all(open.map((connection) => connection.close()));
  };
  const tools: Tool[] = [];
  const settings: OutsideSetting[] = [];
  try {
    for (const server of servers) {
      const connection = await connectMcp(server, {
        allow: options.allow,
        timeoutMs: options.greetingMs ?? 20_000,
      });
      open.push(connection);
      const listed = await listedTools(connection, server, options.greetingMs ?? 20_000);
      const taken = new Set([...options.taken, ...tools.map(({ name }) => name)]);
      for (const each of listed)
        tools.push(
          outsideTool(each, fittingName(server.name, each.name, taken), { server, connection, options }),
        );
      const who = connection.client.getServerVersion();
      settings.push({
        name: server.name,
        server: plainText(`${who?.name ?? ''} ${who?.version ?? ''}`, 100),
        tools: listed.length,
        hash: contentHash(JSON.parse(JSON.stringify(listed))),
        images: server.images,
      });
    }
    return { tools, settings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Listed {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: unknown;
}

async function listedTools(
  connection: McpConnection,
  { name }: WrittenServer,
  timeout: number,
): Promise<Listed[]> {
  const found: Listed[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const reply = await connection.client
      .request({ method: 'tools/list', params }, ListToolsResultSchema, { timeout })
      .catch((error: unknown) => {
        throw connection.problem(error, 'did not list its tools');
      });
    for (const { name: of, description, inputSchema } of reply.tools)
      found.push({ name: of, inputSchema, ...(description === undefined ? {} : { description }) });
    cursor = reply.nextCursor;
    if (cursor === undefined || found.length > MOST_TOOLS) break;
  }
  if (found.length > MOST_TOOLS)
    throw new OverreadError(
      'limit-exceeded',
      `The MCP server ${name} offers more than ${MOST_TOOLS} tools, too many for a reader: let it offer fewer.`,
    );
  if (found.length > 0) return found;
  throw new OverreadError('expert-failed', `The MCP server ${name} offers no tools: leave it out.`);
}

/** NAME_tool, of small letters, digits and underscores, at most 64, and no other tool's name. */
export function fittingName(server: string, tool: string, taken: Set<string>): string {
  const plain = `${server}_${tool}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/_+$/, '');
  for (let at = 1; ; at++) {
    const end = at === 1 ? '' : `_${at}`;
    const name = `${plain.slice(0, 64 - end.length)}${end}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** One line without control characters: what a server says of itself is shown in lists. */
function plainText(text: string, most: number): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, most);
}

interface Made {
  readonly server: WrittenServer;
  readonly connection: McpConnection;
  readonly options: McpOptions;
}

function outsideTool(listed: Listed, name: string, { server, connection, options }: Made): Tool {
  const tool: Tool<Record<string, unknown>> = {
    name,
    description: `(outside server ${server.name}) ${plainText(listed.description ?? listed.name, MOST_DESCRIPTION)}`,
    input: argumentSchema(listed.inputSchema),
    modes: TOOL_MODES,
    group: 'outside',
    async run(input, context) {
      const args = server.images ? await withPictures(input, context) : input;
      const result: CallToolResult = await connection.client
        .request(
          { method: 'tools/call', params: { name: listed.name, arguments: args } },
          CallToolResultSchema,
          {
            timeout: options.callMs ?? 60_000,
            signal: context.signal,
          },
        )
        .catch((error: unknown) => {
          context.signal.throwIfAborted();
          throw connection.problem(error, `failed in ${name}`);
        });
      return outsideResult(result, name, context.pictures);
    },
  };
  return tool as Tool;
}

/** Arguments that are hashes of this read's pictures become the pictures, as data URLs; no other stored picture can. */
async function withPictures(
  input: Record<string, unknown>,
  { pictures }: ToolContext,
): Promise<Record<string, unknown>> {
  const known = new Set(pictures?.list().map(({ hash }) => hash));
  const entries = Object.entries(input).map(async ([key, value]) => {
    if (typeof value !== 'string' || pictures === undefined || !known.has(value))
      return [key, value] as const;
    const { stored } = await pictures.open(value);
    const base64 = Buffer.from(await stored.bytes()).toString('base64');
    return [key, `data:${stored.mediaType};base64,${base64}`] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
