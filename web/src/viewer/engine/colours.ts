// Which colour each structure has: colours that everybody can tell apart first, and the loud ones for lesions.
import { type Colour, PALETTE } from '../../../../src/imaging/overlay.ts';
import type { ScanStructure } from '../../../../src/server/workbench/shapes/scan.ts';

const [ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILLION, PURPLE] = PALETTE;
/** On a grey scan these are seen first; nothing else has them. */
const LESIONS: readonly Colour[] = [VERMILLION, YELLOW, [255, 70, 170]];
const OTHERS: readonly Colour[] = [SKY, GREEN, PURPLE, ORANGE, BLUE];

/** Colours in the order of the structures; stable for a scan. Those that are there have the best ones. */
export function coloursOf(structures: readonly Pick<ScanStructure, 'kind' | 'voxels'>[]): Colour[] {
  let lesions = 0;
  let others = 0;
  const colours = new Map<(typeof structures)[number], Colour>();
  const present = [...structures].sort((a, b) => Number(b.voxels > 0) - Number(a.voxels > 0));
  for (const one of present)
    colours.set(
      one,
      one.kind === 'lesion'
        ? (LESIONS[lesions++] ?? generated(lesions, 325, 415, 0.95))
        : (OTHERS[others++] ?? generated(others, 110, 290, 0.62)),
    );
  return structures.map((one) => colours.get(one) ?? YELLOW);
}

/** The n-th of many hues between two angles: each lands in the largest gap that the ones before have left. */
function generated(n: number, from: number, to: number, saturation: number): Colour {
  const hue = (from + ((n * 0.618_034) % 1) * (to - from)) % 360;
  // Lightness goes round in three steps, so that neighbours in hue differ in it.
  return fromHsl(hue, saturation, 0.6 + ((n % 3) - 1) * 0.14);
}

function fromHsl(hue: number, saturation: number, lightness: number): Colour {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

export const cssColour = ([red, green, blue]: Colour, alpha = 1): string =>
  `rgb(${red} ${green} ${blue} / ${alpha})`;
