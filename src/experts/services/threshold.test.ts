import { describe, expect, it } from 'vitest';
import { encodePng } from '../../imaging/write-png.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import threshold, { bandsOf } from './threshold.ts';

const deps = { fetch: async () => new Response(), blobs: memoryBlobs() };
const width = 24;
/** Dark, with a grey square of 8 × 6 at (4, 2) and a white one of 5 × 5 at (16, 10). */
async function picture() {
  const data = new Uint8Array(width * 16).fill(20);
  for (let y = 2; y < 8; y++) data.fill(150, y * width + 4, y * width + 12);
  for (let y = 10; y < 15; y++) data.fill(250, y * width + 16, y * width + 21);
  const bytes = await encodePng({ width, height: 16, channels: 1, data });
  return { hash: 'h', mediaType: 'image/png', bytes: async () => bytes };
}
const open = (options: Record<string, string>) => threshold.open('ground', options, deps);

describe('the expert threshold', () => {
  it('boxes what lies in the band of the phrase, and of any other phrase what lies in the band for all', async () => {
    const expert = await open({ bands: 'nodule=100..200;*=230..255', blur: '0' });
    expect((await expert.ground(await picture(), 'the nodule')).map(({ box }) => box)).toEqual([
      [4, 2, 12, 8],
    ]);
    expect((await expert.ground(await picture(), 'marker')).map(({ box }) => box)).toEqual([
      [16, 10, 21, 15],
    ]);
  });
  it('knows nothing of a phrase without a band: one half everywhere', async () => {
    const expert = await threshold.open('segment', { bands: 'nodule=100..200' }, deps);
    const mask = await expert.segmentRegion(await picture(), 'spleen');
    expect([mask.width, mask.height]).toEqual([width, 16]);
    expect(new Set(mask.probability)).toEqual(new Set([0.5]));
  });
  it('is one half at the band’s edge and surer away from it', async () => {
    const expert = await threshold.open('segment', { bands: '*=150..255', blur: '0', softness: '10' }, deps);
    const { probability } = await expert.segmentRegion(await picture(), 'x');
    expect(probability[3 * width + 5]).toBeCloseTo(0.5, 3);
    expect(probability[0]).toBeCloseTo(1 / (1 + Math.exp(13)), 6);
  });
  it('another band is another expert', async () => {
    expect((await open({ bands: '*=1..2' })).hash).not.toBe((await open({ bands: '*=1..3' })).hash);
  });
  it('refuses what is no band', () => {
    for (const bad of ['', 'nodule', '*=5..5', '*=10..900', 'a=1..2;;'])
      expect(() => bandsOf(bad)).toThrow(/grey values/);
  });
});
