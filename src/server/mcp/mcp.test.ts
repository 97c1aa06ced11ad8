// The real command, spoken to by the protocol's own client over both transports.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../domain/content-hash.ts';
import type { MeasurementSet } from '../../domain/measurement.ts';
import type { Key } from '../../domain/question.ts';
import { pictureSize } from '../../imaging/picture-size.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { answerMeasure } from '../../measure/answer.ts';
import { openBenchmark } from '../../questions/benchmark-folder.ts';
import { openKeys } from '../../questions/keys.ts';
import { type PhantomBenchmark, phantomBenchmark } from '../../runs/testing/phantom-benchmark.ts';
import { allTools } from '../../tools/toolkit.ts';

const bin = fileURLToPath(new URL('../../../bin/overread.js', import.meta.url));
const TOKEN = 'a-token-for-this-test-only';
const SERVICE = ['list_benchmarks', 'list_questions', 'open_question', 'start_run', 'run_status', 'report'];

const MODES = ['oracle', 'vision'] as const;
type Mode = (typeof MODES)[number];

let phantoms: PhantomBenchmark;
let keys: ReadonlyMap<string, Key>;
const servers = new Map<Mode, { child: ChildProcess; url: string }>();

beforeAll(async () => {
  phantoms = await phantomBenchmark({ seed: 11, cases: 2, perCase: 12 });
  keys = await openKeys(phantoms.benchmark);
  for (const mode of MODES) {
    const child = spawn(process.execPath, [bin, ...serve(mode, 'http'), '--http', '0', '--json'], {
      env: { ...process.env, OVERREAD_MCP_TOKEN: TOKEN },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const chunk of child.stdout ?? []) {
      said += String(chunk);
      if (said.includes('}')) break;
    }
    servers.set(mode, { child, url: (JSON.parse(said) as { url: string }).url });
  }
}, 60_000);
afterAll(async () => {
  for (const { child } of servers.values()) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }
  rmSync(phantoms.folder, { recursive: true, force: true });
});

function serve(mode: Mode, store: string): string[] {
  const file = join(phantoms.folder, `${store}-${mode}.db`);
  return ['mcp', 'serve', phantoms.benchmark, '--store', file, '--tool-mode', mode];
}

async function overStdio(mode: Mode): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' });
  const args = [bin, ...serve(mode, 'stdio')];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'pipe' }));
  return client;
}

async function overHttp(mode: Mode): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' });
  const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
  const url = new URL(servers.get(mode)?.url ?? '');
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return client;
}

async function called(client: Client, name: string, args: Record<string, unknown> = {}) {
  return (await client.callTool({ name, arguments: args })) as CallToolResult;
}

const structured = <T>(result: CallToolResult): T => {
  expect(result.isError, JSON.stringify(result.content)).not.toBe(true);
  return result.structuredContent as T;
};

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly [key: string]: unknown;
}

/** Arguments that fit a schema, with a picture of the session where a picture is wanted. */
function fitting(schema: Schema, name: string, hash: string): unknown {
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const either = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (either !== undefined) return fitting(either[0], name, hash);
  if (schema.type === 'object' || schema.properties !== undefined)
    return Object.fromEntries(
      (schema.required ?? []).map((key) => [key, fitting(schema.properties?.[key] ?? {}, key, hash)]),
    );
  if (schema.type === 'array')
    return Array.from({ length: Number(schema.minItems ?? 1) }, (_, at) =>
      fitting(
        ((schema.prefixItems as Schema[] | undefined)?.[at] ?? schema.items ?? {}) as Schema,
        name,
        hash,
      ),
    );
  if (schema.type === 'number' || schema.type === 'integer') return Number(schema.minimum ?? 1);
  if (schema.type === 'boolean') return true;
  if (/image|picture|hash/.test(name)) return hash;
  return /organ|target|region|structure/.test(name) ? 'liver' : 'fatty liver';
}

