import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readManifest } from '../../../questions/benchmark-folder.ts';
import { phantomBenchmark } from '../../../runs/testing/phantom-benchmark.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { openStore, type Store } from '../../../storage/store.ts';
import { benchmarkIdOf, type Library, newLibrary } from './library.ts';
import { runOver } from './testing.ts';

let store: Store;
let folder: string;
let place: string;
beforeAll(async () => {
  store = await openStore(':memory:');
  ({ folder: place, benchmark: folder } = await phantomBenchmark({ seed: 3, cases: 2, perCase: 4 }));
});
afterAll(async () => {
  await store.close();
  await rm(place, { recursive: true, force: true });
});

describe('a library of benchmarks', () => {
  test('knows what runs have read and what it was given, by content and not by path', async () => {
    const { contentHash } = readManifest(folder);
    const library = newLibrary(store, memoryBlobs(), { folders: [folder] });
    expect(await library.list()).toMatchObject([
      { id: contentHash.slice(0, 16), contentHash, kind: 'built', available: true, runs: 0 },
    ]);
    await store.saveRun(runOver(readManifest(folder), folder));
    expect((await library.list()).map(({ runs }) => runs)).toEqual([1]);
    const opened = await library.open(benchmarkIdOf(contentHash));
    expect((await opened.questions()).size).toBe(readManifest(folder).counts.questions);
    // Nothing of the path but its last part.
    expect(JSON.stringify(await library.list())).not.toContain(folder);
  });

  test('a folder that is gone since it was added is listed as such, beside the others', async () => {
    const elsewhere = join(place, 'moved');
    await cp(folder, elsewhere, { recursive: true });
    const fresh = await openStore(':memory:');
    const library = newLibrary(fresh, memoryBlobs(), { folders: [elsewhere, join(place, 'never-there')] });
    expect(await library.list()).toMatchObject([{ available: true }]);
    await rm(elsewhere, { recursive: true });
    expect(await library.list()).toMatchObject([{ available: false, place: 'moved' }]);
    await fresh.close();
  });

  test('an unknown id, a folder that is gone and one that has changed are told apart', async () => {
    const library = newLibrary(store, memoryBlobs());
    await expect(library.open('0123456789abcdef')).rejects.toMatchObject({ code: 'file-not-found' });
    const gone = {
      ...runOver(readManifest(folder), join(folder, 'elsewhere')),
      benchmarkHash: 'a'.repeat(64),
      id: 'r-gone',
    };
    await store.saveRun(gone);
    expect((await library.list()).find(({ id }) => id === 'a'.repeat(16))?.available).toBe(false);
    await expect(library.open('a'.repeat(16))).rejects.toMatchObject({ code: 'file-not-found' });
    await store.saveRun({
      ...runOver(readManifest(folder), folder),
      benchmarkHash: 'b'.repeat(64),
      id: 'r-other',
    });
    await expect(library.open('b'.repeat(16))).rejects.toMatchObject({ code: 'benchmark-invalid' });
  });

  test('a release at an address is asked for only where somebody allowed it, whatever the store says', async () => {
    let asked = 0;
    const server = createServer((_, reply) => {
      asked++;
      reply.writeHead(404).end();
    });
    await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const id = 'c'.repeat(16);
    await store.saveRun({
      ...runOver(readManifest(folder), `${origin.replace('http', 'HTTP')}/release.jsonl`),
      ...{ benchmarkHash: 'c'.repeat(64), id: 'r-far' },
      settings: { release: { benchmark: 'mediconfusion', mode: null, split: null, seed: '0' } },
    });
    const closed = newLibrary(store, memoryBlobs(), { allow: ['openai', 'http://127.0.0.1:1'] });
    for (const ask of [closed.open(id), closed.placeOf(id)])
      await expect(ask).rejects.toMatchObject({ code: 'endpoint-not-trusted' });
    const entryIn = async (library: Library) => (await library.list()).find((one) => one.id === id);
    expect(await entryIn(closed)).toMatchObject({ available: false });
    expect(asked).toBe(0);
    const open = newLibrary(store, memoryBlobs(), { allow: [origin] });
    expect(await entryIn(open)).toMatchObject({ available: true });
    await expect(open.placeOf(id)).resolves.toContain('release.jsonl');
    await open.open(id).catch(() => {});
    server.close();
  });

  test('what could not be opened once may be opened later', async () => {
    const { contentHash } = readManifest(folder);
    const manifest = join(folder, 'benchmark.json');
    const kept = await readFile(manifest);
    const library = newLibrary(store, memoryBlobs());
    await rm(manifest);
    await expect(library.open(benchmarkIdOf(contentHash))).rejects.toMatchObject({ code: 'file-not-found' });
    await writeFile(manifest, kept);
    expect((await library.open(benchmarkIdOf(contentHash))).kind).toBe('built');
  });
});
