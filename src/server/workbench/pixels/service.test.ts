import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openVolume } from '../../../imaging/open.ts';
import { type Plane, sliceCount, sliceOf } from '../../../imaging/slices.ts';
import { openBenchmark } from '../../../questions/benchmark-folder.ts';
import { caseFiles } from '../../../tools/case-files.ts';
import type { WorkbenchContext } from '../context.ts';
import type { PlaneName, ScanMark } from '../shapes/scan.ts';
import { type CutSlice, newPixelService, type PixelService } from './service.ts';
import {
  phantomAlong,
  pixelContext,
  type StoredBenchmark,
  scanFile,
  storedBenchmark,
  turned,
} from './testing.ts';

const PLANES: readonly PlaneName[] = ['axial', 'coronal', 'sagittal'];
const AXES = ['RAS', 'LPS', 'IPL', 'ARI'];

let bench: StoredBenchmark;
let context: WorkbenchContext;
let pixels: PixelService;
beforeAll(async () => {
  const first = phantomAlong('LPS').render();
  const askew = turned(phantomAlong('RAS', 5).render(), 12, 20);
  const floats = Float32Array.from(first.volume.data, (v, i) => (i % 1000 === 0 ? Number.NaN : v + 0.25));
  const wide = Uint16Array.from(first.volume.data, (v) => (v + 1100) * 40);
  bench = await storedBenchmark([
    ...AXES.map((axes) => ({ id: axes, ...phantomAlong(axes).render() })),
    { id: 'askew', ...askew },
    { id: 'floats', annotation: first.annotation, volume: { grid: first.volume.grid, data: floats } },
    { id: 'wide', annotation: first.annotation, volume: { grid: first.volume.grid, data: wide } },
    { id: 'masks', annotation: first.annotation },
  ]);
  context = await pixelContext([bench.path]);
  pixels = newPixelService(context);
}, 60_000);
afterAll(async () => {
  await pixels.close();
  await context.store.close();
  rmSync(bench.folder, { recursive: true, force: true });
});

const place = (id: string) => ({ benchmark: bench.id, caseId: bench.caseIds.get(id) ?? '' });

function valuesOf({ bytes, type }: CutSlice): readonly number[] {
  const Values = { int16: Int16Array, float32: Float32Array, uint8: Uint8Array, uint16: Uint16Array }[type];
  return Array.from(new Values(bytes.buffer));
}

/** The case as other parts of the package open it. */
async function openedCase(id: string) {
  const folder = await openBenchmark(bench.path);
  const record = folder.cases.get(place(id).caseId);
  const files = record && caseFiles(folder, record);
  if (files === undefined) throw new Error(`There is no case ${id}.`);
  return { volume: await files.volume(), annotation: await files.annotation() };
}

describe('slices of a scan', () => {
  test.each([
    ...AXES,
    'askew',
    'floats',
    'wide',
  ])('of %s hold what imaging cuts, in every plane', async (id) => {
    const volume = await openVolume(scanFile(bench.folder, id), { modality: 'CT' });
    const facts = await pixels.facts(place(id), { masks: true });
    for (const plane of PLANES) {
      const count = sliceCount(volume.grid, plane);
      expect(facts.planes[plane].count).toBe(count);
      for (const index of [0, Math.floor(count / 2), count - 1]) {
        const wanted = sliceOf(volume, plane, index);
        expect(facts.planes[plane]).toMatchObject({
          width: wanted.width,
          height: wanted.height,
          spacing: wanted.spacing,
          axis: wanted.axis,
          columns: wanted.columns,
          rows: wanted.rows,
        });
        const slice = await pixels.slice(place(id), plane, index, facts.version);
        expect(valuesOf(slice)).toEqual(Array.from(wanted.data));
      }
    }
  });

  test('go as whole numbers where they are such, and as floats where 16 bits would not do', async () => {
    const type = async (id: string) => (await pixels.slice(place(id), 'axial', 5)).type;
    expect(await type('LPS')).toBe('int16');
    expect(await type('floats')).toBe('float32');
    expect(await type('wide')).toBe('float32');
  });

  test('there is none beyond the last, and a fraction is no index', async () => {
    const { planes } = await pixels.facts(place('IPL'), { masks: false });
    for (const plane of PLANES)
      for (const index of [planes[plane].count, -1, 0.5, Number.NaN, 1e9])
        await expect(pixels.slice(place('IPL'), plane, index)).rejects.toMatchObject({
          code: 'bad-argument',
        });
  });
});

