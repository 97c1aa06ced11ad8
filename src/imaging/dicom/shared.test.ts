// The published DICOM files beside the repository, against facts that other decoders found.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../../domain/errors.ts';
import { cornerDistance, invert, voxelToWorld } from '../../domain/geometry.ts';
import type { RawAnnotation } from '../../domain/volume.ts';
import { toRas } from '../canonical.ts';
import { openAnnotation, openVolume } from '../open.ts';
import { decodeDicomFrames } from './pictures.ts';
import { readSegmentation } from './segmentation.ts';
import { readDicomVolume } from './volume.ts';

const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

interface Row {
  readonly [column: string]: string;
}

function table(path: string): Row[] {
  if (!existsSync(path)) return [];
  const [head, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = head.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((value, n) => [columns[n], value])));
}

const rows = table(`${data}dicom-facts.tsv`);
const facts: Record<string, Record<string, unknown>> = existsSync(`${data}facts.json`)
  ? (JSON.parse(readFileSync(`${data}facts.json`, 'utf8')) as Record<string, Record<string, unknown>>)
  : {};

/** The reference decoder is wrong or cannot tell in these; what is right is known otherwise. */
const REFERENCE_DIFFERS: Readonly<Record<string, string>> = {
  // Odd-sized 8-bit pixels in big-endian words: the reference leaves them swapped. Equal to the little-endian twin.
  'dicom-odd/pydicom/SC_rgb_small_odd_big_endian.dcm': 'ef2df252ba3cd066',
  // Plain pixels under a JPEG-LS syntax: the stored bytes as they are.
  'dicom-odd/dicom-ts-issues/20-wrong-transfer-syntax.dcm': '046a2cc9332c9dce',
};

/** Not decoded by the reference; all are one image in several codings, which must agree among themselves. */
const SAME_PIXELS: Readonly<Record<string, string>> = {
  'liver.dcm': 'liver',
  'liver_expb.dcm': 'liver',
  'liver_deflate.dcm': 'liver',
  'liver_j2k.dcm': 'liver',
  'liver_rle.dcm': 'liver',
  'liver_nonbyte_aligned.dcm': 'unaligned',
  'liver_nonbyte_aligned_deflate.dcm': 'unaligned',
  'liver_nonbyte_aligned_j2k.dcm': 'unaligned',
  'liver_nonbyte_aligned_rle.dcm': 'unaligned',
};

