import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { blobContract } from './blobs.contract.ts';
import { fileBlobs, memoryBlobs } from './blobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-blobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const newFolder = () => join(folder, String(++count));

blobContract('a folder', () => fileBlobs(newFolder()));
blobContract('memory', memoryBlobs);

describe('a folder of blobs', () => {
  it('can be read by its owner only', async () => {
    const root = newFolder();
    const hash = await fileBlobs(root).put(new Uint8Array([1]));
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, hash.slice(0, 2))).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, hash.slice(0, 2), hash.slice(2))).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(root, hash.slice(0, 2)))).toHaveLength(1);
  });
  it('treats a damaged file as absent and mends it on the next put', async () => {
    const root = newFolder();
    const blobs = fileBlobs(root);
    const hash = await blobs.put(new Uint8Array([1, 2, 3]));
    writeFileSync(join(root, hash.slice(0, 2), hash.slice(2)), new Uint8Array([1, 2]));
    expect(await blobs.get(hash)).toBeUndefined();
    await blobs.put(new Uint8Array([1, 2, 3]));
    expect(await blobs.get(hash)).toBeDefined();
  });
  it('is shared by two openers', async () => {
    const root = newFolder();
    const hash = await fileBlobs(root).put(new Uint8Array([5]));
    expect(await fileBlobs(root).has(hash)).toBe(true);
  });
  it('says that it cannot be written', async () => {
    const root = newFolder();
    writeFileSync(root, 'a file where the folder should be');
    await expect(fileBlobs(root).put(new Uint8Array([1]))).rejects.toMatchObject({ code: 'store-failed' });
  });
});
