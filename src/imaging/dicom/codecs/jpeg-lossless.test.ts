import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame } from './decode-frame.ts';

/** Bits gathered most significant first, with a zero stuffed after each 0xff. */
function bitWriter() {
  const bytes: number[] = [];
  let pending = 0;
  let count = 0;
  const put = (value: number, bits: number) => {
    for (let n = bits - 1; n >= 0; n--) {
      pending = (pending << 1) | ((value >> n) & 1);
      if (++count < 8) continue;
      bytes.push(pending);
      if (pending === 0xff) bytes.push(0);
      [pending, count] = [0, 0];
    }
  };
  const flush = () => {
    while (count > 0) put(1, 1);
  };
  return { bytes, put, flush };
}

/**
 * A lossless JPEG encoder by T.81 annex H, as simple as can be: all 17 categories have five-bit codes.
 * `restart` is the restart interval in rows, 0 for none.
 */
function encode(
  samples: Uint16Array,
  width: number,
  components: number,
  options: { bits: number; predictor: number; point: number; restart: number },
): Uint8Array {
  const { bits, predictor, point, restart } = options;
  const height = samples.length / width / components;
  const segment = (marker: number, body: number[]) => [
    0xff,
    marker,
    (body.length + 2) >> 8,
    (body.length + 2) & 255,
    ...body,
  ];
  const out = [0xff, 0xd8];
  const ids = Array.from({ length: components }, (_, c) => c + 1);
  out.push(
    ...segment(0xc3, [
      bits,
      height >> 8,
      height & 255,
      width >> 8,
      width & 255,
      components,
      ...ids.flatMap((id) => [id, 0x11, 0]),
    ]),
  );
  out.push(
    ...segment(0xc4, [
      0,
      ...Array.from({ length: 16 }, (_, n) => (n === 4 ? 17 : 0)),
      ...Array.from({ length: 17 }, (_, n) => n),
    ]),
  );
  if (restart > 0) out.push(...segment(0xdd, [(restart * width) >> 8, (restart * width) & 255]));
  out.push(...segment(0xda, [components, ...ids.flatMap((id) => [id, 0]), predictor, 0, point]));
  let writer = bitWriter();
  const value = (x: number, y: number, c: number) => samples[(y * width + x) * components + c] >> point;
  for (let y = 0; y < height; y++) {
    if (restart > 0 && y > 0 && y % restart === 0) {
      writer.flush();
      out.push(...writer.bytes, 0xff, 0xd0 + ((y / restart - 1) % 8));
      writer = bitWriter();
    }
    const firstRow = restart > 0 ? y % restart === 0 : y === 0;
    for (let x = 0; x < width; x++)
      for (let c = 0; c < components; c++) {
        const a = x > 0 ? value(x - 1, y, c) : 0;
        const b = firstRow ? 0 : value(x, y - 1, c);
        const d = firstRow || x === 0 ? 0 : value(x - 1, y - 1, c);
        const table = [0, a, b, d, a + b - d, a + ((b - d) >> 1), b + ((a - d) >> 1), (a + b) >> 1];
        const predicted = firstRow ? (x === 0 ? 1 << (bits - point - 1) : a) : x === 0 ? b : table[predictor];
        // Differences are taken modulo 2^16.
        const difference =
          ((value(x, y, c) - predicted) << 16) >> 16 === -32768
            ? 32768
            : ((value(x, y, c) - predicted) << 16) >> 16;
        const size = difference === 32768 ? 16 : 32 - Math.clz32(Math.abs(difference));
        writer.put(size, 5);
        if (size > 0 && size < 16)
          writer.put(difference > 0 ? difference : difference + (1 << size) - 1, size);
      }
  }
  writer.flush();
  out.push(...writer.bytes, 0xff, 0xd9);
  return Uint8Array.from(out);
}

describe('lossless JPEG', () => {
  it('every predictor, depth, restart interval and point transform returns what was coded', async () => {
    const options = fc.record({
      predictor: fc.integer({ min: 1, max: 7 }),
      bits: fc.constantFrom(8, 12, 16),
      components: fc.constantFrom(1, 3),
      restart: fc.constantFrom(0, 1, 2),
      point: fc.constantFrom(0, 0, 2),
    });
    await fc.assert(
      fc.asyncProperty(options, fc.uint16Array({ minLength: 105, maxLength: 105 }), async (o, noise) => {
        const samples = noise.map((value) => ((value & (2 ** o.bits - 1)) >> o.point) << o.point);
        const bytes = encode(samples, 7, o.components, o);
        const rows = 15 / o.components;
        const shape = {
          columns: 7,
          rows,
          samplesPerPixel: o.components,
          bitsAllocated: o.bits <= 8 ? 8 : 16,
        };
        const image = await decodeFrame(bytes, 'jpeg', shape);
        expect([...image.data]).toEqual([...samples]);
      }),
      { numRuns: 150 },
    );
  });

  it('a stream cut off is not an image', async () => {
    const samples = Uint16Array.from({ length: 100 }, (_, n) => (n * 7919) & 4095);
    const bytes = encode(samples, 10, 1, { bits: 12, predictor: 1, point: 0, restart: 0 });
    const shape = { columns: 10, rows: 10, samplesPerPixel: 1, bitsAllocated: 16 };
    await expect(decodeFrame(bytes.subarray(0, bytes.length * 0.6), 'jpeg', shape)).rejects.toThrow('row');
  });
});
