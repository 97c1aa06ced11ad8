// Tar shards of samples, as WebDataset writes them: consecutive files with one name before the first dot are one sample.
import { OverreadError } from '../domain/errors.ts';
import { type Flow, gatherer, openFlow } from './flow.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { corrupt, MAX_RECORD_BYTES, startOf, tooLong, truncated } from './stream-errors.ts';
import { BLOCK, isZeros, paxRecords, tarHeader } from './tar-header.ts';

export interface TarSample {
  /** Path up to the first dot of the file's name: "train/0001" of "train/0001.seg.png". */
  readonly key: string;
  /** Bytes by what follows the first dot, in lower case: "seg.png". */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface TarOptions extends StreamOptions {
  /** Which extensions to read; the others are stepped over and not in `files`. Default: all. */
  readonly extensions?: readonly string[];
}

/** Longest extended header or long name; real ones have a few hundred bytes. */
const MAX_META = 1 << 20;

interface Entry {
  readonly path: string;
  readonly size: number;
  /** Where the first of its headers begins. */
  readonly start: number;
}

async function take(flow: Flow, length: number, keep: Keep): Promise<boolean> {
  let left = length;
  while (left > 0) {
    if (flow.at === flow.chunk.length && !(await flow.more())) return false;
    const end = Math.min(flow.chunk.length, flow.at + left);
    keep(flow.chunk, flow.at, end);
    left -= end - flow.at;
    flow.at = end;
  }
  return true;
}

type Keep = (chunk: Uint8Array, from: number, to: number) => void;

function checkPath(path: string, name: string): void {
  if (
    path.startsWith('/') ||
    /^[a-z]:/i.test(path) ||
    path.split(/[\\/]/).includes('..') ||
    path.includes('\0')
  )
    throw new OverreadError(
      'path-escape',
      `${name} holds a file that points outside the archive: it is damaged or hostile.`,
    );
}

/** Key and extension, the file's name split at its first dot; undefined for names that are no part of a sample. */
export function sampleName(path: string): { key: string; extension: string } | undefined {
  const slash = path.lastIndexOf('/') + 1;
  const dot = path.indexOf('.', slash);
  if (dot <= slash) return undefined;
  return { key: path.slice(0, dot), extension: path.slice(dot + 1).toLowerCase() };
}

/**
 * Samples of a tar or tar.gz archive: ustar, pax and GNU long names. Folders and files without an extension are no part
 * of a sample. The files of a sample together may have `maxRecordBytes`.
 * @throws `file-corrupt`, `file-truncated`, `format-unsupported` (links, sparse files), `limit-exceeded`, `path-escape`
 */
export async function* tarSamples(
  source: ByteSource,
  options: TarOptions = {},
): AsyncGenerator<Streamed<TarSample>> {
  const { name } = source;
  const start = startOf(source, options);
  const limit = options.maxRecordBytes ?? MAX_RECORD_BYTES;
  const wanted = options.extensions && new Set(options.extensions);
  const flow = openFlow(source, start.offset, options.signal);
  let index = start.index;
  let files = new Map<string, Uint8Array>();
  let key: string | undefined;
  let gathered = 0;

  const bytes = async (size: number, most: number): Promise<Buffer> => {
    if (size > most) throw tooLong(name, index, most);
    const held = gatherer(size, () => tooLong(name, index, most));
    if (!(await take(flow, size, held.add))) throw truncated(name, index);
    return held.take();
  };
  const pass = async (size: number) => {
    if (!(await take(flow, size, () => {}))) throw truncated(name, index);
  };
  const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

  /** The next file's header, folders stepped over; undefined at the archive's end, which is stood before. */
  const entry = async (): Promise<Entry | { end: number }> => {
    let begin = flow.position();
    let path: string | undefined;
    let size: number | undefined;
    for (;;) {
      const block = await bytes(BLOCK, BLOCK);
      // The end is two blocks of zeros; an archive without them was cut off.
      if (isZeros(block)) return { end: begin };
      const header = tarHeader(block, name, index);
      if (header.type === 'x' || header.type === 'L' || header.type === 'K' || header.type === 'g') {
        const meta = await bytes(header.size, MAX_META);
        await pass(padding(header.size));
        if (header.type === 'L') path = meta.toString('utf8').replace(/\0.*$/s, '');
        if (header.type === 'x' || header.type === 'g') {
          const records = paxRecords(meta, name, index);
          const said = records.get('size');
          if (
            header.type === 'g' ? records.has('path') || said !== undefined : records.has('GNU.sparse.major')
          )
            throw new OverreadError(
              'format-unsupported',
              `${name} uses a rare form of tar (${header.type === 'g' ? 'global names' : 'sparse files'}): pack it again.`,
            );
          if (header.type === 'g') continue;
          path = records.get('path') ?? path;
          if (said !== undefined) size = /^\d{1,15}$/.test(said) ? Number(said) : Number.NaN;
          if (Number.isNaN(size)) throw corrupt(name, index, 'an extended header of the archive is damaged');
        }
        continue;
      }
      const full = path ?? header.path;
      checkPath(full, name);
      const length = size ?? header.size;
      if (header.type === '0') return { path: full, size: length, start: begin };
      if (header.type !== '5')
        throw new OverreadError(
          'format-unsupported',
          `${name} holds a link or device ("${full.slice(-80)}"): pack it again with plain files.`,
        );
      await pass(length + padding(length));
      path = undefined;
      size = undefined;
      begin = flow.position();
    }
  };

  try {
    for (;;) {
      const found = await entry();
      const at = 'end' in found ? found.end : found.start;
      const named = 'end' in found ? undefined : sampleName(found.path);
      if (key !== undefined && ('end' in found || (named !== undefined && named.key !== key))) {
        yield { value: { key, files }, next: { file: name, offset: at, index: index + 1 } };
        index++;
        files = new Map();
        key = undefined;
        gathered = 0;
      }
      if ('end' in found) return;
      if (named === undefined) {
        await pass(found.size + padding(found.size));
        continue;
      }
      key = named.key;
      // A header counts as well, so that a sample of a million empty files ends somewhere.
      gathered += BLOCK;
      if (wanted !== undefined && !wanted.has(named.extension)) await pass(found.size);
      else {
        if (files.has(named.extension))
          throw corrupt(name, index, `it has two files ".${named.extension.slice(0, 40)}"`);
        gathered += found.size;
        if (gathered > limit) throw tooLong(name, index, limit);
        files.set(named.extension, await bytes(found.size, limit));
      }
      if (gathered > limit) throw tooLong(name, index, limit);
      await pass(padding(found.size));
    }
  } finally {
    await flow.close();
  }
}
