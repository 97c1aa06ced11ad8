import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { gridOf, type Vec3 } from '../domain/geometry.ts';
import { openVolume } from './open.ts';
import { codeOf } from './testing/errors.ts';
import { testFolder } from './testing/folder.ts';
import { writeNifti } from './write-nifti.ts';
import { encodePng, writePng } from './write-png.ts';

const folder = testFolder();
afterAll(folder.remove);
const small = {
  grid: gridOf([2, 2, 2], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
  data: new Uint8Array(8),
};

describe('writeNifti', () => {
  it('what is written is read again, with every voxel where it was', async () => {
    const entry = fc.float({ min: -8, max: 8, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 5 }),
        ),
        fc.array(entry, { minLength: 12, maxLength: 12 }),
        fc.constantFrom(
          Int8Array,
          Uint8Array,
          Int16Array,
          Uint16Array,
          Int32Array,
          Uint32Array,
          Float32Array,
          Float64Array,
        ),
        fc.boolean(),
        async (shape, entries, array, zipped) => {
          // A strong diagonal keeps the affine far from singular; shear and flips stay.
          const affine = [
            ...entries.map((v, i) => (i % 5 === 0 ? (v < 0 ? v - 30 : v + 30) : v)),
            0,
            0,
            0,
            1,
          ];
          const grid = gridOf(shape as Vec3, affine);
          const data = new array(shape[0] * shape[1] * shape[2]).map((_, i) => i % 120);
          const path = join(folder.path, zipped ? 'round.nii.gz' : 'round.nii');
          await writeNifti(path, { grid, data });
          const read = await openVolume(path);
          expect(read.grid.shape).toEqual(shape);
          expect(read.grid.affine).toEqual(affine.map((v) => Math.fround(v) + 0));
          expect(read.data).toEqual(data);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('the same image gives the same bytes', async () => {
    const paths = ['a', 'b'].map((name) => join(folder.path, name, 'same.nii.gz'));
    for (const path of paths) await writeNifti(path, small);
    expect(readFileSync(paths[0])).toEqual(readFileSync(paths[1]));
    // No time in the gzip header.
    expect([...readFileSync(paths[0]).subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  });

  it('an output that cannot be written is a typed error and leaves nothing behind', async () => {
    const file = folder.file('a-file', 'in the way');
    expect(await codeOf(writeNifti(join(file, 'x.nii'), small))).toBe('write-failed');
    const taken = join(folder.path, 'taken.nii');
    mkdirSync(join(taken, 'inside'), { recursive: true });
    expect(await codeOf(writeNifti(taken, small))).toBe('write-failed');
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('a folder without permission is named (skipped for root)', async () => {
    const locked = join(folder.path, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    await expect(writeNifti(join(locked, 'x.nii'), small)).rejects.toThrow('may not be written to');
  });

  it('an old file stays whole when the new one fails', async () => {
    const path = join(folder.path, 'kept.nii');
    writeFileSync(path, 'old');
    expect(await codeOf(writeNifti(path, { ...small, data: new Uint8Array(7) }))).toBe('bad-argument');
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe('PNG', () => {
  it('8- and 16-bit greys and colours survive the way to disk and back', async () => {
    const grey = {
      width: 3,
      height: 2,
      channels: 1,
      data: Uint8Array.of(0, 50, 100, 150, 200, 255),
    } as const;
    const path = join(folder.path, 'grey.png');
    await writePng(path, grey);
    expect([...(await openVolume(path)).data]).toEqual([...grey.data]);
    const deep = { ...grey, data: Uint16Array.of(0, 1, 256, 1000, 65534, 65535) };
    await writePng(path, deep);
    const read = await openVolume(path);
    expect(read.data).toBeInstanceOf(Uint16Array);
    expect([...read.data]).toEqual([...deep.data]);
    const { default: sharp } = await import('sharp');
    const colour = { width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 0, 128, 255) } as const;
    const raw = await sharp(await encodePng(colour))
      .raw()
      .toBuffer();
    expect([...raw]).toEqual([...colour.data]);
  });

  it('floats and short arrays are refused', async () => {
    expect(await codeOf(encodePng({ width: 1, height: 1, channels: 1, data: new Float32Array(1) }))).toBe(
      'bad-argument',
    );
    expect(await codeOf(encodePng({ width: 2, height: 1, channels: 1, data: new Uint8Array(1) }))).toBe(
      'bad-argument',
    );
  });
});
