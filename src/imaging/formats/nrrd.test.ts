import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { formatContract } from '../format.contract.ts';
import { openAnnotation, openVolume, probe } from '../open.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import nrrd from './nrrd.ts';

const folder = testFolder();
afterAll(folder.remove);
let count = 0;

const BASE = {
  type: 'short',
  dimension: '3',
  space: 'left-posterior-superior',
  sizes: '2 3 4',
  'space directions': '(2,0,0) (0,3,0) (0,0,4)',
  'space origin': '(10,20,30)',
  endian: 'little',
  encoding: 'raw',
};
type Fields = Partial<Record<keyof typeof BASE | string, string | undefined>>;
const ramp = Array.from({ length: 24 }, (_, i) => i);

/** Header text; a field set to undefined is left out. */
function header(fields: Fields = {}, keys: Record<string, string> = {}): string {
  const all = Object.entries({ ...BASE, ...fields }).filter(([, value]) => value !== undefined);
  const lines = [
    ...all.map(([key, value]) => `${key}: ${value}`),
    ...Object.entries(keys).map(([k, v]) => `${k}:=${v}`),
  ];
  return `NRRD0005\n# a comment\n${lines.join('\n')}\n\n`;
}

const shorts = Buffer.from(Int16Array.from(ramp).buffer);
const write = (text: string, voxels: Uint8Array, ending = '.nrrd') =>
  folder.file(`sample-${count++}${ending}`, Buffer.concat([Buffer.from(text), voxels]));

formatContract(nrrd, {
  volume: () => write(header({ encoding: 'gzip' }), gzipSync(shorts)),
  annotation: () => write(header(), shorts),
});

describe('encodings', () => {
  const texts = ramp.join(' ');
  it.each([
    ['raw', {}, shorts],
    ['gzip', { encoding: 'gzip' }, gzipSync(shorts)],
    ['text', { encoding: 'ascii' }, Buffer.from(texts)],
    ['hex', { encoding: 'hex' }, Buffer.from(shorts.toString('hex').replace(/(.{10})/g, '$1\n'))],
    ['big-endian', { endian: 'big' }, Buffer.from(shorts).swap16()],
    ['lines to skip', { 'line skip': '2' }, Buffer.concat([Buffer.from('one\ntwo\n'), shorts])],
    ['bytes to skip', { 'byte skip': '5' }, Buffer.concat([Buffer.alloc(5, 10), shorts])],
    [
      'bytes to skip within gzip',
      { 'byte skip': '6', encoding: 'gz' },
      gzipSync(Buffer.concat([Buffer.alloc(6), shorts])),
    ],
    ['the end of the file', { 'byte skip': '-1' }, Buffer.concat([Buffer.alloc(13), shorts])],
  ])('%s gives the same voxels', async (_name, fields, voxels) => {
    const { data } = await openVolume(write(header(fields), voxels));
    expect([...data]).toEqual(ramp);
  });

  it('text holds what numbers can be, and refuses words', async () => {
    const odd = ['nan', '-inf', '1e3', '0.5', ...ramp.slice(4)].join('\n');
    const { data } = await openVolume(write(header({ encoding: 'text', type: 'double' }), Buffer.from(odd)));
    expect([...data.slice(0, 4)]).toEqual([Number.NaN, Number.NEGATIVE_INFINITY, 1000, 0.5]);
    expect(await codeOf(openVolume(write(header({ encoding: 'text' }), Buffer.from('1 2 three'))))).toBe(
      'file-corrupt',
    );
    expect(await codeOf(openVolume(write(header({ encoding: 'text' }), Buffer.from('1 2 3'))))).toBe(
      'file-truncated',
    );
  });

  it('bzip2, blocks and scattered files are refused', async () => {
    for (const fields of [
      { encoding: 'bzip2' },
      { type: 'block' },
      { 'data file': 'LIST' },
      { 'data file': 'x%03d.raw 1 4 1' },
    ])
      expect(await codeOf(openVolume(write(header(fields), shorts)))).toBe('format-unsupported');
  });
});

describe('geometry', () => {
  it('left-posterior-superior becomes RAS by turning x and y round', async () => {
    const { affine, axes } = await probe(write(header(), shorts));
    expect(affine).toEqual([-2, 0, 0, -10, 0, -3, 0, -20, 0, 0, 4, 30, 0, 0, 0, 1]);
    expect(axes).toBe('LPS');
  });

  it.each([
    ['RAS', [2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30]],
    ['left-anterior-superior', [-2, 0, 0, -10, 0, 3, 0, 20, 0, 0, 4, 30]],
  ])('%s keeps its signs', async (space, rows) => {
    expect((await probe(write(header({ space }), shorts))).affine).toEqual([...rows, 0, 0, 0, 1]);
  });

  it('oblique directions are columns', async () => {
    const { affine } = await probe(
      write(header({ space: 'RAS', 'space directions': '(0,2,0) (0,0,-3) (4,0,1)' }), shorts),
    );
    expect(affine).toEqual([0, 0, 4, 10, 2, 0, 0, 20, 0, -3, 1, 30, 0, 0, 0, 1]);
  });

  it('spacings alone, or nothing, are said to be assumed', async () => {
    const bare = { space: undefined, 'space directions': undefined, 'space origin': undefined };
    const spaced = await probe(write(header({ ...bare, spacings: '0.5 0.5 2' }), shorts));
    expect(spaced.spacing).toEqual([0.5, 0.5, 2]);
    expect(spaced.notes).toEqual([
      'The header names no anatomical space; left-posterior-superior was assumed.',
    ]);
    expect((await probe(write(header(bare), shorts))).notes).toHaveLength(2);
  });

  it('directions that flatten space are refused', async () => {
    const flat = header({ 'space directions': '(1,0,0) (2,0,0) (0,0,1)' });
    expect(await codeOf(openVolume(write(flat, shorts)))).toBe('geometry-invalid');
    expect(
      await codeOf(openVolume(write(header({ 'space directions': '(1,0,x) (0,1,0) (0,0,1)' }), shorts))),
    ).toBe('geometry-invalid');
  });

  it('an image of two dimensions is one slice', async () => {
    const fields = { dimension: '2', sizes: '4 6', 'space directions': '(2,0,0) (0,3,0)' };
    const { shape, spacing } = await probe(write(header(fields), shorts));
    expect(shape).toEqual([4, 6, 1]);
    expect(spacing).toEqual([2, 3, 1]);
  });
});

