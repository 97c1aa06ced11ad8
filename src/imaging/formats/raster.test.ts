import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { formatContract } from '../format.contract.ts';
import { openAnnotation, openVolume, probe } from '../open.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import raster, { openRaster } from './raster.ts';

const folder = testFolder();
afterAll(folder.remove);
let count = 0;
const write = (bytes: Uint8Array, ending: string) => folder.file(`picture-${count++}.${ending}`, bytes);
const ramp = Uint8Array.from({ length: 6000 }, (_, i) => (i * 7) % 251);
const grey = () => sharp(ramp, { raw: { width: 100, height: 60, channels: 1 } }).toColourspace('b-w');

formatContract(raster, {
  volume: async () => write(await grey().png().toBuffer(), 'png'),
  annotation: async () => write(await grey().tiff({ compression: 'lzw' }).toBuffer(), 'tif'),
});

describe('pictures', () => {
  it('PNG and TIFF keep every grey value, in display order', async () => {
    for (const bytes of [
      await grey().png().toBuffer(),
      await grey().tiff({ compression: 'deflate' }).toBuffer(),
    ]) {
      const { data, grid, units } = await openVolume(write(bytes, 'bin'));
      expect([...data]).toEqual([...ramp]);
      expect(grid.shape).toEqual([100, 60, 1]);
      expect(units).toBe('arbitrary');
    }
  });

  it('16-bit greys stay 16-bit', async () => {
    const deep = Uint16Array.from({ length: 12 }, (_, i) => i * 5000);
    const image = sharp(deep, { raw: { width: 4, height: 3, channels: 1 } }).toColourspace('grey16');
    for (const bytes of [
      await image.clone().png().toBuffer(),
      await image.clone().tiff({ compression: 'lzw' }).toBuffer(),
    ]) {
      const { data } = await openVolume(write(bytes, 'tif'));
      expect(data).toBeInstanceOf(Uint16Array);
      expect([...data]).toEqual([...deep]);
    }
  });

  it('a JPEG is close to what it was made from', async () => {
    const smooth = Uint8Array.from({ length: 4096 }, (_, i) => 40 + (i % 64) * 2);
    const bytes = await sharp(smooth, { raw: { width: 64, height: 64, channels: 1 } })
      .toColourspace('b-w')
      .jpeg({ quality: 95 })
      .toBuffer();
    const { data } = await openVolume(write(bytes, 'jpg'));
    smooth.forEach((value, i) => {
      expect(Math.abs(data[i] - value)).toBeLessThanOrEqual(3);
    });
  });

  it('colours of equal channels are grey, others are refused as an image and kept as a raster', async () => {
    const same = await sharp(Uint8Array.of(5, 5, 5, 9, 9, 9), { raw: { width: 2, height: 1, channels: 3 } })
      .png()
      .toBuffer();
    expect([...(await openVolume(write(same, 'png'))).data]).toEqual([5, 9]);
    const red = write(
      await sharp(Uint8Array.of(255, 0, 0, 9, 9, 9), { raw: { width: 2, height: 1, channels: 3 } })
        .png()
        .toBuffer(),
      'png',
    );
    expect(await codeOf(openVolume(red))).toBe('format-unsupported');
    const picture = await openRaster(red);
    expect([picture.width, picture.height, picture.channels]).toEqual([2, 1, 3]);
    expect([...picture.data]).toEqual([255, 0, 0, 9, 9, 9]);
  });

  it('transparency is left out, and it is said', async () => {
    const bytes = await sharp(Uint8Array.of(7, 7, 7, 0, 8, 8, 8, 255), {
      raw: { width: 2, height: 1, channels: 4 },
    })
      .png()
      .toBuffer();
    const { data, source } = await openVolume(write(bytes, 'png'));
    expect([...data]).toEqual([7, 8]);
    expect(source.notes).toContain('Transparency was left out.');
  });

  it('a photograph lying on its side is set upright, in the probe too', async () => {
    const bytes = await sharp(ramp, { raw: { width: 100, height: 60, channels: 1 } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const path = write(bytes, 'jpg');
    expect((await openVolume(path)).grid.shape).toEqual([60, 100, 1]);
    expect((await probe(path)).shape).toEqual([60, 100, 1]);
  });

  it('a picture of more pixels than allowed is refused before it is decoded', async () => {
    const bytes = await sharp({ create: { width: 5000, height: 5000, channels: 3, background: 'white' } })
      .png()
      .toBuffer();
    await expect(openVolume(write(bytes, 'png'), { maxVoxels: 10_000 })).rejects.toThrow('maxVoxels');
  });

  it('a mask of 0 and 255 has the label 255', async () => {
    const mask = ramp.map((v) => (v > 125 ? 255 : 0));
    const bytes = await sharp(mask, { raw: { width: 100, height: 60, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await openAnnotation(write(bytes, 'png'))).layers[0].labels).toEqual([{ value: 255 }]);
  });
});
