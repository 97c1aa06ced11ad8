// Shards of made-up pictures in three formats, each picture known by its number: for campaigns that count records.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { random } from '../../domain/random.ts';
import { jsonlRecords } from '../jsonl.ts';
import { parquetRecords } from '../parquet.ts';
import type { ByteSource, Streamed, StreamOptions } from '../source.ts';
import { tarSamples } from '../tar.ts';
import { tarEnd, tarEntry } from '../tar-writer.ts';
import { picturesParquet } from './parquet-writer.ts';

export type ShardFormat = 'parquet' | 'tar' | 'jsonl';
export const SHARD_FORMATS: readonly ShardFormat[] = ['parquet', 'tar', 'jsonl'];

export interface ShardSet {
  readonly seed: string;
  readonly shards: number;
  readonly recordsPerShard: number;
  /** Mean bytes of a picture; they vary between half and one and a half of that. */
  readonly pictureBytes: number;
}

/** A number and the check sum of its picture, however it was stored. */
export interface Counted {
  readonly id: number;
  readonly sum: number;
}

/** Gives the picture of a number: bytes that no packing makes smaller, none like another. */
export function pictureMaker({ seed, pictureBytes }: ShardSet): (id: number) => Uint8Array {
  const rng = random(seed, 'pool');
  const pool = new Uint32Array(1 << 20);
  for (let at = 0; at < pool.length; at++) pool[at] = rng.int(2 ** 32);
  const bytes = new Uint8Array(pool.buffer);
  return (id) => {
    const own = random(seed, `picture ${id}`);
    const picture = new Uint8Array(Math.floor(pictureBytes * own.uniform(0.5, 1.5)) + 4);
    for (let at = 0; at < picture.length; ) {
      const from = own.int(bytes.length - 65_536);
      const part = bytes.subarray(from, from + Math.min(65_536, picture.length - at));
      picture.set(part, at);
      at += part.length;
    }
    new DataView(picture.buffer).setUint32(0, id);
    return picture;
  };
}

export function shardName(format: ShardFormat, shard: number): string {
  return `${format}/shard-${String(shard).padStart(5, '0')}.${format}`;
}

export function shardNames({ shards }: ShardSet, format: ShardFormat): string[] {
  return Array.from({ length: shards }, (_, shard) => shardName(format, shard));
}

/** Writes the shards of one format; returns their bytes and what must come out of them. */
export function writeShards(
  folder: string,
  set: ShardSet,
  format: ShardFormat,
): { bytes: number; expected: Counted[] } {
  mkdirSync(join(folder, format), { recursive: true });
  const picture = pictureMaker(set);
  const expected: Counted[] = [];
  let bytes = 0;
  for (let shard = 0; shard < set.shards; shard++) {
    const ids = Array.from({ length: set.recordsPerShard }, (_, at) => shard * set.recordsPerShard + at);
    const pictures = ids.map(picture);
    ids.forEach((id, at) => void expected.push({ id, sum: crc32(pictures[at]) }));
    const content = shardOf(format, ids, pictures);
    bytes += content.length;
    writeFileSync(join(folder, shardName(format, shard)), content);
  }
  return { bytes, expected };
}

function shardOf(format: ShardFormat, ids: readonly number[], pictures: readonly Uint8Array[]): Uint8Array {
  const question = (id: number) => `What does picture ${id} show?`;
  if (format === 'parquet')
    // One row group for each shard, so that a reader which takes groups whole is found out.
    return picturesParquet(
      ids.map((id, at) => ({
        id,
        question: question(id),
        image: { bytes: pictures[at], path: `${id}.jpg` },
        options: ['A', 'B', 'C'],
      })),
      { codec: 'UNCOMPRESSED', rowGroupSize: ids.length, offsetIndex: false },
    );
  if (format === 'tar')
    return Buffer.concat([
      ...ids.flatMap((id, at) => [
        tarEntry(`${id}.jpg`, pictures[at]),
        tarEntry(`${id}.json`, Buffer.from(JSON.stringify({ question: question(id) }))),
      ]),
      tarEnd(),
    ]);
  return Buffer.concat(
    ids.map((id, at) =>
      Buffer.from(
        `${JSON.stringify({ id, question: question(id), image: Buffer.from(pictures[at]).toString('base64') })}\n`,
      ),
    ),
  );
}

/** The stream of each format as numbers and check sums. */
export async function* countedRecords(
  format: ShardFormat,
  source: ByteSource,
  options: StreamOptions,
): AsyncGenerator<Streamed<Counted>> {
  if (format === 'parquet')
    for await (const { value, next } of parquetRecords(source, options)) {
      const { id, image } = value as { id: number; image: { bytes: Uint8Array } };
      yield { value: { id, sum: crc32(image.bytes) }, next };
    }
  else if (format === 'tar')
    for await (const { value, next } of tarSamples(source, options))
      yield { value: { id: Number(value.key), sum: crc32(value.files.get('jpg') ?? '') }, next };
  else
    for await (const { value, next } of jsonlRecords(source, options)) {
      const { id, image } = value as { id: number; image: string };
      yield { value: { id, sum: crc32(Buffer.from(image, 'base64')) }, next };
    }
}
