import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../domain/random.ts';
import { killStreaming } from './testing/kill-streaming.ts';
import { startRangeServer } from './testing/range-server.ts';
import { SHARD_FORMATS, type ShardSet, shardNames, writeShards } from './testing/shard-set.ts';

const set: ShardSet = { seed: '1', shards: 2, recordsPerShard: 30, pictureBytes: 20_000 };
const folder = mkdtempSync(join(tmpdir(), 'overread-shards-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a process that streams shards', () => {
  it.each(SHARD_FORMATS)('of %s, killed and started again, loses and doubles no record', async (format) => {
    const { expected } = writeShards(folder, set, format);
    const result = await killStreaming({
      ...{ format, expected, kills: 2, seed: '1', batch: 2, pauseMs: 20 },
      data: folder,
      names: shardNames(set, format),
      journal: join(folder, `${format}.journal`),
    });
    expect(result).toMatchObject({ kills: 2, records: expected.length, lost: 0, doubled: 0, wrong: 0 });
  }, 30_000);

  it('over an address whose connections break does neither', async () => {
    const { expected } = writeShards(folder, set, 'tar');
    const rng = random('breaks');
    const server = await startRangeServer(folder, () => rng.int(300_000));
    try {
      const result = await killStreaming({
        ...{ format: 'tar', expected, kills: 1, seed: '2', batch: 2, pauseMs: 20 },
        data: server.url,
        names: shardNames(set, 'tar'),
        journal: join(folder, 'http.journal'),
      });
      expect(result).toMatchObject({ records: expected.length, lost: 0, doubled: 0, wrong: 0 });
      expect(server.broken()).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  }, 30_000);
});
