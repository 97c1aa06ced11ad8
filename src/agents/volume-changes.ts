// Changed volumes for controls: slices in another order, left and right exchanged. The grid stays as it was.
import { orientationOf } from '../domain/geometry.ts';
import { random } from '../domain/random.ts';
import type { Volume, VoxelArray } from '../domain/volume.ts';

/** The volume with its voxels re-ordered along the voxel axis that runs along a world axis (0 R, 1 A, 2 S). */
function reordered(volume: Volume, world: 0 | 1 | 2, order: (count: number) => readonly number[]): Volume {
  const { shape } = volume.grid;
  const axis = orientationOf(volume.grid.affine).axis.indexOf(world);
  const count = shape[axis];
  const from = order(count);
  // The array is `outer` blocks of `count` runs of `inner` voxels each.
  const inner = shape.slice(0, axis).reduce((product, n) => product * n, 1);
  const outer = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  const data = volume.data.slice() as VoxelArray;
  for (let block = 0; block < outer; block++)
    for (let to = 0; to < count; to++) {
      const source = (block * count + from[to]) * inner;
      data.set(volume.data.subarray(source, source + inner), (block * count + to) * inner);
    }
  return { ...volume, data };
}

/** Axial slices in a random order; the same seed gives the same order. */
export function shuffledSlices(volume: Volume, seed: string): Volume {
  return reordered(volume, 2, (count) => {
    const positions = Array.from({ length: count }, (_, index) => index);
    return random(seed, 'slices').shuffle(positions);
  });
}

/** Left and right exchanged, as if the patient were seen in a mirror. */
export function mirroredSide(volume: Volume): Volume {
  return reordered(volume, 0, (count) => Array.from({ length: count }, (_, index) => count - 1 - index));
}
