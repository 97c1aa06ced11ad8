// Files that a browser sends: written to a folder of their own as they come, bounded, and never opened here.
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { OverreadError } from '../../../domain/errors.ts';
import type { Uploaded } from '../shapes/new.ts';
import { uploadId } from '../shapes/new.ts';

export const UPLOAD_LIMIT = 4 * 2 ** 30;
const MOST_FILES = 20_000;
const MOST_PARTS = 8;
const LONGEST_NAME = 120;
/** Bytes of the disk that stay free whatever is sent. */
const SPARE = 512 * 2 ** 20;
/** An upload of which nothing was built is removed by the first start after this time. */
const FORGOTTEN_MS = 24 * 3600_000;

export interface Uploads {
  /**
   * Takes one file, into upload `id` or a new one. What was written of a file that does not end is removed, and with it
   * the upload that it began. Errors: `limit-exceeded`, `bad-argument` for a name, `file-not-found` for an unknown id.
   */
  take(id: string | undefined, name: string, body: ReadableStream | null): Promise<Uploaded>;
  /** The one file of an upload of one file, else its folder. Throws `file-not-found`. */
  placeOf(id: string): Promise<string>;
  /** A benchmark was built of it and may want the scans again: it stays. */
  keep(id: string): void;
  remove(id: string): Promise<void>;
}

/** @param limit bytes of one upload */
export function newUploads(workFolder: string, limit = UPLOAD_LIMIT): Uploads {
  const root = join(workFolder, 'uploads');
  removeForgotten(root);
  const sizes = new Map<string, { files: number; bytes: number }>();
  const busy = new Set<string>();

  const folderOf = (id: string): string => {
    const folder = join(root, uploadId.parse(id));
    if (existsSync(folder)) return folder;
    throw new OverreadError('file-not-found', 'There is no such upload any more: send the files again.');
  };

  async function sizeOf(id: string): Promise<{ files: number; bytes: number }> {
    const kept = sizes.get(id);
    if (kept !== undefined) return kept;
    const size = { files: 0, bytes: 0 };
    for (const entry of await readdir(folderOf(id), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        size.files++;
        size.bytes += (await stat(join(entry.parentPath, entry.name))).size;
      }
    sizes.set(id, size);
    return size;
  }

  async function write(id: string, folder: string, name: string, body: ReadableStream | null): Promise<void> {
    const size = await sizeOf(id);
    if (size.files >= MOST_FILES)
      throw new OverreadError('limit-exceeded', `An upload has at most ${MOST_FILES} files: send a zip.`);
    const { bavail, bsize } = await statfs(folder);
    const room = Math.max(0, bavail * bsize - SPARE);
    const most = Math.min(limit - size.bytes, room);
    const file = join(folder, ...name.split('/'));
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    if (existsSync(file)) throw new OverreadError('bad-argument', 'A file of that name was sent before.');
    let bytes = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length;
        if (bytes <= most) done(null, chunk);
        else
          done(
            new OverreadError(
              'limit-exceeded',
              room < limit - size.bytes
                ? 'The disk of the workbench has no room for that: point at the folder where the scans lie instead.'
                : `An upload has at most ${(limit / 2 ** 30).toPrecision(2)} GiB: point at the folder where the scans lie instead.`,
            ),
          );
      },
    });
    try {
      const from = body === null ? Readable.from([]) : Readable.fromWeb(body);
      await pipeline(from, counted, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      await rm(file, { force: true });
      if (OverreadError.isInstance(error)) throw error;
      throw new OverreadError('write-failed', 'The file did not arrive whole: send it again.', {
        cause: error,
      });
    }
    sizes.set(id, { files: size.files + 1, bytes: size.bytes + bytes });
  }

  return {
    async take(given, wanted, body) {
      const name = tidyName(wanted);
      const id = given ?? `u-${randomBytes(10).toString('hex')}`;
      const folder = given === undefined ? join(root, id) : folderOf(given);
      // One after another: the bound holds for all of them together.
      if (busy.has(id))
        throw new OverreadError('not-allowed', 'Send the files of an upload one after another.');
      busy.add(id);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await write(id, folder, name, body);
      } catch (error) {
        if (given === undefined) {
          sizes.delete(id);
          await rm(folder, { recursive: true, force: true });
        }
        throw error;
      } finally {
        busy.delete(id);
      }
      return { upload: id, name, ...(await sizeOf(id)) };
    },
    async placeOf(id) {
      const folder = folderOf(id);
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.length === 1 ? join(folder, entries[0].name) : folder;
    },
    keep: (id) => writeFileSync(join(root, `${uploadId.parse(id)}.kept`), '', { mode: 0o600 }),
    async remove(id) {
      const folder = folderOf(id);
      sizes.delete(id);
      await rm(folder, { recursive: true, force: true });
      await rm(`${folder}.kept`, { force: true });
    },
  };
}

/** A name as it may stand on any disk. Throws `bad-argument` where nothing of it is left, or it leads elsewhere. */
export function tidyName(name: string): string {
  const parts = name
    .normalize('NFC')
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.length > MOST_PARTS || parts.includes('..'))
    throw new OverreadError('bad-argument', 'That is no name of a file.');
  return parts
    .map((part) => {
      const tidy = part
        .replaceAll(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '_')
        .replace(/^\.+/, '_')
        .replace(/[. ]+$/, '_');
      // The end says what a file is, so the beginning gives way.
      return tidy.length <= LONGEST_NAME ? tidy : `_${tidy.slice(1 - LONGEST_NAME)}`;
    })
    .join('/');
}

function removeForgotten(root: string): void {
  if (!existsSync(root)) return;
  for (const name of readdirSync(root)) {
    if (!uploadId.safeParse(name).success || existsSync(join(root, `${name}.kept`))) continue;
    const folder = join(root, name);
    if (Date.now() - statSync(folder).mtimeMs > FORGOTTEN_MS)
      rmSync(folder, { recursive: true, force: true });
  }
}
