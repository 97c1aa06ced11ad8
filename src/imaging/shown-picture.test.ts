import { crc32, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { random } from '../domain/random.ts';
import { ctSlice, dicomBytes } from './dicom/testing/dicom-sample.ts';
import { shownPicture } from './shown-picture.ts';

const CANARY = 'DOE^JOHN';
const [WIDTH, HEIGHT] = [12, 7];
const rng = random('shown pictures');
const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, () => rng.int(256));
const drawn = () => sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
const decoded = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer({ resolveWithObject: true });
const holds = (bytes: Uint8Array, text = CANARY) => Buffer.from(bytes).includes(text);

/** An EXIF block in TIFF form: orientation and the name of a patient. */
function exif(orientation: number): Buffer {
  const block = Buffer.alloc(38 + CANARY.length);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4);
  block.writeUInt16LE(2, 8);
  block.writeUInt16LE(0x0112, 10);
  block.writeUInt16LE(3, 12);
  block.writeUInt32LE(1, 14);
  block.writeUInt16LE(orientation, 18);
  block.writeUInt16LE(0x013b, 22);
  block.writeUInt16LE(2, 24);
  block.writeUInt32LE(CANARY.length, 26);
  block.writeUInt32LE(38, 30);
  block.write(CANARY, 38, 'latin1');
  return block;
}

function segment(marker: number, body: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

const text = (words: string) => Buffer.from(words, 'latin1');
/** Everything that cameras, archives and editors hide names in. */
const hiding = (orientation = 1) => [
  segment(0xe1, Buffer.concat([text('Exif\0\0'), exif(orientation)])),
  segment(0xe1, text(`http://ns.adobe.com/xap/1.0/\0<x>${CANARY}</x>`)),
  segment(0xed, text(`Photoshop 3.0\x008BIM\x04\x04${CANARY}`)),
  segment(0xe0, text(`JFXX\0\x10${CANARY}`)),
  segment(0xe2, text(`MPF\0${CANARY}`)),
  segment(0xee, text(`Adobe\0d\0\0\0\0\x01${CANARY}`)),
  segment(0xfe, text(CANARY)),
];
const withHidden = (jpeg: Buffer, parts: readonly Buffer[] = hiding()) =>
  Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2), text(CANARY)]);

function chunk(kind: string, body: Uint8Array): Buffer {
  const whole = Buffer.concat([Buffer.alloc(4), text(kind), body, Buffer.alloc(4)]);
  whole.writeUInt32BE(body.length, 0);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
  return whole;
}

const hidingChunks = (orientation = 1) => [
  chunk('tEXt', text(`Author\0${CANARY}`)),
  chunk('zTXt', Buffer.concat([text('Author\0\0'), deflateSync(CANARY)])),
  chunk('iTXt', text(`XML:com.adobe.xmp\0\0\0\0\0${CANARY}`)),
  chunk('eXIf', exif(orientation)),
  chunk('tIME', Uint8Array.of(7, 208, 1, 1, 0, 0, 0)),
  chunk('prVt', text(CANARY)),
];
/** Chunks go behind the header, which has 25 bytes after the signature. */
const withChunks = (png: Buffer, chunks: readonly Buffer[] = hidingChunks()) =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33), text(CANARY)]);

let jpeg: Buffer;
let progressive: Buffer;
let png: Buffer;
beforeAll(async () => {
  jpeg = await drawn().jpeg().toBuffer();
  progressive = await drawn().jpeg({ progressive: true }).toBuffer();
  png = await drawn().withIccProfile('p3').png().toBuffer();
});

