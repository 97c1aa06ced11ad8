// Where DICOM bytes come from: one file, several files, a folder read recursively, or a zip read with suspicion.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as yauzl from 'yauzl';
import { OverreadError } from '../../domain/errors.ts';
import { fileError, gunzipAll, isGzip, readFileBytes, readHead } from '../file-bytes.ts';
import { checkRatio, READ_LIMITS, type ReadOptions } from '../limits.ts';

/** One file that may be DICOM. `name` is safe to show: entries of a folder or zip are numbered, not named. */
export interface DicomSource {
  readonly name: string;
  /** Sorts files of one folder; never shown. */
  readonly path: string;
  read(): Promise<Uint8Array>;
  /** The first `length` bytes, where that is cheaper than all of them. */
  head?(length: number): Promise<Uint8Array>;
}

export interface DicomSources {
  /** Base name of what the user passed. */
  readonly name: string;
  readonly sources: readonly DicomSource[];
  close(): void;
}

/** More files than any study has; stops a zip of a billion empty entries. */
const MAX_FILES = 200_000;

function tooMany(name: string): OverreadError {
  return new OverreadError(
    'limit-exceeded',
    `${name} holds more than ${MAX_FILES} files: pass one series at a time.`,
  );
}

async function readWhole(path: string, name: string, options: ReadOptions): Promise<Uint8Array> {
  const maxBytes = options.maxBytes ?? READ_LIMITS.maxBytes;
  const bytes = await readFileBytes(path, maxBytes);
  return isGzip(bytes) ? await gunzipAll(bytes, maxBytes, name, options) : bytes;
}

/** Paths of all regular files below a folder, sorted. Links to files are followed, links to folders are not. */
async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  const walk = async (path: string) => {
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      throw fileError(path, error);
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || entry.name.toUpperCase() === 'DICOMDIR') continue;
      const full = join(path, entry.name);
      if (entry.isDirectory()) await walk(full);
      else if (entry.isFile() || (await stat(full).catch(() => undefined))?.isFile()) files.push(full);
      if (files.length > MAX_FILES) throw tooMany(basename(folder));
    }
  };
  await walk(folder);
  return files;
}

function numbered(paths: readonly string[], name: string, options: ReadOptions): DicomSource[] {
  return paths.map((path, index) => {
    const shown = paths.length === 1 ? basename(path) : `file ${index + 1} of ${name}`;
    return {
      name: shown,
      path,
      read: () => readWhole(path, shown, options),
      head: (length) => readHead(path, length),
    };
  });
}

const escapes = (fileName: string) =>
  /^([a-zA-Z]:|[\\/])/.test(fileName) || fileName.split(/[\\/]/).includes('..') || fileName.includes('\0');
const isLink = (entry: yauzl.Entry) => ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;

function checkEntry(
  entry: yauzl.Entry,
  name: string,
  total: number,
  maxBytes: number,
  options: ReadOptions,
): void {
  if (escapes(entry.fileName) || isLink(entry))
    throw new OverreadError(
      'path-escape',
      `${name} holds an entry that points outside the archive: it is not safe, so pack the files again.`,
    );
  if (total > maxBytes)
    throw new OverreadError(
      'limit-exceeded',
      `${name} unfolds to more than ${maxBytes} bytes: raise maxBytes (OVERREAD_MAX_BYTES) if you trust it.`,
      { details: { option: 'maxBytes', limit: maxBytes } },
    );
  checkRatio(name, entry.compressedSize, entry.uncompressedSize, options);
}

const ZIP_OPTIONS = { lazyEntries: true, autoClose: false, decodeStrings: true } as const;

async function openZip(path: string, options: ReadOptions): Promise<DicomSources> {
  const name = basename(path);
  const maxBytes = options.maxBytes ?? READ_LIMITS.maxBytes;
  const corrupt = (cause: unknown) =>
    OverreadError.isInstance(cause)
      ? cause
      : new OverreadError('file-corrupt', `${name} is not a sound zip archive: pack it again.`, { cause });
  let zip: yauzl.ZipFile;
  try {
    zip = await yauzl.openPromise(path, ZIP_OPTIONS);
  } catch (cause) {
    throw corrupt(cause);
  }
  const entries: yauzl.Entry[] = [];
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      total += entry.uncompressedSize;
      checkEntry(entry, name, total, maxBytes, options);
      const base = basename(entry.fileName);
      const skipped =
        entry.fileName.endsWith('/') || base.startsWith('.') || base.toUpperCase() === 'DICOMDIR';
      if (!skipped && !entry.fileName.startsWith('__MACOSX/')) entries.push(entry);
      if (entries.length > MAX_FILES) throw tooMany(name);
    }
  } catch (cause) {
    zip.close();
    // The library refuses such names before they reach checkEntry.
    if (/(invalid relative path|absolute path|invalid characters)/i.test(String(cause)))
      throw new OverreadError(
        'path-escape',
        `${name} holds an entry that points outside the archive: it is not safe, so pack the files again.`,
        { cause },
      );
    throw corrupt(cause);
  }
  entries.sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
  const sources = entries.map((entry, index): DicomSource => {
    const shown = `file ${index + 1} of ${name}`;
    const read = async () => {
      if (entry.isEncrypted())
        throw new OverreadError('format-unsupported', `${name} is encrypted: unpack it first.`);
      // A case may be loaded long after the listing was closed.
      const archive = zip.isOpen ? zip : await yauzl.openPromise(path, ZIP_OPTIONS);
      try {
        const stream = await archive.openReadStreamPromise(entry);
        const chunks: Buffer[] = [];
        // The library ends the stream with an error when an entry is larger than it says.
        for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
        return Buffer.concat(chunks);
      } catch (cause) {
        throw corrupt(cause);
      } finally {
        if (archive !== zip) archive.close();
      }
    };
    return { name: shown, path: entry.fileName, read };
  });
  return { name, sources, close: () => zip.close() };
}

export function isZip(head: Uint8Array): boolean {
  return (
    head[0] === 0x50 &&
    head[1] === 0x4b &&
    (head[2] === 3 || head[2] === 5) &&
    (head[3] === 4 || head[3] === 6)
  );
}

/**
 * Lists what is to be read. The result must be closed.
 * @throws `file-not-found`, `path-escape` (a zip entry that leaves the archive), `limit-exceeded`, `file-corrupt`
 */
export async function dicomSources(
  path: string | readonly string[],
  options: ReadOptions = {},
): Promise<DicomSources> {
  const close = () => {};
  if (typeof path !== 'string') {
    const paths = path.map((one) => resolve(one));
    return { name: `${paths.length} files`, sources: numbered(paths, 'the list', options), close };
  }
  // A media directory stands for the files around it.
  const full = basename(path).toUpperCase() === 'DICOMDIR' ? dirname(resolve(path)) : resolve(path);
  const found = await stat(full).catch((error: unknown) => {
    throw fileError(full, error);
  });
  if (found.isDirectory()) {
    const files = await filesBelow(full);
    return { name: basename(full), sources: numbered(files, basename(full), options), close };
  }
  return isZip(await readHead(full, 4))
    ? await openZip(full, options)
    : { name: basename(full), sources: numbered([full], basename(full), options), close };
}
