// Real scans and films: a CT that was moved and made noisy is brought back, and two films of one patient draw nearer.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gridOf, type Vec3, voxelToWorld } from '../../domain/geometry.ts';
import { random } from '../../domain/random.ts';
import { openVolume } from '../open.ts';
import { rasterOfBytes } from '../picture-bytes.ts';
import { aligned, registerRigid } from './register.ts';
import { type Rigid, rigidAffine } from './rigid.ts';

const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const ct = `${shared}ct-abdomen-totalseg/example_ct_sm.nii.gz`;
const films = ['00000001_000.png', '00000001_001.png'].map((name) => `${shared}cxr-nih/${name}`);

describe.skipIf(!existsSync(ct))('a real CT (skipped without the shared data)', () => {
  it.each([
    'ncc',
    'mi',
  ] as const)('moved by 8°, 6 mm and noise, is brought back within half a voxel by %s', async (likeness) => {
    const moving = await openVolume(ct);
    const { grid } = moving;
    const middle = grid.shape.map((n) => (n - 1) / 2) as unknown as Vec3;
    const centre = voxelToWorld(grid.affine, middle);
    const turn = (degrees: number) => (degrees * Math.PI) / 180;
    const truth: Rigid = { angles: [turn(3), turn(-4), turn(6)], shift: [4, -3.5, 3], centre };
    const draw = random('noise');
    const fixed = aligned(moving, grid, truth, Number.NaN);
    const noisy = { grid, data: Float32Array.from(fixed.data, (hu) => hu + 20 * draw.normal()) };
    const found = registerRigid(noisy, moving, { likeness });
    let worst = 0;
    for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const index = grid.shape.map((n, axis) => ((corner >> axis) & 1) * (n - 1)) as unknown as Vec3;
      const at = voxelToWorld(grid.affine, index);
      const [p, q] = [truth, found.transform].map((rigid) => voxelToWorld(rigidAffine(rigid), at));
      worst = Math.max(worst, Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
    }
    expect(worst).toBeLessThan(0.5 * Math.min(...grid.spacing));
  });
});

describe.skipIf(!films.every((film) => existsSync(film)))(
  'two films of one patient (skipped without the shared data)',
  () => {
    it('agree better once one is laid upon the other', async () => {
      const [later, earlier] = await Promise.all(
        films.map(async (film) => {
          const { width, height, channels, data } = await rasterOfBytes(readFileSync(film));
          const grey = Float32Array.from({ length: width * height }, (_, at) => data[at * channels]);
          return {
            grid: gridOf([width, height, 1], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
            data: grey,
          };
        }),
      );
      const { before, after } = registerRigid(later, earlier);
      expect(after.likeness).toBeGreaterThan(before.likeness);
      expect(after.overlap).toBeGreaterThan(0.5);
    });
  },
);