describe('a picture as it is shown', () => {
  it('is the file itself where there is nothing to leave out', async () => {
    expect((await shownPicture(jpeg, 'a.jpg')).bytes).toBe(jpeg);
    const plain = await drawn().png().toBuffer();
    expect((await shownPicture(plain, 'a.png')).bytes).toEqual(plain);
  });

  it('of a JPEG has the pixels of the file and nothing else', async () => {
    for (const original of [jpeg, progressive]) {
      const { bytes, mediaType } = await shownPicture(withHidden(original), 'a.jpg');
      expect(mediaType).toBe('image/jpeg');
      expect(Buffer.from(bytes).equals(original)).toBe(true);
      expect(await decoded(bytes)).toEqual(await decoded(original));
    }
  });

  it('of a progressive JPEG has no comment between its scans either', async () => {
    const second = progressive.indexOf(
      Buffer.from([0xff, 0xc4]),
      progressive.indexOf(Buffer.from([0xff, 0xda])),
    );
    const hidden = Buffer.concat([
      progressive.subarray(0, second),
      segment(0xfe, text(CANARY)),
      progressive.subarray(second),
    ]);
    expect(Buffer.from((await shownPicture(hidden, 'a.jpg')).bytes).equals(progressive)).toBe(true);
  });

  it('of a JPEG keeps its profile and resolution, but no thumbnail', async () => {
    const profiled = await drawn().withIccProfile('p3').jpeg().toBuffer();
    const thumbnail = segment(
      0xe0,
      Buffer.concat([text('JFIF\0\x01\x01\x01\0\x48\0\x48\x01\x01'), Buffer.from([1, 2, 3])]),
    );
    const bare = segment(0xe0, text('JFIF\0\x01\x01\x01\0\x48\0\x48\0\0'));
    const jfif = profiled.indexOf(Buffer.from([0xff, 0xe0]));
    const rest = jfif === 2 ? profiled.subarray(4 + profiled.readUInt16BE(4)) : profiled.subarray(2);
    const { bytes } = await shownPicture(Buffer.concat([profiled.subarray(0, 2), thumbnail, rest]), 'a.jpg');
    expect(Buffer.from(bytes).equals(Buffer.concat([profiled.subarray(0, 2), bare, rest]))).toBe(true);
    expect((await sharp(bytes).metadata()).icc).toBeDefined();
  });

  it('of a PNG has the pixels and the profile of the file and nothing else', async () => {
    const { bytes, mediaType } = await shownPicture(withChunks(png), 'a.png');
    expect(mediaType).toBe('image/png');
    expect(await decoded(bytes)).toEqual(await decoded(png));
    expect((await sharp(bytes).metadata()).icc).toBeDefined();
    expect(holds(bytes) || holds(bytes, 'tIME') || holds(bytes, 'zTXt')).toBe(false);
  });

  it.each([2, 3, 4, 5, 6, 7, 8])('is turned upright from EXIF orientation %i', async (orientation) => {
    const flat = await drawn().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    // As the standard says which side of the stored picture is the top: by hand, without EXIF.
    const { data } = await decoded(flat);
    const at = (x: number, y: number) => [...data.subarray((y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3)];
    const [W, H] = [WIDTH - 1, HEIGHT - 1];
    const stored: Record<number, (x: number, y: number) => number[]> = {
      2: (x, y) => at(W - x, y),
      3: (x, y) => at(W - x, H - y),
      4: (x, y) => at(x, H - y),
      5: (x, y) => at(y, x),
      6: (x, y) => at(y, H - x),
      7: (x, y) => at(W - y, H - x),
      8: (x, y) => at(W - y, x),
    };
    const [width, height] = orientation < 5 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH];
    const wanted = Array.from({ length: width * height }, (_, n) =>
      stored[orientation](n % width, Math.floor(n / width)),
    ).flat();
    const shown = await shownPicture(withHidden(flat, hiding(orientation)), 'a.jpg');
    expect([shown.mediaType, holds(shown.bytes)]).toEqual(['image/png', false]);
    const upright = await decoded(shown.bytes);
    expect([upright.info.width, upright.info.height, [...upright.data]]).toEqual([width, height, wanted]);
  });

  it('of a PNG with EXIF orientation is upright too', async () => {
    const turned = await shownPicture(withChunks(await drawn().png().toBuffer(), hidingChunks(6)), 'a.png');
    const { info } = await decoded(turned.bytes);
    expect([info.width, info.height, holds(turned.bytes)]).toEqual([HEIGHT, WIDTH, false]);
  });

  it('of WebP, GIF and TIFF is a PNG of the same pixels without their words', async () => {
    for (const other of [
      await drawn()
        .withExif({ IFD0: { Artist: CANARY } })
        .webp({ lossless: true })
        .toBuffer(),
      await drawn()
        .withExif({ IFD0: { Artist: CANARY } })
        .tiff({ compression: 'lzw' })
        .toBuffer(),
      await drawn().gif().toBuffer(),
    ]) {
      const { bytes, mediaType } = await shownPicture(other, 'a');
      expect([mediaType, holds(bytes)]).toEqual(['image/png', false]);
      const [before, after] = [await decoded(other), await decoded(bytes)];
      expect(after.data.equals(before.data)).toBe(true);
    }
  });

  it.each([24, 32, 8])('of a bitmap of %i bits is a PNG of the same pixels', async (depth) => {
    const stride = Math.ceil((WIDTH * depth) / 32) * 4;
    const palette = depth === 8 ? 1024 : 0;
    const bytes = Buffer.alloc(54 + palette + stride * HEIGHT);
    bytes.write('BM');
    bytes.writeUInt32LE(54 + palette, 10);
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(WIDTH, 18);
    bytes.writeInt32LE(HEIGHT, 22);
    bytes.writeUInt16LE(1, 26);
    bytes.writeUInt16LE(depth, 28);
    for (let n = 0; n < palette / 4; n++) bytes.set([n, n, n, 0], 54 + 4 * n);
    const wanted: number[] = [];
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const [r, g, b] = depth === 8 ? [x, x, x] : pixels.subarray((y * WIDTH + x) * 3);
        bytes.set(depth === 8 ? [x] : [b, g, r], 54 + palette + (HEIGHT - 1 - y) * stride + (x * depth) / 8);
        wanted.push(r, g, b);
      }
    const { data } = await decoded((await shownPicture(bytes, 'a.bmp')).bytes);
    expect([...data]).toEqual(wanted);
    const promising = Buffer.from(bytes);
    promising.writeInt32LE(2 ** 30, 18);
    await expect(shownPicture(promising, 'a.bmp')).rejects.toMatchObject({ code: 'limit-exceeded' });
  });

  it('of DICOM is its frame through its window, without its header', async () => {
    const bytes = dicomBytes(
      ctSlice(
        { columns: 3, rows: 1, values: [1024 - 201, 1024 - 1, 1024 + 199] },
        { '00281050': ['DS', '0'], '00281051': ['DS', '400'], '00100010': ['PN', CANARY] },
      ),
    );
    expect(holds(bytes)).toBe(true);
    const shown = await shownPicture(bytes, 'a.dcm');
    expect(holds(shown.bytes)).toBe(false);
    const { data, info } = await decoded(shown.bytes);
    expect([...data].filter((_, n) => n % info.channels === 0)).toEqual([0, 127, 255]);
  });

  it('that is none, cut off or too large is refused by name', async () => {
    const refusals: [Uint8Array, string][] = [
      [text('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'format-unsupported'],
      [new Uint8Array(), 'format-unsupported'],
      [jpeg.subarray(0, 4), '^file-(corrupt|truncated)$'],
      [jpeg.subarray(0, jpeg.length - 40), '^file-(corrupt|truncated)$'],
      [png.subarray(0, 40), '^file-(corrupt|truncated)$'],
    ];
    for (const [bytes, code] of refusals)
      await expect(shownPicture(bytes, 'a.png')).rejects.toMatchObject({
        code: expect.stringMatching(code),
        message: expect.stringContaining('a.png'),
      });
    for (const bytes of [jpeg, png, await drawn().webp().toBuffer()])
      await expect(shownPicture(bytes, 'a', { maxPixels: 80 })).rejects.toMatchObject({
        code: 'limit-exceeded',
      });
    await expect(shownPicture(jpeg, 'a', { maxBytes: 100 })).rejects.toMatchObject({
      code: 'limit-exceeded',
    });
  });

  it('damaged anywhere is a picture without the words, or a typed error', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const files = fc.constantFrom(withHidden(jpeg), withHidden(progressive), withChunks(png));
    await fc.assert(
      fc.asyncProperty(files, damage, fc.nat(), async (file, changes, cut) => {
        const bytes = Buffer.from(file.subarray(0, cut % 3 === 0 ? cut % file.length : file.length));
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        try {
          expect(holds((await shownPicture(bytes, 'a')).bytes)).toBe(false);
        } catch (error) {
          if (!OverreadError.isInstance(error)) throw error;
        }
      }),
      { numRuns: 300 * Number(process.env.FUZZ ?? 1) },
    );
  });
});
