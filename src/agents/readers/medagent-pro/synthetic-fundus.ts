// Synthetic eyes: a disc and a cup of known heights on a dim ground, masks of both, and masks that miss the cup.
import type { Random } from '../../../domain/random.ts';
import type { Raster } from '../../../domain/volume.ts';

export const SIZE = 72;
const [GROUND, DISC, CUP] = [60, 140, 220];

export interface Eye {
  /** Rows of the cup over rows of the disc. */
  readonly ratio: number;
  readonly picture: Raster & { data: Uint8Array };
  readonly cup: Raster & { data: Uint8Array };
  readonly disc: Raster & { data: Uint8Array };
}

interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
}

const inside = ({ x, y, rx, ry }: Ellipse, px: number, py: number): boolean =>
  ((px - x) / rx) ** 2 + ((py - y) / ry) ** 2 <= 1;

function drawing(value: (x: number, y: number) => number): Raster & { data: Uint8Array } {
  const data = new Uint8Array(SIZE * SIZE);
  for (let y = 0; y < SIZE; y++) for (let x = 0; x < SIZE; x++) data[y * SIZE + x] = value(x, y);
  return { width: SIZE, height: SIZE, channels: 1, data };
}

const maskOf = (ellipse: Ellipse) => drawing((x, y) => (inside(ellipse, x, y) ? 255 : 0));

/**
 * An eye with glaucoma or not: the ratio lies at least 0.05 from 0.6. `slack`: the mask of the cup is drawn by an unsteady
 * hand, too tall or too short by up to so many rows above and below.
 */
export function syntheticEye(sick: boolean, rng: Random, slack = 0): Eye {
  const ry = 18 + rng.int(6);
  const wanted = sick ? rng.uniform(0.66, 0.9) : rng.uniform(0.25, 0.54);
  const inner = Math.max(2, Math.round((wanted * (2 * ry + 1) - 1) / 2));
  const at = { x: 30 + rng.int(12), y: 30 + rng.int(12) };
  const disc: Ellipse = { ...at, rx: ry - 3, ry };
  const cup: Ellipse = { ...at, rx: Math.max(2, inner - 2), ry: inner };
  const picture = drawing((x, y) => {
    const level = inside(cup, x, y) ? CUP : inside(disc, x, y) ? DISC : GROUND;
    return Math.round(Math.min(255, Math.max(0, level + 6 * rng.normal())));
  });
  const traced = { ...cup, ry: Math.max(2, inner + (slack === 0 ? 0 : rng.int(2 * slack + 1) - slack)) };
  return { ratio: (2 * inner + 1) / (2 * ry + 1), picture, cup: maskOf(traced), disc: maskOf(disc) };
}

/** A cup mask that has nothing to do with the eye: an ellipse of any height in a corner. */
export function corruptedCup(rng: Random): Raster & { data: Uint8Array } {
  const ry = 4 + rng.int(20);
  const corner = () => rng.pick([8, SIZE - 9]);
  return maskOf({ x: corner(), y: corner(), rx: Math.min(6, ry), ry });
}
