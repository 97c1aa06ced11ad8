import { describe, expect, it } from 'vitest';
import { decodeDicomFrames, dicomRaster } from './pictures.ts';
import { ctSlice, dicomBytes, type Sample } from './testing/dicom-sample.ts';

const BYTES: Sample = { '00280100': ['US', 8], '00280101': ['US', 8], '00280102': ['US', 7] };
const COLOUR: Sample = { ...BYTES, '00280002': ['US', 3], '00280006': ['US', 0] };
const picture = (header: Sample, pixels: Uint8Array, columns = 2) =>
  dicomBytes(ctSlice({ columns, rows: 1 }, { ...header, '7fe00010': ['OW', pixels] }));

describe('pictures', () => {
  it('grey values go through the window of the file', async () => {
    // Window 0 ± 200 HU on stored values of −1024: linear from −200.5 to 198.5 (PS3.3 C.11.2.1.2).
    const values = [1024 - 201, 1024 - 1, 1024 + 199];
    const bytes = dicomBytes(
      ctSlice({ columns: 3, rows: 1, values }, { '00281050': ['DS', '0'], '00281051': ['DS', '400'] }),
    );
    const raster = await dicomRaster(bytes);
    expect([...raster.data]).toEqual([0, 127, 255]);
    expect(raster.spacing).toEqual([0.8, 0.5]);
  });

  it('MONOCHROME1 is shown inverted, without a window from least to greatest', async () => {
    const bytes = dicomBytes(
      ctSlice({ columns: 3, rows: 1, values: [10, 20, 30] }, { '00280004': ['CS', 'MONOCHROME1'] }),
    );
    expect([...(await dicomRaster(bytes)).data]).toEqual([255, 127, 0]);
  });

  it('YBR is turned into RGB', async () => {
    // Red, as JFIF codes it: Y 76, Cb 85, Cr 255.
    const bytes = picture(
      { ...COLOUR, '00280004': ['CS', 'YBR_FULL'] },
      Uint8Array.of(76, 85, 255, 128, 128, 128),
    );
    const { data, channels } = await dicomRaster(bytes);
    expect(channels).toBe(3);
    for (const [n, wanted] of [254, 0, 0, 128, 128, 128].entries())
      expect(Math.abs(data[n] - wanted)).toBeLessThan(2);
    expect([...(await decodeDicomFrames(bytes)).data]).toEqual([76, 85, 255, 128, 128, 128]);
  });

  it('4:2:2 pixels share their colour in pairs', async () => {
    const bytes = picture(
      { ...COLOUR, '00280004': ['CS', 'YBR_FULL_422'] },
      Uint8Array.of(10, 20, 128, 128, 30, 40, 100, 150),
      4,
    );
    expect([...(await decodeDicomFrames(bytes)).data]).toEqual([
      10, 128, 128, 20, 128, 128, 30, 100, 150, 40, 100, 150,
    ]);
  });

  it('a palette gives each index its colour, clamped at both ends', async () => {
    const table = (values: number[]) => new Uint8Array(Uint16Array.from(values, (v) => v << 8).buffer);
    const palette: Sample = {
      ...BYTES,
      '00280004': ['CS', 'PALETTE COLOR'],
      '00281101': ['US', [2, 5, 16]],
      '00281102': ['US', [2, 5, 16]],
      '00281103': ['US', [2, 5, 16]],
      '00281201': ['OW', table([1, 255])],
      '00281202': ['OW', table([2, 128])],
      '00281203': ['OW', table([3, 0])],
    };
    const { data } = await dicomRaster(picture(palette, Uint8Array.of(0, 5, 6, 99), 4));
    expect([...data]).toEqual([1, 2, 3, 1, 2, 3, 255, 128, 0, 255, 128, 0]);
  });

  it('a frame that is not there is refused', async () => {
    await expect(dicomRaster(picture(BYTES, Uint8Array.of(1, 2)), { frame: 1 })).rejects.toMatchObject({
      code: 'bad-argument',
    });
  });
});