describe('masks', () => {
  test.each([...AXES, 'askew', 'masks'])('of %s are the annotation’s, on the scan’s own grid', async (id) => {
    const { annotation } = await openedCase(id);
    const facts = await pixels.facts(place(id), { masks: true });
    expect(facts.layers).toBe(annotation.layers.length);
    expect(facts.shape).toEqual(annotation.grid.shape);
    const drawn = annotation.layers.flatMap(({ labels }, layer) =>
      labels.map(({ structure, value }) => `${layer}/${value}/${structure}`),
    );
    expect(facts.structures.map((s) => `${s.layer}/${s.value}/${s.structure}`).sort()).toEqual(drawn.sort());
    for (const plane of PLANES) {
      const index = Math.floor(facts.planes[plane].count / 2);
      const wanted = annotation.layers.flatMap(({ data }) =>
        Array.from(sliceOf({ grid: annotation.grid, data }, plane, index).data),
      );
      expect(valuesOf(await pixels.maskSlice(place(id), plane, index, facts.version))).toEqual(wanted);
    }
  });

  test('are counted and bounded as a walk over all voxels finds them', async () => {
    const { annotation } = await openedCase('IPL');
    const { structures } = await pixels.facts(place('IPL'), { masks: true });
    const [ni, nj] = annotation.grid.shape;
    for (const { layer, value, voxels, bounds } of structures) {
      const at: number[][] = [];
      annotation.layers[layer].data.forEach((v, n) => {
        if (v === value) at.push([n % ni, Math.floor(n / ni) % nj, Math.floor(n / (ni * nj))]);
      });
      expect(voxels).toBe(at.length);
      const ends = (pick: (...all: number[]) => number) =>
        [0, 1, 2].map((axis) => at.reduce((end, p) => pick(end, p[axis]), at[0][axis]));
      expect(bounds).toEqual(at.length === 0 ? undefined : { min: ends(Math.min), max: ends(Math.max) });
    }
  });

  test('a case without a scan says so, and still shows its masks', async () => {
    const facts = await pixels.facts(place('masks'), { masks: true });
    expect(facts).toMatchObject({ hasImage: false, axes: 'LPS', presets: [] });
    expect(facts.structures.length).toBeGreaterThan(10);
    await expect(pixels.slice(place('masks'), 'axial', 3)).rejects.toMatchObject({ code: 'file-not-found' });
    const picture = await pixels.picture(place('masks'), 'axial', 20, { structures: ['liver'] });
    expect(Buffer.from(picture.subarray(1, 4)).toString()).toBe('PNG');
  });

  test('a blind reader is told of no structure, and its version does not tell of the masks', async () => {
    const blind = await pixels.facts(place('LPS'), { masks: false });
    const seeing = await pixels.facts(place('LPS'), { masks: true });
    expect(blind).toMatchObject({ layers: 0, structures: [], hasImage: true });
    expect(blind.version).not.toBe(seeing.version);
    const slices = await Promise.all(
      [blind, seeing].map(({ version }) => pixels.slice(place('LPS'), 'axial', 7, version)),
    );
    expect(slices[0]).toEqual(slices[1]);
  });
});

describe('the window to begin with', () => {
  test('is the abdomen’s for a CT, and spans nearly all values of other scans', async () => {
    expect(await pixels.facts(place('RAS'), { masks: false })).toMatchObject({
      units: 'HU',
      window: { level: 50, width: 400 },
      range: [-1024, 3071],
    });
    const { presets } = await pixels.facts(place('RAS'), { masks: false });
    expect(presets.map(({ name }) => name)).toContain('lung');
  });
});

describe('what cannot be shown', () => {
  test('a version that is not this case’s, a case and a benchmark that are not known', async () => {
    const other = (await pixels.facts(place('RAS'), { masks: true })).version;
    const missing = { code: 'file-not-found' };
    await expect(pixels.slice(place('LPS'), 'axial', 0, other)).rejects.toMatchObject(missing);
    await expect(pixels.maskSlice(place('LPS'), 'axial', 0, 'f'.repeat(32))).rejects.toMatchObject(missing);
    for (const caseId of ['', '..', '../../etc/passwd', 'RAS', '__proto__'])
      await expect(pixels.facts({ benchmark: bench.id, caseId }, { masks: true })).rejects.toMatchObject(
        missing,
      );
    await expect(
      pixels.facts({ benchmark: '0'.repeat(16), caseId: place('RAS').caseId }, { masks: true }),
    ).rejects.toMatchObject(missing);
    await expect(pixels.facts({ run: 'none', caseId: 'x' }, { masks: true })).rejects.toMatchObject({
      code: 'run-unknown',
    });
  });

  test('a truncated, a swapped and a missing file are told apart; mended, the case opens again', async () => {
    const own = newPixelService(context);
    const file = scanFile(bench.folder, 'ARI');
    const kept = readFileSync(file);
    const facts = () => own.facts(place('ARI'), { masks: true });
    try {
      truncateSync(file, kept.length >> 1);
      await expect(facts()).rejects.toMatchObject({ code: 'file-truncated' });
      writeFileSync(file, readFileSync(scanFile(bench.folder, 'LPS')));
      await expect(facts()).rejects.toMatchObject({ code: /file-corrupt|geometry-mismatch/ as unknown });
      await expect(own.slice(place('ARI'), 'axial', 0)).rejects.toMatchObject({ code: 'file-corrupt' });
      writeFileSync(file, 'not a scan at all');
      await expect(own.slice(place('ARI'), 'axial', 0)).rejects.toMatchObject({
        message: /ct\.nii\.gz/ as unknown,
      });
      rmSync(file);
      await expect(facts()).rejects.toMatchObject({ code: 'file-not-found' });
    } finally {
      writeFileSync(file, kept);
    }
    expect((await facts()).structures.length).toBeGreaterThan(0);
    await own.close();
  });
});

