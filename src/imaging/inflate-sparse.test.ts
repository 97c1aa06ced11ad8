import { constants, crc32, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankCrc32 } from './blank-crc32.ts';
import { gunzipExactly } from './file-bytes.ts';
import { inflateSparse } from './inflate-sparse.ts';
import { codeOf } from './testing/errors.ts';

/** Bytes as masks hold them: long blank stretches, rows that repeat, single voxels, some noise. */
const masks = fc
  .array(
    fc.record({
      blank: fc.oneof(fc.nat(300), fc.nat(40_000)),
      row: fc.uint8Array({ minLength: 1, maxLength: 9 }),
      value: fc.integer({ min: 1, max: 255 }),
      run: fc.nat(600),
      times: fc.nat(40),
    }),
    { maxLength: 6 },
  )
  .map((parts) =>
    Buffer.concat(
      parts.flatMap(({ blank, row, value, run, times }) => [
        Buffer.alloc(blank),
        ...Array.from({ length: times }, () =>
          Buffer.concat([row, Buffer.alloc(run, value), Buffer.alloc(40)]),
        ),
      ]),
    ),
  );

const packings = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});

describe('unpacking what is mostly blank', () => {
  it('gives the bytes that zlib packed, however it packed them, and knows where the blank stretches are', () => {
    fc.assert(
      fc.property(masks, packings, (bytes, packing) => {
        const out = Buffer.alloc(bytes.length);
        const spans = inflateSparse(gzipSync(bytes, packing), out);
        expect(out.equals(bytes)).toBe(true);
        let last = 0;
        for (const [from, to] of [...(spans ?? []), [bytes.length, bytes.length]]) {
          expect(from).toBeGreaterThanOrEqual(last);
          expect(bytes.subarray(last, from).every((byte) => byte === 0)).toBe(true);
          last = to;
        }
        expect(spans).toBeDefined();
      }),
    );
  });

  it('reads past a file name, a comment and further fields in the header', () => {
    const bytes = Buffer.alloc(5000, 7);
    const plain = gzipSync(bytes);
    const fields = Buffer.from([3, 0, 1, 2, 3, ...Buffer.from('mask.nii\0drawn by hand\0')]);
    const header = Buffer.from(plain.subarray(0, 10));
    header[3] = 4 | 8 | 16;
    const out = Buffer.alloc(5000);
    expect(inflateSparse(Buffer.concat([header, fields, plain.subarray(10)]), out)).toBeDefined();
    expect(out.equals(bytes)).toBe(true);
  });

  it('leaves what is not one sound member of the right length to zlib', () => {
    const bytes = Buffer.alloc(50_000);
    bytes.fill(3, 20_000, 21_000);
    const packed = gzipSync(bytes);
    const leaves = (stream: Buffer, length = bytes.length) =>
      expect(inflateSparse(stream, Buffer.alloc(length))).toBeUndefined();
    leaves(packed, bytes.length + 1);
    leaves(packed, bytes.length - 1);
    leaves(Buffer.concat([packed, packed]), 2 * bytes.length);
    leaves(Buffer.concat([packed, Buffer.alloc(3)]));
    for (let end = 0; end < packed.length; end++) leaves(packed.subarray(0, end));
  });

  it('never takes damaged bytes for sound ones', () => {
    fc.assert(
      fc.property(masks, packings, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, packing, at, flip) => {
        const packed = gzipSync(bytes, packing);
        // Beyond the header, which holds nothing of the content.
        const place = 10 + (at % (packed.length - 10));
        packed[place] ^= flip;
        const out = Buffer.alloc(bytes.length);
        if (inflateSparse(packed, out) !== undefined) expect(out.equals(bytes)).toBe(true);
      }),
    );
  });

  it('through the front door ends as zlib would: whole, truncated or corrupt', async () => {
    const bytes = Buffer.alloc(2_000_000);
    bytes.fill(9, 1_000_000, 1_000_900);
    const packed = gzipSync(bytes);
    const whole = await gunzipExactly(packed, bytes.length, 'mask.nii.gz', {});
    expect(whole.spans).toHaveLength(1);
    expect(whole.bytes.equals(bytes)).toBe(true);
    const more = await gunzipExactly(packed, bytes.length - 1000, 'mask.nii.gz', {});
    expect(more.surplus).toBe(true);
    expect(more.bytes.equals(bytes.subarray(0, -1000))).toBe(true);
    const twice = await gunzipExactly(Buffer.concat([packed, packed]), 2 * bytes.length, 'mask.nii.gz', {});
    expect(twice.bytes.equals(Buffer.concat([bytes, bytes]))).toBe(true);
    const cut = gunzipExactly(packed.subarray(0, -9), bytes.length, 'mask.nii.gz', {});
    expect(await codeOf(cut)).toBe('file-truncated');
    packed[packed.length - 6] ^= 1;
    expect(await codeOf(gunzipExactly(packed, bytes.length, 'mask.nii.gz', {}))).toBe('file-corrupt');
  });
});

describe('the sum of blank bytes', () => {
  it('is what zlib sums them up to', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(100_000), (head, blank) => {
        const before = crc32(head);
        expect(blankCrc32(before, blank)).toBe(crc32(Buffer.alloc(blank), before));
      }),
    );
  });
});
