// Pictures: text on pages and burned into images is read, painted over, and hardly anything else with it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Raster } from '../domain/volume.ts';
import { text } from '../imaging/dicom/attributes.ts';
import { parseDicom } from '../imaging/dicom/parse.ts';
import { dicomRaster } from '../imaging/dicom/pictures.ts';
import { encodePng } from '../imaging/write-png.ts';
import { canaryFiles } from './canaries/dicom-files.ts';
import { redactDicom } from './dicom/redact-dicom.ts';
import { leakOfAny } from './leaks.ts';
import { letterRows } from './letter-rows.ts';
import { type Ocr, openOcr } from './ocr.ts';
import { pageText } from './page-text.ts';
import { painted } from './paint.ts';
import { pictureRaster, redactPicture } from './redact-picture.ts';
import { drawStatement } from './statements/draw.ts';
import { statements } from './statements/statement.ts';

function black(width: number, height: number): Raster & { data: Uint8Array } {
  return { width, height, channels: 1, data: new Uint8Array(width * height) };
}

describe('rows of letters', () => {
  const mark = (raster: Raster, left: number, top: number, width: number, height: number) =>
    painted(raster, [{ left, top, right: left + width, bottom: top + height }], 255);
  it('are three marks or more side by side on an even background', () => {
    let raster: Raster = black(200, 100);
    for (let n = 0; n < 5; n++) raster = mark(raster, 40 + n * 12, 30, 8, 12);
    expect(letterRows(raster)).toEqual([{ left: 40, top: 30, right: 96, bottom: 42 }]);
  });
  it('are not two marks, a ruler’s ticks one under another, or one large shape', () => {
    let two: Raster = mark(black(200, 100), 40, 30, 8, 12);
    two = mark(two, 52, 30, 8, 12);
    let ticks: Raster = black(100, 200);
    for (let n = 0; n < 8; n++) ticks = mark(ticks, 80, 10 + n * 20, 6, 8);
    const shape = mark(black(200, 200), 40, 40, 90, 90);
    expect([two, ticks, shape].map((raster) => letterRows(raster))).toEqual([[], [], []]);
  });
});

describe('pages', () => {
  let ocr: Ocr;
  beforeAll(async () => {
    ocr = await openOcr();
  });
  afterAll(() => ocr.close());
  it('lose their identifiers and keep their amounts', async () => {
    const [statement] = statements({ seed: 'page', count: 1 });
    const page = await drawStatement(statement, { layout: 'columns', condition: 'clean' });
    const before = pageText(await ocr.read(await encodePng(page.raster)));
    const { png, found } = await redactPicture(page.raster, ocr);
    const after = pageText(await ocr.read(png));
    for (const { values } of page.fields) {
      expect(leakOfAny(values, before).near).toBe(true);
      expect(leakOfAny(values, after).normalised).toBe(false);
    }
    for (const amount of page.kept) expect(after).toContain(amount);
    expect(new Set(found.map(({ category }) => category)).size).toBeGreaterThanOrEqual(8);
  });
  it('that are no pictures are refused', async () => {
    await expect(pictureRaster(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2), 'a.png')).rejects.toMatchObject({
      code: 'file-corrupt',
    });
  });
});

describe('burned-in text', () => {
  it('of a cine is painted over in every frame, and the file says so', async () => {
    const file = (await canaryFiles({ seed: 'cine', count: 4 }))[3];
    expect(file.kind).toBe('cine');
    const ocr = await openOcr({ layout: 'sparse' });
    const { bytes, framesRead, frames } = await redactDicom(file.bytes, {
      secret: 'a secret for the test',
      ocr,
      framesRead: 1,
    });
    await ocr.close();
    expect([framesRead, frames]).toEqual([1, 4]);
    const parsed = parseDicom(bytes, 'out');
    expect(text(parsed, '00280301')).toBe('NO');
    for (const frame of [0, 3]) {
      const [before, after] = [await dicomRaster(file.bytes, { frame }), await dicomRaster(bytes, { frame })];
      for (const { box } of file.burned)
        for (let y = box.top; y < box.bottom; y++)
          for (let x = box.left; x < box.right; x++) {
            const at = y * before.width + x;
            if (before.data[at] > 200) expect(after.data[at]).toBeLessThan(60);
          }
      // The middle of the picture is anatomy, and stays as it was.
      const row = (raster: Raster) => raster.data.slice(256 * 512 + 100, 256 * 512 + 412);
      expect(row(after)).toEqual(row(before));
    }
  });
});