function fileBytes(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

describe.skipIf(rows.length === 0)('552 DICOM files, each an image or a typed error', () => {
  const twins = new Map<string, Set<string>>();
  const outcomes: Record<string, number> = {};
  const count = (outcome: string) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };

  it('stored samples are those of the reference decoders', { timeout: 120_000 }, async () => {
    const wrong: string[] = [];
    for (const row of rows) {
      const decoded = await decodeDicomFrames(fileBytes(data + row.file)).catch((error: unknown) => error);
      if (OverreadError.isInstance(decoded)) {
        count(decoded.code);
        // Damaged on purpose: the image's own width is written over.
        const known = row.file.endsWith('JPEG2000-embedded-sequence-delimiter.dcm');
        if (row.sha !== '' && !known) wrong.push(`${row.file}: ${decoded.code}`);
        continue;
      }
      if (decoded instanceof Error) {
        wrong.push(`${row.file}: ${String(decoded)}`);
        continue;
      }
      const frames = decoded as Awaited<ReturnType<typeof decodeDicomFrames>>;
      const view = new Uint8Array(frames.data.buffer, frames.data.byteOffset, frames.data.byteLength);
      const hash = createHash('sha256').update(view).digest('hex').slice(0, 16);
      const twin = SAME_PIXELS[row.file.split('/').at(-1) ?? ''];
      if (twin !== undefined) twins.set(twin, (twins.get(twin) ?? new Set()).add(hash));
      const right = REFERENCE_DIFFERS[row.file];
      const expected = right === undefined ? [row.sha, row.sha_dcmtk].filter((one) => one !== '') : [right];
      if (expected.length === 0) count('image without a reference');
      else if (expected.includes(hash))
        count(right === undefined ? 'image as the reference' : 'image better than the reference');
      else if (frames.lossless) wrong.push(`${row.file}: ${hash} for ${expected.join()}`);
      else {
        count('lossy image near the reference');
        const values = Array.from(frames.data);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        if (Math.abs(mean - Number(row.mean)) > 0.5) wrong.push(`${row.file}: mean ${mean} for ${row.mean}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(rows.length).toBe(552);
    expect(outcomes['image as the reference']).toBeGreaterThanOrEqual(413);
    for (const hashes of twins.values()) expect(hashes.size).toBe(1);
    expect(twins.size).toBe(2);
  });
});

const stats = (values: ArrayLike<number>) => {
  let [least, most, sum] = [Infinity, -Infinity, 0];
  for (let n = 0; n < values.length; n++) {
    least = Math.min(least, values[n]);
    most = Math.max(most, values[n]);
    sum += values[n];
  }
  return { least, most, mean: sum / values.length };
};

const seriesFacts = Object.entries(facts).filter(([key]) => key.startsWith('series: '));

describe.skipIf(seriesFacts.length === 0)('real series', () => {
  it.each(seriesFacts)('%s', { timeout: 30_000 }, async (key, fact) => {
    const path = data + key.slice('series: '.length);
    if (fact.orientations === 2) {
      await expect(readDicomVolume(path)).rejects.toMatchObject({ code: 'several-series' });
      for (const series of [1, 2]) expect((await readDicomVolume(path, { series })).grid.shape[2]).toBe(2);
      return;
    }
    const { grid, data: voxels, source } = await readDicomVolume(path);
    expect(grid.shape).toEqual([fact.cols, fact.rows, fact.files]);
    const [betweenRows, betweenColumns] = fact.pixel_spacing as number[];
    expect(grid.spacing[0]).toBeCloseTo(betweenColumns, 6);
    expect(grid.spacing[1]).toBeCloseTo(betweenRows, 6);
    const [step] = fact.steps_mm as number[];
    const shift = Math.hypot(...(fact.in_plane_shift_mm as number[]));
    expect(grid.spacing[2]).toBeCloseTo(Math.hypot(step, shift), 3);
    const tilt = (Math.atan2(shift, step) * 180) / Math.PI;
    expect(Number(source.facts?.gantryTilt ?? 0)).toBeCloseTo(tilt, 1);
    // The facts count from the slice that comes first in the file's own order along the normal.
    const [x, y, z] = fact.first_position as number[];
    const corners = [0, grid.shape[2] - 1].map((k) => voxelToWorld(grid.affine, [0, 0, k]));
    const near = corners.some((c) => Math.hypot(c[0] + x, c[1] + y, c[2] - z) < 1e-3);
    expect(near).toBe(true);
    const { least, most, mean } = stats(voxels);
    expect(least).toBeCloseTo(fact.value_min as number, 3);
    expect(most).toBeCloseTo(fact.value_max as number, 3);
    expect(mean).toBeCloseTo(fact.value_mean as number, 3);
  });

  it.each([
    ['dicom-series-geometry/ge/anatomical/001'],
    ['dicom-series-geometry/generic/anatomical/002_non_isotropic'],
  ])('%s lies where its published NIfTI conversion does', async (name) => {
    const ours = await openVolume(data + name);
    const theirs = await openVolume(`${data}${name}_ground_truth.nii.gz`);
    const a = toRas(ours.grid, ours.data);
    const b = toRas(theirs.grid, theirs.data);
    expect(a.grid.shape).toEqual(b.grid.shape);
    expect(cornerDistance(a.grid, b.grid)).toBeLessThan(0.01);
    let worst = 0;
    for (let n = 0; n < a.data.length; n++) worst = Math.max(worst, Math.abs(a.data[n] - b.data[n]));
    // The conversion rounds to whole numbers.
    expect(worst).toBeLessThan(0.51);
  });
});

const counts = ({ layers }: RawAnnotation) => {
  const found: Record<string, number> = {};
  for (const { data: labels } of layers)
    for (const value of labels) if (value !== 0) found[value] = (found[value] ?? 0) + 1;
  return found;
};
const segFacts = Object.entries(facts).filter(([key]) => key.startsWith('seg: '));

describe.skipIf(segFacts.length === 0)('real segmentations', () => {
  it.each(segFacts)('%s', async (key, fact) => {
    const path = data + key.slice('seg: '.length);
    const annotation = await readSegmentation(readFileSync(path), 'x');
    const found = counts(annotation);
    if (fact.voxels_per_segment !== undefined) expect(found).toEqual(fact.voxels_per_segment);
    const all = Object.values(found).reduce((sum, n) => sum + n, 0);
    // In true fractions, voxels of less than one half are not inside.
    if (key.includes('true_fractional')) {
      const any = counts(await readSegmentation(readFileSync(path), 'x', { threshold: 0 }));
      expect(any[1]).toBe(fact.nonzero);
      expect(all).toBeLessThan(fact.nonzero as number);
    } else expect(all).toBe(fact.nonzero);
    const names = Object.fromEntries(
      annotation.layers.flatMap(({ labels }) => labels.map(({ value, name }) => [value, name])),
    );
    const { 0: _, ...segments } = fact.segments as Record<string, string>;
    expect(names).toEqual(segments);
  });

  it.each([
    ['23x38x3/seg', '23x38x3/nrrd/label.nrrd', 322],
    ['24x38x3/seg', '24x38x3/nrrd/label.nrrd', 315],
  ])('%s, whose frames do not end on bytes, equals its NRRD twin', async (folder, twin, voxels) => {
    const root = `${data}dicom-seg-sr-dcmqi/segmentations/`;
    const [name] = readdirSync(root + folder);
    const seg = await openAnnotation(`${root}${folder}/${name}`);
    const nrrd = await openAnnotation(root + twin);
    expect(counts(seg)).toEqual({ 1: voxels });
    const a = toRas(seg.grid, seg.layers[0].data);
    const b = toRas(nrrd.grid, nrrd.layers[0].data);
    expect(a.grid.shape).toEqual(b.grid.shape);
    expect(a.data.every((value, n) => value === b.data[n])).toBe(true);
  });
});

const phantom = `${data}ibsi/ct_phantom/`;

describe.skipIf(!existsSync(phantom))('the chest phantom as RTSTRUCT and as NIfTI', () => {
  it('GTV-1 holds the same voxels in both', async () => {
    const drawn = await openAnnotation(`${phantom}dicom/mask/DCM_RS_00060.dcm`);
    const mask = await openAnnotation(`${phantom}nifti/mask/mask.nii.gz`);
    expect(drawn.layers[0].labels).toEqual([{ value: 1, name: 'GTV-1' }]);
    expect(drawn.grid.shape).toEqual(mask.grid.shape);
    expect(cornerDistance(drawn.grid, mask.grid)).toBeLessThan(0.01);
    expect(counts(drawn)).toEqual({ 1: 125_256 });
    expect(drawn.layers[0].data.every((value, n) => value === mask.layers[0].data[n])).toBe(true);
  });
});

const abdomen = `${data}ct-abdomen-totalseg/`;

describe.skipIf(!existsSync(abdomen))('labels of a CT series, brought together through the affines', () => {
  it('liver, spleen and aorta have their published attenuation', async () => {
    const ct = await openVolume(`${abdomen}dicom`);
    const labels = await openAnnotation(`${abdomen}example_seg_dicom.nii.gz`);
    const inverse = invert(ct.grid.affine) ?? [];
    const [ni, nj] = ct.grid.shape;
    const sums: Record<number, { n: number; sum: number }> = {
      5: { n: 0, sum: 0 },
      1: { n: 0, sum: 0 },
      52: { n: 0, sum: 0 },
    };
    const { shape, affine } = labels.grid;
    const [{ data: values }] = labels.layers;
    for (let n = 0; n < values.length; n++) {
      const entry = sums[values[n]];
      if (entry === undefined) continue;
      const i = n % shape[0];
      const j = Math.floor(n / shape[0]) % shape[1];
      const k = Math.floor(n / shape[0] / shape[1]);
      const [x, y, z] = voxelToWorld(inverse, voxelToWorld(affine, [i, j, k])).map(Math.round);
      entry.n += 1;
      entry.sum += ct.data[(z * nj + y) * ni + x];
    }
    const mean = (label: number) => sums[label].sum / sums[label].n;
    expect([sums[5].n, sums[1].n, sums[52].n]).toEqual([366_708, 130_634, 11_723]);
    expect(mean(5)).toBeCloseTo(89.305, 3);
    expect(mean(1)).toBeCloseTo(79.569, 3);
    expect(mean(52)).toBeCloseTo(177.308, 3);
  });
});
