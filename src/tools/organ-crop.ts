// Organ crops: one windowed axial picture around an organ, or around several, as the vision tools show it.
import type { Vec3 } from '../domain/geometry.ts';
import type { Raster, Volume } from '../domain/volume.ts';
import { scaled, squarePixels } from '../imaging/raster-size.ts';
import { pixelAt, sliceAxis, sliceOf, windowed } from '../imaging/slices.ts';
import type { OrganExtent } from './organ-extents.ts';

/** The published pictures' window, in HU. */
const WINDOW = { level: 50, width: 400 } as const;
/** Room left around the organ, in mm. */
const MARGIN_MM = 15;
const LONGEST_EDGE = 512;
/** Coarse scans are enlarged to this many pixels at least, since encoders see little in a stamp. */
const SHORTEST_LONG_EDGE = 224;

/**
 * Cuts the axial slice in which the organs show best: the largest of the smallest organ's areas, so that every organ
 * of a combination is seen where one slice meets them all. Extents and volume share a grid.
 */
export function cropOrgans(volume: Volume, organs: readonly (readonly OrganExtent[])[]): Raster {
  const { grid } = volume;
  const slice = sliceOf(volume, 'axial', bestSlice(organs, grid.shape[sliceAxis(grid, 'axial')]));
  const whole = windowed(slice, WINDOW);
  const all = organs.flat();
  const corner = (pick: 'min' | 'max', reduce: (...values: number[]) => number): Vec3 => [
    reduce(...all.map((extent) => extent[pick][0])),
    reduce(...all.map((extent) => extent[pick][1])),
    reduce(...all.map((extent) => extent[pick][2])),
  ];
  const [ax, ay] = pixelAt(slice, corner('min', Math.min));
  const [bx, by] = pixelAt(slice, corner('max', Math.max));
  const [rowSpacing, columnSpacing] = slice.spacing;
  const dx = Math.ceil(MARGIN_MM / columnSpacing);
  const dy = Math.ceil(MARGIN_MM / rowSpacing);
  const left = Math.max(0, Math.min(ax, bx) - dx);
  const right = Math.min(whole.width - 1, Math.max(ax, bx) + dx);
  const top = Math.max(0, Math.min(ay, by) - dy);
  const bottom = Math.min(whole.height - 1, Math.max(ay, by) + dy);
  const square = squarePixels(cut(whole, left, top, right - left + 1, bottom - top + 1), {
    longestEdge: LONGEST_EDGE,
  });
  const times = Math.ceil(SHORTEST_LONG_EDGE / Math.max(square.width, square.height));
  return times > 1 ? scaled(square, square.width * times, square.height * times) : square;
}

function bestSlice(organs: readonly (readonly OrganExtent[])[], slices: number): number {
  let best = 0;
  let bestScore = -1;
  for (let slice = 0; slice < slices; slice++) {
    const areas = organs.map((extents) => extents.reduce((sum, extent) => sum + extent.perSlice[slice], 0));
    // Where no slice meets all organs, the one with the most of any of them is taken.
    const score = Math.min(...areas) + areas.reduce((sum, area) => sum + area, 0) * 1e-6;
    if (score > bestScore) {
      bestScore = score;
      best = slice;
    }
  }
  return best;
}

function cut(
  raster: Raster & { data: Uint8Array },
  left: number,
  top: number,
  width: number,
  height: number,
): Raster {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * raster.width + left;
    data.set(raster.data.subarray(from, from + width), y * width);
  }
  return { ...raster, width, height, data };
}
