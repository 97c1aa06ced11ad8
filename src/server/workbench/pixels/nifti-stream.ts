// An open case as a NIfTI file that is sent as it is made: for viewers that want whole volumes.
import { setImmediate } from 'node:timers/promises';
import type { Grid } from '../../../domain/geometry.ts';
import type { VoxelArray } from '../../../domain/volume.ts';
import { niftiBytes } from '../../../imaging/write-nifti.ts';
import type { LoadedImage, LoadedMasks } from './loaded.ts';

export interface NiftiStream {
  readonly length: number;
  readonly body: ReadableStream<Uint8Array>;
}

/** Voxels of one piece: small enough that nothing waits for it. */
const PIECE = 2 ** 19;
const VOXELS_AT = 352;

/** The scan in real values. */
export function imageFile({ grid, data }: Pick<LoadedImage, 'grid' | 'data'>): NiftiStream {
  return stream(grid, data, (from, to) => data.slice(from, to));
}

/**
 * All masks as one label map: a voxel's label is 1 + the place of its structure in `structures`; where several lie over
 * one another it is the last of them, which is the most particular.
 */
export function labelFile({ grid, layers, structures }: LoadedMasks): NiftiStream {
  const Labels = structures.length > 255 ? Uint16Array : Uint8Array;
  const numbers = layers.map((_, layer) => {
    const table = new Labels(65_536);
    for (const [order, one] of structures.entries()) if (one.layer === layer) table[one.value] = order + 1;
    return table;
  });
  return stream(grid, new Labels(0), (from, to) => {
    const out = new Labels(to - from);
    for (const [layer, data] of layers.entries()) {
      const table = numbers[layer];
      for (let i = from; i < to; i++) {
        const value = data[i];
        if (value !== 0 && table[value] > out[i - from]) out[i - from] = table[value];
      }
    }
    return out;
  });
}

function stream(grid: Grid, kind: VoxelArray, piece: (from: number, to: number) => VoxelArray): NiftiStream {
  const [ni, nj, nk] = grid.shape;
  const voxels = ni * nj * nk;
  let next = 0;
  return {
    length: VOXELS_AT + voxels * kind.BYTES_PER_ELEMENT,
    body: new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(header(grid, kind)),
      async pull(controller) {
        // Others are served between two pieces.
        await setImmediate();
        if (next >= voxels) return controller.close();
        const to = Math.min(voxels, next + PIECE);
        const part = piece(next, to);
        next = to;
        controller.enqueue(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      },
    }),
  };
}

/** The header of a whole volume without its voxels: that of a single one, with the true number of voxels written in. */
function header(grid: Grid, kind: VoxelArray): Uint8Array {
  const one = new (kind.constructor as new (length: number) => VoxelArray)(1);
  const bytes = niftiBytes({ grid: { ...grid, shape: [1, 1, 1] }, data: one });
  for (const [axis, count] of grid.shape.entries()) bytes.writeInt16LE(count, 42 + 2 * axis);
  return new Uint8Array(bytes.subarray(0, VOXELS_AT));
}
