import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../domain/benchmark.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { openStore, type Store } from '../../../storage/store.ts';
import { newLibrary } from '../library/library.ts';
import { runOver } from '../library/testing.ts';
import { newRuns, type ReaderEntry } from '../shapes/runs.ts';
import { checkOptions, newRunArguments, resumeArguments } from './run-arguments.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-arguments-'));
const place = folder;
const contentHash = 'a1'.repeat(32);
const id = contentHash.slice(0, 16);
const manifest: Manifest = {
  ...{ format: 'overread-benchmark', formatVersion: 1, name: 'b', seed: '0', rules: 'strict' },
  ...{ criteria: 'guideline', schemes: [], splits: {}, skipped: [], failed: [], assumptions: [] },
  counts: { cases: 0, patients: 0, questions: 0, byStage: {}, byType: {} },
  ...{ licences: [], sources: [], canary: '', keyEncryption: 'none' },
  generator: { name: 'test', version: '0' },
  contentHash,
};
let store: Store;
const entry: ReaderEntry = {
  ...{ id: 'direct', summary: '', takesModel: true, local: false, modes: [], needs: [] },
  options: [
    { name: 'votes', summary: '', file: false },
    { name: 'examples', summary: '', file: true },
  ],
};
const context = () => ({
  store,
  storeUrl: '/tmp/s.db',
  library: newLibrary(store, memoryBlobs(), { folders: [place] }),
  allow: ['http://127.0.0.1:9'],
  baseUrl: 'http://127.0.0.1:9/v1',
});

