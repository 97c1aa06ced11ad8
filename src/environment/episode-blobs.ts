// Blobs of one episode: what it stores lives as long as it does, over a store that is shared and only read.
import { sha256 } from '../domain/content-hash.ts';
import type { BlobStore } from '../storage/blobs.ts';

/** A server that runs for weeks must not keep the pictures of every episode: these go with their owner. */
export function episodeBlobs(shared: BlobStore): BlobStore {
  const own = new Map<string, Uint8Array>();
  return {
    async put(bytes) {
      const hash = sha256(bytes);
      if (!own.has(hash)) own.set(hash, Uint8Array.from(bytes));
      return hash;
    },
    get: async (hash) => own.get(hash) ?? shared.get(hash),
    has: async (hash) => own.has(hash) || shared.has(hash),
    async delete(hash) {
      own.delete(hash);
    },
  };
}
