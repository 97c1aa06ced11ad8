import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { formatContract } from '../format.contract.ts';
import { openAnnotation, openVolume, probe } from '../open.ts';
import { codeOf } from '../testing/errors.ts';
import { testFolder } from '../testing/folder.ts';
import { type NiftiSample, niftiSample, voxelBytes } from '../testing/nifti-sample.ts';
import nifti from './nifti.ts';

const folder = testFolder();
afterAll(folder.remove);
const ramp = Array.from({ length: 60 }, (_, i) => i);
const IDENTITY = { code: 1, rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] };
let count = 0;
const write = (bytes: Uint8Array, ending = '.nii') => folder.file(`sample-${count++}${ending}`, bytes);

formatContract(nifti, {
  volume: () => write(niftiSample({ sform: IDENTITY }, ramp)),
  annotation: () => write(gzipSync(niftiSample({ datatype: 2, sform: IDENTITY }, ramp)), '.nii.gz'),
});

describe('voxel types', () => {
  const types = [
    [2, Uint8Array, [0, 255]],
    [4, Int16Array, [-32768, 32767]],
    [8, Int32Array, [-(2 ** 31), 2 ** 31 - 1]],
    [16, Float32Array, [-0.5, 1.5]],
    [64, Float64Array, [-1e300, 1e-300]],
    [256, Int8Array, [-128, 127]],
    [512, Uint16Array, [0, 65535]],
    [768, Uint32Array, [0, 2 ** 32 - 1]],
    [1024, Int32Array, [-(2 ** 31), 2 ** 31 - 1]],
    [1024, Float64Array, [-(2 ** 53) + 1, 2 ** 53 - 1]],
    [1280, Int32Array, [0, 2 ** 31 - 1]],
    [1280, Float64Array, [0, 2 ** 53 - 1]],
  ] as const;
  for (const version of [1, 2] as const)
    for (const bigEndian of [false, true])
      it.each(
        types,
      )(`NIfTI-${version} ${bigEndian ? 'big' : 'little'}-endian type %i`, async (datatype, array, ends) => {
        const voxels = [...ends, ...ramp.slice(2)];
        const path = write(niftiSample({ version, bigEndian, datatype, sform: IDENTITY }, voxels));
        const { data } = await openVolume(path);
        expect(data).toBeInstanceOf(array);
        expect([...data]).toEqual(voxels);
      });

  it.each([
    [1, 'single bits'],
    [32, 'complex'],
    [128, 'RGB'],
    [1536, '128-bit'],
    [2304, 'RGBA'],
    [77, 'voxel type 77'],
  ])('type %i is refused by name', async (datatype, word) => {
    const path = write(niftiSample({ datatype, sform: IDENTITY }, ramp));
    await expect(openVolume(path)).rejects.toThrow(word);
    expect(await codeOf(openVolume(path))).toBe('format-unsupported');
  });

  it('64-bit integers beyond 2^53 are refused rather than rounded', async () => {
    const path = write(niftiSample({ datatype: 1024, sform: IDENTITY }, [2 ** 60, ...ramp.slice(1)]));
    expect(await codeOf(openVolume(path))).toBe('format-unsupported');
  });
});