beforeAll(async () => {
  store = await openStore(':memory:');
  writeFileSync(join(folder, 'benchmark.json'), JSON.stringify(manifest));
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('arguments of a run', () => {
  it('are one for each wish, the benchmark last and behind "--"', async () => {
    const wanted = newRuns.parse({
      benchmark: id,
      readers: ['x/y'],
      repeats: 2,
      seed: '7',
      maxCost: 0.5,
      options: { votes: '--allow=https://evil.example' },
      ladder: true,
    });
    expect(await newRunArguments(context(), wanted, 'x/y', entry)).toEqual([
      'run',
      '--reader=x/y',
      '--format=mc',
      '--seed=7',
      '--repeats=2',
      '--max-cost=0.5',
      '--option=votes=--allow=https://evil.example',
      '--ladder',
      '--store=/tmp/s.db',
      '--allow=http://127.0.0.1:9',
      '--base-url=http://127.0.0.1:9/v1',
      '--',
      place,
    ]);
  });

  it('never hold a flag that somebody wrote, whatever they write', async () => {
    const flags =
      /^--(reader|format|seed|repeats|limit|max-cost|option|confidence|ladder|published-tools|store|allow|base-url)(=|$)/;
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('--help', '--allow=x', '-- --allow x', '; rm -rf /', '$(id)', '-x\n--allow', 'a b'),
    );
    await fc.assert(
      fc.asyncProperty(text, text, text, async (reader, seed, option) => {
        const wanted = newRuns.safeParse({
          benchmark: id,
          readers: [reader],
          ...(seed === '' ? {} : { seed }),
          options: { votes: option },
        });
        if (!wanted.success) return;
        const args = await newRunArguments(context(), wanted.data, wanted.data.readers[0], entry);
        const end = args.indexOf('--');
        expect(args[0]).toBe('run');
        expect(args.slice(end)).toEqual(['--', place]);
        for (const arg of args.slice(1, end)) expect(arg).toMatch(flags);
        // Only the server says who may be contacted.
        expect(args.filter((arg) => arg.startsWith('--allow'))).toEqual(['--allow=http://127.0.0.1:9']);
      }),
      { numRuns: 300 },
    );
    for (const reader of ['--help', '-x', '', 'a b', 'a\nb', '$(id)', 'x;y'])
      expect(newRuns.safeParse({ benchmark: id, readers: [reader] }).success, reader).toBe(false);
    expect(newRuns.safeParse({ benchmark: id, readers: ['random'], allow: ['x'] }).success).toBe(false);
  });

  it('leave out files of this machine and options that nobody has', async () => {
    const wanted = newRuns.parse({ benchmark: id, readers: ['x/y'], options: { examples: '/etc/passwd' } });
    await expect(newRunArguments(context(), wanted, 'x/y', entry)).rejects.toMatchObject({
      code: 'not-allowed',
    });
    expect(() => checkOptions([entry], { voices: '3' })).toThrow(/votes, examples/);
    expect(() => checkOptions([entry], { votes: '3' })).not.toThrow();
  });

  it('open no file of this machine, whichever option or reader would', async () => {
    const here = join(folder, 'benchmark.json');
    for (const votes of [
      here,
      '~/keys',
      'onnx/model',
      'embeddings/x.npz',
      '../up',
      'a/../../up',
      'package.json',
    ]) {
      const wanted = newRuns.parse({ benchmark: id, readers: ['x/y'], options: { votes } });
      await expect(newRunArguments(context(), wanted, 'x/y', entry), votes).rejects.toMatchObject({
        code: 'not-allowed',
      });
    }
    for (const votes of ['3', 'openai/gpt-5', 'a..b', 'src'])
      await expect(
        newRunArguments(
          context(),
          newRuns.parse({ benchmark: id, readers: ['x/y'], options: { votes } }),
          'x/y',
          entry,
        ),
      ).resolves.toContain(`--option=votes=${votes}`);
    const wanted = newRuns.parse({ benchmark: id, readers: ['encoder@onnx//srv/model'] });
    await expect(
      newRunArguments(context(), wanted, 'encoder@onnx//srv/model', { ...entry, id: 'encoder', local: true }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('start no program that the record of a run names, since its store may come from elsewhere', () => {
    const run = runOver({ name: 'b', contentHash }, place);
    const resumed = (settings: RunRecord['settings']) => () =>
      resumeArguments(context(), { ...run, settings }, {});
    for (const settings of [
      { expertsAsWritten: ['transcribe=command:/bin/sh -c id {input}'] },
      { expertsAsWritten: ['ground=http:http://127.0.0.1:9', 'speak=Command:say {text} {output}'] },
      { mcp: ['files=/bin/sh -c id'] },
      { mcp: ['a=http://127.0.0.1:9/mcp', 'b=npx anything'] },
    ])
      expect(resumed(settings), JSON.stringify(settings)).toThrow(/command line/);
    for (const settings of [
      {},
      { expertsAsWritten: ['ground=http:http://127.0.0.1:9'], mcp: ['a=http://127.0.0.1:9/mcp'] },
    ])
      expect(resumed(settings)).not.toThrow();
  });

  it('contact no address that only the record of a run names', () => {
    const run = runOver({ name: 'b', contentHash }, 'http://127.0.0.1:1/release/');
    expect(() => resumeArguments(context(), run, {})).toThrow(/--allow http:\/\/127\.0\.0\.1:1/);
    const allowed = { ...run, benchmark: 'http://127.0.0.1:9/release/' };
    expect(resumeArguments(context(), allowed, {})).toContain('--resume=r-test');
  });

  it('name no benchmark that has changed since it was listed', async () => {
    const changed = runOver({ name: 'b', contentHash: 'f'.repeat(64) }, place);
    await store.saveRun(changed);
    const wanted = newRuns.parse({ benchmark: 'f'.repeat(16), readers: ['random'] });
    await expect(newRunArguments(context(), wanted, 'random', entry)).rejects.toMatchObject({
      code: 'benchmark-invalid',
    });
    const unknown = newRuns.parse({ benchmark: 'e'.repeat(16), readers: ['random'] });
    await expect(newRunArguments(context(), unknown, 'random', entry)).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });

  it('go on with a run by its id alone', () => {
    const run = runOver({ name: 'b', contentHash: 'f'.repeat(64) }, place);
    expect(resumeArguments(context(), run, { retry: 'failed', maxCost: 2 })).toEqual([
      'run',
      '--resume=r-test',
      '--retry=failed',
      '--max-cost=2',
      '--store=/tmp/s.db',
      '--allow=http://127.0.0.1:9',
      '--base-url=http://127.0.0.1:9/v1',
    ]);
  });
});
