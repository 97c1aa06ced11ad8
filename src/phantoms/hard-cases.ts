// Voxel-exact phantoms without noise: blocks of voxels on the edges where rules decide.
import type { Phantom } from './cohort.ts';

export function hardCases(): Phantom[] {
  return [];
}