describe.each([
  ['stdio', overStdio],
  ['streamable HTTP', overHttp],
])('over %s', (_, connect) => {
  it.each(
    MODES,
  )('lists every tool of the mode %s, with schemas, and answers a call of each', async (mode) => {
    const client = await connect(mode);
    const { tools } = await client.listTools();
    const ofMode = allTools().filter((tool) => tool.modes.includes(mode));
    expect(tools.map(({ name }) => name).sort()).toEqual(
      [...SERVICE, ...ofMode.map(({ name }) => name)].sort(),
    );
    const listed = structured<{ questions: { id: string }[] }>(await called(client, 'list_questions'));
    const [{ id }] = listed.questions;
    const opened = structured<{ asked: string; pictures: { hash: string }[]; tools: string[] }>(
      await called(client, 'open_question', { question: id }),
    );
    expect(opened.pictures.length).toBeGreaterThan(0);
    for (const { name, inputSchema } of tools) {
      if (name === 'start_run') continue;
      const args = fitting(inputSchema as Schema, name, opened.pictures[0].hash) as Record<string, unknown>;
      const result = await called(client, name, name === 'open_question' ? { question: id } : args);
      const [first] = result.content;
      expect(first?.type, name).toBe('text');
      // Either a value, the same as structured content, or one sentence.
      if (result.isError === true) expect((first as { text: string }).text, name).toMatch(/\S.*\.$/s);
      else expect(JSON.parse((first as { text: string }).text), name).toEqual(result.structuredContent);
    }
    await client.close();
  });

  it('measures as the benchmark does', async () => {
    const client = await connect('oracle');
    const benchmark = await openBenchmark(phantoms.benchmark);
    const [question] = await benchmark.questions({ limit: 1 });
    const before = await called(client, 'measure', { target: 'liver', measurement_type: 'volume_cm3' });
    expect(before).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/open_question/) }],
    });
    await called(client, 'open_question', { question: question.id });
    const set: MeasurementSet = await benchmark.measurements(question.caseId);
    const measured = await called(client, 'measure', { target: 'liver', measurement_type: 'volume_cm3' });
    expect(structured(measured)).toEqual(
      JSON.parse(JSON.stringify(answerMeasure(set, 'liver', 'volume_cm3'))),
    );
    await client.close();
  });

  it('sends pictures as images and as resources of the session, and no others', async () => {
    const client = await connect('vision');
    const listed = structured<{ questions: { id: string }[] }>(await called(client, 'list_questions'));
    await called(client, 'open_question', { question: listed.questions[0].id });
    const crop = await called(client, 'crop_organ', { organ: 'liver' });
    const { image } = structured<{ image: string }>(crop);
    const block = crop.content.find((part) => part.type === 'image');
    if (block?.type !== 'image') throw new Error('no image block');
    const bytes = Buffer.from(block.data, 'base64');
    expect(sha256(bytes)).toBe(image);
    expect(pictureSize(bytes)?.width).toBeGreaterThan(8);
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain(`overread://picture/${image}`);
    const { contents } = await client.readResource({ uri: `overread://picture/${image}` });
    expect(contents[0]).toMatchObject({ mimeType: 'image/png', blob: block.data });
    await client.close();

    // Another client has not opened this case, and the picture's name alone opens nothing.
    const other = await connect('vision');
    await expect(other.readResource({ uri: `overread://picture/${image}` })).rejects.toThrow(/No picture/);
    for (const uri of [
      'file:///etc/passwd',
      'overread://picture/../../keys.jsonl',
      `overread://picture/${image}/..`,
    ])
      await expect(other.readResource({ uri })).rejects.toThrow(/No picture/);
    await other.close();
  });

  it('runs a reader over the benchmark and reports scores, never an answer', async () => {
    const client = await connect('oracle');
    const started = structured<{ run: string; status: string }>(
      await called(client, 'start_run', { reader: 'executor#oracle' }),
    );
    expect(started.status).toBe('running');
    let state: { status: string; done: number; planned: number };
    do {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { runs } = structured<{ runs: (typeof state)[] }>(
        await called(client, 'run_status', { run: started.run }),
      );
      [state] = runs;
    } while (state.status === 'running');
    expect(state).toMatchObject({ status: 'done', done: keys.size, planned: keys.size });
    const result = await called(client, 'report', { run: started.run });
    const { scores } = structured<{ scores: { of: string; score: number; n: number }[] }>(result);
    // The executor on annotated masks is right by construction.
    expect(scores[0]).toMatchObject({ of: 'overall', score: 1, n: keys.size });
    for (const { n } of scores) expect(n).toBeGreaterThanOrEqual(5);
    for (const wrong of ['run-99', '../../keys.jsonl'])
      expect(await called(client, 'report', { run: wrong })).toMatchObject({ isError: true });
    // A reader that opens a file of the machine is not a client's to start.
    expect(await called(client, 'start_run', { reader: 'encoder@onnx//etc/passwd' })).toMatchObject({
      isError: true,
    });
    await client.close();
  });
});

