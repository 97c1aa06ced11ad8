// The folders below which scans may be pointed at: looked into by name, never left.
import { type Dirent, realpathSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, normalize, sep } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import type { WorkbenchContext } from '../context.ts';
import type { FileEntry, FileList } from '../shapes/new.ts';

const MOST = 1000;

/** Where may be looked: below `root`, but not below `except`; both real paths. */
export interface Territory {
  readonly root: string;
  /** The workbench's own files. */
  readonly except: string;
}

export const territoryOf = ({
  filesRoot,
  workFolder,
}: Pick<WorkbenchContext, 'filesRoot' | 'workFolder'>): Territory => ({
  root: filesRoot,
  except: realpathSync(workFolder),
});

const isBelow = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);

/**
 * The real path of something that may be looked at.
 * Errors: `path-escape` for a path or link that leads elsewhere, `file-not-found`.
 */
export async function below({ root, except }: Territory, path: string): Promise<string> {
  const outside = () =>
    new OverreadError(
      'path-escape',
      'That lies outside of the folder that the workbench may look into: start it with --files FOLDER.',
    );
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (isAbsolute(path) || parts.some((part) => part === '..' || part.includes('\0') || part.includes(sep)))
    throw outside();
  const wanted = normalize(join(root, ...parts));
  let real: string;
  try {
    real = await realpath(wanted);
  } catch {
    throw new OverreadError('file-not-found', `${basename(wanted)} is not there any more: look again.`);
  }
  if (!isBelow(root, real) || isBelow(except, real)) throw outside();
  return real;
}

/** What a folder holds: folders first, then files, by name. What is hidden or may not be looked at is left out. */
export async function listFiles(territory: Territory, path: string): Promise<FileList> {
  const { root, except } = territory;
  const folder = await below(territory, path);
  let all: Dirent[];
  try {
    all = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code;
    throw new OverreadError(
      why === 'ENOTDIR' ? 'bad-argument' : 'file-unreadable',
      why === 'ENOTDIR' ? `${basename(folder)} is a file.` : `${basename(folder)} may not be looked into.`,
      { cause },
    );
  }
  const visible = all.filter(({ name }) => !name.startsWith('.') && join(folder, name) !== except);
  const isFolder = (entry: Dirent): boolean => entry.isDirectory();
  visible.sort(
    (a, b) =>
      Number(isFolder(b)) - Number(isFolder(a)) || a.name.localeCompare(b.name, 'en', { numeric: true }),
  );
  const inside = path.split('/').filter((part) => part !== '' && part !== '.');
  const entries = await Promise.all(
    visible.slice(0, MOST).map(async (entry): Promise<FileEntry | undefined> => {
      const { name } = entry;
      if (entry.isDirectory()) return { name, kind: 'folder' };
      try {
        const real = await below(territory, [...inside, name].join('/'));
        const found = await stat(real);
        if (found.isDirectory()) return { name, kind: 'folder' };
        return found.isFile() ? { name, kind: 'file', bytes: found.size } : undefined;
      } catch {
        return undefined;
      }
    }),
  );
  return {
    path: inside.join('/'),
    root: basename(root) || '/',
    entries: entries.filter((entry) => entry !== undefined),
    total: visible.length,
  };
}
