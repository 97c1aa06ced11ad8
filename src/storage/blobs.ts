// Blobs: bytes kept under their own SHA-256, so that reads and transcripts can hold a hash instead of pixels.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256 } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import { fileProblem } from './problems.ts';

export interface BlobStore {
  /** Keeps the bytes and returns their hexadecimal SHA-256. Putting the same bytes twice keeps them once. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes, or undefined when there are none under that hash (or what lies there is damaged). */
  get(hash: string): Promise<Uint8Array | undefined>;
  has(hash: string): Promise<boolean>;
  /** Deleting what is not there is no error. */
  delete(hash: string): Promise<void>;
}

const HASH = /^[0-9a-f]{64}$/;

/** True for a hexadecimal SHA-256, the only name a blob can have. */
export function isBlobHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

function checked(hash: string): string {
  // Hashes come back from files and replies; one with "../" in it must never become a path.
  if (!isBlobHash(hash))
    throw new OverreadError(
      'bad-argument',
      'A blob is named by 64 hexadecimal digits: pass its content hash.',
    );
  return hash;
}

/**
 * Blobs as files `<folder>/<first two digits>/<the other 62>`, folders readable by their owner only.
 * A blob appears whole or not at all (temporary file, then rename), so several processes may share a folder.
 * Bytes are checked against their hash when read: after a power loss a damaged blob counts as absent.
 * Errors: `store-failed` when the folder cannot be written.
 */
export function fileBlobs(folder: string): BlobStore {
  const pathOf = (hash: string) => join(folder, checked(hash).slice(0, 2), hash.slice(2));
  const present = async (hash: string) => {
    try {
      return (await stat(pathOf(hash))).isFile();
    } catch {
      return false;
    }
  };
  const known = new Set<string>();
  return {
    async put(bytes) {
      const hash = sha256(bytes);
      if (known.has(hash) && (await present(hash))) return hash;
      const path = pathOf(hash);
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFile(temporary, bytes, { mode: 0o600 });
        await rename(temporary, path);
      } catch (cause) {
        await rm(temporary, { force: true }).catch(() => {});
        throw fileProblem(cause, folder);
      }
      known.add(hash);
      return hash;
    },
    async get(hash) {
      let bytes: Uint8Array;
      try {
        bytes = await readFile(pathOf(hash));
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        if (OverreadError.isInstance(cause)) throw cause;
        throw fileProblem(cause, folder);
      }
      if (sha256(bytes) === hash) return bytes;
      known.delete(hash);
      return undefined;
    },
    has: present,
    async delete(hash) {
      known.delete(hash);
      await rm(pathOf(hash), { force: true });
    },
  };
}

/** Blobs that live as long as the process: tests, demos, dry runs. */
export function memoryBlobs(): BlobStore {
  const kept = new Map<string, Uint8Array>();
  return {
    async put(bytes) {
      const hash = sha256(bytes);
      if (!kept.has(hash)) kept.set(hash, Uint8Array.from(bytes));
      return hash;
    },
    get: async (hash) => kept.get(checked(hash)),
    has: async (hash) => kept.has(checked(hash)),
    async delete(hash) {
      kept.delete(checked(hash));
    },
  };
}

/** Blobs lie beside the store: overread.db has overread.blobs. */
export function blobsFolder(store: string): string {
  return `${store.replace(/^sqlite:(\/\/)?/, '').replace(/\.db$/, '')}.blobs`;
}
