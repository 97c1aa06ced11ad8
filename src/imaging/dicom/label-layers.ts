// Segments packed into as few label layers as their overlaps allow, each keeping its own number.
import type { RawAnnotation, RawLabel } from '../../domain/volume.ts';

/** Calls `set` with the index of every voxel of a segment. */
export type Voxels = (set: (index: number) => void) => void;

export interface LabelLayers {
  /** Adds voxels to a segment; they may come in several calls. All calls of one segment must follow one another. */
  add(label: RawLabel, voxels: Voxels): void;
  /** Layers, at least one. Segments without a voxel are labels of the first. */
  result(): RawAnnotation['layers'];
}

interface Layer {
  data: Uint8Array | Uint16Array;
  readonly labels: RawLabel[];
}

/** Layers over a grid of `voxels` voxels; numbers above 255 make them 16-bit. */
export function labelLayers(voxels: number, mostLabel: number): LabelLayers {
  const empty = () => (mostLabel > 255 ? new Uint16Array(voxels) : new Uint8Array(voxels));
  const layers: Layer[] = [];
  const absent: RawLabel[] = [];
  const taken = (layer: Layer, label: RawLabel, visit: Voxels): boolean => {
    let overlap = false;
    visit((index) => {
      const held = layer.data[index];
      if (held !== 0 && held !== label.value) overlap = true;
    });
    return overlap;
  };
  return {
    add(label, visit) {
      let any = false;
      visit(() => {
        any = true;
      });
      if (!any) {
        absent.push(label);
        return;
      }
      let layer = layers.find((candidate) => !taken(candidate, label, visit));
      if (layer === undefined) {
        layer = { data: empty(), labels: [] };
        layers.push(layer);
      }
      const { data, labels } = layer;
      visit((index) => {
        data[index] = label.value;
      });
      if (!labels.some(({ value }) => value === label.value)) labels.push(label);
    },
    result() {
      if (layers.length === 0) layers.push({ data: empty(), labels: [] });
      const present = new Set(layers.flatMap(({ labels }) => labels.map(({ value }) => value)));
      for (const label of absent) if (!present.has(label.value)) layers[0].labels.push(label);
      for (const { labels } of layers) labels.sort((a, b) => a.value - b.value);
      return layers;
    },
  };
}
