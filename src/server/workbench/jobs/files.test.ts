import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { below, listFiles, type Territory } from './files.ts';

let base: string;
let territory: Territory;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'overread-files-')));
  territory = { root: join(base, 'scans'), except: join(base, 'scans', 'own.workbench') };
  for (const folder of ['scans/a/deep', 'scans/own.workbench/room', 'scans-too', 'outside'])
    mkdirSync(join(base, folder), { recursive: true });
  for (const file of ['scans/a/ct.nii.gz', 'scans/.hidden', 'outside/secret', 'scans-too/x'])
    writeFileSync(join(base, file), 'xyz');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('folders below the one that was allowed', () => {
  it('are found by relative paths, however those are written', async () => {
    expect(await below(territory, '')).toBe(territory.root);
    expect(await below(territory, './a//deep/')).toBe(join(territory.root, 'a', 'deep'));
  });

  it('are never left by dots, absolute paths or a neighbour whose name begins alike', async () => {
    const outside = [
      '..',
      '../outside',
      'a/../../outside',
      'a/..',
      join(base, 'outside'),
      '/etc/passwd',
      '../scans-too',
      'a\0b',
    ];
    for (const path of outside)
      await expect(below(territory, path), path).rejects.toMatchObject({ code: 'path-escape' });
    await expect(below(territory, 'nowhere')).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('are never left by links, and links out of them are not shown', async () => {
    symlinkSync(join(base, 'outside'), join(territory.root, 'out'));
    symlinkSync(join(territory.root, 'a'), join(territory.root, 'in'));
    symlinkSync(join(base, 'outside', 'secret'), join(territory.root, 'a', 'secret'));
    for (const path of ['out', 'out/secret', 'a/secret'])
      await expect(below(territory, path), path).rejects.toMatchObject({ code: 'path-escape' });
    expect(await below(territory, 'in/deep')).toBe(join(territory.root, 'a', 'deep'));
    expect((await listFiles(territory, '')).entries.map(({ name }) => name)).toEqual(['a', 'in']);
    expect((await listFiles(territory, 'a')).entries.map(({ name }) => name)).toEqual(['deep', 'ct.nii.gz']);
  });

  it('do not hold the workbench’s own files', async () => {
    expect((await listFiles(territory, '')).entries).toEqual([{ name: 'a', kind: 'folder' }]);
    await expect(below(territory, 'own.workbench/room')).rejects.toMatchObject({ code: 'path-escape' });
  });

  it('are listed with folders first, numbers in order and at most a thousand entries', async () => {
    const many = join(territory.root, 'many');
    mkdirSync(join(many, 'z'), { recursive: true });
    for (let n = 0; n < 1200; n++) writeFileSync(join(many, `case-${n}.nii`), 'ab');
    const list = await listFiles(territory, 'many');
    expect(list).toMatchObject({ path: 'many', root: 'scans', total: 1201 });
    expect(list.entries).toHaveLength(1000);
    expect(list.entries.slice(0, 3)).toEqual([
      { name: 'z', kind: 'folder' },
      { name: 'case-0.nii', kind: 'file', bytes: 2 },
      { name: 'case-1.nii', kind: 'file', bytes: 2 },
    ]);
  });

  it('says that a file is no folder', async () => {
    await expect(listFiles(territory, 'a/ct.nii.gz')).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
