import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../storage/blobs.ts';
import { openStore } from '../../storage/store.ts';
import { ballCase, LIVER_AND_TUMOR, segmenterContract, voxelsOf } from '../segmenter.contract.ts';
import { openSegmenter } from '../segmenter.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-command-'));
const program = join(folder, 'FakeSegmentator');
const log = join(folder, 'log.jsonl');
const imaging = new URL('../../imaging/', import.meta.url).href;

// A program with TotalSegmentator's shape: everything above 0 HU is liver. What it was given goes into a log.
const SCRIPT = `#!${process.execPath}
import { appendFileSync, writeFileSync } from 'node:fs';
import { openVolume } from '${imaging}open.ts';
import { writeNifti } from '${imaging}write-nifti.ts';
const args = process.argv.slice(2);
const value = (name) => args[args.indexOf(name) + 1];
const secrets = Object.keys(process.env).filter((name) => /API_KEY|PASSPHRASE/.test(name));
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ args, secrets, cwd: process.cwd() }) + '\\n');
if (args.includes('--fail')) { process.stderr.write('working\\nRuntimeError: no GPU\\n'); process.exit(3); }
if (args.includes('--hang')) await new Promise((resolve) => setTimeout(resolve, 60_000));
if (!args.includes('--nothing')) {
  const { grid, data } = await openVolume(value('-i'));
  if (args.includes('--ml')) await writeNifti(value('-o') + '.nii', { grid, data: Uint8Array.from(data, (v) => (v > 0 ? 5 : 0)) });
  else await writeNifti(value('-o') + '/liver.nii.gz', { grid, data: Uint8Array.from(data, (v) => (v > 0 ? 1 : 0)) });
}
`;

beforeAll(() => {
  writeFileSync(`${program}.mjs`, SCRIPT);
  // An executable without an extension, as the real one is; it must not depend on a shell.
  writeFileSync(program, `#!${process.execPath}\nimport('${program}.mjs');\n`);
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const logged = () =>
  (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []).map(
    (line) => JSON.parse(line) as { args: string[]; secrets: string[]; cwd: string },
  );
const scratch = () => readdirSync(tmpdir()).filter((name) => name.startsWith('overread-segment-'));
const { volume, annotation } = ballCase(LIVER_AND_TUMOR);
const anything = new Set([...voxelsOf(annotation, 'liver'), ...voxelsOf(annotation, 'liver_tumor')]);

segmenterContract('command', () => openSegmenter(`command:${program}`));

describe('an external segmenter', () => {
  it('is called as TotalSegmentator is, without a shell, a key or a trace left behind', async () => {
    process.env.SOME_API_KEY = 'not-for-you';
    process.env.OVERREAD_PASSPHRASE = 'nor-this';
    const before = scratch();
    const segmenter = await openSegmenter(`command:${program},args=--fast $(touch ${folder}/pwned)`);
    await segmenter.segment({ volume, seed: 's' });
    delete process.env.SOME_API_KEY;
    delete process.env.OVERREAD_PASSPHRASE;
    const call = logged().at(-1);
    expect(call?.args[0]).toBe('-i');
    expect(call?.args[2]).toBe('-o');
    expect(call?.args.slice(4)).toEqual(['--fast', '$(touch', `${folder}/pwned)`]);
    expect(call?.secrets).toEqual([]);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
    expect(scratch().filter((name) => !before.includes(name))).toEqual([]);
  });

  it('reads a folder of masks by name and a multi-label file by number', async () => {
    for (const args of ['', ',args=--ml']) {
      const found = await (await openSegmenter(`command:${program}${args}`)).segment({ volume, seed: 's' });
      expect(voxelsOf(found, 'liver')).toEqual(anything);
      expect(found.grid).toEqual(volume.grid);
    }
  });

  it('runs once per image: the result is kept by its hash', async () => {
    const store = await openStore(':memory:');
    const deps = { blobs: memoryBlobs(), index: store };
    const calls = logged().length;
    const first = await (await openSegmenter(`command:${program}`, deps)).segment({
      volume,
      seed: 's',
      patientId: 'p',
    });
    const second = await (await openSegmenter(`command:${program}`, deps)).segment({
      volume,
      seed: 's',
      patientId: 'p',
    });
    expect(second).toEqual(first);
    expect(logged().length).toBe(calls + 1);
    const other = { ...volume, source: { ...volume.source, hash: 'another scan' } };
    await (await openSegmenter(`command:${program}`, deps)).segment({ volume: other, seed: 's' });
    expect(logged().length).toBe(calls + 2);
    const purged = await store.purgePatient('p');
    expect(purged).toMatchObject({ cached: 1 });
    expect(purged.blobs).toHaveLength(1);
    await store.close();
  });

  it('says what the program said when it fails', async () => {
    const segmenter = await openSegmenter(`command:${program},args=--fail`);
    await expect(segmenter.segment({ volume, seed: 's' })).rejects.toMatchObject({
      code: 'expert-failed',
      message: 'FakeSegmentator ended with status 3 ("RuntimeError: no GPU"): try it by hand.',
    });
  });

  it('is stopped when it takes too long, or when the run is', async () => {
    const slow = await openSegmenter(`command:${program},args=--hang,timeout=0.5`);
    await expect(slow.segment({ volume, seed: 's' })).rejects.toMatchObject({
      code: 'expert-failed',
      message: expect.stringContaining('longer than 0.5 s'),
    });
    const signal = AbortSignal.timeout(300);
    const stopped = await openSegmenter(`command:${program},args=--hang`);
    await expect(stopped.segment({ volume, seed: 's', signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says when there is no such program, no masks, or no scan', async () => {
    const absent = await openSegmenter('command:/nowhere/TotalSegmentator');
    await expect(absent.segment({ volume, seed: 's' })).rejects.toMatchObject({ code: 'dependency-missing' });
    const empty = await openSegmenter(`command:${program},args=--nothing`);
    await expect(empty.segment({ volume, seed: 's' })).rejects.toMatchObject({
      code: 'expert-failed',
      message: expect.stringContaining('no masks'),
    });
    const fine = await openSegmenter(`command:${program}`);
    await expect(fine.segment({ annotation, seed: 's' })).rejects.toMatchObject({ code: 'expert-failed' });
  });
});