describe('detached voxels', () => {
  it('are read from the header’s own folder', async () => {
    folder.file('voxels.raw', shorts);
    const path = folder.file('detached.nhdr', header({ 'data file': 'voxels.raw' }));
    expect([...(await openVolume(path)).data]).toEqual(ramp);
  });

  it('and from nowhere else', async () => {
    folder.file('../overread-outside.raw', shorts);
    for (const target of ['../overread-outside.raw', '/etc/passwd', 'sub/../../x.raw', '.'])
      expect(await codeOf(openVolume(folder.file('escape.nhdr', header({ 'data file': target }))))).toBe(
        'path-escape',
      );
    expect(await codeOf(openVolume(folder.file('lost.nhdr', header({ 'data file': 'lost.raw' }))))).toBe(
      'file-not-found',
    );
  });
});

describe('segmentations of 3D Slicer', () => {
  it('names come with their values', async () => {
    const keys = {
      Segment0_Name: 'liver',
      Segment0_LabelValue: '5',
      Segment1_Name: 'gallbladder',
      Segment1_LabelValue: '99',
    };
    const path = write(
      header({ type: 'uchar' }, keys),
      Uint8Array.from(ramp, (v) => (v === 0 ? 5 : 0)),
    );
    const { layers } = await openAnnotation(path);
    // The gallbladder was looked for and is not there.
    expect(layers[0].labels).toEqual([
      { value: 5, name: 'liver' },
      { value: 99, name: 'gallbladder' },
    ]);
    expect((await probe(path)).holds).toBe('annotation');
  });

  it('layers that overlap come apart', async () => {
    const fields = {
      type: 'uchar',
      dimension: '4',
      sizes: '2 2 3 2',
      kinds: 'list domain domain domain',
      'space directions': 'none (1,0,0) (0,1,0) (0,0,1)',
    };
    const keys = {
      Segment0_Name: 'a',
      Segment0_LabelValue: '1',
      Segment0_Layer: '0',
      Segment1_Name: 'b',
      Segment1_LabelValue: '1',
      Segment1_Layer: '1',
    };
    // Voxel by voxel: layer 0 full, layer 1 only in the second half.
    const path = write(
      header(fields, keys),
      Uint8Array.from(ramp, (v) => (v % 2 === 0 || v > 12 ? 1 : 0)),
    );
    const { grid, layers } = await openAnnotation(path);
    expect(grid.shape).toEqual([2, 3, 2]);
    expect(layers.map(({ labels }) => labels)).toEqual([
      [{ value: 1, name: 'a' }],
      [{ value: 1, name: 'b' }],
    ]);
    expect([...layers[0].data]).toEqual(new Array(12).fill(1));
    expect([...layers[1].data]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    expect(await codeOf(openVolume(path))).toBe('format-unsupported');
  });
});

describe('damage', () => {
  it('cut anywhere, it is a typed error', async () => {
    for (const whole of [
      Buffer.concat([Buffer.from(header()), shorts]),
      Buffer.concat([Buffer.from(header({ encoding: 'gzip' })), gzipSync(shorts)]),
    ])
      for (let length = 0; length < whole.length; length++) {
        const code = await codeOf(openVolume(folder.file('cut.nrrd', whole.subarray(0, length))));
        expect([
          'file-truncated',
          'file-corrupt',
          'format-unknown',
          'format-unsupported',
          'geometry-invalid',
        ]).toContain(code);
      }
  });

  it('a header made to be slow is not', async () => {
    const started = performance.now();
    for (const line of [
      `space directions: ${'('.repeat(900_000)}`,
      `kinds: ${' \t'.repeat(400_000)}x`,
      `sizes: ${'1 '.repeat(400_000)}`,
      `${'a'.repeat(900_000)}:`,
    ])
      await codeOf(openVolume(folder.file('slow.nrrd', `NRRD0005\n${line}\n\n`)));
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('any change of its bytes ends in an image or a typed error', async () => {
    const whole = Buffer.concat([Buffer.from(header({ encoding: 'gzip' })), gzipSync(shorts)]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          const path = folder.file('fuzz.nrrd', bytes);
          const codes = await Promise.all([openVolume(path), openAnnotation(path), probe(path)].map(codeOf));
          for (const code of codes) expect(code).not.toMatch(/^not typed/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
