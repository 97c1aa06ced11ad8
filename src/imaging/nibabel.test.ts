// Geometry and voxels agree with nibabel, for every combination of sform and qform codes and for our own files.
import { afterAll, describe, expect, it } from 'vitest';
import { gridOf, obliquity, type Vec3 } from '../domain/geometry.ts';
import { random } from '../domain/random.ts';
import { openVolume, probe } from './open.ts';
import { resample } from './resample.ts';
import { testFolder } from './testing/folder.ts';
import { nibabel, pythonWithNibabel } from './testing/nibabel.ts';
import { niftiSample } from './testing/nifti-sample.ts';
import { writeNifti } from './write-nifti.ts';

const folder = testFolder();
afterAll(folder.remove);

/** A rotation matrix by Gram–Schmidt on random columns; its determinant may be −1. */
function rotation(seed: number): number[][] {
  const draw = random(seed, 'rotation');
  const unit = (v: number[]) => v.map((x) => x / Math.hypot(...v));
  const a = unit([draw.normal(), draw.normal(), draw.normal()]);
  const raw = [draw.normal(), draw.normal(), draw.normal()];
  const dot = raw.reduce((sum, x, i) => sum + x * a[i], 0);
  const b = unit(raw.map((x, i) => x - dot * a[i]));
  const side = draw.next() < 0.5 ? 1 : -1;
  const c = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]].map(
    (x) => x * side,
  );
  return [0, 1, 2].map((row) => [a[row], b[row], c[row]]);
}

