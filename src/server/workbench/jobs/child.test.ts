import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childEnvironment, problemIn, runCommand } from './child.ts';
import { runNotes } from './run-notes.ts';

let folder: string;
/** A command that does what its first argument says, in place of overread. */
let context: { command: [string, string]; passphrase?: string };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overread-child-'));
  const script = join(folder, 'command.mjs');
  writeFileSync(
    script,
    `const line = (value) => process.stderr.write(JSON.stringify(value) + '\\n');
    const [what] = process.argv.slice(2);
    if (what === 'work') {
      line({ progress: { task: 'Measuring', done: 1, total: 2 } });
      process.stderr.write('{"progress": this is none\\nremark\\n');
      line({ progress: { task: 'Measuring', done: 2, total: 2, detail: 'x' } });
      console.log(JSON.stringify({ args: process.argv.slice(2), token: process.env.OVERREAD_TOKEN ?? null }));
    } else if (what === 'fail') {
      process.stderr.write('remark\\noverread: The scan is broken: copy it again.\\n');
      process.exitCode = 2;
    } else if (what === 'flood') {
      const more = () => process.stdout.write('x'.repeat(65536), more);
      more();
    } else {
      process.on('SIGINT', () => {});
      setInterval(() => {}, 1000);
    }`,
  );
  context = { command: [process.execPath, script] };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bounds = { signal: new AbortController().signal, timeoutMs: 20_000, heap: 256, maxOutput: 1 << 20 };

describe('a process of the workbench', () => {
  it('is given its arguments as they are, tells its progress and what it made, and knows no token', async () => {
    process.env.OVERREAD_TOKEN = 'secret-token';
    try {
      const seen: unknown[] = [];
      const args = ['work', '$(id)', '; ls', '--x=a b', ''];
      const { status, out } = await runCommand(context, args, { ...bounds, onProgress: (p) => seen.push(p) });
      expect(status).toBe(0);
      expect(JSON.parse(out)).toEqual({ args, token: null });
      expect(seen).toEqual([
        { task: 'Measuring', done: 1, total: 2 },
        { task: 'Measuring', done: 2, total: 2, detail: 'x' },
      ]);
      expect(childEnvironment({ ...context, passphrase: 'p' }, {}).OVERREAD_PASSPHRASE).toBe('p');
    } finally {
      delete process.env.OVERREAD_TOKEN;
    }
  });

  it('fails with its sentence', async () => {
    expect(await runCommand(context, ['fail'], bounds)).toMatchObject({
      status: 2,
      problem: 'The scan is broken: copy it again.',
    });
  });

  it('is ended when it says too much, takes too long, or somebody stops it', async () => {
    await expect(runCommand(context, ['flood'], bounds)).rejects.toMatchObject({ code: 'limit-exceeded' });
    const slow = runCommand(context, ['wait'], { ...bounds, timeoutMs: 300, graceMs: 200 });
    await expect(slow).rejects.toMatchObject({ code: 'limit-exceeded' });
    const stop = new AbortController();
    const stopped = runCommand(context, ['wait'], { ...bounds, signal: stop.signal, graceMs: 200 });
    setTimeout(() => stop.abort(), 200);
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('why a run stopped', () => {
  const counts = 'x/y: 3 answered, 0 unparsed, 0 refused, 1 failed, 0 unsupported, $0.0100';
  it.each([
    [['remark', 'overread: No.', ''], 'No.'],
    [[counts, 'x/y: The budget is spent.', '  failed, the first: timeout'], 'The budget is spent.'],
    [[counts, '  failed, the first: The server answered 500.'], 'The server answered 500.'],
    [['', ' '], undefined],
  ])('is the sentence about it: %j', (lines, sentence) => {
    expect(problemIn(lines, 'x/y')).toBe(sentence);
  });

  it('is known to the next server, and so is what it may cost', () => {
    const file = join(folder, 'runs', 'notes.json');
    runNotes(file).set('r-1', { problem: 'It broke.', maxCost: 0.5 });
    const next = runNotes(file);
    expect(next.of('r-1')).toEqual({ problem: 'It broke.', maxCost: 0.5 });
    next.set('r-1', { problem: undefined });
    expect(runNotes(file).of('r-1')).toEqual({ maxCost: 0.5 });
    writeFileSync(file, '{"r-1": ');
    expect(runNotes(file).of('r-1')).toEqual({});
  });
});
