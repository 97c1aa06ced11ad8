import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { formatContract } from '../format.contract.ts';
import { openAnnotation, openVolume, probe } from '../open.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import metaimage from './metaimage.ts';

const folder = testFolder();
afterAll(folder.remove);
let count = 0;

const BASE = {
  ObjectType: 'Image',
  NDims: '3',
  BinaryData: 'True',
  BinaryDataByteOrderMSB: 'False',
  CompressedData: 'False',
  TransformMatrix: '1 0 0 0 1 0 0 0 1',
  Offset: '10 20 30',
  ElementSpacing: '2 3 4',
  DimSize: '2 3 4',
  ElementType: 'MET_SHORT',
};
const ramp = Array.from({ length: 24 }, (_, i) => i);
const shorts = Buffer.from(Int16Array.from(ramp).buffer);

function header(fields: Record<string, string | undefined> = {}, file = 'LOCAL'): string {
  const all = Object.entries({ ...BASE, ...fields }).filter(([, value]) => value !== undefined);
  return `${all.map(([key, value]) => `${key} = ${value}`).join('\n')}\nElementDataFile = ${file}\n`;
}
const write = (text: string, voxels: Uint8Array) =>
  folder.file(`sample-${count++}.mha`, Buffer.concat([Buffer.from(text), voxels]));

formatContract(metaimage, {
  volume: () => write(header({ CompressedData: 'True' }), deflateSync(shorts)),
  annotation: () => write(header(), shorts),
});

describe('MetaImage', () => {
  it.each([
    ['raw', {}, shorts],
    ['zlib', { CompressedData: 'True' }, deflateSync(shorts)],
    ['gzip', { CompressedData: 'True' }, gzipSync(shorts)],
    ['big-endian', { BinaryDataByteOrderMSB: 'True' }, Buffer.from(shorts).swap16()],
    [
      'big-endian by its other name',
      { BinaryDataByteOrderMSB: undefined, ElementByteOrderMSB: 'True' },
      Buffer.from(shorts).swap16(),
    ],
    ['text', { BinaryData: 'False' }, Buffer.from(ramp.join(' '))],
    ['a header to skip', { HeaderSize: '7' }, Buffer.concat([Buffer.alloc(7), shorts])],
    ['the end of the file', { HeaderSize: '-1' }, Buffer.concat([Buffer.alloc(7), shorts])],
  ])('%s gives the same voxels', async (_name, fields, voxels) => {
    expect([...(await openVolume(write(header(fields), voxels))).data]).toEqual(ramp);
  });

  it('LPS becomes RAS; the matrix holds one axis after the other', async () => {
    expect((await probe(write(header(), shorts))).affine).toEqual([
      -2, 0, 0, -10, 0, -3, 0, -20, 0, 0, 4, 30, 0, 0, 0, 1,
    ]);
    // i runs posterior, j superior, k left.
    const turned = header({ TransformMatrix: '0 1 0 0 0 1 1 0 0' });
    expect((await probe(write(turned, shorts))).axes).toBe('PSL');
  });

  it('voxels of their own file are read from the same folder only', async () => {
    folder.file('voxels.raw', shorts);
    expect([...(await openVolume(folder.file('detached.mhd', header({}, 'voxels.raw')))).data]).toEqual(ramp);
    expect(await codeOf(openVolume(folder.file('escape.mhd', header({}, '../../etc/passwd'))))).toBe(
      'path-escape',
    );
    expect(await codeOf(openVolume(folder.file('lost.mhd', header({}, 'lost.raw'))))).toBe('file-not-found');
  });

  it('what is not one number a voxel in three dimensions is refused', async () => {
    for (const fields of [
      { ElementType: 'MET_STRING' },
      { ElementNumberOfChannels: '3' },
      { NDims: '4', DimSize: '2 3 2 2' },
      { NDims: '1', DimSize: '24' },
    ])
      expect(await codeOf(openVolume(write(header(fields), shorts)))).toBe('format-unsupported');
    expect(await codeOf(openVolume(write(header({ DimSize: '2 3 -4' }), shorts)))).toBe('file-corrupt');
    expect(await codeOf(openVolume(write(header({ ElementSpacing: '1 2' }), shorts)))).toBe(
      'geometry-invalid',
    );
  });

  it('cut anywhere, it is a typed error', async () => {
    for (const whole of [
      Buffer.concat([Buffer.from(header()), shorts]),
      Buffer.concat([Buffer.from(header({ CompressedData: 'True' })), deflateSync(shorts)]),
    ])
      for (let length = 0; length < whole.length; length++) {
        const code = await codeOf(openVolume(folder.file('cut.mha', whole.subarray(0, length))));
        // "LOC" of "LOCAL" is the name of a file that is not there.
        expect(['file-truncated', 'file-corrupt', 'format-unknown', 'file-not-found']).toContain(code);
      }
  });

  it('a header made to be slow is not', async () => {
    const started = performance.now();
    for (const line of [`Comment = ${' '.repeat(60_000)}x`, `${'a'.repeat(60_000)} `, ' '.repeat(60_000)])
      await codeOf(openVolume(folder.file('slow.mha', `ObjectType = Image\n${line}\n`)));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('any change of its bytes ends in an image or a typed error', async () => {
    const whole = Buffer.concat([Buffer.from(header({ CompressedData: 'True' })), deflateSync(shorts)]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          const path = folder.file('fuzz.mha', bytes);
          const codes = await Promise.all([openVolume(path), openAnnotation(path), probe(path)].map(codeOf));
          for (const code of codes) expect(code).not.toMatch(/^not typed/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
