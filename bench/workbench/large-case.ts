// A benchmark of one large phantom, 512 × 512 × 300 with a label map, made once and kept for later measurements.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabelLayer } from '../../src/domain/volume.ts';
import { writeNifti } from '../../src/imaging/write-nifti.ts';
import { phantomCohort } from '../../src/phantoms/cohort.ts';
import { command } from '../../test/workbench/served.ts';

const kept = fileURLToPath(new URL('../../.tmp/bench-workbench/', import.meta.url));

/** Folder of a benchmark in `benchmark/`, of its scan and label map in `scan/`. */
export async function largeCase(shape: readonly [number, number, number] = [512, 512, 300]): Promise<string> {
  const folder = join(kept, shape.join('x'));
  if (existsSync(join(folder, 'benchmark', 'benchmark.json'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  const scan = join(making, 'scan');
  mkdirSync(scan, { recursive: true });
  // Stored as scanners store: towards the patient's left and back, slices upwards.
  const [phantom] = phantomCohort({ seed: 'viewer', cases: 1, shape, axes: 'LPS' });
  const { volume, annotation } = phantom.render();
  // One map of organs with lesions drawn over them, as data sets give it; segments and unions are left out.
  const [organs, , lesions] = annotation.layers;
  const shift = organs.labels.length;
  const data = organs.data.slice();
  for (let i = 0; i < data.length; i++) if (lesions.data[i] !== 0) data[i] = lesions.data[i] + shift;
  const names = (layer: LabelLayer, add: number) =>
    layer.labels.map(({ value, structure }) => [String(value + add), structure]);
  await writeNifti(join(scan, 'ct.nii.gz'), volume);
  await writeNifti(join(scan, 'ct_mask.nii.gz'), { grid: annotation.grid, data });
  const scheme = join(making, 'scheme.json');
  const labels = Object.fromEntries([...names(organs, 0), ...names(lesions, shift)]);
  writeFileSync(scheme, JSON.stringify({ labels }));
  renameSync(making, folder);
  await command([
    ...['build', join(folder, 'scan'), '--scheme', join(folder, 'scheme.json')],
    ...['--out', join(folder, 'benchmark'), '--seed', '0'],
  ]);
  return folder;
}
