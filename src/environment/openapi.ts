// GET /openapi.json and POST /mcp: what OpenEnv's checker of running servers asks for besides the routes themselves.
import { VERSION } from '../domain/version.ts';

/** Version of the HTTP interface that OpenEnv calls 1.x; not ours. */
const INTERFACE_VERSION = '1.0.0';

/** The routes as an OpenAPI document. */
export function openApi(schema: ReturnType<typeof import('./wire.ts').schemas>): Record<string, unknown> {
  const json = (content: unknown) => ({ content: { 'application/json': { schema: content } } });
  const answered = (description: string, content: unknown) => ({
    responses: { 200: { description, ...json(content) } },
  });
  const result = {
    type: 'object',
    required: ['observation', 'reward', 'done'],
    properties: {
      observation: schema.observation,
      reward: { type: ['number', 'null'] },
      done: { type: 'boolean' },
    },
  };
  const fields = (properties: Record<string, unknown>, required: string[] = []) => ({
    requestBody: json({ type: 'object', properties, required }),
  });
  const id = { type: 'string', maxLength: 255 };
  return {
    openapi: '3.1.0',
    info: {
      title: `Overread ${VERSION}, as an OpenEnv environment`,
      version: INTERFACE_VERSION,
    },
    paths: {
      '/health': { get: answered('Healthy', { type: 'object' }) },
      '/metadata': { get: answered('What this is', { type: 'object' }) },
      '/schema': { get: answered('Schemas of action, observation and state', { type: 'object' }) },
      '/reset': {
        post: {
          ...fields({ seed: { type: 'integer', minimum: 0 }, episode_id: id, question_id: id }),
          ...answered('The question', result),
        },
      },
      '/step': {
        post: {
          ...fields({ action: schema.action, episode_id: id }, ['action']),
          ...answered('What came of the action', result),
        },
      },
      '/state': { get: answered('Where the episode stands', schema.state) },
      '/close': { post: { ...fields({ episode_id: id }), ...answered('Closed', { type: 'object' }) } },
      '/images/{hash}': {
        get: { responses: { 200: { description: 'A picture that an open episode shows' } } },
      },
      '/summary': { get: answered('Episodes by how they ended', { type: 'object' }) },
    },
  };
}

export interface ToolCard {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Answers a JSON-RPC request: tools are listed here, and called by a step of an episode. */
export function answerRpc(text: string, tools: readonly ToolCard[]): Record<string, unknown> {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch {
    return rpcError(null, -32700, 'The request is not JSON.');
  }
  const { jsonrpc, method, id } = (request ?? {}) as Record<string, unknown>;
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  if (jsonrpc !== '2.0' || typeof method !== 'string')
    return rpcError(known, -32600, 'This is no JSON-RPC 2.0 request.');
  if (method === 'tools/list')
    return {
      jsonrpc: '2.0',
      id: known,
      result: {
        tools: tools.map(({ name, description, parameters }) => ({
          name,
          description,
          inputSchema: parameters,
        })),
      },
    };
  return rpcError(
    known,
    -32601,
    'Only tools/list is answered here: tools are called by a step of an episode.',
  );
}

function rpcError(id: string | number | null, code: number, message: string): Record<string, unknown> {
  return { jsonrpc: '2.0', id, error: { code, message } };
}
