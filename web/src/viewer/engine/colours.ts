// Which colour each structure has: colours that everybody can tell apart first, and the loud ones for lesions.
import { type Colour, PALETTE } from '../../../../src/imaging/overlay.ts';
import type { ScanStructure } from '../../../../src/server/workbench/shapes/scan.ts';

const [ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILLION, PURPLE] = PALETTE;
/** On a grey scan these two are seen first; nothing else has them. */
const LESIONS: readonly Colour[] = [VERMILLION, YELLOW];
const OTHERS: readonly Colour[] = [SKY, GREEN, PURPLE, ORANGE, BLUE];

/** Colours in the order of the structures; stable for a scan. */
export function coloursOf(structures: readonly Pick<ScanStructure, 'kind'>[]): Colour[] {
  let lesions = 0;
  let others = 0;
  return structures.map(({ kind }) =>
    kind === 'lesion'
      ? (LESIONS[lesions++] ?? generated(lesions, 20, 70, 0.58))
      : (OTHERS[others++] ?? generated(others, 120, 320, 0.6)),
  );
}

/** The n-th of many hues between two angles: each lands in the largest gap that the ones before have left. */
function generated(n: number, from: number, to: number, lightness: number): Colour {
  const hue = from + ((n * 0.618_034) % 1) * (to - from);
  // Lightness goes round in three steps, so that neighbours in hue differ in it.
  return fromHsl(hue, 0.62, lightness + ((n % 3) - 1) * 0.14);
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
