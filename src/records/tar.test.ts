import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamContract } from './stream.contract.ts';
import { sampleName, type TarSample, tarSamples } from './tar.ts';
import { paxHeader, tarEnd, tarEntry } from './tar-writer.ts';
import { collect, memorySource } from './testing/memory-source.ts';

const bytes = fc.uint8Array({ maxLength: 1200 }).map((array) => Buffer.from(array));
const extension = fc.constantFrom('png', 'json', 'cls', 'seg.png', '__key__', 'txt');
const sample = fc
  .record({
    // Longer than a plain header holds, and beyond ASCII, so that all ways to write names occur.
    key: fc.oneof(
      fc.stringMatching(/^[a-z0-9]{1,12}$/),
      fc.stringMatching(/^[a-z]{40}\/[a-z]{70}$/),
      fc.stringMatching(/^[äöü]{60,90}$/),
    ),
    files: fc.uniqueArray(fc.tuple(extension, bytes), {
      minLength: 1,
      maxLength: 4,
      selector: ([name]) => name,
    }),
  })
  .map(({ key, files }): TarSample => ({ key, files: new Map(files) }));
const samples = fc.uniqueArray(sample, { maxLength: 6, selector: ({ key }) => key });

const archive = (all: readonly TarSample[]) =>
  Buffer.concat([
    ...all.flatMap(({ key, files }) =>
      [...files].map(([name, content]) => tarEntry(`${key}.${name}`, content)),
    ),
    tarEnd(),
  ]);
// Buffers compare by content, whatever they are cut from.
const stream: typeof tarSamples = tarSamples;

streamContract('tar shards', {
  fileName: 'shard.tar',
  records: samples,
  write: archive,
  stream,
  knowsItsEnd: true,
});
streamContract('gzipped tar shards', {
  fileName: 'shard.tar.gz',
  records: samples,
  write: (all) => gzipSync(archive(all)),
  stream,
  knowsItsEnd: true,
  runs: 30,
});

const one = (...parts: Uint8Array[]) =>
  collect(tarSamples(memorySource('a.tar', Buffer.concat([...parts, tarEnd()]))));

describe('a tar shard', () => {
  it.each(['gnu', 'pax', 'ustar'])('written by tar in its %s form comes out whole', async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'overread-tar-'));
    try {
      const long = `${'d'.repeat(90)}/${'e'.repeat(90)}`;
      mkdirSync(join(folder, long), { recursive: true });
      const files = ['a.cls', 'a.png', `${long}/b.json`];
      for (const file of files) writeFileSync(join(folder, file), file.repeat(100));
      execFileSync('tar', [`--format=${format}`, '-cf', 'shard.tar', 'a.cls', 'a.png', long.slice(0, 90)], {
        cwd: folder,
      });
      const { records, error } = await collect(
        tarSamples(memorySource('shard.tar', readFileSync(join(folder, 'shard.tar')))),
      );
      expect(error).toBeUndefined();
      expect(
        records.flatMap(({ value }) =>
          [...value.files].map(([name, content]) => [
            `${value.key}.${name}`,
            Buffer.from(content).toString(),
          ]),
        ),
      ).toEqual(files.map((file) => [file, file.repeat(100)]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('splits names at the first dot of the file, not of its folders', () => {
    expect(sampleName('v1.0/img.001.seg.PNG')).toEqual({ key: 'v1.0/img', extension: '001.seg.png' });
    expect(sampleName('v1.0/README')).toBeUndefined();
    expect(sampleName('v1.0/.hidden')).toBeUndefined();
  });

  it('reads only the files that are asked for', async () => {
    const source = memorySource(
      'a.tar',
      Buffer.concat([tarEntry('a.png', Buffer.alloc(5000)), tarEntry('a.cls', Buffer.from('3')), tarEnd()]),
    );
    const { records } = await collect(tarSamples(source, { extensions: ['cls'], maxRecordBytes: 2000 }));
    expect([...records[0].value.files.keys()]).toEqual(['cls']);
  });

  it('that points outside itself is refused', async () => {
    for (const path of ['../a.png', '/etc/a.png', 'b/../../a.png', 'c:/a.png', 'b\\..\\a.png'])
      expect((await one(tarEntry(path, Buffer.from('x')))).error).toMatchObject({ code: 'path-escape' });
    expect(
      (await one(paxHeader({ path: '../a.png' }), tarEntry('a.png', Buffer.from('x')))).error,
    ).toMatchObject({
      code: 'path-escape',
    });
  });

  it('with links or devices is refused', async () => {
    for (const type of ['1', '2', '3', '6'])
      expect((await one(tarEntry('a.png', Buffer.alloc(0), { type }))).error).toMatchObject({
        code: 'format-unsupported',
      });
  });

  it('that promises more than the limit is given no memory', async () => {
    const huge = tarEntry('a.png', Buffer.alloc(0), { size: 2 ** 40 });
    expect((await one(huge)).error).toMatchObject({ code: 'limit-exceeded' });
    const meta = tarEntry('x', Buffer.alloc(0), { type: 'x', size: 2 ** 32 });
    expect((await one(meta)).error).toMatchObject({ code: 'limit-exceeded' });
  });

  it('of countless empty files of one sample ends at the limit', async () => {
    const parts = Array.from({ length: 300 }, (_, at) => tarEntry(`a.${at}`, Buffer.alloc(0)));
    const { error } = await collect(
      tarSamples(memorySource('a.tar', Buffer.concat([...parts, tarEnd()])), { maxRecordBytes: 100_000 }),
    );
    expect(error).toMatchObject({ code: 'limit-exceeded' });
  });

  it('with a damaged header or without its end is refused', async () => {
    const entry = tarEntry('a.png', Buffer.from('x'));
    const damaged = Buffer.from(entry);
    damaged[0] ^= 1;
    expect((await one(damaged)).error).toMatchObject({ code: 'file-corrupt', details: { record: 1 } });
    const { error } = await collect(tarSamples(memorySource('a.tar', entry)));
    expect(error).toMatchObject({ code: 'file-truncated' });
  });
});
