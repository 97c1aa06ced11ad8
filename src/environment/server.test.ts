import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { memoryBlobs } from '../storage/blobs.ts';
import { type ServedEnvironment, type ServeOptions, serveEnvironment } from './server.ts';
import { boxEpisodes } from './testing.ts';

let served: ServedEnvironment | undefined;
const open: WebSocket[] = [];
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  await served?.close();
});

async function start(options: Partial<ServeOptions> = {}, environment: object = {}): Promise<string> {
  served = await serveEnvironment({
    environment: { ...(await boxEpisodes()), blobs: memoryBlobs(), ...environment },
    port: 0,
    ...options,
  });
  return served.url;
}

async function connect(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers });
  open.push(socket);
  const waiting: ((text: string) => void)[] = [];
  const arrived: string[] = [];
  socket.on('message', (data) => {
    const next = waiting.shift();
    if (next === undefined) arrived.push(String(data));
    else next(String(data));
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const received = () =>
    new Promise<string>((resolve) => {
      const text = arrived.shift();
      if (text === undefined) waiting.push(resolve);
      else resolve(text);
    });
  return {
    socket,
    received: async () => JSON.parse(await received()),
    async ask(text: string) {
      socket.send(text);
      return JSON.parse(await received());
    },
  };
}

/** What the tests look at of any JSON answer. */
interface Told {
  readonly observation: {
    readonly episode_id: string;
    readonly step: number;
    readonly content: readonly { readonly type: string; readonly url?: string }[];
  };
  readonly info: { readonly version: string };
  readonly paths: Record<string, unknown>;
  readonly result: { readonly tools: readonly { readonly name: string }[] };
}
const told = async (response: Response | Promise<Response>) => (await (await response).json()) as Told;
const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve));
const soon = async (holds: () => boolean) => {
  for (let n = 0; n < 100 && !holds(); n++) await new Promise((resolve) => setTimeout(resolve, 20));
  return holds();
};
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/**
 * What OpenEnv's generic client (huggingface/OpenEnv at 385de5e, June 2026) sent to this server over its WebSocket, in
 * order, and what it reads of each answer.
 */
const RECORDED: readonly { sent: string; type: string; reads: readonly string[] }[] = [
  { sent: '{"type": "reset", "data": {}}', type: 'observation', reads: ['observation', 'reward', 'done'] },
  {
    sent: '{"type": "reset", "data": {"seed": 42, "episode_id": "episode-001"}}',
    type: 'observation',
    reads: ['observation', 'reward', 'done'],
  },
  {
    sent: '{"type": "step", "data": {"tool": "segment_organ", "arguments": {"target": "liver"}}}',
    type: 'observation',
    reads: ['observation', 'reward', 'done'],
  },
  { sent: '{"type": "state"}', type: 'state', reads: ['episode_id', 'step_count'] },
  {
    sent: '{"type": "step", "data": {"answer": "A", "metadata": {}}}',
    type: 'observation',
    reads: ['observation', 'reward', 'done'],
  },
  { sent: '{"type": "step", "data": {"answer": "A"}}', type: 'error', reads: ['message', 'code'] },
];

