// Every codec against an independent encoder: lossless ones return the very samples, lossy ones stay within a step.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { CodecFailure, type CodedImage, type FrameShape } from './codec.ts';
import { decodeFrame } from './decode-frame.ts';
import { inverseDct } from './jpeg-idct.ts';
import { decodeRle } from './rle.ts';

interface Encoder {
  getDecodedBuffer(info: {
    width: number;
    height: number;
    bitsPerSample: number;
    componentCount: number;
    isSigned: boolean;
    isUsingColorTransform: boolean;
  }): Uint8Array;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  setInterleaveMode?(mode: number): void;
  setDecompositions?(levels: number): void;
  setQuality?(reversible: boolean, step: number): void;
  delete(): void;
}

const require = createRequire(import.meta.url);

async function encoded(
  codec: 'charls' | 'openjpeg' | 'openjph',
  samples: Uint8Array | Uint16Array,
  shape: FrameShape & { bits: number },
): Promise<Uint8Array> {
  const scripts = { charls: 'wasmjs', openjpeg: 'wasmjs', openjph: 'wasmjs' };
  const names = { charls: 'JpegLSEncoder', openjpeg: 'J2KEncoder', openjph: 'HTJ2KEncoder' };
  const load = require(`@cornerstonejs/codec-${codec}/${scripts[codec]}`) as (
    o: unknown,
  ) => Promise<Record<string, new () => Encoder>>;
  const module = await load({
    wasmBinary: readFileSync(require.resolve(`@cornerstonejs/codec-${codec}/wasm`)),
  });
  const encoder = new module[names[codec]]();
  const { columns: width, rows: height, samplesPerPixel: componentCount, bits: bitsPerSample } = shape;
  const info = {
    width,
    height,
    bitsPerSample,
    componentCount,
    isSigned: false,
    isUsingColorTransform: componentCount === 3,
  };
  encoder.getDecodedBuffer(info).set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  // Colours of JPEG-LS interleaved by sample; the others know one order only.
  if (codec === 'charls' && componentCount > 1) encoder.setInterleaveMode?.(2);
  encoder.setQuality?.(true, 0);
  encoder.setDecompositions?.(2);
  encoder.encode();
  const bytes = encoder.getEncodedBuffer().slice();
  encoder.delete();
  return bytes;
}

/** A smooth pattern with an edge and some texture, in `bits` bits. */
function pattern(columns: number, rows: number, components: number, bits: number): Uint8Array | Uint16Array {
  const out =
    bits <= 8 ? new Uint8Array(columns * rows * components) : new Uint16Array(columns * rows * components);
  const most = 2 ** bits - 1;
  for (let n = 0; n < out.length; n++) {
    const pixel = Math.floor(n / components);
    const [x, y, c] = [pixel % columns, Math.floor(pixel / columns), n % components];
    out[n] =
      Math.round(most * (0.5 + 0.3 * Math.sin((x + 3 * c) / 5) * Math.cos(y / 7) + (x > y ? 0.15 : -0.15))) &
      most;
  }
  return out;
}

const CASES = [
  ['8-bit grey', 1, 8],
  ['12-bit grey', 1, 12],
  ['16-bit grey', 1, 16],
  ['8-bit colour', 3, 8],
] as const;

describe('lossless codecs return the samples that were encoded', () => {
  for (const [codec, coding] of [
    ['charls', 'jpeg-ls'],
    ['openjpeg', 'jpeg-2000'],
    ['openjph', 'htj2k'],
  ] as const)
    it.each(CASES)(`${coding}, %s`, async (_, samplesPerPixel, bits) => {
      const shape = { columns: 37, rows: 23, samplesPerPixel, bitsAllocated: bits <= 8 ? 8 : 16, bits };
      const samples = pattern(37, 23, samplesPerPixel, bits);
      const image = await decodeFrame(await encoded(codec, samples, shape), coding, shape);
      expect([...image.data]).toEqual([...samples]);
    });
});