describe.skipIf(pythonWithNibabel === undefined)(
  'nibabel (skipped where python3-nibabel is not installed)',
  () => {
    it('reads the same affine from 200 headers of every code', async () => {
      const ramp = Array.from({ length: 60 }, (_, i) => i);
      const paths: string[] = [];
      for (let seed = 0; seed < 200; seed++) {
        const draw = random(seed, 'header');
        const quatern = [draw.normal(), draw.normal(), draw.normal()];
        // Some are half turns, where the fourth component is lost in rounding.
        const length = Math.hypot(...quatern) / (seed % 4 === 0 ? 1 : draw.uniform(0.1, 0.999));
        const turn = rotation(seed);
        const zooms = [draw.uniform(0.3, 6), draw.uniform(0.3, 6), draw.uniform(0.3, 6)];
        const bytes = niftiSample(
          {
            version: seed % 2 === 0 ? 1 : 2,
            bigEndian: draw.next() < 0.5,
            pixdim: [draw.pick([-1, 1]), draw.uniform(0.3, 6), draw.uniform(0.3, 6), draw.uniform(0.3, 6)],
            qform: {
              code: draw.int(5),
              quatern: quatern.map((q) => Math.fround(q / length) * (seed % 4 === 0 ? 1 - 1e-7 : 1)),
              offset: [draw.uniform(-300, 300), draw.uniform(-300, 300), draw.uniform(-300, 300)],
            },
            sform: {
              code: draw.int(3) === 0 ? 0 : draw.int(5),
              rows: turn.flatMap((row) => [...row.map((x, c) => x * zooms[c]), draw.uniform(-300, 300)]),
            },
          },
          ramp,
        );
        paths.push(folder.file(`codes-${seed}.nii`, bytes));
      }
      const expected = nibabel<{ affine: number[]; axes: string }[]>(
        `print(json.dumps([{'affine': nb.load(p).affine.ravel().tolist(), 'axes': ''.join(nb.aff2axcodes(nb.load(p).affine))} for p in input]))`,
        paths,
      );
      for (const [index, path] of paths.entries()) {
        const { affine, axes } = await probe(path);
        // Beyond 45° the order in which axes are named is a matter of taste, and nibabel's has changed.
        if (obliquity(affine ?? []) < 40) expect(axes).toBe(expected[index].axes);
        affine?.forEach((value, entry) => {
          expect(Math.abs(value - expected[index].affine[entry])).toBeLessThan(1e-9);
        });
      }
    });

    it('reads our files with equal voxels, sform and qform', async () => {
      const arrays = [
        Int8Array,
        Uint8Array,
        Int16Array,
        Uint16Array,
        Int32Array,
        Uint32Array,
        Float32Array,
        Float64Array,
      ];
      const files = [];
      for (const [index, array] of arrays.entries()) {
        const turn = rotation(index);
        const spacing = [0.7, 1.3, 5];
        const affine = [
          ...turn.flatMap((row, r) => [...row.map((x, c) => x * spacing[c]), 10 * r - 7]),
          ...[0, 0, 0, 1],
        ];
        const data = new array(24).map((_, i) => i * 3);
        const path = `${folder.path}/ours-${index}.nii${index % 2 === 0 ? '.gz' : ''}`;
        await writeNifti(path, { grid: gridOf([2, 3, 4], affine), data });
        files.push({ path, affine, data: [...data], type: array.name.replace('Array', '').toLowerCase() });
      }
      const read = nibabel<
        { affine: number[]; qform: number[]; data: number[]; type: string; codes: number[] }[]
      >(
        `
def facts(p):
    i = nb.load(p)
    return {'affine': i.affine.ravel().tolist(), 'qform': i.get_qform().ravel().tolist(),
            'data': np.asarray(i.dataobj).ravel(order='F').tolist(), 'type': str(i.get_data_dtype()),
            'codes': [int(i.header['qform_code']), int(i.header['sform_code'])]}
print(json.dumps([facts(p) for p in input]))`,
        files.map(({ path }) => path),
      );
      for (const [index, { affine, data, type }] of files.entries()) {
        expect(read[index].data).toEqual(data);
        expect(read[index].type).toBe(type);
        expect(read[index].codes).toEqual([1, 1]);
        for (const entry of affine.keys()) {
          expect(read[index].affine[entry]).toBeCloseTo(affine[entry], 5);
          // Three floats hold a quaternion near a half turn to some 1e-4 only.
          expect(read[index].qform[entry]).toBeCloseTo(affine[entry], 2);
        }
      }
    });

    it('applies slope and intercept as nibabel does', async () => {
      const paths = [
        [0.1, -3.5],
        [2, 7],
        [0, 9],
        [Number.NaN, Number.NaN],
      ].flatMap(([slope, inter], index) =>
        [2, 4, 16, 512].map((datatype) =>
          folder.file(
            `slope-${index}-${datatype}.nii`,
            niftiSample(
              { datatype, slope, inter, sform: { code: 1, rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] } },
              Array.from({ length: 60 }, (_, i) => i),
            ),
          ),
        ),
      );
      const expected = nibabel<number[][]>(
        `print(json.dumps([np.asarray(nb.load(p).dataobj).ravel(order='F').astype(float).tolist() for p in input]))`,
        paths,
      );
      for (const [index, path] of paths.entries()) {
        const { data } = await openVolume(path);
        expected[index].forEach((value, voxel) => {
          expect(data[voxel]).toBeCloseTo(value, 5);
        });
      }
    });

    it('interpolates as scipy does, on straight and tilted grids (skipped without scipy)', (context) => {
      const shape: Vec3 = [7, 6, 5];
      const draw = random(11, 'field');
      const data = Float64Array.from({ length: 210 }, () => draw.uniform(-1000, 1000));
      const affine = [...[0.8, 0, 0, -3], ...[0, -1.1, 0, 4], ...[0, 0, 2.5, 1], 0, 0, 0, 1];
      const grid = gridOf(shape, affine);
      const targets = [0, 0.2].map((angle) => {
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        return gridOf(
          [9, 8, 7],
          [
            ...[0.5 * c, -0.6 * s, 0, -2.013],
            ...[0.5 * s, 0.6 * c, 0, -1.017],
            ...[0, 0, 1.3, 2],
            0,
            0,
            0,
            1,
          ],
        );
      });
      const script = `
try:
    from scipy.ndimage import map_coordinates
except ImportError:
    print('null'); sys.exit()
data = np.array(input['data']).reshape(input['shape'], order='F')
out = []
for t in input['targets']:
    m = np.linalg.inv(np.array(input['affine']).reshape(4, 4)) @ np.array(t['affine']).reshape(4, 4)
    i = np.stack(np.meshgrid(*[np.arange(n) for n in t['shape']], indexing='ij')).reshape(3, -1)
    at = m[:3, :3] @ i + m[:3, 3:]
    inside = ((at > -0.5) & (at < np.array(input['shape'])[:, None] - 0.5)).all(0)
    for order in (0, 1):
        values = np.where(inside, map_coordinates(data, np.floor(at + 0.5) if order == 0 else at, order=order, mode='nearest'), -2000)
        out.append(values.reshape(t['shape']).ravel(order='F').tolist())
print(json.dumps(out))`;
      const expected = nibabel<number[][] | null>(script, { data: [...data], shape, affine, targets });
      if (expected === null) return context.skip();
      const ours = targets.flatMap((target) =>
        (['nearest', 'linear'] as const).map(
          (kind) => resample({ grid, data }, target, kind, { outside: -2000 }).data,
        ),
      );
      ours.forEach((values, index) => {
        expect(new Set(values).size).toBeGreaterThan(50);
        values.forEach((value, voxel) => {
          expect(value).toBeCloseTo(expected[index][voxel], 8);
        });
      });
    });
  },
);
