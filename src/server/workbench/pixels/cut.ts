// Slices out of an open case as the bytes that a viewer is sent.
import type { VoxelArray } from '../../../domain/volume.ts';
import { type Plane, type Slice, sliceOf } from '../../../imaging/slices.ts';
import { HOST_IS_LITTLE } from '../../../imaging/voxels.ts';
import type { SampleType } from '../shapes/scan.ts';
import type { LoadedImage, LoadedMasks } from './loaded.ts';

export interface CutSlice {
  /** Little endian, row by row from the top left; of masks, layer after layer. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: SampleType;
}

const ARRAYS = { int16: Int16Array, float32: Float32Array, uint8: Uint8Array, uint16: Uint16Array } as const;

/** Real values of one slice. Throws `bad-argument` for an index outside the scan. */
export function cutImage(image: Pick<LoadedImage, 'grid' | 'data' | 'type'>, plane: Plane, index: number) {
  return sent([sliceOf(image, plane, index)], image.type);
}

/** Labels of one slice, all layers. Throws `bad-argument` for an index outside the scan. */
export function cutMasks({ grid, layers, type }: LoadedMasks, plane: Plane, index: number): CutSlice {
  if (layers.length > 0)
    return sent(
      layers.map((data) => sliceOf({ grid, data }, plane, index)),
      type,
    );
  return { bytes: new Uint8Array(0), type };
}

function sent(slices: readonly Slice[], type: SampleType): CutSlice {
  const size = slices[0].data.length;
  const out = new ARRAYS[type](slices.length * size);
  for (const [layer, { data }] of slices.entries()) out.set(data, layer * size);
  const bytes = new Uint8Array(out.buffer);
  if (!HOST_IS_LITTLE) swap(bytes, out.BYTES_PER_ELEMENT);
  return { bytes, type };
}

function swap(bytes: Uint8Array<ArrayBuffer>, size: number): void {
  const buffer = Buffer.from(bytes.buffer);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
}

/** How slices of an image are sent: no value may change, but that 64-bit floats become 32-bit ones. */
export function sampleTypeOf(data: VoxelArray, [low, high]: readonly [number, number]): 'int16' | 'float32' {
  if (data instanceof Int16Array || data instanceof Uint8Array || data instanceof Int8Array) return 'int16';
  if (data instanceof Float32Array || data instanceof Float64Array) return 'float32';
  return low >= -32768 && high <= 32767 ? 'int16' : 'float32';
}
