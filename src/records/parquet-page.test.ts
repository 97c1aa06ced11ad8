import { describe, expect, it } from 'vitest';
import { parquetRecords } from './parquet.ts';
import { lz4Block, pageCodecs } from './parquet-codecs.ts';
import { checkDeltas, checkRuns } from './parquet-runs.ts';
import { collect, memorySource } from './testing/memory-source.ts';
import { picturesParquet } from './testing/parquet-writer.ts';
import { thriftEnd } from './thrift-extent.ts';

/** A number in groups of seven bits, lowest first. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

describe('runs of levels', () => {
  it('are counted where they equal the highest level', () => {
    // Three times 1 as a run; then eight values of one bit, 0b10110101, lowest first.
    const bytes = Uint8Array.from([3 << 1, 1, (1 << 1) | 1, 0b10110101]);
    expect(checkRuns(bytes, 0, 4, 1, 11, 1)).toBe(3 + 5);
    // Padding behind the last value counts for nothing.
    expect(checkRuns(bytes, 0, 4, 1, 5, 1)).toBe(3 + 1);
  });

  it('that promise billions in a few bytes are refused before they are unpacked', () => {
    for (const header of [2 ** 31 - 2, 2 ** 31 - 1])
      expect(() => checkRuns(Uint8Array.from([...varint(header), 1]), 0, 6, 0, 10)).toThrow(RangeError);
  });

  it('that end early, or leave out what was promised, are refused', () => {
    expect(() => checkRuns(Uint8Array.from([4, 1]), 0, 2, 1, 3)).toThrow(RangeError);
    expect(() => checkRuns(Uint8Array.from([0x80]), 0, 1, 1, 3)).toThrow(RangeError);
    expect(() => checkRuns(Uint8Array.from([4, 1]), 0, 9, 1, 2)).toThrow(RangeError);
  });
});

describe('delta-coded texts', () => {
  it('that share ever longer beginnings are refused before they unfold', () => {
    // Two blocks: each text shares a million letters with the one before, and adds none.
    const block = (first: number) => [...varint(128), 1, ...varint(100), ...varint(first * 2), 0, 0];
    const bytes = Uint8Array.from([...block(1_000_000), ...block(0)]);
    expect(() => checkDeltas(bytes, 0, 100, 'DELTA_BYTE_ARRAY', 50_000_000)).toThrow(/unfold/);
    expect(() => checkDeltas(bytes, 0, 100, 'DELTA_BYTE_ARRAY', 200_000_000)).not.toThrow();
  });

  it('in blocks of a billion are refused', () => {
    const bytes = Uint8Array.from([...varint(2 ** 30), 1, 1, 0]);
    expect(() => checkDeltas(bytes, 0, 1, 'DELTA_BINARY_PACKED', 1000)).toThrow(RangeError);
  });
});

describe('a Thrift structure', () => {
  it('ends where its stop is, not before all of it is there', () => {
    // Field 1: a number; field 2: two bytes; field 3: a list of two numbers; stop.
    const bytes = Uint8Array.from([0x15, 0xac, 0x02, 0x18, 2, 65, 66, 0x19, 0x25, 1, 2, 0, 99]);
    expect(thriftEnd(bytes, 0)).toBe(12);
    for (let length = 0; length < 12; length++) expect(thriftEnd(bytes.subarray(0, length), 0)).toBe(-1);
  });

  it('that promises a list of billions or nests without end is found out at once', () => {
    expect(thriftEnd(Uint8Array.from([0x19, 0xf1, ...varint(2 ** 31 - 1), 1, 1]), 0)).toBe(-1);
    expect(() => thriftEnd(new Uint8Array(1000).fill(0x1c), 0)).toThrow(RangeError);
    expect(() => thriftEnd(Uint8Array.from([0x1d]), 0)).toThrow(RangeError);
  });
});

describe('an LZ4 block', () => {
  it('repeats what it points back to, itself included', () => {
    // "ab", then 11 letters from two back; then "!" as last literal.
    const block = Uint8Array.from([0x27, 0x61, 0x62, 2, 0, 0x10, 0x21]);
    expect(Buffer.from(lz4Block(block, 14)).toString()).toBe('ababababababa!');
    // 20 literals, told in a byte more.
    const long = Uint8Array.from([0xf0, 5, ...Buffer.from('x'.repeat(20))]);
    expect(Buffer.from(lz4Block(long, 20)).toString()).toBe('x'.repeat(20));
  });

  it('that points before its beginning, or is longer or shorter than it says, is refused', () => {
    for (const [bytes, length] of [
      [[0x20, 0x61, 0x62, 3, 0], 6],
      [[0x20, 0x61, 0x62, 0, 0], 6],
      [[0x27, 0x61, 0x62, 2, 0], 5],
      [[0x20, 0x61, 0x62], 3],
      [[0xf0, 255], 400],
    ] as const)
      expect(() => lz4Block(Uint8Array.from(bytes), length)).toThrow(RangeError);
  });
});

describe('a page', () => {
  it('that unfolds to more than the limit is given no memory', async () => {
    expect(() => pageCodecs('a', 1000).SNAPPY?.(new Uint8Array(4), 2 ** 31)).toThrow(
      expect.objectContaining({ code: 'limit-exceeded' }),
    );
    const bytes = picturesParquet(
      Array.from({ length: 10 }, (_, id) => ({
        id,
        question: 'What is it?',
        image: { bytes: new Uint8Array(50_000).fill(id), path: null },
        options: [],
      })),
    );
    const { error } = await collect(
      parquetRecords(memorySource('a.parquet', bytes), { maxRecordBytes: 100_000 }),
    );
    expect(error).toMatchObject({ code: 'limit-exceeded', details: { option: 'maxRecordBytes' } });
  });
});
