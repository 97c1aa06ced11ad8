// A folder of training records: the record file, the pictures that it names, and a card that says where both are from.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { messageOf, OverreadError } from '../domain/errors.ts';
import { VERSION } from '../domain/version.ts';
import type { BlobStore } from '../storage/blobs.ts';
import { recordExporters } from './exporters/registry.generated.ts';
import { writeNestedParquet } from './nested-parquet.ts';
import type { ExportPlace, RecordExporter } from './record-exporter.ts';
import type { Trace, TracePair, TracePrompt } from './traces/trace.ts';

/** Every record format. */
export function recordFormats(): readonly RecordExporter[] {
  return Object.values(recordExporters) as readonly RecordExporter[];
}

/** Throws `bad-argument` for a format that there is not. */
export function recordFormat(id: string): RecordExporter {
  const found = recordFormats().find((format) => format.id === id);
  if (found !== undefined) return found;
  throw new OverreadError(
    'bad-argument',
    `There is no record format "${id}": use ${recordFormats()
      .map((format) => format.id)
      .join(', ')}.`,
  );
}

export interface RecordSource {
  traces(): AsyncIterable<Trace>;
  pairs(): AsyncIterable<TracePair>;
  prompts(): AsyncIterable<TracePrompt>;
}

export interface WriteRecords {
  /** An empty or new folder. */
  readonly out: string;
  readonly format: RecordExporter;
  readonly source: RecordSource;
  readonly blobs: BlobStore;
  readonly benchmark: { readonly name: string; readonly contentHash: string; readonly canary: string };
  /** What else the card says: runs, splits, licences. */
  readonly about: Readonly<Record<string, unknown>>;
}

export interface WrittenRecords {
  readonly file: string;
  readonly records: number;
  readonly pictures: number;
}

/**
 * Writes the folder, whole or not at all: it lies beside its place until the last record is in.
 * Errors: `write-failed`, `file-not-found` for a picture that the store no longer has, and what reading the source throws.
 */
export async function writeRecords(job: WriteRecords): Promise<WrittenRecords> {
  const { format, source, blobs, benchmark, about } = job;
  const out = resolve(job.out);
  const partial = `${out}.partial-${process.pid}`;
  const stored = new Map<string, string>();
  const place: ExportPlace = {
    benchmark: benchmark.name,
    canary: benchmark.canary,
    stored(hash, mediaType = 'image/png') {
      const sound = { 'audio/wav': 'wav', 'audio/mpeg': 'mp3' }[mediaType];
      const ending = sound ?? (mediaType === 'image/jpeg' ? 'jpg' : 'png');
      const name = stored.get(hash) ?? `${sound === undefined ? 'pictures' : 'sounds'}/${hash}.${ending}`;
      stored.set(hash, name);
      return name;
    },
  };
  const name = `records.${'file' in format && format.file === 'parquet' ? 'parquet' : 'jsonl'}`;
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const records = await writeFileOf(
      join(partial, name),
      recordsOf(format, source, place),
      benchmark.canary,
    );
    for (const [hash, file] of stored) {
      const bytes = await blobs.get(hash);
      if (bytes === undefined)
        throw new OverreadError(
          'file-not-found',
          'A picture of these records is no longer in the store: read the benchmark again.',
        );
      await mkdir(dirname(join(partial, file)), { recursive: true, mode: 0o700 });
      await writeFile(join(partial, file), bytes, { mode: 0o600 });
    }
    const card = {
      format: format.id,
      formSource: format.source,
      benchmark: benchmark.name,
      contentHash: benchmark.contentHash,
      canary: benchmark.canary,
      records,
      pictures: stored.size,
      ...about,
      generator: { name: 'overread', version: VERSION },
    };
    await writeFile(join(partial, 'card.json'), `${JSON.stringify(card, null, 2)}\n`, { mode: 0o600 });
    // An empty folder may be replaced; one with something in it is somebody's.
    await rename(partial, out);
    return { file: join(out, name), records, pictures: stored.size };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (OverreadError.isInstance(error)) throw error;
    throw new OverreadError(
      'write-failed',
      `The records cannot be written to ${basename(out)} (${messageOf(error).slice(0, 120)}): give --out a new or empty folder with space.`,
      { cause: error },
    );
  }
}

async function* recordsOf(
  format: RecordExporter,
  source: RecordSource,
  place: ExportPlace,
): AsyncGenerator<Record<string, unknown>> {
  if (format.from === 'trace') for await (const trace of source.traces()) yield format.record(trace, place);
  else if (format.from === 'pair') for await (const pair of source.pairs()) yield format.record(pair, place);
  else for await (const prompt of source.prompts()) yield format.record(prompt, place);
}

async function writeFileOf(
  path: string,
  records: AsyncIterable<Record<string, unknown>>,
  canary: string,
): Promise<number> {
  let count = 0;
  if (path.endsWith('.parquet')) {
    const rows: Record<string, unknown>[] = [];
    for await (const record of records) rows.push(record);
    await writeNestedParquet(path, rows, [{ key: 'canary', value: canary }]);
    await chmod(path, 0o600);
    return rows.length;
  }
  const stream = createWriteStream(path, { mode: 0o600 });
  const done = finished(stream);
  done.catch(() => {});
  for await (const record of records) {
    count++;
    // A line that says that it must not be trained on where it was not meant to be, as every export does.
    if (!stream.write(`${JSON.stringify({ ...record, canary })}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await done;
  return count;
}
