import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodePng } from '../../imaging/write-png.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { openExperts } from '../expert-service.ts';
import { meanChannelModel, meanColourModel, tinyEncoderFiles } from '../testing/tiny-onnx.ts';
import { halfPicture, serviceContract, storedBytes } from './service.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-local-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
for (const [name, bytes] of Object.entries(tinyEncoderFiles())) writeFileSync(join(folder, name), bytes);
const colours = join(folder, 'colours.onnx');
const map = join(folder, 'map.onnx');
writeFileSync(colours, meanColourModel(8));
writeFileSync(map, meanChannelModel());

const fetch = () => Promise.reject(new Error('nothing is sent'));
const open = async (written: string) =>
  (await openExperts([written], { fetch, blobs: memoryBlobs() })).experts;
async function colour(r: number, g: number, b: number) {
  const data = Uint8Array.from({ length: 10 * 10 * 3 }, (_, at) => [r, g, b][at % 3]);
  return storedBytes(await encodePng({ width: 10, height: 10, channels: 3, data }), 'image/png');
}

serviceContract('encoder', {
  role: 'classify',
  can: [],
  open: async () => (await open(`classify=encoder:onnx/${folder},labels=red;green`)).classify as never,
});
serviceContract('onnx', {
  role: 'classify',
  can: ['malformed'],
  // Two labels for a network of three outputs are what a wrong file would be.
  open: async (behaviour) =>
    (await open(`classify=onnx:${colours},size=8,labels=red;green${behaviour === 'fine' ? ';blue' : ''}`))
      .classify as never,
});
serviceContract('onnx', {
  role: 'segment',
  can: ['malformed'],
  open: async (behaviour) =>
    (
      await open(
        `segment=onnx:${behaviour === 'fine' ? `${map},size=48` : `${colours},size=8`},activation=none`,
      )
    ).segment as never,
});

describe('a classifier of this machine', () => {
  it('an encoder names a picture by the caption that lies nearest', async () => {
    const { classify } = await open(`classify=encoder:onnx/${folder},caption=a {label}`);
    const found = await classify?.classify(await colour(0, 0, 255), ['red', 'green', 'blue']);
    expect(found?.[0].label).toBe('blue');
    // Cosines of about 1 and 0 at a scale of 10.
    expect(found?.[0].probability).toBeGreaterThan(0.99);
    expect(found?.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
    await expect(classify?.classify(await colour(0, 0, 255))).rejects.toThrow(/give it some with labels/);
  });

  it('a network gives the softmax of its outputs under the labels’ names', async () => {
    const { classify } = await open(`classify=onnx:${colours},size=8,labels=red;green;blue`);
    const found = await classify?.classify(await colour(255, 0, 0));
    expect(found?.[0]).toMatchObject({ label: 'red', probability: expect.closeTo(Math.E / (Math.E + 2), 5) });
    expect(await classify?.classify(await colour(255, 0, 0), ['green'])).toHaveLength(1);
    await expect(classify?.classify(await colour(255, 0, 0), ['cyst'])).rejects.toMatchObject({
      code: 'expert-failed',
    });
  });

  it('a map is laid back over the picture’s own pixels', async () => {
    const { segment } = await open(`segment=onnx:${map},size=48,activation=none`);
    const mask = await segment?.segmentRegion(await halfPicture(), 'bright');
    expect([mask?.width, mask?.height]).toEqual([24, 16]);
    const at = (x: number, y: number) => mask?.probability[y * 24 + x] ?? 0;
    expect(at(2, 8)).toBeCloseTo(20 / 255, 2);
    expect(at(21, 8)).toBeCloseTo(220 / 255, 2);
    expect(at(11, 8)).toBeLessThan(at(12, 8));
  });

  it('says which option is wrong', async () => {
    for (const [written, words] of [
      [`classify=onnx:${colours}`, /say what they mean/],
      [`classify=onnx:${colours},labels=a;a`, /labels are/],
      [`segment=onnx:${map},fit=crop`, /fit is/],
      [`classify=onnx:${colours},labels=a;b,size=x`, /size is/],
      [`classify=encoder:onnx/${folder},caption=none`, /\{label\}/],
    ] as const)
      await expect(open(written)).rejects.toThrow(words);
  });
});
