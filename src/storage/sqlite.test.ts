import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqlite } from './sqlite.ts';
import { aRead, aRun, storeContract } from './store.contract.ts';
import { openStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const newPath = () => join(folder, `${++count}.db`);

storeContract('SQLite', { newUrl: async () => newPath(), open: openStore });

describe('the SQLite store', () => {
  it('can be read by its owner only', async () => {
    const path = newPath();
    const store = await openStore(path);
    await store.saveRun(aRun('run'));
    const files = [path, `${path}-wal`, `${path}-shm`].filter((file) => existsSync(file));
    expect(files.map((file) => statSync(file).mode & 0o077)).toEqual(files.map(() => 0));
    await store.close();
  });

  it('leaves no byte of a purged patient in its files', async () => {
    const path = newPath();
    const store = await openStore(path);
    const words = 'an unmistakable transcript ';
    for (const patientId of ['patient-1', 'patient-2'])
      await store.commit(
        aRead('run', patientId, {
          patientId,
          raw: `${patientId} answer`,
          transcript: [{ role: 'user', text: `${words}${patientId} `.repeat(400) }],
        }),
      );
    await store.cache('k', 'patient-1 reply', { patientId: 'patient-1' });
    await store.purgePatient('patient-1');
    const bytes = () =>
      [path, `${path}-wal`]
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'latin1'))
        .join('');
    expect(bytes().includes(`${words}patient-2`)).toBe(true);
    expect(bytes().includes('patient-1')).toBe(false);
    await store.close();
  });

  it('says when another process keeps a purged patient’s pages alive, and cleans up when purged again', async () => {
    const path = newPath();
    const store = await openSqlite(path, { busyTimeout: 50 });
    await store.commit(aRead('run', 'q', { patientId: 'patient-1', raw: 'patient-1 answer' }));
    const reader = new Database(path);
    reader.exec('begin');
    reader.prepare('select count(*) from reads').get();
    await expect(store.purgePatient('patient-1')).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('purge once more'),
    });
    reader.exec('commit');
    reader.close();
    expect(await store.purgePatient('patient-1')).toMatchObject({ reads: 0 });
    for (const file of [path, `${path}-wal`].filter((name) => existsSync(name)))
      expect(readFileSync(file, 'latin1')).not.toContain('patient-1');
    await store.close();
  });

  it('makes its folder for its owner only, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const path = join(folder, 'made', 'here', 'store.db');
      await (await openStore(path)).close();
      for (const made of ['made', join('made', 'here'), join('made', 'here', 'store.db')])
        expect(statSync(join(folder, made)).mode & 0o077).toBe(0);
    } finally {
      process.umask(before);
    }
  });

  it('brings a store of the first version up to date, with what is in it', async () => {
    const path = newPath();
    const store = await openStore(path);
    await store.commit(aRead('run', 'q'));
    await store.close();
    const raw = new Database(path);
    raw.exec('drop table also_of; drop table documents; drop index reads_tally');
    raw.pragma('user_version = 1');
    raw.close();
    const again = await openStore(path);
    expect((await again.done('run')).size).toBe(1);
    expect(await again.purgePatient('patient-1')).toMatchObject({ reads: 1 });
    await again.close();
  });

  it('refuses a store written by a newer version', async () => {
    const path = newPath();
    await (await openStore(path)).close();
    const raw = new Database(path);
    raw.pragma('user_version = 99');
    raw.close();
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('newer Overread (store version 99'),
    });
  });

  it("refuses another program's database and a file that is none, and leaves both as they were", async () => {
    const path = newPath();
    const raw = new Database(path);
    raw.exec('create table mine (x)');
    raw.close();
    await expect(openStore(path)).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('another program'),
    });
    const text = newPath();
    writeFileSync(text, 'these are not the bytes of a database, whatever the name says'.repeat(20));
    await expect(openStore(text)).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('not an Overread store'),
    });
    expect(readFileSync(text, 'utf8')).toContain('not the bytes of a database');
  });

  it('says that a damaged store is damaged', async () => {
    const path = newPath();
    const store = await openStore(path);
    for (let n = 0; n < 50; n++) await store.commit(aRead('run', `q${n}`, { raw: 'x'.repeat(3000) }));
    await store.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096 * 2);
    writeFileSync(path, bytes);
    const damaged = async () => {
      const again = await openStore(path);
      try {
        return await again.scoringRows('run');
      } finally {
        await again.close();
      }
    };
    await expect(damaged()).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('damaged'),
    });
  });

  it('says where a full disk stops it, and keeps what was committed', async () => {
    const path = newPath();
    const store = await openStore(path);
    await store.commit(aRead('run', 'first'));
    // A full disk, as SQLite meets it: the file may not grow (the limit is per connection, so a second one sets it).
    const { openSqlite } = await import('./sqlite.ts');
    const full = await openSqlite(path, { maxPages: 40 });
    const big = () => full.commit(aRead('run', `q${Math.random()}`, { raw: 'x'.repeat(60_000) }));
    await expect(Promise.all([big(), big(), big(), big()])).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('is full'),
    });
    await full.close();
    expect(await store.done('run')).toEqual(new Map([['first#0', 'answered']]));
    await store.commit(aRead('run', 'second'));
    await store.close();
  });

  it('says in one sentence that a place cannot be opened', async () => {
    const file = newPath();
    writeFileSync(file, '');
    await expect(openStore(join(file, 'below-a-file.db'))).rejects.toMatchObject({ code: 'store-failed' });
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'store-failed' });
  });

  it('names what is supported when asked for PostgreSQL', async () => {
    await expect(openStore('postgres://localhost/x')).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining('SQLite'),
    });
  });

  it('opens sqlite: URLs and memory', async () => {
    const path = newPath();
    await (await openStore(`sqlite:${path}`)).close();
    expect(existsSync(path)).toBe(true);
    const memory = await openStore(':memory:');
    await memory.commit(aRead('run', 'q'));
    expect((await memory.done('run')).size).toBe(1);
    await memory.close();
  });
});
