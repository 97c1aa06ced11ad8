// From values of the scan to grey: a table for 16-bit values, so that a new window costs one pass over a slice.
import type { DisplayWindowShape } from '../../../../src/server/workbench/shapes/scan.ts';

export type ImageValues = Int16Array | Float32Array;

const OPAQUE = 0xff000000;
const grey = (value: number) => OPAQUE | (value << 16) | (value << 8) | value;

/** Grey 0 … 255 of a value: level − width/2 and less is 0, level + width/2 and more is 255, NaN is 0. */
export function greyOf(value: number, { level, width }: DisplayWindowShape): number {
  // The same rounding as a clamped byte array has: halves go to the even number.
  const share = ((value - (level - width / 2)) * 255) / width;
  if (!(share > 0)) return 0;
  if (share >= 255) return 255;
  const below = Math.floor(share);
  const rest = share - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** RGBA pixel (little endian) of each value from −32768 to 32767, at value + 32768. */
export function greyTable(
  window: DisplayWindowShape,
  into: Uint32Array = new Uint32Array(65_536),
): Uint32Array {
  for (let value = -32_768; value < 32_768; value++) into[value + 32_768] = grey(greyOf(value, window));
  return into;
}

/** Writes a slice as opaque grey RGBA. `table` is of the same window. */
export function paintGrey(
  values: ImageValues,
  window: DisplayWindowShape,
  table: Uint32Array,
  out: Uint32Array,
): void {
  if (values instanceof Int16Array) {
    for (let i = 0; i < out.length; i++) out[i] = table[values[i] + 32_768];
    return;
  }
  for (let i = 0; i < out.length; i++) out[i] = grey(greyOf(values[i], window));
}

/** A window after the pointer went right (wider) and down (darker: a higher level) by so many screen pixels. */
export function draggedWindow(
  from: DisplayWindowShape,
  right: number,
  down: number,
  units: 'HU' | 'SUV' | 'arbitrary',
): DisplayWindowShape {
  const step = Math.max(from.width / 250, units === 'HU' ? 0.5 : 1e-6);
  const round = (value: number) => (units === 'HU' ? Math.round(value) : Number(value.toPrecision(6)));
  return {
    level: round(from.level + down * step),
    width: Math.max(units === 'HU' ? 1 : Number.MIN_VALUE, round(from.width + right * step)),
  };
}
