import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newUploads, tidyName } from './uploads.ts';

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'overread-uploads-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

const bytes = (...sizes: number[]): ReadableStream =>
  ReadableStream.from(sizes.map((size) => Buffer.alloc(size, 7)));
const broken = (size: number): ReadableStream =>
  ReadableStream.from(
    (async function* () {
      yield Buffer.alloc(size);
      throw new Error('the connection broke');
    })(),
  );
const lying = (): string[] =>
  existsSync(join(work, 'uploads'))
    ? (readdirSync(join(work, 'uploads'), { recursive: true }) as string[])
    : [];

describe('uploads', () => {
  it('keep files under the folders they came from; one file stands for itself', async () => {
    const uploads = newUploads(work);
    const first = await uploads.take(undefined, 'a/ct.nii', bytes(10, 5));
    expect(first).toMatchObject({ name: 'a/ct.nii', files: 1, bytes: 15 });
    const { upload } = first;
    expect(await uploads.take(upload, 'b/ct.nii', bytes(1))).toMatchObject({ upload, files: 2, bytes: 16 });
    const folder = await uploads.placeOf(upload);
    expect(readFileSync(join(folder, 'a', 'ct.nii'))).toEqual(Buffer.alloc(15, 7));
    const lone = await uploads.take(undefined, 'scan.zip', bytes(3));
    expect(await uploads.placeOf(lone.upload)).toBe(join(work, 'uploads', lone.upload, 'scan.zip'));
    // A server that begins anew knows how much there is.
    expect(await newUploads(work).take(upload, 'c', bytes(4))).toMatchObject({ files: 3, bytes: 20 });
  });

  it('are bounded over all their files, and what was written of one too many is removed', async () => {
    const uploads = newUploads(work, 100);
    const { upload } = await uploads.take(undefined, 'a', bytes(60));
    await expect(uploads.take(upload, 'b', bytes(30, 11))).rejects.toMatchObject({ code: 'limit-exceeded' });
    expect(lying().sort()).toEqual([upload, join(upload, 'a')]);
    expect(await uploads.take(upload, 'b', bytes(40))).toMatchObject({ files: 2, bytes: 100 });
    await expect(uploads.take(undefined, 'big', bytes(101))).rejects.toMatchObject({
      code: 'limit-exceeded',
    });
    expect(lying().filter((name) => !name.startsWith(upload))).toEqual([]);
  });

  it('leave nothing of a file whose connection broke', async () => {
    const uploads = newUploads(work);
    await expect(uploads.take(undefined, 'half', broken(1000))).rejects.toMatchObject({
      code: 'write-failed',
    });
    expect(lying()).toEqual([]);
    const { upload } = await uploads.take(undefined, 'whole', bytes(5));
    await expect(uploads.take(upload, 'half', broken(1000))).rejects.toMatchObject({ code: 'write-failed' });
    expect(lying().sort()).toEqual([upload, join(upload, 'whole')]);
  });

  it('never write over a file that was sent before, nor under a name of their own choice', async () => {
    const uploads = newUploads(work);
    const { upload } = await uploads.take(undefined, 'a', bytes(1));
    await expect(uploads.take(upload, 'a', bytes(2))).rejects.toMatchObject({ code: 'bad-argument' });
    for (const name of ['../x', 'a/../../x', '..\\x', '/', '', '.'])
      await expect(uploads.take(upload, name, bytes(1)), name).rejects.toMatchObject({
        code: 'bad-argument',
      });
    await expect(uploads.take(`u-${'0'.repeat(20)}`, 'x', bytes(1))).rejects.toMatchObject({
      code: 'file-not-found',
    });
    await expect(uploads.placeOf('../..')).rejects.toThrow();
  });

  it('have names that stay below their folder and hide nothing, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        let tidy: string;
        try {
          tidy = tidyName(name);
        } catch {
          return;
        }
        expect(join('/folder', tidy).startsWith('/folder/')).toBe(true);
        for (const part of tidy.split('/')) {
          expect(part).toMatch(/^[^.]/);
          expect(part.length).toBeLessThanOrEqual(120);
          expect(part).not.toMatch(/[\p{Cc}\\:]/u);
        }
      }),
    );
    expect(tidyName('scans\\p 1\\.DS_Store')).toBe('scans/p 1/_DS_Store');
    expect(tidyName(`${'x'.repeat(200)}.nii.gz`)).toMatch(/^_x+\.nii\.gz$/);
  });

  it('are forgotten after a day unless a benchmark was built of them', async () => {
    const uploads = newUploads(work);
    const [old, kept, fresh] = await Promise.all(
      ['1', '2', '3'].map((n) => uploads.take(undefined, n, bytes(1))),
    );
    uploads.keep(kept.upload);
    const yesterday = new Date(Date.now() - 25 * 3600_000);
    for (const { upload } of [old, kept]) utimesSync(join(work, 'uploads', upload), yesterday, yesterday);
    mkdirSync(join(work, 'uploads', 'somebody-elses'));
    newUploads(work);
    expect(existsSync(join(work, 'uploads', old.upload))).toBe(false);
    for (const name of [kept.upload, fresh.upload, 'somebody-elses'])
      expect(existsSync(join(work, 'uploads', name)), name).toBe(true);
  });
});
