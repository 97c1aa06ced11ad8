import { afterAll, describe, expect, it } from 'vitest';
import { voxelToWorld } from '../../domain/geometry.ts';
import { openVolume, probe } from '../open.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import { ctSlice, dicomBytes, type Sample } from './testing/dicom-sample.ts';
import { readDicomVolume } from './volume.ts';

const folder = testFolder();
afterAll(folder.remove);
let count = 0;

/** Writes slices to a folder of their own, in the order given. */
function series(slices: readonly Sample[]): string {
  const name = `series-${count++}`;
  for (const [n, slice] of slices.entries())
    folder.file(`${name}/sub/${String(n).padStart(3, '0')}.dcm`, dicomBytes(slice));
  return `${folder.path}/${name}`;
}

/** Slices at the given positions; all stored values of slice n are 1024 + n. */
const stack = (positions: readonly (readonly number[])[], more: (n: number) => Sample = () => ({})) =>
  positions.map((position, n) =>
    ctSlice({ position, instance: n + 1, values: new Array<number>(12).fill(1024 + n) }, more(n)),
  );

describe('a series becomes a volume', () => {
  it('slices are ordered along their normal, whatever their files are called', async () => {
    const volume = await readDicomVolume(
      series(
        stack([
          [10, 20, 35],
          [10, 20, 30],
          [10, 20, 40],
        ]),
      ),
    );
    expect(volume.grid.shape).toEqual([4, 3, 3]);
    expect(volume.units).toBe('HU');
    expect([volume.data[0], volume.data[12], volume.data[24]]).toEqual([1, 0, 2]);
    expect(volume.grid.spacing).toEqual([0.5, 0.8, 5]);
    // Voxel (1, 2, 1): one column of 0.5 mm to the left of the patient, two rows of 0.8 mm back.
    expect(voxelToWorld(volume.grid.affine, [1, 2, 1])).toEqual([-10.5, -21.6, 35]);
    expect(volume.source.axes).toBe('LPS');
  });

  it('a sagittal series keeps its axes', async () => {
    const orientation = [0, 1, 0, 0, 0, -1];
    const slices = [0, 3].map((x, n) => ctSlice({ position: [x, 0, 0], orientation, instance: n + 1 }));
    const volume = await readDicomVolume(series(slices));
    // Normal of (posterior, inferior) points to the right, so the slice at x = 3 (left) comes first.
    expect(volume.source.axes).toBe('PIR');
    expect(voxelToWorld(volume.grid.affine, [0, 0, 1])[0]).toBeCloseTo(0, 12);
  });

  it('a gantry tilt is reported in degrees and kept in the affine', async () => {
    const tilt = (14 * Math.PI) / 180;
    const orientation = [1, 0, 0, 0, Math.cos(tilt), -Math.sin(tilt)].map((v) => v.toFixed(9)).map(Number);
    const slices = [0, 5, 10].map((z, n) => ctSlice({ position: [0, 0, z], orientation, instance: n + 1 }));
    const volume = await readDicomVolume(series(slices));
    expect(volume.source.facts?.gantryTilt).toBe(14);
    expect(volume.source.notes.join()).toContain('14 degrees');
    for (const k of [0, 1, 2]) expect(voxelToWorld(volume.grid.affine, [0, 0, k])[2]).toBeCloseTo(5 * k, 9);
  });

  it('missing slices are counted, placed and interpolated', async () => {
    const volume = await readDicomVolume(series(stack([0, 2, 8, 10].map((z) => [0, 0, z]))));
    expect(volume.grid.shape[2]).toBe(6);
    expect(volume.source.facts?.missingSlices).toBe(2);
    expect(volume.source.notes.join()).toContain('2 slices are missing (k = 2, 3)');
    // Between slice 1 (HU 1) and slice 4 (HU 2): 1⅓ and 1⅔, rounded.
    expect([0, 1, 2, 3, 4, 5].map((k) => volume.data[12 * k])).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('uneven spacing is refused unless it is accepted', async () => {
    const path = series(stack([0, 2, 3.4, 6, 8].map((z) => [0, 0, z])));
    expect(await codeOf(readDicomVolume(path))).toBe('geometry-invalid');
    const volume = await readDicomVolume(path, { acceptIrregular: true });
    expect(volume.grid.spacing[2]).toBeCloseTo(2, 12);
    expect(volume.source.notes.join()).toContain('spread evenly');
  });

  it('the same slice twice counts once; two slices at one place are refused', async () => {
    const [a, b] = stack([
      [0, 0, 0],
      [0, 0, 1],
    ]);
    const doubled = await readDicomVolume(series([a, b, a]));
    expect(doubled.grid.shape[2]).toBe(2);
    expect(doubled.source.notes.join()).toContain('1 duplicate');
    const clash = ctSlice({ position: [0, 0, 1], instance: 9 });
    expect(await codeOf(readDicomVolume(series([a, b, clash])))).toBe('geometry-invalid');
  });

  it('two acquisitions in one series are told apart', async () => {
    const acquisition = (n: number): Sample => ({ '00200012': ['IS', n < 2 ? '1' : '2'] });
    const path = series(
      stack(
        [
          [0, 0, 0],
          [0, 0, 1],
          [0, 0, 0],
          [0, 0, 1],
        ],
        acquisition,
      ),
    );
    expect(await codeOf(readDicomVolume(path))).toBe('several-series');
    expect((await readDicomVolume(path, { series: 2 })).data[0]).toBe(2);
  });

  it('several series are listed without names, and chosen by number or UID', async () => {
    const slices = [
      ...stack([
        [0, 0, 0],
        [0, 0, 1],
      ]),
      ctSlice({ position: [0, 0, 0], series: '1.2.3.77', columns: 6, instance: 5 }),
    ];
    const path = series(slices);
    const error = await readDicomVolume(path).catch((thrown: unknown) => thrown as Error);
    expect(String(error)).toContain('1: CT, 2 × 4 × 3, 0.8 × 0.5 mm; 2: CT, 1 × 6 × 3');
    expect(String(error)).not.toMatch(/Secret|4711/);
    expect((await readDicomVolume(path, { series: '1.2.3.77' })).grid.shape).toEqual([6, 3, 1]);
    expect((await readDicomVolume(path, { series: 1 })).grid.shape).toEqual([4, 3, 2]);
    expect(await codeOf(readDicomVolume(path, { series: 3 }))).toBe('bad-argument');
  });

  it('mixed orientations in one series are separate volumes', async () => {
    const path = series([
      ...stack([
        [0, 0, 0],
        [0, 0, 1],
      ]),
      ctSlice({ orientation: [0, 1, 0, 0, 0, -1], position: [0, 0, 9], instance: 8 }),
    ]);
    expect(await codeOf(readDicomVolume(path))).toBe('several-series');
    expect((await readDicomVolume(path, { series: 1 })).grid.shape[2]).toBe(2);
  });

  it('no name, identifier or date of the patient reaches the volume', async () => {
    const more: Sample = {
      '00100030': ['DA', '19511231'],
      '00080020': ['DA', '20200102'],
      '00081010': ['SH', 'STATION7'],
    };
    const path = series(
      stack(
        [
          [0, 0, 0],
          [0, 0, 1],
        ],
        () => more,
      ),
    );
    const { source } = await openVolume(path);
    expect(JSON.stringify(source)).not.toMatch(/Secret|4711|19511231|20200102/);
    expect(JSON.stringify(await probe(path))).not.toMatch(/Secret|4711|19511231|20200102/);
  });

  it('damaged and foreign files beside a series do not stop it', async () => {
    const path = series(
      stack([
        [0, 0, 0],
        [0, 0, 1],
      ]),
    );
    folder.file(`${path.slice(folder.path.length + 1)}/notes.txt`, 'a note');
    folder.file(`${path.slice(folder.path.length + 1)}/DICOMDIR`, dicomBytes({ '00041130': ['CS', 'X'] }));
    expect((await openVolume(path)).grid.shape[2]).toBe(2);
  });
});

describe('values', () => {
  const one = async (more: Sample, values?: readonly number[]) =>
    await readDicomVolume(series([ctSlice({ columns: 3, rows: 1, values: values ?? [0, 1, 4095] }, more)]));

  it('unused high bits are masked and signs extended from the stored bits', async () => {
    const twelve: Sample = {
      '00280101': ['US', 12],
      '00280102': ['US', 11],
      '00280103': ['US', 1],
      '00281052': ['DS', '0'],
    };
    // 0x8fff: overlay bit set above twelve bits of −1; 0x0800: −2048.
    expect([...(await one(twelve, [0x8fff, 0x0800, 0x07ff])).data]).toEqual([-1, -2048, 2047]);
  });

  it('a fractional slope gives floats, a whole one integers', async () => {
    const fractional = await one({ '00281053': ['DS', '0.25'], '00281052': ['DS', '-3'] });
    expect(fractional.data).toBeInstanceOf(Float32Array);
    expect([...fractional.data]).toEqual([-3, -2.75, 1020.75]);
    expect((await one({})).data).toBeInstanceOf(Int16Array);
    expect([...(await one({ '00281052': ['DS', '-1024'] }, [0, 1, 65535])).data]).toEqual([
      -1024, -1023, 64511,
    ]);
  });

  it('a modality look-up table replaces slope and intercept, and clamps beyond its ends', async () => {
    const lut: Sample = {
      '00283000': [
        'SQ',
        [
          { '00283002': ['US', [3, 10, 16]], '00283004': ['LO', 'HU'], '00283006': ['US', [5, 50, 500]] },
        ] as Sample[],
      ],
    };
    expect([...(await one(lut, [9, 11, 40])).data]).toEqual([5, 50, 500]);
  });

  it('padding is named with its real value', async () => {
    const { source } = await one({ '00280120': ['US', 0] });
    expect(source.facts?.pixelPadding).toBe(-1024);
    expect(source.notes.join()).toContain('voxels of -1024 are padding');
  });

  it('frames of an enhanced object keep their own place and rescale', async () => {
    const frame = (z: number, slope: number): Sample => ({
      '00209113': ['SQ', [{ '00200032': ['DS', `0\\0\\${z}`] }] as Sample[]],
      '00289145': ['SQ', [{ '00281052': ['DS', '0'], '00281053': ['DS', String(slope)] }] as Sample[]],
    });
    const shared: Sample = {
      '00209116': ['SQ', [{ '00200037': ['DS', '1\\0\\0\\0\\1\\0'] }] as Sample[]],
      '00289110': ['SQ', [{ '00280030': ['DS', '2\\3'], '00180050': ['DS', '4'] }] as Sample[]],
    };
    const enhanced: Sample = {
      '00280008': ['IS', '2'],
      '52009229': ['SQ', [shared]],
      '52009230': ['SQ', [frame(4, 10), frame(0, 1)]],
    };
    const volume = await one(enhanced, [1, 2, 3, 4, 5, 6]);
    expect(volume.grid.spacing).toEqual([3, 2, 4]);
    expect([...volume.data]).toEqual([4, 5, 6, 10, 20, 30]);
  });

  it('an image without geometry is one slice of 1 mm, and says so', async () => {
    const { '00200032': _, '00200037': __, '00280030': ___, ...plain } = ctSlice();
    const volume = await readDicomVolume(series([plain]));
    expect(volume.grid.spacing).toEqual([1, 1, 1]);
    expect(volume.source.notes.join()).toContain('no pixel spacing');
  });
});
