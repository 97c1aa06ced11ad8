// The real command with outside MCP servers: their tools join a run, and one that does not answer stops it at once.
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Loopback, startLoopback } from '../src/experts/testing/loopback.ts';
import { type PhantomBenchmark, phantomBenchmark } from '../src/runs/testing/phantom-benchmark.ts';
import { openStore } from '../src/storage/store.ts';

const bin = fileURLToPath(new URL('../bin/overread.js', import.meta.url));
let phantoms: PhantomBenchmark;
let model: Loopback;
beforeAll(async () => {
  phantoms = await phantomBenchmark({ seed: 31, cases: 1, perCase: 2 });
  model = await startLoopback({
    answer: ({ toolResults }) =>
      toolResults === 0
        ? { toolCalls: [{ name: 'self_list_questions', arguments: { limit: 1 } }] }
        : { text: 'A' },
  });
}, 60_000);
afterAll(async () => {
  await model.close();
  rmSync(phantoms.folder, { recursive: true, force: true });
});

/** Without blocking: the model that is asked lives in this process. */
function overread(
  args: readonly string[],
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: phantoms.folder });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.stdout += String(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.stderr += String(chunk);
    });
    child.on('close', (status) => resolve({ status, ...said }));
  });
}

const run = (store: string, mcp: string) =>
  overread([
    ...['run', phantoms.benchmark, '--reader', 'tools@compatible/m#oracle', '--store', store, '--json'],
    ...['--base-url', model.url, '--allow', new URL(model.url).origin, '--mcp', mcp],
  ]);

it('tools of a server that the user named are called, logged and recorded by name', async () => {
  const command = [process.execPath, bin, 'mcp', 'serve', phantoms.benchmark, '--no-runs', '--stdio'];
  const store = join(phantoms.folder, 'run.db');
  const { status, stdout } = await run(store, `self=${command.map((word) => `'${word}'`).join(' ')}`);
  expect(status).toBe(0);
  const [{ runId }] = JSON.parse(stdout) as { runId: string }[];
  const opened = await openStore(store);
  const record = await opened.run(runId);
  expect(record?.settings.mcpServers).toMatchObject([{ name: 'self', images: false }]);
  for await (const read of opened.reads(runId)) {
    expect(read.status).toBe('answered');
    const [call] = read.toolCalls;
    expect([call.tool, call.error]).toEqual(['self_list_questions', undefined]);
    expect(call.result).toMatchObject({
      data: { questions: [{ id: expect.stringMatching(/^q-/) }], next: 1 },
    });
  }
  await opened.close();
  const offered = model.requests[0].body.tools?.map((tool) => tool.function.name);
  expect(offered).toContain('measure');
  expect(offered).toContain('self_open_question');
});

it('a server that does not answer, or is not trusted, stops the run before the first question', async () => {
  const before = model.count();
  const wrong: [string, RegExp][] = [
    [
      'gone=no-such-program-anywhere',
      /^overread: The program no-such-program-anywhere of the MCP server gone .*PATH.*\.\n$/,
    ],
    [
      `ends='${process.execPath}' -e process.exit(1)`,
      /^overread: The MCP server ends did not answer.*: check its command\.\n$/,
    ],
    [
      'far=http://127.0.0.1:9/mcp',
      /^overread: The address of the MCP server far is not on the trust list.*\.\n$/,
    ],
    ['Bad Name=x', /^overread: --mcp takes NAME=COMMAND/],
  ];
  for (const [written, sentence] of wrong) {
    const { status, stdout, stderr } = await run(join(phantoms.folder, 'none.db'), written);
    expect([status, stdout], written).toEqual([expect.any(Number), '']);
    expect(status, written).not.toBe(0);
    expect(stderr, written).toMatch(sentence);
  }
  expect(model.count()).toBe(before);
  if (existsSync(join(phantoms.folder, 'none.db'))) {
    const store = await openStore(join(phantoms.folder, 'none.db'));
    expect(await store.runs()).toEqual([]);
    await store.close();
  }
});