describe('the served environment', () => {
  it('answers the recorded requests of OpenEnv’s client field for field', async () => {
    const { ask, socket } = await connect(await start());
    for (const { sent, type, reads } of RECORDED) {
      const answer = await ask(sent);
      // The client's message types forbid any field but these.
      expect(Object.keys(answer).sort()).toEqual(['data', 'type']);
      expect(answer.type).toBe(type);
      expect(Object.keys(answer.data)).toEqual(expect.arrayContaining([...reads]));
      if (type !== 'observation') continue;
      expect(Object.keys(answer.data).sort()).toEqual(['done', 'observation', 'reward']);
      expect(typeof answer.data.done).toBe('boolean');
      expect(answer.data.reward === null || typeof answer.data.reward === 'number').toBe(true);
    }
    const gone = closed(socket);
    socket.send('{"type": "close"}');
    expect(await gone).toBe(1000);
    expect(await soon(() => served?.active() === 0)).toBe(true);
  });
  it('has what OpenEnv’s checker of running servers asks for', async () => {
    const url = await start();
    const json = (path: string) => told(fetch(url + path));
    expect(await json('/health')).toEqual({ status: 'healthy' });
    expect(await json('/metadata')).toMatchObject({
      name: expect.any(String),
      description: expect.any(String),
    });
    expect(await json('/schema')).toMatchObject({ action: {}, observation: {}, state: {} });
    const { info, paths } = await json('/openapi.json');
    expect(info.version).toMatch(/^1\./);
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/reset', '/step', '/state']));
    expect(await (await post(`${url}/mcp`, {})).json()).toMatchObject({
      jsonrpc: '2.0',
      error: { code: -32600 },
    });
    const { result } = await told(post(`${url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/list' }));
    expect(result.tools.map(({ name }) => name)).toContain('measure');
  });
  it('plays over HTTP by the episode’s id', async () => {
    const url = await start();
    expect((await post(`${url}/step`, { action: { answer: 'A' } })).status).toBe(409);
    const first = await told(post(`${url}/reset`, { seed: 5 }));
    // Alone, it needs no id.
    const call = { tool: 'segment_organ', arguments: { target: 'liver' } };
    expect((await told(post(`${url}/step`, { action: call }))).observation.step).toBe(1);
    const second = await told(post(`${url}/reset`, { seed: 6, episode_id: 'mine' }));
    expect(second.observation.episode_id).toBe('mine');
    expect((await post(`${url}/step`, { action: call })).status).toBe(409);
    const { episode_id } = first.observation;
    const end = await (await post(`${url}/step`, { action: { answer: 'A' }, episode_id })).json();
    expect(end).toMatchObject({ done: true, observation: { step: 2 } });
    expect(await (await fetch(`${url}/state?episode_id=mine`)).json()).toMatchObject({
      step_count: 0,
      seed: 6,
    });
    expect((await post(`${url}/close`, { episode_id: 'mine' })).status).toBe(200);
    expect((await fetch(`${url}/state?episode_id=mine`)).status).toBe(409);
    expect(served?.counts).toMatchObject({ begun: 2, abandoned: 1 });
  });
  it('says what is wrong with a message and goes on', async () => {
    const { ask } = await connect(await start());
    expect((await ask('{"type": "step", "data": {}}')).data.code).toBe('EXECUTION_ERROR');
    expect((await ask('{')).data.code).toBe('INVALID_JSON');
    expect((await ask('7')).data.code).toBe('UNKNOWN_TYPE');
    expect((await ask('{"type": "fly"}')).data.code).toBe('UNKNOWN_TYPE');
    expect((await ask('{"type": "reset", "data": {"seed": -1}}')).data).toMatchObject({
      code: 'VALIDATION_ERROR',
      errors: [{ loc: ['data', 'seed'] }],
    });
    expect((await ask('{"type": "reset", "data": {"question_id": "../keys.jsonl"}}')).data.code).toBe(
      'EXECUTION_ERROR',
    );
    expect((await ask('{"type": "reset", "data": {"seed": 1, "more": true}}')).type).toBe('observation');
    const wrong = await ask('{"type": "step", "data": [1]}');
    expect(wrong.data.observation).toMatchObject({ kind: 'error', step: 1 });
  });
  it('refuses what is too large, and whoever sends without waiting', async () => {
    const url = await start({ maxBytes: 2_000 });
    expect((await post(`${url}/reset`, 'x'.repeat(3_000))).status).toBe(413);
    const { socket } = await connect(url);
    const gone = closed(socket);
    socket.send('x'.repeat(3_000));
    expect(await gone).toBe(1009);
    expect(await soon(() => served?.active() === 0)).toBe(true);
  });
  it('answers many messages in order, one after another', async () => {
    const { socket, ask, received } = await connect(await start());
    await ask('{"type":"reset","data":{}}');
    for (let n = 0; n < 8; n++)
      socket.send('{"type":"step","data":{"tool":"segment_organ","arguments":{"target":"liver"}}}');
    for (let n = 1; n <= 8; n++) expect((await received()).data.observation.step).toBe(n);
  });
  it('holds as many sessions as it may and tells the next one', async () => {
    const url = await start({ maxSessions: 2 });
    const first = await connect(url);
    await connect(url);
    const third = await connect(url);
    expect((await third.received()).data).toMatchObject({
      code: 'CAPACITY_REACHED',
      active_sessions: 2,
      max_sessions: 2,
    });
    expect((await post(`${url}/reset`, {})).status).toBe(503);
    first.socket.terminate();
    expect(await soon(() => served?.active() === 1)).toBe(true);
    // An HTTP session whose episode is over makes room.
    expect((await post(`${url}/reset`, { episode_id: 'a' })).status).toBe(200);
    expect((await post(`${url}/reset`, { episode_id: 'b' })).status).toBe(503);
    await post(`${url}/step`, { action: { answer: 'A' }, episode_id: 'a' });
    expect((await post(`${url}/reset`, { episode_id: 'b' })).status).toBe(200);
  });
  it('ends sessions that are idle, and loses no episode', async () => {
    const url = await start({ idleMs: 100 });
    const { ask, socket } = await connect(url);
    await ask('{"type":"reset","data":{}}');
    await post(`${url}/reset`, { episode_id: 'a' });
    const code = await closed(socket);
    expect(code).toBe(1001);
    expect(await soon(() => served?.active() === 0)).toBe(true);
    expect(served?.reaped()).toBe(2);
    expect(served?.counts).toMatchObject({ begun: 2, abandoned: 2 });
  });
  it('wants its token, by header or in the path', async () => {
    const url = await start({ token: 'a-long-token' });
    const bare = url.replace(/\/t\/.*/, '');
    expect((await fetch(`${bare}/health`)).status).toBe(401);
    expect((await fetch(`${bare}/t/another-token/health`)).status).toBe(401);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(
      (await fetch(`${bare}/health`, { headers: { authorization: 'Bearer a-long-token' } })).status,
    ).toBe(200);
    await expect(connect(bare)).rejects.toThrow('401');
    const { ask } = await connect(url);
    expect((await ask('{"type":"reset","data":{}}')).type).toBe('observation');
  });
  it('lets no web page of elsewhere in, nor another host’s name', async () => {
    const url = await start();
    expect((await fetch(`${url}/health`, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    await expect(connect(url, { origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(connect(url, { host: 'evil.example' })).rejects.toThrow('403');
    await expect(
      serveEnvironment({
        environment: { ...(await boxEpisodes()), blobs: memoryBlobs() },
        host: '0.0.0.0',
        port: 0,
      }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
  });
  it('gives out no picture but those of an open episode', async () => {
    const blobs = memoryBlobs();
    const [shown, other] = [await blobs.put(Uint8Array.of(1, 2, 3)), await blobs.put(Uint8Array.of(4))];
    const { source } = await boxEpisodes();
    const url = await start(
      {},
      { source: { ...source, shown: async () => [{ hash: shown, caption: '' }] }, blobs },
    );
    const { observation } = await told(post(`${url}/reset`, { episode_id: 'with one' }));
    const at = `${url}${observation.content.find(({ type }) => type === 'image')?.url}`;
    const picture = await fetch(at);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
    expect((await fetch(at.replace(shown, other))).status).toBe(404);
    await post(`${url}/close`, { episode_id: 'with one' });
    expect((await fetch(at)).status).toBe(404);
    await post(`${url}/reset`, { episode_id: 'a' });
    expect((await fetch(`${url}/images/${'0'.repeat(64)}?episode=a`)).status).toBe(404);
    expect((await fetch(`${url}/images/..%2f..%2fetc%2fpasswd?episode=a`)).status).toBe(404);
  });
  it('stops gracefully: what is under way is answered first', async () => {
    const url = await start();
    const { ask, socket } = await connect(url);
    await ask('{"type":"reset","data":{}}');
    const gone = closed(socket);
    await served?.close();
    expect(await gone).toBe(1001);
    expect(served?.counts).toMatchObject({ begun: 1, abandoned: 1 });
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });
});
