// What every blob store must keep.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlobStore } from './blobs.ts';

export function blobContract(name: string, open: () => BlobStore): void {
  describe(`${name} keeps the blob contract`, () => {
    it('gives back the bytes under their SHA-256', async () => {
      const blobs = open();
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
          const hash = await blobs.put(bytes);
          expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
          expect(await blobs.has(hash)).toBe(true);
          expect(Buffer.from((await blobs.get(hash)) ?? []).equals(Buffer.from(bytes))).toBe(true);
        }),
        { numRuns: 25 },
      );
    });
    it('keeps the same bytes once, even when put at the same time', async () => {
      const blobs = open();
      const hashes = await Promise.all(Array.from({ length: 8 }, () => blobs.put(new Uint8Array([1, 2, 3]))));
      expect(new Set(hashes).size).toBe(1);
      await blobs.delete(hashes[0]);
      expect(await blobs.has(hashes[0])).toBe(false);
    });
    it('is not changed by the caller changing its own array later', async () => {
      const blobs = open();
      const bytes = new Uint8Array([1, 2, 3]);
      const hash = await blobs.put(bytes);
      bytes[0] = 9;
      expect([...((await blobs.get(hash)) ?? [])]).toEqual([1, 2, 3]);
    });
    it('knows nothing of a blob that was never put or was deleted', async () => {
      const blobs = open();
      const hash = await blobs.put(new Uint8Array([7]));
      await blobs.delete(hash);
      await blobs.delete(hash);
      expect(await blobs.get(hash)).toBeUndefined();
      expect(await blobs.has(hash)).toBe(false);
    });
    it('takes nothing for a name but a hash', async () => {
      const blobs = open();
      await expect(blobs.get('../../etc/passwd')).rejects.toMatchObject({ code: 'bad-argument' });
      await expect(blobs.delete('A'.repeat(64))).rejects.toMatchObject({ code: 'bad-argument' });
    });
  });
}
