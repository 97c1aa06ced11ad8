// Segments packed into as few label layers as their overlaps allow, each keeping its own number.
import type { RawAnnotation, RawLabel } from '../../domain/volume.ts';

/** Voxel indices of a segment, in as many pieces as are at hand. */
export type Voxels = readonly Int32Array[];

export interface LabelLayers {
  /** Adds a segment with all its voxels. */
  add(label: RawLabel, voxels: Voxels): void;
  /** Layers, at least one. Segments without a voxel are labels of the first. */
  result(): RawAnnotation['layers'];
}

interface Layer {
  readonly data: Uint8Array | Uint16Array;
  readonly labels: RawLabel[];
}

function overlaps({ data }: Layer, voxels: Voxels): boolean {
  for (const indices of voxels)
    for (let n = 0; n < indices.length; n++) if (data[indices[n]] !== 0) return true;
  return false;
}

/** Layers over a grid of `voxels` voxels; numbers above 255 make them 16-bit. */
export function labelLayers(voxels: number, mostLabel: number): LabelLayers {
  const empty = () => (mostLabel > 255 ? new Uint16Array(voxels) : new Uint8Array(voxels));
  const layers: Layer[] = [];
  const absent: RawLabel[] = [];
  return {
    add(label, pieces) {
      if (pieces.every(({ length }) => length === 0)) {
        absent.push(label);
        return;
      }
      let layer = layers.find((candidate) => !overlaps(candidate, pieces));
      if (layer === undefined) {
        layer = { data: empty(), labels: [] };
        layers.push(layer);
      }
      const { data, labels } = layer;
      for (const indices of pieces) for (let n = 0; n < indices.length; n++) data[indices[n]] = label.value;
      labels.push(label);
    },
    result() {
      if (layers.length === 0) layers.push({ data: empty(), labels: [] });
      layers[0].labels.push(...absent);
      for (const { labels } of layers) labels.sort((a, b) => a.value - b.value);
      return layers;
    },
  };
}
