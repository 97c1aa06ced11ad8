// Real photographs of skin lesions with people's masks, as a yes-or-no question whose answer the mask gives.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thresholdMask } from '../../src/agents/readers/planned-dag/regions.ts';
import { type Random, random } from '../../src/domain/random.ts';
import type { Raster } from '../../src/domain/volume.ts';
import { rasterOfBytes } from '../../src/imaging/picture-bytes.ts';
import { writePng } from '../../src/imaging/write-png.ts';

export const LIMIT = 0.25;
/** Standard deviation of the share that the simulated reader sees by eye. */
export const EYE_ERROR = 0.1;

/** Items with the mask among their materials; `corrupted` of the masks are an ellipse anywhere. Returns how many. */
export async function writeLesions(
  data: string,
  folder: string,
  { seed, corrupted }: { readonly seed: string; readonly corrupted: number },
): Promise<number> {
  const source = join(data, 'ham10000');
  mkdirSync(folder, { recursive: true });
  const rng = random(seed, 'lesions');
  const lines: string[] = [];
  for (const name of readdirSync(join(source, 'masks')).sort()) {
    const id = name.replace('_segmentation.png', '');
    const mask = await rasterOfBytes(readFileSync(join(source, 'masks', name)));
    const own = rng.fork(id);
    const share = shareOf(mask);
    copyFileSync(join(source, 'images', `${id}.jpg`), join(folder, `${id}.jpg`));
    await writePng(join(folder, `${id}.png`), own.next() < corrupted ? ellipse(mask, own) : mask);
    lines.push(
      JSON.stringify({
        id,
        question: 'Does the lesion take more than a quarter of the picture?',
        options: own.shuffle(['yes', 'no']),
        answer: share > LIMIT ? 'yes' : 'no',
        kind: 'binary',
        pictures: [`${id}.jpg`],
        materials: [{ id: 'mask', kind: 'picture', title: 'mask: lesion', file: `${id}.png` }],
      }),
    );
  }
  writeFileSync(join(folder, 'items.jsonl'), `${lines.join('\n')}\n`);
  return lines.length;
}

function shareOf({ data, channels }: Raster): number {
  let inside = 0;
  for (let at = 0; at < data.length; at += channels) if (Number(data[at]) > 127) inside++;
  return (inside * channels) / data.length;
}

function ellipse({ width, height }: Raster, rng: Random): Raster {
  const [x, y] = [rng.int(width), rng.int(height)];
  const [rx, ry] = [width * rng.uniform(0.1, 0.5), height * rng.uniform(0.1, 0.5)];
  const data = new Uint8Array(width * height);
  for (let v = 0; v < height; v++)
    for (let u = 0; u < width; u++)
      data[v * width + u] = ((u - x) / rx) ** 2 + ((v - y) / ry) ** 2 <= 1 ? 255 : 0;
  return { width, height, channels: 1, data };
}

/** The share of the dark part, as seen by eye: with the declared error. */
export function seenShare(picture: Raster, rng: Random): number {
  const { probability } = thresholdMask(picture, 'dark');
  return probability.reduce((sum, p) => sum + p, 0) / probability.length + EYE_ERROR * rng.normal();
}

/** The letter of "yes" or "no" among the options asked. */
export function lettered(asked: string, yes: boolean): string {
  const word = yes ? 'yes' : 'no';
  return [...asked.matchAll(/^([A-Z])\. (yes|no)$/gm)].find(([, , text]) => text === word)?.[1] ?? word;
}
