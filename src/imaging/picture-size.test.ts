import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictureSize } from './picture-size.ts';
import { encodePng } from './write-png.ts';

const raw = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 9, g: 90, b: 200 } } });

describe('the size of a picture from its header', () => {
  it.each([
    [1, 1],
    [640, 480],
    [37, 1201],
  ])('%i × %i, as PNG and as JPEG of either kind, with or without an EXIF block', async (width, height) => {
    const size = { width, height };
    const grey = await encodePng({ width, height, channels: 1, data: new Uint8Array(width * height) });
    expect(pictureSize(grey)).toEqual(size);
    for (const progressive of [false, true])
      expect(pictureSize(await raw(width, height).jpeg({ progressive }).toBuffer())).toEqual(size);
    const tagged = await raw(width, height).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(pictureSize(tagged)).toEqual(size);
  });
  it('anything else has none, and a cut header is no error', async () => {
    const jpeg = await raw(20, 10).jpeg().toBuffer();
    for (let length = 0; length < 160; length++)
      expect([undefined, 20]).toContain(pictureSize(jpeg.subarray(0, length))?.width);
    expect(pictureSize(await raw(20, 10).webp().toBuffer())).toBeUndefined();
    expect(pictureSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xc0, 0, 0))).toBeUndefined();
  });
});