it('prints nothing but the protocol on stdout, and ends with its client', async () => {
  const child = spawn(process.execPath, [bin, ...serve('oracle', 'plain')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += String(chunk);
  });
  const send = (message: unknown) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'raw', version: '0' },
  };
  send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  child.stdin.write('this is no JSON\n');
  const call = { name: 'start_run', arguments: { reader: 'random' } };
  send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: call });
  await new Promise<void>((resolve) => {
    child.stdout.on('data', () => out.includes('"id":2') && resolve());
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  expect(await ended).toBe(0);
  for (const line of out.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
});

it('says to a client nothing of keys: not in any listing, opened question, measurement or error', async () => {
  const client = await overHttp('oracle');
  const seen: unknown[] = [await client.listTools()];
  const { questions } = structured<{ questions: { id: string }[] }>(
    await called(client, 'list_questions', { limit: 100 }),
  );
  expect(questions.length).toBe(keys.size);
  for (const { id } of questions) seen.push(await called(client, 'open_question', { question: id }));
  for (const organ of ['keys.jsonl', '../keys.jsonl', './benchmark/keys.jsonl']) {
    seen.push(
      await called(client, 'crop_organ', { organ }),
      await called(client, 'segment_organ', { target: organ }),
    );
    seen.push(await called(client, 'open_question', { question: organ }), await called(client, organ, {}));
  }
  const text = JSON.stringify(seen);
  const canary = phantoms.manifest.canary;
  expect(readFileSync(join(phantoms.benchmark, 'keys.jsonl'), 'utf8')).toContain(canary);
  const statements = [...keys.values()].flatMap(({ evidence }) => evidence.map(({ statement }) => statement));
  expect(statements.length).toBeGreaterThan(keys.size);
  // The whole text would be a page of base64: only what leaked is shown.
  const leaked = [canary, '"evidence"', '"assumed"', phantoms.folder, ...statements].filter((each) =>
    text.includes(each),
  );
  expect(leaked).toEqual([]);
  await client.close();
});

it('serves a release of one’s own items: their pictures, records and runs, and no tool that needs a scan', async () => {
  const release = join(phantoms.folder, 'release');
  mkdirSync(release);
  const png = await encodePng({ width: 9, height: 7, channels: 1, data: new Uint8Array(63).fill(80) });
  writeFileSync(join(release, 'p.png'), png);
  const item = (at: number) => ({
    ...{
      id: `item-${at}`,
      question: 'Is it bright?',
      options: ['yes', 'no'],
      answer: 'no',
      pictures: ['p.png'],
    },
    materials: [{ id: `m${at}`, kind: 'record', title: 'age', text: '40' }],
  });
  const lines = Array.from({ length: 12 }, (_, at) => JSON.stringify(item(at)));
  writeFileSync(join(release, 'items.jsonl'), lines.join('\n'));
  const args = ['mcp', 'serve', 'own-items', '--data', release, '--store', join(phantoms.folder, 'items.db')];
  const client = new Client({ name: 'test', version: '0' });
  const command = { command: process.execPath, args: [bin, ...args, '--tool-mode', 'vision'] };
  await client.connect(new StdioClientTransport({ ...command, stderr: 'pipe' }));
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names).toContain('zoom_picture');
  for (const tool of allTools()) if (tool.needsScan === true) expect(names).not.toContain(tool.name);
  const opened = await called(client, 'open_question', { question: 'item-4' });
  const { materials } = structured<{ materials: unknown[] }>(opened);
  expect(materials).toEqual([{ id: 'm4', kind: 'record', title: 'age' }]);
  const block = opened.content.find((part) => part.type === 'image');
  if (block?.type !== 'image') throw new Error('no image block');
  expect(pictureSize(Buffer.from(block.data, 'base64'))).toEqual({ width: 9, height: 7 });
  const zoomed = await called(client, 'zoom_picture', { image: 1, box: [0, 0, 4, 4] });
  expect(zoomed.content.map(({ type }) => type)).toEqual(['text', 'image']);
  const { run } = structured<{ run: string }>(await called(client, 'start_run', { reader: 'random' }));
  let status = 'running';
  while (status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 50));
    status = structured<{ runs: { status: string }[] }>(await called(client, 'run_status', { run })).runs[0]
      .status;
  }
  expect(status).toBe('done');
  const { scores } = structured<{ scores: { n: number }[] }>(await called(client, 'report', { run }));
  expect(scores[0].n).toBe(12);
  await client.close();
});
