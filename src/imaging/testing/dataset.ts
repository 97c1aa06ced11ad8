// Tiny scans and masks for tests of layouts: 3 × 4 × 5 voxels, gzip NIfTI.
import { gzipSync } from 'node:zlib';
import { niftiSample } from './nifti-sample.ts';

const PLACE = { code: 1, rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0] };

/** A mask or label map: `at` gives the value of each voxel in memory order. */
export function labelFile(at: (voxel: number) => number): Buffer {
  const voxels = Array.from({ length: 60 }, (_, i) => at(i));
  return gzipSync(niftiSample({ datatype: 2, sform: PLACE }, voxels));
}

/** A CT that ramps from −1000 upwards. */
export function scanFile(): Buffer {
  const voxels = Array.from({ length: 60 }, (_, i) => i * 30 - 1000);
  return gzipSync(niftiSample({ datatype: 4, sform: PLACE }, voxels));
}

/** A file that breaks off. */
export function brokenFile(): Buffer {
  return labelFile(() => 1).subarray(0, 60);
}
