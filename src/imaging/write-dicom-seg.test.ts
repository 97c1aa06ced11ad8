import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import { readSegmentation } from './dicom/segmentation.ts';
import { openAnnotation } from './open.ts';
import { testFolder } from './testing/folder.ts';
import { dicomSegBytes, type SegSource, uidFrom, writeDicomSeg } from './write-dicom-seg.ts';

const folder = testFolder();
afterAll(folder.remove);

/** Thirteen columns, eleven rows and five slices, rotated about the row axis, with the fourth slice left empty. */
const GRID = gridOf([13, 11, 5], [-0.7, 0, 0, 12.25, 0, -0.6, 0.96, 4, 0, 0.8, 2, -100.125, 0, 0, 0, 1]);
const VOXELS = 13 * 11 * 5;
const inSlice3 = (n: number) => Math.floor(n / 143) === 3;
const organs = Uint8Array.from({ length: VOXELS }, (_, n) =>
  inSlice3(n) ? 0 : n % 7 === 0 ? 1 : n % 5 === 0 ? 2 : 0,
);
const lesions = Uint8Array.from({ length: VOXELS }, (_, n) => (n % 3 === 0 && n < 300 ? 4 : 0));
const SOURCE: SegSource = {
  grid: GRID,
  layers: [
    {
      data: organs,
      labels: [
        { value: 1, name: 'liver', rgb: [220, 20, 60] },
        { value: 2, name: 'kidney_left' },
      ],
    },
    {
      data: lesions,
      labels: [
        { value: 4, name: 'Läsion \\ 1' },
        { value: 9, name: 'never drawn' },
      ],
    },
  ],
};
const REFERENCES = {
  studyInstanceUid: '1.2.3',
  seriesInstanceUid: '1.2.3.4',
  frameOfReferenceUid: '1.2.3.5',
  instances: [0, 1, 2, 3, 4].map((n) => ({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: `1.2.3.4.${n + 1}`,
  })),
  patient: { id: 'P1', name: 'Test^Person', birthDate: '19600101', sex: 'F' },
};

describe('a written segmentation reads back', () => {
  it('segments, overlaps, names, geometry and absent labels are kept', async () => {
    const path = `${folder.path}/written.dcm`;
    await writeDicomSeg(path, SOURCE, { references: REFERENCES, algorithm: 'Test 1' });
    const read = await openAnnotation(path);
    expect(read.grid.shape).toEqual(GRID.shape);
    for (const [n, value] of GRID.affine.entries()) expect(read.grid.affine[n]).toBeCloseTo(value, 9);
    expect(read.layers.map(({ labels }) => labels)).toEqual([
      [
        { value: 1, name: 'liver' },
        { value: 2, name: 'kidney_left' },
        { value: 4, name: 'never drawn' },
      ],
      [{ value: 3, name: 'Läsion   1' }],
    ]);
    expect([...read.layers[0].data]).toEqual([...organs]);
    expect([...read.layers[1].data]).toEqual([...lesions].map((value) => (value === 4 ? 3 : 0)));
  });

  it('any label map of any size reads back', async () => {
    const size = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        size,
        fc.uint8Array({ minLength: 729, maxLength: 729, max: 3 }),
        async (i, j, k, noise) => {
          const data = noise.slice(0, i * j * k);
          const labels = [1, 2, 3].map((value) => ({ value, name: `label ${value}` }));
          const grid = gridOf([i, j, k], [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1.5, 0, 0, 0, 0, 1]);
          const read = await readSegmentation(dicomSegBytes({ grid, layers: [{ data, labels }] }), 'x');
          // Empty slices at the ends are not written: the rest must lie where it was.
          const [, , slices] = read.grid.shape;
          const first = Math.round(read.grid.affine[11] / 1.5);
          const padded = new Uint8Array(data.length);
          padded.set(read.layers[0].data.subarray(0, slices * i * j), first * i * j);
          expect([...padded]).toEqual([...data]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('the same mask gives the same bytes, another mask another identity', () => {
    expect(Buffer.from(dicomSegBytes(SOURCE)).equals(Buffer.from(dicomSegBytes(SOURCE)))).toBe(true);
    const other = {
      ...SOURCE,
      layers: [{ ...SOURCE.layers[0], data: organs.map((v) => (v === 2 ? 0 : v)) }],
    };
    const uid = (bytes: Uint8Array) =>
      /2\.25\.\d+/.exec(Buffer.from(bytes.subarray(0, 400)).toString('latin1'))?.[0];
    expect(uid(dicomSegBytes(other))).not.toBe(uid(dicomSegBytes(SOURCE)));
    expect(uidFrom('a')).toMatch(/^2\.25\.\d{1,39}$/);
  });

  it('a mask that does not fill its grid, and a grid sheared within its slices, are refused', () => {
    expect(() =>
      dicomSegBytes({ grid: GRID, layers: [{ data: new Uint8Array(3), labels: [{ value: 1 }] }] }),
    ).toThrow('there are 3');
    expect(() => dicomSegBytes({ grid: GRID, layers: [{ data: organs, labels: [] }] })).toThrow(
      '1 to 65535 segments',
    );
    const sheared = gridOf([13, 11, 5], [1, 0.5, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect(() => dicomSegBytes({ ...SOURCE, grid: sheared })).toThrow('sheared');
  });
});

const hasValidator = spawnSync('dciodvfy', ['-version']).error === undefined;
const hasPydicom = spawnSync('/usr/bin/python3', ['-c', 'import pydicom']).status === 0;

describe.skipIf(!hasValidator)('dciodvfy', () => {
  const nothing: SegSource = {
    grid: GRID,
    layers: [{ data: new Uint8Array(VOXELS), labels: [{ value: 1 }] }],
  };
  it.each([
    ['with references', SOURCE, { references: REFERENCES, algorithm: 'Test 1' }],
    ['without references', SOURCE, {}],
    ['of an empty mask', nothing, {}],
  ] as const)('finds no error in a segmentation %s', async (_, source, options) => {
    const path = `${folder.path}/validated.dcm`;
    await writeDicomSeg(path, source, options);
    const { stdout, stderr } = spawnSync('dciodvfy', [path], { encoding: 'utf8' });
    const lines = `${stdout}\n${stderr}`.split('\n');
    expect(lines.join()).toContain('Segmentation');
    expect(lines.filter((line) => /^(Error|Abort)/i.test(line))).toEqual([]);
  });
});

describe.skipIf(!hasPydicom)('pydicom', () => {
  it('reads the same voxels in each segment', async () => {
    const path = `${folder.path}/pydicom.dcm`;
    await writeDicomSeg(path, SOURCE);
    const script =
      'import sys,json,pydicom\nd=pydicom.dcmread(sys.argv[1]);a=d.pixel_array;c={}\n' +
      'for f,p in zip(d.PerFrameFunctionalGroupsSequence,a):\n' +
      ' n=f.SegmentIdentificationSequence[0].ReferencedSegmentNumber;c[n]=c.get(n,0)+int(p.sum())\n' +
      'print(json.dumps(c))';
    const counts: unknown = JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' }),
    );
    const voxels = (data: Uint8Array, value: number) => data.reduce((sum, v) => sum + Number(v === value), 0);
    expect(counts).toEqual({ 1: voxels(organs, 1), 2: voxels(organs, 2), 3: voxels(lesions, 4) });
    expect(readFileSync(path).subarray(128, 132).toString()).toBe('DICM');
  });
});