describe('a damaged stream ends in a typed failure', () => {
  it.each([
    ['charls', 'jpeg-ls'],
    ['openjpeg', 'jpeg-2000'],
    ['openjph', 'htj2k'],
  ] as const)('%s: cut off, wrong size, or noise; and the codec works again afterwards', async (codec, coding) => {
    const shape = { columns: 37, rows: 23, samplesPerPixel: 1, bitsAllocated: 16, bits: 12 };
    const samples = pattern(37, 23, 1, 12);
    const good = await encoded(codec, samples, shape);
    const noise = good.map((byte, n) => (n > 60 && n % 5 === 0 ? byte ^ 0x5a : byte));
    for (const bytes of [good.subarray(0, good.length / 2), good.subarray(0, 20), new Uint8Array(50)])
      await expect(decodeFrame(bytes, coding, shape)).rejects.toBeInstanceOf(CodecFailure);
    await decodeFrame(noise, coding, shape).catch((error: unknown) =>
      expect(error).toBeInstanceOf(CodecFailure),
    );
    await expect(decodeFrame(good, coding, { ...shape, columns: 36 })).rejects.toThrow('37 × 23 × 1');
    expect([...(await decodeFrame(good, coding, shape)).data]).toEqual([...samples]);
  });
});

it('frames decoded at the same time do not break one another when one is damaged', async () => {
  const shape = { columns: 37, rows: 23, samplesPerPixel: 1, bitsAllocated: 16, bits: 12 };
  const samples = pattern(37, 23, 1, 12);
  const good = await encoded('charls', samples, shape);
  const bad = good.map((byte, n) => (n > 60 && n < good.length - 4 && n % 5 === 0 ? byte ^ 0x5a : byte));
  const outcomes = await Promise.allSettled(
    Array.from({ length: 12 }, (_, n) => decodeFrame(n % 3 === 1 ? bad : good, 'jpeg-ls', shape)),
  );
  for (const [n, outcome] of outcomes.entries())
    if (n % 3 !== 1) {
      expect(outcome.status).toBe('fulfilled');
      if (outcome.status === 'fulfilled') expect([...outcome.value.data]).toEqual([...samples]);
    }
});

describe('JPEG', () => {
  const shape = { columns: 45, rows: 30, samplesPerPixel: 1, bitsAllocated: 8 };
  const grey = pattern(45, 30, 1, 8) as Uint8Array;
  const rgb = pattern(45, 30, 3, 8) as Uint8Array;

  it.each([
    ['baseline', {}],
    ['progressive', { progressive: true }],
    ['with optimised tables', { optimiseCoding: true, quality: 30 }],
  ])('%s grey equals what libjpeg decodes', async (_, options) => {
    const jpeg = await sharp(grey, { raw: { width: 45, height: 30, channels: 1 } })
      .toColourspace('b-w')
      .jpeg(options)
      .toBuffer();
    const image = await decodeFrame(jpeg, 'jpeg', shape);
    const reference = await sharp(jpeg).toColourspace('b-w').raw().toBuffer();
    expect([...image.data]).toEqual([...reference]);
  });

  it.each([
    ['4:4:4', '4:4:4', false],
    ['4:2:0', '4:2:0', false],
    ['progressive 4:2:0', '4:2:0', true],
  ] as const)('%s colour is luminance and chrominance at full resolution', async (_, chromaSubsampling, progressive) => {
    const jpeg = await sharp(rgb, { raw: { width: 45, height: 30, channels: 3 } })
      .jpeg({ chromaSubsampling, progressive, quality: 95 })
      .toBuffer();
    const { data } = await decodeFrame(jpeg, 'jpeg', { ...shape, samplesPerPixel: 3 });
    const reference = await sharp(jpeg).raw().toBuffer();
    let worst = 0;
    for (let n = 0; n < data.length; n += 3) {
      const [y, cb, cr] = [data[n], data[n + 1] - 128, data[n + 2] - 128];
      const red = Math.min(255, Math.max(0, y + 1.402 * cr));
      const blue = Math.min(255, Math.max(0, y + 1.772 * cb));
      worst = Math.max(worst, Math.abs(red - reference[n]), Math.abs(blue - reference[n + 2]));
    }
    expect(worst).toBeLessThan(1.01);
  });

  it('a stream cut off is not an image', async () => {
    const jpeg = await sharp(grey, { raw: { width: 45, height: 30, channels: 1 } })
      .toColourspace('b-w')
      .jpeg()
      .toBuffer();
    for (const share of [0.3, 0.7, 0.95])
      await expect(decodeFrame(jpeg.subarray(0, jpeg.length * share), 'jpeg', shape)).rejects.toBeInstanceOf(
        CodecFailure,
      );
  });

  it('arithmetic and hierarchical processes are refused by name', async () => {
    const jpeg = new Uint8Array(
      await sharp(grey, { raw: { width: 45, height: 30, channels: 1 } })
        .jpeg()
        .toBuffer(),
    );
    const frame = jpeg.findIndex((byte, n) => byte === 0xff && jpeg[n + 1] === 0xc0);
    jpeg[frame + 1] = 0xc9;
    await expect(decodeFrame(jpeg, 'jpeg', shape)).rejects.toThrow('arithmetic');
    jpeg[frame + 1] = 0xc5;
    await expect(decodeFrame(jpeg, 'jpeg', shape)).rejects.toThrow('hierarchical');
  });
});

