// Synthetic pictures for fixtures in release formats: bright or dark noise, so that a question about them has an answer.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Random } from '../domain/random.ts';
import { encodePng } from '../imaging/write-png.ts';

export type Shade = 'bright' | 'dark';

/** PNG bytes of noise around a light or a dark grey, 16 × 16 unless said otherwise. */
export function shadedPicture(shade: Shade, rng: Random, side = 16): Promise<Uint8Array> {
  const data = new Uint8Array(side * side).map(() => (shade === 'bright' ? 200 : 30) + rng.int(40));
  return encodePng({ width: side, height: side, channels: 1, data });
}

/** The same as a file, its folder made. */
export async function writeShaded(path: string, shade: Shade, rng: Random): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await shadedPicture(shade, rng));
}
