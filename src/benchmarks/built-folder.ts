// Where a builder writes: a new folder that is there whole or not at all, with the hash of what is in it.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { contentHash, sha256 } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { BuildSummary } from './builder.ts';

export interface BuiltFolder {
  /** Writes a file below the folder; names with forward slashes, each once. */
  write(name: string, content: Uint8Array | string): Promise<void>;
  has(name: string): boolean;
  /** Opens a file that is too large to be held: chunks are written as they come, until `close`. */
  open(name: string): Promise<GrowingFile>;
}

export interface GrowingFile {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export type BuiltFiles = Pick<BuildSummary, 'files' | 'contentHash'>;

/**
 * Fills a new or empty folder. When `fill` rejects, nothing is left behind. The content hash is SHA-256 over names and
 * contents. Throws `bad-argument` for a folder that holds something, `write-failed` when it cannot be written.
 */
export async function buildFolder<T>(
  out: string,
  fill: (folder: BuiltFolder) => Promise<T>,
): Promise<T & BuiltFiles> {
  const target = resolve(out);
  const name = basename(target);
  if (existsSync(target) && !isEmptyFolder(target))
    throw new OverreadError('bad-argument', `"${name}" is not empty: name a new folder to build in.`);
  const partial = join(dirname(target), `.${name}.${randomUUID().slice(0, 8)}.partial`);
  const hashes = new Map<string, string>();
  try {
    await mkdir(partial, { recursive: true });
    const result = await fill({
      has: (file) => hashes.has(file),
      async write(file, content) {
        const path = join(partial, file);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
        hashes.set(file, sha256(content));
      },
      async open(file) {
        const path = join(partial, file);
        await mkdir(dirname(path), { recursive: true });
        const handle = await open(path, 'wx');
        const hash = createHash('sha256');
        return {
          async write(chunk) {
            hash.update(chunk);
            await handle.writeFile(chunk);
          },
          async close() {
            await handle.close();
            hashes.set(file, hash.digest('hex'));
          },
        };
      },
    });
    if (existsSync(target)) await rmdir(target);
    await rename(partial, target);
    const files = [...hashes.keys()].sort();
    return { ...result, files, contentHash: contentHash(files.map((file) => [file, hashes.get(file)])) };
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    const { code } = cause as NodeJS.ErrnoException;
    if (OverreadError.isInstance(cause) || code === undefined) throw cause;
    throw new OverreadError(
      'write-failed',
      `"${name}" cannot be written (${code}): free some space or choose another folder.`,
      { cause },
    );
  }
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

/** Counts of anything by name, for a summary. */
export function tally(): { add(name: string, n?: number): void; counts(): Record<string, number> } {
  const counts = new Map<string, number>();
  return {
    add: (name, n = 1) => void counts.set(name, (counts.get(name) ?? 0) + n),
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Reasons and how often each was met, in the order of names. */
export function skippedOf(counts: Readonly<Record<string, number>>): BuildSummary['skipped'] {
  return Object.entries(counts).map(([reason, count]) => ({ reason, count }));
}
