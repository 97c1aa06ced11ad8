import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openVolume } from '../open.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import { ctSlice, dicomBytes } from './testing/dicom-sample.ts';
import { type ZipEntry, zipBytes } from './testing/zip-sample.ts';
import { readDicomVolume } from './volume.ts';

const folder = testFolder();
afterAll(folder.remove);
let count = 0;

const slice = (z: number) => dicomBytes(ctSlice({ position: [0, 0, z], instance: z + 1 }));
const SLICES = [0, 1, 2].map((z) => ({ name: `study/${z}.dcm`, data: slice(z), deflate: z > 0 }));
const zip = (entries: readonly ZipEntry[]) => folder.file(`archive-${count++}.zip`, zipBytes(entries));

describe('a zip of a series', () => {
  it('reads as the series does, folders and media directory passed over', async () => {
    const path = zip([
      { name: 'study/', data: new Uint8Array() },
      { name: 'DICOMDIR', data: new Uint8Array(10) },
      { name: 'readme.txt', data: new TextEncoder().encode('hello') },
      ...SLICES,
    ]);
    const volume = await openVolume(path);
    expect(volume.grid.shape).toEqual([4, 3, 3]);
    expect(volume.source.format).toBe('dicom-series');
  });

  it.each([
    ['a parent folder', { name: '../outside.dcm', data: slice(0) }],
    ['a parent folder further down', { name: 'a/../../outside.dcm', data: slice(0) }],
    ['an absolute path', { name: '/etc/outside.dcm', data: slice(0) }],
    ['a drive', { name: 'C:/outside.dcm', data: slice(0) }],
    ['backslashes', { name: '..\\outside.dcm', data: slice(0) }],
    ['a symbolic link', { name: 'link.dcm', data: new TextEncoder().encode('/etc/passwd'), link: true }],
  ])('an entry that names %s is refused', async (_, entry) => {
    expect(await codeOf(openVolume(zip([...SLICES, entry])))).toBe('path-escape');
  });

  it('a bomb stops at its limits before it is unfolded', async () => {
    const zeros = new Uint8Array(4 * 2 ** 20);
    const path = zip([...SLICES, { name: 'zeros', data: zeros, deflate: true }]);
    expect(await codeOf(readDicomVolume(path, { maxBytes: 2 ** 20 }))).toBe('limit-exceeded');
    expect(await codeOf(readDicomVolume(path, { maxRatio: 200 }))).toBe('limit-exceeded');
  });

  it('an entry larger than it claims, and an archive cut short, are damage', async () => {
    const lie = zip([{ name: 'a.dcm', data: slice(0), deflate: true, claim: 200 }]);
    expect(await codeOf(readDicomVolume(lie))).toBe('file-corrupt');
    const whole = zipBytes(SLICES);
    const cut = folder.file('cut.zip', whole.subarray(0, whole.length - 30));
    expect(await codeOf(readDicomVolume(cut))).toBe('file-corrupt');
  });
});

describe('files and folders', () => {
  it('a list of files is one series', async () => {
    const paths = [2, 0, 1].map((z) => folder.file(`listed-${z}`, slice(z)));
    expect((await readDicomVolume(paths)).grid.shape[2]).toBe(3);
  });

  it('gzipped files read as plain ones', async () => {
    const path = folder.file('slice.dcm.gz', gzipSync(slice(0)));
    expect((await openVolume(path)).grid.shape).toEqual([4, 3, 1]);
  });

  it('a DICOMDIR stands for the files around it', async () => {
    for (const z of [0, 1]) folder.file(`media/IMAGES/${z}`, slice(z));
    const path = folder.file('media/DICOMDIR', dicomBytes({ '00080016': ['UI', '1.2.840.10008.1.3.10'] }));
    expect((await openVolume(path)).grid.shape[2]).toBe(2);
  });

  it('a link to a folder is not followed, so that none can loop', async () => {
    for (const z of [0, 1]) folder.file(`looped/${z}.dcm`, slice(z));
    symlinkSync(join(folder.path, 'looped'), join(folder.path, 'looped/again'));
    expect((await openVolume(join(folder.path, 'looped'))).grid.shape[2]).toBe(2);
  });

  it('what does not exist, or holds no image, is said so', async () => {
    expect(await codeOf(readDicomVolume(join(folder.path, 'nothing')))).toBe('file-not-found');
    folder.file('empty/notes.txt', 'no image');
    expect(await codeOf(readDicomVolume(join(folder.path, 'empty')))).toBe('format-unsupported');
    const report = dicomBytes({
      '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.88.11'],
      '00080060': ['CS', 'SR'],
    });
    expect(await codeOf(openVolume(folder.file('report.dcm', report)))).toBe('format-unsupported');
  });
});
