// Files that a reader's options name: what they hold shapes reads, so a run's record keeps their hashes.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { sha256 } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import { type PluginContext, type ReaderPlugin, readerOption } from './reader-plugin.ts';

/** SHA-256 of each file by its option's name; a run is not resumed with other content. Throws `file-not-found`. */
export async function optionFiles(
  plugin: Pick<ReaderPlugin, 'options'>,
  context: Pick<PluginContext, 'options'>,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const { name, file } of plugin.options ?? []) {
    const path = file === true ? (readerOption(plugin, context, name) ?? '') : '';
    if (path === '') continue;
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new OverreadError(
        'file-not-found',
        `The file "${basename(path)}" cannot be read: check --option ${name}.`,
        { cause },
      );
    });
    hashes[name] = sha256(bytes);
  }
  return hashes;
}