describe('the inverse transform', () => {
  it('stays within one step of the cosine sum for any coefficients', () => {
    const quantisation = new Int32Array(64).fill(1);
    const exact = (block: Int32Array, x: number, y: number) => {
      let sum = 0;
      for (let v = 0; v < 8; v++)
        for (let u = 0; u < 8; u++) {
          const scale = (u === 0 ? Math.SQRT1_2 : 1) * (v === 0 ? Math.SQRT1_2 : 1);
          sum +=
            (scale *
              block[v * 8 + u] *
              Math.cos(((2 * x + 1) * u * Math.PI) / 16) *
              Math.cos(((2 * y + 1) * v * Math.PI) / 16)) /
            4;
        }
      return sum;
    };
    const coefficient = fc.integer({ min: -120, max: 120 });
    fc.assert(
      fc.property(
        fc.array(coefficient, { minLength: 64, maxLength: 64 }),
        fc.constantFrom(8, 12),
        (values, bits) => {
          const block = Int32Array.from(values);
          const out = new Uint16Array(64);
          inverseDct(block, quantisation, new Int32Array(64), bits, out, 0, 8);
          for (let n = 0; n < 64; n++) {
            const wanted = Math.min(
              2 ** bits - 1,
              Math.max(0, exact(block, n % 8, n >> 3) + 2 ** (bits - 1)),
            );
            expect(Math.abs(out[n] - wanted)).toBeLessThan(1.01);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** PackBits with literal runs and repeats, as PS3.5 annex G describes it. */
function packBits(bytes: Uint8Array): number[] {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let run = 1;
    while (run < 128 && bytes[at + run] === bytes[at]) run++;
    if (run > 2) out.push(257 - run, bytes[at]);
    else {
      run = Math.min(3, bytes.length - at);
      out.push(run - 1, ...bytes.subarray(at, at + run));
    }
    at += run;
  }
  return out;
}

function rleFrame(samples: Uint8Array | Uint16Array, components: number): Uint8Array {
  const size = samples.BYTES_PER_ELEMENT;
  const pixels = samples.length / components;
  const header = new DataView(new ArrayBuffer(64));
  const body: number[] = [];
  header.setUint32(0, components * size, true);
  for (let c = 0; c < components; c++)
    for (let byte = size - 1; byte >= 0; byte--) {
      header.setUint32(4 * (1 + c * size + size - 1 - byte), 64 + body.length, true);
      body.push(
        ...packBits(
          Uint8Array.from({ length: pixels }, (_, n) => (samples[n * components + c] >> (8 * byte)) & 255),
        ),
      );
    }
  return Uint8Array.from([...new Uint8Array(header.buffer), ...body]);
}

describe('RLE', () => {
  it('returns any samples that were packed', () => {
    const wide = fc.uint16Array({ minLength: 12, maxLength: 12 });
    const narrow = fc.uint8Array({ minLength: 36, maxLength: 36 });
    fc.assert(
      fc.property(fc.oneof(wide, narrow), (samples) => {
        const colour = samples.length === 36;
        const shape = {
          rows: 3,
          columns: 4,
          samplesPerPixel: colour ? 3 : 1,
          bitsAllocated: colour ? 8 : 16,
        };
        const image: CodedImage = decodeRle(rleFrame(samples, shape.samplesPerPixel), shape);
        expect([...image.data]).toEqual([...samples]);
      }),
    );
  });

  it('a segment that ends early, or too few segments, is no image', () => {
    const shape = { rows: 3, columns: 4, samplesPerPixel: 1, bitsAllocated: 16 };
    const good = rleFrame(
      Uint16Array.from({ length: 12 }, (_, n) => n * 999),
      1,
    );
    expect(() => decodeRle(good.subarray(0, good.length - 4), shape)).toThrow('ends after');
    expect(() => decodeRle(good.subarray(0, 40), shape)).toThrow('cut off');
    expect(() => decodeRle(good, { ...shape, samplesPerPixel: 3 })).toThrow('asks for 6');
  });
});