describe('memory and threads', () => {
  const LIMIT = 1_500_000;

  test('many who ask for one case open it once; what was looked at longest ago is let go', async () => {
    const one = newPixelService(context, { memory: LIMIT });
    const slices = await Promise.all(
      Array.from({ length: 20 }, (_, i) => one.slice(place('LPS'), 'axial', i)),
    );
    expect(new Set(slices.map(({ bytes }) => bytes.length)).size).toBe(1);
    await (await one.whole(place('LPS'))).opening?.loaded;
    const alone = 60 * 56 * 48 * 2;
    await expect.poll(() => one.bytes).toBe(alone);
    for (const id of ['RAS', 'IPL', 'askew', 'ARI', 'LPS']) {
      await one.facts(place(id), { masks: true });
      expect(one.bytes).toBeLessThan(LIMIT + 4 * alone);
    }
    await expect.poll(() => one.bytes).toBeLessThanOrEqual(LIMIT);
    await one.close();
    await expect(one.slice(place('LPS'), 'axial', 0)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('two threads open many cases at once without waiting for one another for ever', async () => {
    const one = newPixelService(context, { memory: 0 });
    const all = await Promise.all(
      [...bench.caseIds.keys()].map((id) => one.facts(place(id), { masks: true })),
    );
    expect(all).toHaveLength(bench.caseIds.size);
    await one.close();
  });
});

describe('a picture', () => {
  const draw = (id: string, plane: Plane, index: number, options: Parameters<PixelService['picture']>[3]) =>
    pixels.picture(place(id), plane, index, options);

  test('has square pixels, whatever the spacing', async () => {
    const { default: sharp } = await import('sharp');
    const { planes } = await pixels.facts(place('LPS'), { masks: false });
    for (const plane of PLANES) {
      const { width, height, spacing } = planes[plane];
      const shown = await sharp(await draw('LPS', plane, 20, {})).metadata();
      expect(shown.width / shown.height).toBeCloseTo((width * spacing[1]) / (height * spacing[0]), 1);
      expect(Math.max(shown.width, shown.height)).toBeGreaterThanOrEqual(512);
      expect(shown.depth).toBe('uchar');
    }
  });

  test('shows a mask in colour and a box around it, and nothing in grey but the scan without them', async () => {
    const { default: sharp } = await import('sharp');
    const { structures: all } = await pixels.facts(place('RAS'), { masks: true });
    const bounds = all.find(({ structure }) => structure === 'liver')?.bounds;
    if (bounds === undefined) throw new Error('The phantom has a liver.');
    const liverSlice = Math.round((bounds.min[2] + bounds.max[2]) / 2);
    const colourful = async (structures: string[], marks: ScanMark[]) => {
      const { data, info } = await sharp(await draw('RAS', 'axial', liverSlice, { structures, marks }))
        .raw()
        .toBuffer({ resolveWithObject: true });
      if (info.channels < 3) return 0;
      let count = 0;
      for (let i = 0; i < data.length; i += info.channels)
        if (Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 20)
          count++;
      return count;
    };
    const plain = await colourful([], []);
    const masked = await colourful(['liver'], []);
    const boxed = await colourful([], [{ kind: 'box', ...bounds, label: '' }]);
    expect(plain).toBe(0);
    expect(masked).toBeGreaterThan(2000);
    expect(boxed).toBeGreaterThan(100);
    expect(boxed).toBeLessThan(masked);
  });
});

test('the benchmark’s own files are where this test believes', () => {
  expect([...bench.caseIds.keys()].sort()).toEqual([...AXES, 'askew', 'floats', 'masks', 'wide'].sort());
  expect(join(bench.folder, 'benchmark')).toBe(bench.path);
});
