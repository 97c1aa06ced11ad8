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

const found = new WeakMap<LabelValues, readonly ReadonlySet<number>[]>();

/** Which values each layer of a slice holds. Computed once for a slice. */
export function valuesOn(labels: LabelValues, layers: number): readonly ReadonlySet<number>[] {
  const known = found.get(labels);
  if (known !== undefined) return known;
  const size = labels.length / Math.max(1, layers);
  const values = Array.from({ length: layers }, (_, layer) => {
    const here = new Set<number>();
    let last = 0;
    for (let i = layer * size; i < (layer + 1) * size; i++) {
      // Labels come in runs: most pixels need no look at the set.
      const value = labels[i];
      if (value === last) continue;
      last = value;
      if (value !== 0) here.add(value);
    }
    return here;
  });
  found.set(labels, values);
  return values;
}
