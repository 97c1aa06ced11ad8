// The real command against a scripted OpenAI-compatible server: directly, with tools, on the ladder, off the trust list.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Read } from '../src/domain/read.ts';
import type { Report } from '../src/domain/report.ts';
import { type Loopback, type LoopbackRequest, startLoopback } from '../src/experts/testing/loopback.ts';
import { openStore } from '../src/storage/store.ts';

const bin = fileURLToPath(new URL('../bin/overread.js', import.meta.url));
let folder: string;
let server: Loopback;

function overread(args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd: folder, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

/** A "model" that measures the liver when it has tools, and else says B. */
function answer(request: LoopbackRequest) {
  const tools = (request.body as { tools?: unknown[] }).tools ?? [];
  if (tools.length > 0 && request.toolResults === 0)
    return {
      toolCalls: [{ name: 'segment_organ', arguments: { target: 'liver' } }],
      usage: { input: 100, output: 10 },
    };
  return { text: 'Answer: B', usage: { input: 200, output: 5 } };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'overread-model-'));
  server = await startLoopback({ answer });
  await overread(['demo', '--out', 'demo', '--cases', '4', '--seed', '5']);
}, 120_000);

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const model = (): string[] => [
  '--base-url',
  server.url,
  '--store',
  's.db',
  '--allow',
  new URL(server.url).origin,
];

