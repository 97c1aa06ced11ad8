// Masks on pixels: labels of a slice blended over what is there already.
import type { Colour } from '../../../../src/imaging/overlay.ts';

export type LabelValues = Uint8Array | Uint16Array;

/** How one value of a layer is painted. */
export interface LabelPaint {
  readonly layer: number;
  readonly value: number;
  readonly colour: Colour;
  /** 0 … 1. */
  readonly opacity: number;
}

/** For each layer: alpha (0 … 256) and colour by value; values past its end are not painted. */
export type PaintTable = readonly Int32Array[];
const FIELDS = 4;

export function paintTable(paints: readonly LabelPaint[], layers: number): PaintTable {
  return Array.from({ length: layers }, (_, layer) => {
    const mine = paints.filter((paint) => paint.layer === layer);
    const table = new Int32Array((Math.max(0, ...mine.map(({ value }) => value)) + 1) * FIELDS);
    for (const { value, colour, opacity } of mine)
      table.set([Math.round(opacity * 256), ...colour], value * FIELDS);
    table.fill(0, 0, FIELDS);
    return table;
  });
}

/** Blends the labels over opaque pixels. Later layers lie above earlier ones. */
export function blendLabels(labels: LabelValues, table: PaintTable, out: Uint32Array): void {
  const size = out.length;
  for (let layer = 0; layer < table.length; layer++) {
    const paint = table[layer];
    if (paint.length <= FIELDS) continue;
    const start = layer * size;
    for (let i = 0; i < size; i++) {
      const label = labels[start + i];
      if (label === 0) continue;
      const at = label * FIELDS;
      const alpha = paint[at];
      if (!(alpha > 0)) continue;
      const under = out[i];
      const rest = 256 - alpha;
      const red = ((under & 255) * rest + paint[at + 1] * alpha + 128) >> 8;
      const green = (((under >>> 8) & 255) * rest + paint[at + 2] * alpha + 128) >> 8;
      const blue = (((under >>> 16) & 255) * rest + paint[at + 3] * alpha + 128) >> 8;
      out[i] = (under & 0xff000000) | (blue << 16) | (green << 8) | red;
    }
  }
}

/** The labels alone, on nothing: for a mask that is laid over an image with pixels of another size. */
export function labelsAlone(labels: LabelValues, table: PaintTable, out: Uint32Array): void {
  out.fill(0);
  const size = out.length;
  for (let layer = 0; layer < table.length; layer++) {
    const paint = table[layer];
    for (let i = 0, at = layer * size; i < size; i++, at++) {
      const label = labels[at];
      if (label === 0) continue;
      const alpha = paint[label * FIELDS];
      if (!(alpha > 0)) continue;
      const field = label * FIELDS;
      out[i] =
        (Math.min(255, alpha) << 24) | (paint[field + 3] << 16) | (paint[field + 2] << 8) | paint[field + 1];
    }
  }
}

/** Where the values of one layer lie on a slice: [left, top, right, bottom] in pixels, inclusive. */
export type Extents = ReadonlyMap<
  number,
  readonly [left: number, top: number, right: number, bottom: number]
>;

const found = new WeakMap<LabelValues, readonly Extents[]>();

/** Which values each layer of a slice holds, and where. Computed once for a slice. */
export function valuesOn(labels: LabelValues, layers: number, width: number): readonly Extents[] {
  const known = found.get(labels);
  if (known !== undefined) return known;
  const size = labels.length / Math.max(1, layers);
  const values = Array.from({ length: layers }, (_, layer) => extentsOf(labels, layer * size, size, width));
  found.set(labels, values);
  return values;
}

function extentsOf(labels: LabelValues, start: number, size: number, width: number): Extents {
  const here = new Map<number, [number, number, number, number]>();
  for (let row = 0, y = 0; row < size; row += width, y++)
    for (let x = 0; x < width; ) {
      // Labels come in runs: a run is one look at the table.
      const value = labels[start + row + x];
      const first = x;
      while (++x < width && labels[start + row + x] === value);
      if (value === 0) continue;
      const extent = here.get(value);
      if (extent === undefined) here.set(value, [first, y, x - 1, y]);
      else {
        if (first < extent[0]) extent[0] = first;
        if (x - 1 > extent[2]) extent[2] = x - 1;
        extent[3] = y;
      }
    }
  return here;
}
