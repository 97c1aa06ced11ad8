import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openData, openFile, readJson, readWhole } from './data-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-data-'));
const release = join(folder, 'release');
beforeAll(() => {
  mkdirSync(join(release, 'data'), { recursive: true });
  mkdirSync(join(folder, 'blobs'));
  writeFileSync(join(folder, 'blobs', '4f2a'), '[1, 2]');
  writeFileSync(join(release, 'b.txt'), 'text');
  writeFileSync(join(release, '.hidden'), 'text');
  symlinkSync('../../blobs/4f2a', join(release, 'data', 'linked.json'));
  symlinkSync('nowhere', join(release, 'data', 'broken.json'));
  symlinkSync('..', join(release, 'data', 'circle'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a release on this machine', () => {
  it('has the files below its folder, also those that caches link to', async () => {
    const data = await openData(`${release}/`);
    expect(await data.list()).toEqual(['b.txt', 'data/linked.json']);
    for (const path of [release, `./${relative('.', release)}`, `${folder}/./blobs/../release//`])
      expect(await (await openData(path)).list(), path).toEqual(await data.list());
    expect(await readJson(data, 'data/linked.json')).toEqual([1, 2]);
  });

  it('may be a single file', async () => {
    const data = await openData(join(release, 'b.txt'));
    expect(await data.list()).toEqual(['b.txt']);
    expect(Buffer.from(await readWhole(data, 'b.txt')).toString()).toBe('text');
  });

  it('is never left through a name, and says what is missing', async () => {
    const data = await openData(release);
    await expect(data.open('../blobs/4f2a')).rejects.toMatchObject({ code: 'path-escape' });
    symlinkSync(join(folder, 'blobs'), join(release, 'data', 'folder'));
    writeFileSync(join(folder, 'private.txt'), 'private');
    symlinkSync('../private.txt', join(release, 'out.txt'));
    const again = await openData(release);
    expect(await again.has('data/folder/4f2a')).toBe(false);
    await expect(again.open('out.txt')).rejects.toMatchObject({ code: 'path-escape' });
    rmSync(join(release, 'out.txt'));
    await expect(data.open('absent')).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(openData(join(folder, 'absent'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(readWhole(data, 'b.txt', 3)).rejects.toMatchObject({ code: 'limit-exceeded' });
    await expect(readJson(data, 'b.txt')).rejects.toMatchObject({ code: 'file-corrupt' });
  });

  it('gives bytes from any place on, and no fewer than asked for', async () => {
    const source = await openFile(join(release, 'b.txt'));
    expect(Buffer.from(await source.read(1, 3)).toString()).toBe('ex');
    await expect(source.read(1, 9)).rejects.toMatchObject({ code: 'file-truncated' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.stream(2)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('xt');
  });
});