describe('slope and intercept', () => {
  const read = async (sample: NiftiSample) =>
    openVolume(write(niftiSample({ sform: IDENTITY, ...sample }, ramp)));

  it.each([
    [0, 5],
    [Number.NaN, Number.NaN],
    [Number.POSITIVE_INFINITY, 3],
    [1, 0],
  ])('slope %d with intercept %d leaves the voxels as they are', async (slope, inter) => {
    expect([...(await read({ slope, inter })).data]).toEqual(ramp);
  });

  it('a slope that is not a number is said', async () => {
    expect((await read({ slope: Number.NaN, inter: Number.NaN })).source.notes).toEqual([
      'scl_slope is not a number and was read as 1.',
    ]);
    expect((await read({ slope: 0, inter: 0 })).source.notes).toEqual([]);
  });

  it('whole numbers keep a CT in 16 bits', async () => {
    const { data, units } = await read({ datatype: 512, slope: 1, inter: -1024 });
    expect(data).toBeInstanceOf(Int16Array);
    expect([...data]).toEqual(ramp.map((v) => v - 1024));
    expect(units).toBe('HU');
  });

  it('whole numbers that pass 16 bits go to 32', async () => {
    const { data } = await read({ slope: -1000, inter: 7 });
    expect(data).toBeInstanceOf(Int32Array);
    expect(data[59]).toBe(-58993);
  });

  it('fractions give floats', async () => {
    const { data } = await read({ slope: 0.5, inter: 0.25 });
    expect(data).toBeInstanceOf(Float32Array);
    expect([...data]).toEqual(ramp.map((v) => v * 0.5 + 0.25));
  });

  it('a finite slope with an intercept that is no number reads the intercept as 0', async () => {
    expect([...(await read({ slope: 2, inter: Number.NaN })).data]).toEqual(ramp.map((v) => 2 * v));
  });
});

describe('geometry', () => {
  const at = async (sample: NiftiSample) => probe(write(niftiSample(sample, ramp)));
  const qform = { code: 1, quatern: [0, 0, Math.SQRT1_2], offset: [10, 20, 30] };
  const sform = { code: 2, rows: [0, 0, 2, 1, 3, 0, 0, 2, 0, 4, 0, 3] };

  it('sform wins over qform whatever their codes', async () => {
    for (const code of [1, 2, 4]) {
      const { affine } = await at({ qform: { ...qform, code: 4 }, sform: { ...sform, code } });
      expect(affine).toEqual([...sform.rows, 0, 0, 0, 1]);
    }
  });

  it('a quarter turn about z by qform: i runs anterior, j to the left', async () => {
    const { affine, axes } = await at({ pixdim: [1, 2, 3, 4], qform });
    const expected = [0, -3, 0, 10, 2, 0, 0, 20, 0, 0, 4, 30, 0, 0, 0, 1];
    expected.forEach((value, index) => {
      expect(affine?.[index]).toBeCloseTo(value, 5);
    });
    expect(axes).toBe('ALS');
  });

  it('qfac −1 turns the third axis round', async () => {
    const { axes } = await at({ pixdim: [-1, 2, 3, 4], qform: { ...qform, quatern: [0, 0, 0] } });
    expect(axes).toBe('RAI');
  });

  it('without either the grid is centred with x to the left, and it is said', async () => {
    const { affine, notes } = await at({ pixdim: [1, 2, 3, 4] });
    expect(affine).toEqual([-2, 0, 0, 2, 0, 3, 0, -4.5, 0, 0, 4, -8, 0, 0, 0, 1]);
    expect(notes[0]).toMatch(/assumed/);
  });

  it('an sform of zeros gives way to the qform, and is an error without one', async () => {
    const zeros = { code: 1, rows: new Array(12).fill(0) };
    expect((await at({ sform: zeros, qform, pixdim: [1, 2, 3, 4] })).axes).toBe('ALS');
    expect(await codeOf(at({ sform: zeros }))).toBe('geometry-invalid');
    expect(await codeOf(at({ sform: { code: 1, rows: [...sform.rows.slice(0, 11), Number.NaN] } }))).toBe(
      'geometry-invalid',
    );
  });

  it('micrometres become millimetres', async () => {
    const rows = [500, 0, 0, 0, 0, 500, 0, 0, 0, 0, 1000, 0];
    const { spacing, notes } = await at({ units: 3, sform: { code: 1, rows } });
    spacing?.forEach((size, axis) => {
      expect(size).toBeCloseTo([0.5, 0.5, 1][axis], 10);
    });
    expect(notes[0]).toMatch(/micrometres/);
  });
});