describe('a model behind an OpenAI-compatible server', () => {
  it('reads directly, is priced, and its prompts name no patient, case or folder', async () => {
    const before = server.requests.length;
    const run = await overread([
      ...['run', 'demo/benchmark', '--reader', 'compatible/scripted', '--limit', '12', '--json', ...model()],
      ...['--price', 'compatible/scripted=1,10', '--max-cost', '5'],
    ]);
    expect(run.stderr).toBe('');
    const [summary] = JSON.parse(run.stdout) as {
      counts: { answered: number };
      costUsd: number;
      requests: number;
    }[];
    expect(summary.counts.answered).toBe(12);
    // 200 input tokens at $1 and 5 output tokens at $10 a million, for every request sent.
    expect(summary.costUsd).toBeCloseTo((summary.requests * (200 * 1 + 5 * 10)) / 1e6, 9);
    const sent = server.requests.slice(before).map((request) => JSON.stringify(request.body));
    expect(server.requests.slice(before).every((request) => request.images > 0)).toBe(true);
    const cases = readFileSync(join(folder, 'demo', 'benchmark', 'cases.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    for (const line of cases) {
      const { id, patientId } = JSON.parse(line) as { id: string; patientId: string };
      for (const prompt of sent) {
        expect(prompt).not.toContain(id);
        expect(prompt).not.toContain(patientId);
        expect(prompt).not.toMatch(/phantom-\d/);
      }
    }
  });
  it('the same questions again come from the cache: nothing is sent', async () => {
    const before = server.count();
    const run = await overread([
      'run',
      'demo/benchmark',
      '--reader',
      'compatible/scripted',
      '--limit',
      '12',
      '--json',
      ...model(),
    ]);
    expect((JSON.parse(run.stdout) as { requests: number }[])[0].requests).toBe(0);
    expect(server.count()).toBe(before);
  });
  it('a budget counts what earlier sessions of the run have spent', async () => {
    const priced = [
      ...['--price', 'compatible/scripted=1,10', '--no-cache', '--concurrency', '1', '--json'],
      ...model(),
    ];
    const start = server.count();
    const first = await overread([
      ...['run', 'demo/benchmark', '--reader', 'text-only@compatible/scripted', ...priced],
      ...['--max-cost', '0.012'],
    ]);
    const [{ runId, error }] = JSON.parse(first.stdout) as { runId: string; error?: { code: string } }[];
    expect(error?.code).toBe('budget-exhausted');
    const paid = server.count() - start;
    expect(paid).toBeGreaterThan(0);
    const again = await overread(['run', '--resume', runId, ...priced, '--max-cost', '0.012']);
    expect(again.status).toBe(first.status);
    expect(server.count() - start).toBe(paid);
    await overread(['run', '--resume', runId, ...priced, '--max-cost', '0.014']);
    const all = server.count() - start;
    expect(all).toBeGreaterThan(paid);
    // Each request costs 200 input tokens at $1 and 5 output tokens at $10 a million.
    expect(all * 0.00025).toBeLessThanOrEqual(0.014);
  });
  it('with tools its calls are logged and its errors attributed', async () => {
    const run = await overread([
      'run',
      'demo/benchmark',
      '--reader',
      'tools@compatible/scripted#oracle',
      '--limit',
      '12',
      '--json',
      ...model(),
    ]);
    const [{ runId }] = JSON.parse(run.stdout) as { runId: string }[];
    const report = JSON.parse(
      (await overread(['report', runId, '--store', 's.db', '--json'])).stdout,
    ) as Report;
    const [reader] = report.readers;
    expect(reader.overall.n).toBe(12);
    const causes = reader.errors?.causes;
    expect(Object.values(causes ?? {}).reduce((a, b) => a + b, 0)).toBe(reader.errors?.wrong);
    expect(causes?.['no-tool']).toBe(0);
  });
  it('the ladder tells evidence below the answer, and its report has rungs with twins', async () => {
    const before = server.requests.length;
    const run = await overread([
      'run',
      'demo/benchmark',
      '--reader',
      'text-only@compatible/scripted',
      '--ladder',
      '--limit',
      '30',
      '--json',
      ...model(),
    ]);
    expect(run.stderr).toBe('');
    const [{ runId }] = JSON.parse(run.stdout) as { runId: string }[];
    expect(server.requests.slice(before).every((request) => request.images === 0)).toBe(true);
    const report = JSON.parse(
      (await overread(['report', runId, '--store', 's.db', '--json'])).stdout,
    ) as Report;
    const rungs = report.ladder.filter((rung) => rung.stage === 'overall');
    expect(rungs.length).toBeGreaterThan(1);
    // The scripted model never looks at evidence, so no rung can show an effect.
    for (const rung of rungs) expect(rung.effect).toBe(0);
  });
  it('that never answers one question fails that read only, which can be asked again', async () => {
    const questions = readFileSync(join(folder, 'demo', 'benchmark', 'questions.jsonl'), 'utf8').split('\n');
    const { id, text } = JSON.parse(questions[4]) as { id: string; text: string };
    let silent = true;
    const slow = await startLoopback({
      answer,
      fault: ({ question }) => (silent && question.includes(text) ? { kind: 'timeout' } : undefined),
    });
    const run = (...more: string[]) =>
      overread([
        ...['run', 'demo/benchmark', '--reader', 'text-only@compatible/scripted', '--json'],
        ...['--base-url', slow.url, '--allow', new URL(slow.url).origin, '--store', 'slow.db', ...more],
      ]);
    const first = await run('--limit', '12', '--timeout', '0.3');
    const [{ runId, counts }] = JSON.parse(first.stdout) as { runId: string; counts: object }[];
    expect(first.status).toBe(0);
    const asked = slow.requests.filter(({ question }) => question.includes(text)).length;
    const store = await openStore(join(folder, 'slow.db'));
    const failed: Read[] = [];
    for await (const read of store.reads(runId, { status: 'failed' })) failed.push(read);
    await store.close();
    expect(failed.every((read) => /did not answer within 0\.3 s/.test(read.reason ?? ''))).toBe(true);
    expect(failed.map((read) => read.questionId)).toContain(id);
    expect(counts).toMatchObject({ failed: failed.length, answered: 12 - failed.length });
    // Questions of other cases may have the same words.
    expect(failed.length).toBeLessThan(4);
    expect(asked).toBe(5 * failed.length);
    silent = false;
    const again = await run('--resume', runId, '--retry', 'failed');
    await slow.close();
    expect(JSON.parse(again.stdout)).toMatchObject([{ runId, counts: { answered: 12, failed: 0 } }]);
  }, 120_000);
  it('off the trust list it is not contacted', async () => {
    const before = server.count();
    const run = await overread([
      'run',
      'demo/benchmark',
      '--reader',
      'compatible/scripted',
      '--base-url',
      server.url,
      '--store',
      's2.db',
    ]);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/trust list/);
    expect(server.count()).toBe(before);
  });
});
