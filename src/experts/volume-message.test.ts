import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../domain/content-hash.ts';
import { gridOf } from '../domain/geometry.ts';
import type { Volume } from '../domain/volume.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { DEFAULT_IMAGE_BUDGET, resolveVolume, spreadSlices } from './volume-message.ts';

/** A CT whose axial slice k holds k HU everywhere; `s` is the sign of the slice axis, spacing 1 × 2 × 5 mm. */
function staircase(shape: [number, number, number], s: 1 | -1 = 1): Volume {
  const [nx, ny, nz] = shape;
  const data = new Int16Array(nx * ny * nz);
  for (let k = 0; k < nz; k++) data.fill(k, k * nx * ny, (k + 1) * nx * ny);
  const grid = gridOf(shape, [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 5 * s, 0, 0, 0, 0, 1]);
  return { grid, data, units: 'HU', source: { format: 'made', hash: 'x', axes: 'RAS', notes: [] } };
}

async function greyOf(png: Uint8Array) {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, first: data[0] };
}

describe('spreading slices', () => {
  it('takes each from the middle of its share, in order, without repeats', () => {
    expect(spreadSlices(64, 4)).toEqual([8, 24, 40, 56]);
    expect(spreadSlices(3, 16)).toEqual([0, 1, 2]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 800 }), fc.integer({ min: 1, max: 64 }), (count, wanted) => {
        const taken = spreadSlices(count, wanted);
        expect(taken.length).toBe(Math.min(count, wanted));
        expect(new Set(taken).size).toBe(taken.length);
        expect(
          taken.every((index, i) => index >= 0 && index < count && (i === 0 || index > taken[i - 1])),
        ).toBe(true);
        // As many slices are left out before the first as after the last, to within rounding.
        expect(Math.abs(taken[0] - (count - 1 - taken[taken.length - 1]))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a volume as images', () => {
  it('says which slice it is, counted from which end, and in which window', async () => {
    const { images } = await resolveVolume(staircase([8, 8, 64]), { ...DEFAULT_IMAGE_BUDGET, maxImages: 4 });
    expect(images.map((image) => image.caption)).toEqual([
      'axial slice 9 of 64 from the feet, level 50 width 400',
      'axial slice 25 of 64 from the feet, level 50 width 400',
      'axial slice 41 of 64 from the feet, level 50 width 400',
      'axial slice 57 of 64 from the feet, level 50 width 400',
    ]);
    const down = await resolveVolume(staircase([8, 8, 64], -1), { ...DEFAULT_IMAGE_BUDGET, maxImages: 1 });
    expect(down.images[0].caption).toBe('axial slice 33 of 64 from the head, level 50 width 400');
  });

  it('shows the slice it names: level 50 width 400 maps h HU to (h + 150) / 400 of white', async () => {
    const { images } = await resolveVolume(staircase([8, 8, 64]), { ...DEFAULT_IMAGE_BUDGET, maxImages: 4 });
    for (const [n, hounsfield] of [8, 24, 40, 56].entries())
      expect((await greyOf(images[n].png)).first).toBeCloseTo(((hounsfield + 150) / 400) * 255, -0.3);
  });

  it('keeps proportions: 2 mm rows are twice as tall as 1 mm columns', async () => {
    const { images } = await resolveVolume(staircase([20, 20, 4]), { ...DEFAULT_IMAGE_BUDGET, maxImages: 1 });
    expect(await greyOf(images[0].png)).toMatchObject({ width: 20, height: 40 });
  });

  it('keeps to images, pixels and bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          strategy: fc.constantFrom('slices' as const, 'montage' as const),
          maxImages: fc.integer({ min: 1, max: 5 }),
          maxPixels: fc.integer({ min: 64, max: 5000 }),
          tiles: fc.integer({ min: 1, max: 9 }),
        }),
        async (part) => {
          const { images } = await resolveVolume(staircase([30, 25, 21]), { ...part, maxBytes: 1e6 });
          expect(images.length).toBeLessThanOrEqual(part.maxImages);
          for (const { png, hash } of images) {
            const { width, height } = await greyOf(png);
            expect(width * height).toBeLessThanOrEqual(part.maxPixels);
            expect(hash).toBe(sha256(png));
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('shrinks all images alike when they are too many bytes', async () => {
    const volume = staircase([64, 32, 8]);
    const noisy = { ...volume, data: volume.data.map((_, i) => ((i * 2654435761) % 400) - 150) };
    const free = await resolveVolume(noisy, { ...DEFAULT_IMAGE_BUDGET, maxImages: 4 });
    const total = (images: readonly { png: Uint8Array }[]) =>
      images.reduce((sum, { png }) => sum + png.length, 0);
    const maxBytes = Math.floor(total(free.images) / 3);
    const tight = await resolveVolume(noisy, { ...DEFAULT_IMAGE_BUDGET, maxImages: 4, maxBytes });
    expect(tight.images.length).toBe(4);
    expect(total(tight.images)).toBeLessThanOrEqual(maxBytes);
    expect(
      new Set(await Promise.all(tight.images.map(async ({ png }) => (await greyOf(png)).width))).size,
    ).toBe(1);
    await expect(
      resolveVolume(noisy, { ...DEFAULT_IMAGE_BUDGET, maxImages: 4, maxBytes: 10 }),
    ).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('puts every slice of a montage into its caption', async () => {
    const { images } = await resolveVolume(staircase([16, 8, 12]), {
      strategy: 'montage',
      maxImages: 1,
      maxPixels: 4000,
      maxBytes: 1e6,
      tiles: 4,
    });
    expect(images[0].caption).toBe(
      'axial slices 2, 5, 8, 11 of 12 from the feet, row by row from the top left, level 50 width 400',
    );
  });

  it('gives a volume without Hounsfield units a window of its own', async () => {
    const { images } = await resolveVolume(
      { ...staircase([8, 8, 8]), units: 'arbitrary' },
      DEFAULT_IMAGE_BUDGET,
    );
    expect(images[0].caption).toContain('1st to 99th percentile');
    expect((await greyOf(images[7].png)).first).toBe(255);
  });

  it('stores the images under their hashes', async () => {
    const blobs = memoryBlobs();
    const { images } = await resolveVolume(
      staircase([8, 8, 8]),
      { ...DEFAULT_IMAGE_BUDGET, maxImages: 2 },
      { blobs },
    );
    for (const { hash, png } of images) expect(await blobs.get(hash)).toEqual(Uint8Array.from(png));
  });

  it('shows crops only as they are handed over', async () => {
    const budget = { ...DEFAULT_IMAGE_BUDGET, strategy: 'crops' as const };
    await expect(resolveVolume(staircase([8, 8, 8]), budget)).rejects.toMatchObject({ code: 'bad-argument' });
    const raster = { width: 4, height: 4, channels: 1 as const, data: new Uint8Array(16).fill(9) };
    const { images } = await resolveVolume(staircase([8, 8, 8]), budget, {
      crops: [{ organ: 'kidney_left', raster }],
    });
    expect(images[0].caption).toBe('axial crop of the left kidney, level 50 width 400');
  });
});
