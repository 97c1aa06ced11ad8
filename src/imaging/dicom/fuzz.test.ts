// Whatever the bytes are, reading ends soon in an image or a typed error.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../../domain/errors.ts';
import { gridOf } from '../../domain/geometry.ts';
import { random } from '../../domain/random.ts';
import { dicomSegBytes } from '../write-dicom-seg.ts';
import { chooseStack, stacksOf } from './groups.ts';
import { instanceOf } from './instance.ts';
import { parseDicom } from './parse.ts';
import { segmentationOf } from './segmentation.ts';
import { structureSetOf } from './structure-set.ts';
import { ctSlice, dicomBytes, encapsulated, type Sample } from './testing/dicom-sample.ts';
import { stackVolume } from './volume.ts';

const GRID = gridOf([64, 64, 8], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
/** Far above what any of these files needs on a busy machine, far below a hang. */
const PATIENCE_MS = 5000;

async function readAny(bytes: Uint8Array): Promise<void> {
  const options = { maxBytes: 2 ** 28 };
  const file = parseDicom(bytes, 'x', options);
  const source = { name: 'x', path: 'x', read: async () => bytes };
  const instance = instanceOf(file, source);
  if (file.elements.has('00620001')) await segmentationOf(file, 'h', options);
  else if (file.elements.has('30060020')) structureSetOf(file, GRID, 'h', options);
  else {
    const stacks = stacksOf([instance]);
    await stackVolume(chooseStack(stacks, stacks.length > 1 ? 1 : undefined, 'x'), 'x', options);
  }
}

/** Cuts, bit flips, runs of noise and damage aimed at the header, by turns. */
function mutated(base: Uint8Array, n: number, next: () => number): Uint8Array {
  if (n % 4 === 0) return base.slice(0, Math.floor(next() * base.length));
  const out = base.slice();
  const hits = [1, 8, 60][(n % 4) - 1];
  for (let hit = 0; hit < hits; hit++) {
    const where = n % 4 === 3 && next() < 0.5 ? next() * Math.min(out.length, 1500) : next() * out.length;
    const kind = next();
    out[Math.floor(where)] = kind < 0.2 ? 255 : kind < 0.4 ? 0 : Math.floor(next() * 256);
  }
  return out;
}

async function attack(base: Uint8Array, runs: number, seed: string): Promise<string[]> {
  const { next } = random(seed);
  const wrong: string[] = [];
  for (let n = 0; n < runs; n++) {
    const start = performance.now();
    const error = await readAny(mutated(base, n, next)).catch((thrown: unknown) => thrown);
    if (error !== undefined && !OverreadError.isInstance(error)) wrong.push(`run ${n}: ${String(error)}`);
    if (performance.now() - start > PATIENCE_MS) wrong.push(`run ${n} took ${performance.now() - start} ms`);
  }
  return wrong;
}

const functionalGroups: Sample = {
  '00280008': ['IS', '2'],
  '52009229': ['SQ', [{ '00289110': ['SQ', [{ '00280030': ['DS', '2\\3'] }] as Sample[]] }] as Sample[]],
  '52009230': [
    'SQ',
    [0, 4].map((z): Sample => ({ '00209113': ['SQ', [{ '00200032': ['DS', `0\\0\\${z}`] }] as Sample[]] })),
  ],
};

async function jpegFile(): Promise<Uint8Array> {
  const grey = Uint8Array.from({ length: 32 * 24 }, (_, n) => (n * 37) & 255);
  const jpeg = await sharp(grey, { raw: { width: 32, height: 24, channels: 1 } })
    .toColourspace('b-w')
    .jpeg({ progressive: true })
    .toBuffer();
  const header: Sample = {
    '00280100': ['US', 8],
    '00280101': ['US', 8],
    '00280102': ['US', 7],
    '7fe00010': ['OB', encapsulated([jpeg])],
  };
  return dicomBytes(ctSlice({ columns: 32, rows: 24, values: [] }, header), {
    transferSyntax: '1.2.840.10008.1.2.4.55',
  });
}

const made: readonly (readonly [string, () => Uint8Array | Promise<Uint8Array>])[] = [
  ['a slice', () => dicomBytes(ctSlice())],
  ['an implicit slice', () => dicomBytes(ctSlice(), { explicit: false, undefinedLength: true })],
  ['a big-endian slice', () => dicomBytes(ctSlice(), { little: false })],
  ['a deflated slice', () => dicomBytes(ctSlice(), { deflated: true })],
  [
    'an enhanced object',
    () => dicomBytes(ctSlice({ values: Array.from({ length: 24 }, (_, n) => n) }, functionalGroups)),
  ],
  ['a progressive JPEG', jpegFile],
  [
    'a segmentation',
    () =>
      dicomSegBytes({
        grid: GRID,
        layers: [{ data: new Uint8Array(64 * 64 * 8).fill(1, 500, 9000), labels: [{ value: 1 }] }],
      }),
  ],
];

describe('files made by hand, damaged at random', () => {
  it.each(made)('%s', { timeout: 60_000 }, async (name, make) => {
    const base = await make();
    await readAny(base);
    expect(await attack(base, 200, name)).toEqual([]);
  });
});

const odd = fileURLToPath(new URL('../../../../shared/data/dicom-odd/', import.meta.url));
const real = [
  'pydicom/MR_small_RLE.dcm',
  'pydicom/JPEG2000.dcm',
  'pydicom/JPEG-lossy.dcm',
  'pydicom/SC_rgb_dcmtk_+eb+cy+s2.dcm',
  'pydicom/image_dfl.dcm',
  'pydicom/rtstruct.dcm',
  'pydicom-data/JLSL_16_15_1_1F.dcm',
  'pydicom-data/emri_small_jpeg_ls_lossless.dcm',
  'pydicom-data/liver_j2k.dcm',
  'fo-dicom/GH610.dcm',
  'highdicom/seg_image_ct_binary_overlap.dcm',
  'highdicom/seg_image_sm_control_labelmap.dcm',
];

describe.skipIf(!existsSync(odd))('real files, damaged at random', () => {
  it.each(real)('%s', { timeout: 60_000 }, async (name) => {
    expect(await attack(new Uint8Array(readFileSync(odd + name)), 60, name)).toEqual([]);
  });
});
