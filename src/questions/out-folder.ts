// An output folder that is there whole or not at all.
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OverreadError } from '../domain/errors.ts';
import { FILES } from './benchmark-folder.ts';

/**
 * Fills a new folder and puts it in the place of `out` once `fill` is done. An existing benchmark (or empty folder) is
 * replaced; anything else is refused. When `fill` rejects, `out` is as it was.
 * Throws `bad-argument` for a folder that holds something else, `write-failed` when it cannot be written.
 */
export async function writeFolder<T>(out: string, fill: (folder: string) => Promise<T>): Promise<T> {
  const target = resolve(out);
  const name = basename(target);
  if (existsSync(target)) {
    let entries: string[];
    try {
      entries = readdirSync(target);
    } catch {
      throw new OverreadError('bad-argument', `"${name}" is a file: name a folder for the benchmark.`);
    }
    if (entries.length > 0 && !entries.includes(FILES.manifest))
      throw new OverreadError(
        'bad-argument',
        `"${name}" exists and is no benchmark: choose another output folder, so that nothing is overwritten.`,
      );
  }
  const partial = join(dirname(target), `.${name}.${randomUUID().slice(0, 8)}.partial`);
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 });
  } catch (error) {
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new OverreadError(
      'write-failed',
      `"${name}" cannot be created, since ${full ? 'the disk is full: free some space' : 'the folder around it may not be written to: choose another output folder'}.`,
      { cause: error },
    );
  }
  try {
    const result = await fill(partial);
    const old = existsSync(target) ? `${partial}.old` : undefined;
    if (old !== undefined) await rename(target, old);
    try {
      await rename(partial, target);
    } catch (error) {
      if (old !== undefined) await rename(old, target);
      throw error;
    }
    if (old !== undefined) await rm(old, { recursive: true, force: true });
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (OverreadError.isInstance(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new OverreadError(
      'write-failed',
      `"${name}" cannot be written (${code}): free some space or choose another output folder.`,
      { cause: error },
    );
  }
}