describe('dimensions', () => {
  it('trailing dimensions of 1 do not make a file 4D', async () => {
    for (const dim of [
      [4, 3, 4, 5, 1],
      [7, 3, 4, 5, 1, 1, 1, 1],
    ])
      expect((await openVolume(write(niftiSample({ dim, sform: IDENTITY }, ramp)))).grid.shape).toEqual([
        3, 4, 5,
      ]);
  });

  it('a 2D file is one slice', async () => {
    expect(
      (await openVolume(write(niftiSample({ dim: [2, 6, 10], sform: IDENTITY }, ramp)))).grid.shape,
    ).toEqual([6, 10, 1]);
  });

  it('a 4D file is refused with the number of its volumes', async () => {
    const path = write(niftiSample({ dim: [4, 3, 4, 1, 5], sform: IDENTITY }, ramp));
    await expect(openVolume(path)).rejects.toThrow('holds 5 volumes');
    expect((await probe(path)).facts).toMatchObject({ frames: 5 });
  });

  it.each([[[0]], [[8, 3, 4, 5]], [[3, 0, 4, 5]], [[3, -3, 4, 5]]])('dim %j is corrupt', async (dim) => {
    expect(await codeOf(openVolume(write(niftiSample({ dim, sform: IDENTITY }, ramp))))).toBe('file-corrupt');
  });
});

describe('what a file holds', () => {
  const whole = niftiSample({ sform: IDENTITY }, ramp);

  it('voxels may start anywhere', async () => {
    for (const voxOffset of [352, 353, 1000]) {
      const { data } = await openVolume(write(niftiSample({ voxOffset, sform: IDENTITY }, ramp)));
      expect([...data]).toEqual(ramp);
    }
  });

  it('bytes beyond the voxels are left unread, and it is said', async () => {
    const longer = Buffer.concat([whole, Buffer.alloc(50_000, 1)]);
    for (const [bytes, ending] of [
      [longer, '.nii'],
      [gzipSync(longer), '.nii.gz'],
    ] as const) {
      const { data, source } = await openVolume(write(bytes, ending));
      expect([...data]).toEqual(ramp);
      expect(source.notes.join()).toMatch(/more bytes/);
    }
  });

  it('a header that promises more than the file holds is truncated, before anything is unfolded', async () => {
    const promises = niftiSample({ dim: [3, 30_000, 30_000, 2], datatype: 2, sform: IDENTITY }, ramp);
    expect(await codeOf(openVolume(write(promises)))).toBe('file-truncated');
    expect(await codeOf(openVolume(write(gzipSync(promises), '.nii.gz')))).toBe('file-truncated');
  });

  it('a gzip bomb stops at the limit, which is named', async () => {
    const path = write(
      gzipSync(
        niftiSample({ dim: [3, 100, 100, 100], datatype: 2, sform: IDENTITY }, new Array(1e6).fill(0)),
      ),
      '.nii.gz',
    );
    expect((await openVolume(path)).data.length).toBe(1e6);
    await expect(openVolume(path, { maxBytes: 999_999 })).rejects.toThrow('maxBytes');
    await expect(openVolume(path, { maxVoxels: 999_999 })).rejects.toThrow('maxVoxels');
    const bomb = niftiSample(
      { sform: IDENTITY, dim: [3, 2048, 2048, 1], datatype: 2 },
      new Array(2 ** 22).fill(0),
    );
    await expect(openVolume(write(gzipSync(bomb), '.nii.gz'), { maxRatio: 100 })).rejects.toThrow('maxRatio');
  });

  it('a stream longer than its header says is not unfolded further', async () => {
    const bomb = gzipSync(Buffer.concat([whole, Buffer.alloc(2 ** 26)]));
    const before = process.memoryUsage().arrayBuffers;
    const { data } = await openVolume(write(bomb, '.nii.gz'));
    expect([...data]).toEqual(ramp);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
  });

  it('a damaged checksum or stream is corrupt', async () => {
    const zipped = gzipSync(whole);
    const checksum = Buffer.from(zipped);
    checksum[zipped.length - 6] ^= 0xff;
    expect(await codeOf(openVolume(write(checksum, '.nii.gz')))).toBe('file-corrupt');
  });

  it('cut anywhere, it is a typed error, plain or gzipped', async () => {
    for (const [bytes, ending] of [
      [whole, '.nii'],
      [gzipSync(whole), '.nii.gz'],
    ] as const)
      for (let length = 0; length < bytes.length; length++) {
        const code = await codeOf(openVolume(write(bytes.subarray(0, length), ending)));
        expect(['file-truncated', 'file-corrupt', 'format-unknown']).toContain(code);
      }
  });

  it('any bytes in the header end in an image or a typed error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(351), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (changes, zipped) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          const path = folder.file(zipped ? 'fuzz.nii.gz' : 'fuzz.nii', zipped ? gzipSync(bytes) : bytes);
          const codes = await Promise.all([openVolume(path), openAnnotation(path), probe(path)].map(codeOf));
          for (const code of codes) expect(code).not.toMatch(/^not typed/);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a pair of .hdr and .img opens by either name', async () => {
    const sample = { magic: 'ni1', sform: IDENTITY } as const;
    const header = folder.file('pair.hdr', niftiSample(sample, ramp));
    const image = folder.file('pair.img', voxelBytes(sample, ramp));
    for (const path of [header, image]) expect([...(await openVolume(path)).data]).toEqual(ramp);
    const alone = folder.file('alone.hdr', niftiSample(sample, ramp));
    expect(await codeOf(openVolume(alone))).toBe('file-not-found');
  });

  it('gzip in several members is one file', async () => {
    const members = [whole.subarray(0, 100), whole.subarray(100, 400), whole.subarray(400)].map((part) =>
      gzipSync(part),
    );
    const { data } = await openVolume(write(Buffer.concat(members), '.nii.gz'));
    expect([...data]).toEqual(ramp);
  });

  it('a cancelled reading says so', async () => {
    const path = write(gzipSync(whole), '.nii.gz');
    expect(await codeOf(openVolume(path, { signal: AbortSignal.abort() }))).toBe('cancelled');
  });

  it('the name does not matter', async () => {
    expect([...(await openVolume(write(gzipSync(whole), '.dat'))).data]).toEqual(ramp);
  });
});

