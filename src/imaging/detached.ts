// The voxels' file that a detached header names: only inside the header's own folder.
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { OverreadError } from '../domain/errors.ts';

/**
 * Path of the file `named` by the header at `path`. A header from elsewhere must not make us open any file of the
 * machine: absolute paths, "..", and links that lead out throw `path-escape`; a missing file `file-not-found`.
 */
export function detachedFile(path: string, named: string): string {
  const folder = dirname(path);
  const target = resolve(folder, named);
  if (isAbsolute(named) || outside(folder, target)) throw escapes(path);
  if (!existsSync(target))
    throw new OverreadError(
      'file-not-found',
      `${basename(path)} keeps its voxels in ${basename(target)}, which is not there: add it.`,
    );
  if (outside(realpathSync(folder), realpathSync(target))) throw escapes(path);
  return target;
}

function outside(folder: string, target: string): boolean {
  const way = relative(folder, target);
  return way === '' || way.startsWith('..') || isAbsolute(way);
}

function escapes(path: string): OverreadError {
  return new OverreadError(
    'path-escape',
    `${basename(path)} keeps its voxels outside its own folder: move them beside it and mend the header.`,
  );
}
