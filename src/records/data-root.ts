// A release on this machine: a folder, or one file that is all of it.
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { ByteSource, DataRoot } from './source.ts';

const CHUNK = 1 << 20;

/** Opens a release for reading. Throws `file-not-found` when there is nothing at `path`. */
export async function openData(path: string): Promise<DataRoot> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    throw new OverreadError(
      'file-not-found',
      `There is nothing at "${basename(path)}": check the path; a release is given with --data.`,
      { cause },
    );
  }
  const name = basename(path);
  const list = async (): Promise<readonly string[]> => (isFolder ? filesBelow(path) : [name]);
  let known: Promise<ReadonlySet<string>> | undefined;
  const names = () => {
    known ??= list().then((found) => new Set(found));
    return known;
  };
  let places: Promise<readonly string[]> | undefined;
  return {
    path,
    list: async () => [...(await names())],
    has: async (wanted) => (await names()).has(wanted),
    async open(wanted) {
      if (wanted.split('/').includes('..') || wanted.startsWith('/'))
        throw new OverreadError(
          'path-escape',
          `The release names a file outside itself ("${basename(wanted)}"): it is damaged or hostile.`,
        );
      if (!(await names()).has(wanted))
        throw new OverreadError(
          'file-not-found',
          `The release has no ${wanted}: "overread data check" says what is missing.`,
        );
      if (!isFolder) return openFile(path, wanted);
      places ??= linkPlaces(path);
      const target = await realpath(join(path, wanted));
      if (!(await places).some((place) => target.startsWith(place)))
        throw new OverreadError(
          'path-escape',
          `The release's ${wanted} is a link to a file outside it: put the file itself in its place, or give the folder that it lies in.`,
        );
      return openFile(target, wanted);
    },
  };
}

/** Where caches of data sets keep the files that their folders link to, beside or above the folder. */
const CACHES = ['blobs', join('.git', 'annex', 'objects'), join('.dvc', 'cache')];
const LEVELS = 4;

/**
 * Where a link in a release may lead: into the release itself, or into the cache that it is a view of. A link to
 * anything else would let whoever packed the release have any picture or sound of this machine read out.
 */
async function linkPlaces(path: string): Promise<string[]> {
  const root = await realpath(path);
  const places = [root];
  for (let level = 0, at = root; level < LEVELS; level++, at = dirname(at))
    places.push(...CACHES.map((cache) => join(at, cache)));
  return places.map((place) => (place.endsWith(sep) ? place : place + sep));
}

/**
 * Names of all files below a folder, hidden ones left out. Links to files are among them, since caches of data sets are
 * made of them; links to folders are not, so that there is an end.
 */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(entry.parentPath, entry.name);
    const isFile = entry.isSymbolicLink()
      ? ((await stat(path).catch(() => undefined))?.isFile() ?? false)
      : entry.isFile();
    if (isFile) found.push(relative(folder, path).split(sep).join('/'));
  }
  return found.sort();
}

/** One file as bytes by range. */
export async function openFile(path: string, name: string = basename(path)): Promise<ByteSource> {
  const { size } = await stat(path);
  const withHandle = async <T>(work: (handle: FileHandle) => Promise<T>): Promise<T> => {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw new OverreadError('file-unreadable', `${name} cannot be read (${messageOf(cause)}).`, { cause });
    });
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  };
  return {
    name,
    size,
    read: (start, end) =>
      withHandle(async (handle) => {
        const bytes = Buffer.allocUnsafe(end - start);
        let filled = 0;
        while (filled < bytes.length) {
          const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
          if (bytesRead === 0)
            throw new OverreadError('file-truncated', `${name} ends before byte ${end}: copy it again.`);
          filled += bytesRead;
        }
        return bytes;
      }),
    async *stream(start = 0) {
      const handle = await open(path, 'r');
      try {
        let at = start;
        for (;;) {
          const chunk = Buffer.allocUnsafe(CHUNK);
          const { bytesRead } = await handle.read(chunk, 0, CHUNK, at);
          if (bytesRead === 0) return;
          at += bytesRead;
          yield chunk.subarray(0, bytesRead);
        }
      } finally {
        await handle.close();
      }
    },
  };
}

/** A whole file of a release, for the small ones. Throws `limit-exceeded` beyond `maxBytes` (default 512 MiB). */
export async function readWhole(data: DataRoot, name: string, maxBytes = 512 << 20): Promise<Uint8Array> {
  const source = await data.open(name);
  if (source.size > maxBytes)
    throw new OverreadError(
      'limit-exceeded',
      `${name} has ${source.size} bytes and is read whole only up to ${maxBytes}.`,
    );
  return source.read(0, source.size);
}

/** A JSON file of a release, read whole. Throws `file-corrupt`. */
export async function readJson(data: DataRoot, name: string): Promise<unknown> {
  const bytes = await readWhole(data, name);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new OverreadError('file-corrupt', `${name} is not JSON (${messageOf(cause)}): copy it again.`, {
      cause,
    });
  }
}