describe('voxels that are not numbers', () => {
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, ...ramp.slice(3)];

  it('stay in an image and are counted', async () => {
    const { data, source } = await openVolume(write(niftiSample({ datatype: 16, sform: IDENTITY }, odd)));
    expect(source.notes).toContain('3 voxels are NaN or infinite and were kept.');
    expect([...data.slice(0, 4)]).toEqual(odd.slice(0, 4));
  });

  it('make a label map unreadable', async () => {
    for (const value of odd.slice(0, 3)) {
      const path = write(niftiSample({ datatype: 64, sform: IDENTITY }, [value, ...ramp.slice(1)]));
      expect(await codeOf(openAnnotation(path))).toBe('voxels-not-finite');
    }
  });
});

describe('label maps', () => {
  it('floats that are whole numbers are labels', async () => {
    const { layers } = await openAnnotation(write(niftiSample({ datatype: 64, sform: IDENTITY }, ramp)));
    expect(layers[0].data).toBeInstanceOf(Uint8Array);
    expect(layers[0].labels.map(({ value }) => value)).toEqual(ramp.slice(1));
  });

  it('take their names from a table in a header extension', async () => {
    const table = `<CaretExtension><VolumeInformation><LabelTable>
      <Label Key="0">???</Label><Label Key="1" Red="0"><![CDATA[left <kidney>]]></Label>
      <Label Red="1" Key="70">a &amp; b</Label></LabelTable></VolumeInformation></CaretExtension>`;
    const bytes = niftiSample(
      { datatype: 2, voxOffset: 1024, sform: IDENTITY },
      ramp.map((v) => v % 2),
    );
    bytes[348] = 1;
    bytes.writeInt32LE(1024 - 352, 352);
    bytes.write(table, 360);
    const { layers } = await openAnnotation(write(bytes));
    expect(layers[0].labels).toEqual([
      { value: 1, name: 'left <kidney>' },
      { value: 70, name: 'a & b' },
    ]);
  });

  it.each([0.5, -1, 2 ** 31])('the value %d is no label', async (value) => {
    const path = write(niftiSample({ datatype: 64, sform: IDENTITY }, [value, ...ramp.slice(1)]));
    await expect(openAnnotation(path)).rejects.toThrow(`the value ${value}`);
  });
});
