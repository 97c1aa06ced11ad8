// Pictures in a folder for each class.

import { OverreadError } from '../domain/errors.ts';
import { readWhole } from './data-root.ts';
import type { DataRoot, Streamed, StreamOptions } from './source.ts';
import { MAX_RECORD_BYTES } from './stream-errors.ts';

export interface FolderPicture {
  /** Name within the release. */
  readonly name: string;
  /** The folder that the file lies in, below `under`: "benign", or "train/benign" where folders nest. */
  readonly label: string;
  /** The file's bytes. Throws `limit-exceeded` beyond `maxRecordBytes`. */
  load(): Promise<Uint8Array>;
}

export interface FolderOptions extends StreamOptions {
  /** Folder within the release. Default: the release itself. */
  readonly under?: string;
  /** Which files are pictures, by what their name ends in. Default: png, jpg, jpeg, tif, tiff, bmp, gif, webp, dcm. */
  readonly extensions?: readonly string[];
}

const PICTURES = ['png', 'jpg', 'jpeg', 'tif', 'tiff', 'bmp', 'gif', 'webp', 'dcm'];

/**
 * Pictures in the order of their names (by code unit), not loaded. Files that lie in no folder have the label "".
 * A cursor names the last picture done with, so files that are added meanwhile disturb nothing.
 */
export async function* folderPictures(
  data: DataRoot,
  options: FolderOptions = {},
): AsyncGenerator<Streamed<FolderPicture>> {
  const prefix = options.under === undefined ? '' : `${options.under.replace(/\/+$/, '')}/`;
  const extensions = options.extensions ?? PICTURES;
  const pattern = new RegExp(
    `\\.(${extensions.map((text) => text.replace(/[^\w]/g, '\\$&')).join('|')})$`,
    'i',
  );
  const { from } = options;
  if (from !== undefined && !Number.isSafeInteger(from.index))
    throw new OverreadError('bad-argument', 'The cursor to go on from is none of a folder: begin anew.');
  const names = (await data.list())
    .filter((name) => name.startsWith(prefix) && pattern.test(name))
    .sort((a, b) => (a < b ? -1 : 1));
  let index = from?.index ?? 0;
  for (const name of names) {
    if (from !== undefined && name <= from.file) continue;
    options.signal?.throwIfAborted();
    const below = name.slice(prefix.length);
    index++;
    yield {
      value: {
        name,
        label: below.slice(0, Math.max(0, below.lastIndexOf('/'))),
        load: () => readWhole(data, name, options.maxRecordBytes ?? MAX_RECORD_BYTES),
      },
      next: { file: name, offset: 0, index },
    };
  }
}
