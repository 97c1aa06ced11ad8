import { describe, expect, it } from 'vitest';
import { decodeDicomFrames } from './pictures.ts';
import { ctSlice, dicomBytes, encapsulated, type Sample } from './testing/dicom-sample.ts';

const RLE = '1.2.840.10008.1.2.5';

/** A 2 × 1 8-bit RLE frame with the two given values. */
function frame(a: number, b: number): Uint8Array {
  const bytes = new Uint8Array(68);
  new DataView(bytes.buffer).setUint32(0, 1, true);
  new DataView(bytes.buffer).setUint32(4, 64, true);
  bytes.set([1, a, b, 128], 64);
  return bytes;
}

const HEADER: Sample = {
  '00280008': ['IS', '3'],
  '00280100': ['US', 8],
  '00280101': ['US', 8],
  '00280102': ['US', 7],
};

function file(pixels: Uint8Array, more: Sample = {}): Uint8Array {
  const sample = ctSlice({ columns: 2, rows: 1 }, { ...HEADER, ...more, '7fe00010': ['OB', pixels] });
  return dicomBytes(sample, { transferSyntax: RLE });
}

const FRAMES = [frame(1, 2), frame(3, 4), frame(5, 6)];
const WANTED = [1, 2, 3, 4, 5, 6];
const halves = FRAMES.flatMap((bytes) => [bytes.subarray(0, 66), bytes.subarray(66)]);

describe('frames of encapsulated pixel data', () => {
  it.each([
    ['one fragment each, no offset table', file(encapsulated(FRAMES))],
    ['one fragment each, with offset table', file(encapsulated(FRAMES, [0, 76, 152]))],
    ['two fragments each, with offset table', file(encapsulated(halves, [0, 84, 168]))],
    [
      'two fragments each, with extended offset table',
      file(encapsulated(halves), { '7fe00001': ['OV', [0, 84, 168]], '7fe00002': ['OV', [68, 68, 68]] }),
    ],
    ['an offset table that fits no fragment is passed over', file(encapsulated(FRAMES, [0, 10, 20]))],
  ])('%s', async (_, bytes) => {
    expect([...(await decodeDicomFrames(bytes)).data]).toEqual(WANTED);
  });

  it('too few frames are truncation, too many fragments for RLE are damage', async () => {
    await expect(decodeDicomFrames(file(encapsulated(FRAMES.slice(0, 2))))).rejects.toMatchObject({
      code: 'file-truncated',
    });
    await expect(decodeDicomFrames(file(encapsulated(halves)))).rejects.toMatchObject({
      code: 'file-corrupt',
    });
  });

  it('a missing end marker is noted, the frames are read', async () => {
    const whole = file(encapsulated(FRAMES));
    const frames = await decodeDicomFrames(whole.subarray(0, whole.length - 8));
    expect([...frames.data]).toEqual(WANTED);
    expect(frames.notes.join()).toContain('no end marker');
  });

  it('a syntax that cannot be decoded is named', async () => {
    const bytes = dicomBytes(ctSlice({}, { '7fe00010': ['OB', encapsulated(FRAMES)] }), {
      transferSyntax: '1.2.840.10008.1.2.4.100',
    });
    await expect(decodeDicomFrames(bytes)).rejects.toThrow('1.2.840.10008.1.2.4.100');
  });
});

describe('uncompressed pixels', () => {
  const native = (header: Sample, pixels: Uint8Array, encoding = {}) =>
    dicomBytes(ctSlice({ columns: 3, rows: 1 }, { ...header, '7fe00010': ['OW', pixels] }), encoding);
  const bits = (allocated: number, stored = allocated, signed = 0): Sample => ({
    '00280100': ['US', allocated],
    '00280101': ['US', stored],
    '00280102': ['US', stored - 1],
    '00280103': ['US', signed],
  });

  it('one-bit frames follow one another without padding', async () => {
    // Five frames of 3 bits: 101 010 111 000 011, first pixel in the lowest bit.
    const stored = [1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1];
    const packed = new Uint8Array(2);
    for (const [n, bit] of stored.entries()) packed[n >> 3] |= bit << (n & 7);
    const { data } = await decodeDicomFrames(native({ ...bits(1), '00280008': ['IS', '5'] }, packed));
    expect([...data]).toEqual(stored);
  });

  it('signed and 32-bit samples keep their values in either byte order', async () => {
    const values = [-32768, -1, 32767];
    const little = new Uint8Array(Int16Array.from(values).buffer);
    const big = Uint8Array.from(little);
    for (let n = 0; n < 6; n += 2) [big[n], big[n + 1]] = [big[n + 1], big[n]];
    expect([...(await decodeDicomFrames(native(bits(16, 16, 1), little))).data]).toEqual(values);
    expect([...(await decodeDicomFrames(native(bits(16, 16, 1), big, { little: false }))).data]).toEqual(
      values,
    );
    const wide = new Uint8Array(Uint32Array.of(0, 70_000, 2 ** 32 - 1).buffer);
    expect([...(await decodeDicomFrames(native(bits(32), wide))).data]).toEqual([0, 70_000, 2 ** 32 - 1]);
  });

  it('floats and doubles are read from their own attributes', async () => {
    const float = ctSlice(
      { columns: 3, rows: 1 },
      { ...bits(32), '7fe00008': ['OF', new Uint8Array(Float32Array.of(-0.5, 0, 1e9).buffer)] },
    );
    const { '7fe00010': _, ...sample } = float;
    expect([...(await decodeDicomFrames(dicomBytes(sample))).data]).toEqual([-0.5, 0, 1e9]);
    const double = {
      ...sample,
      ...bits(64),
      '7fe00009': ['OD', new Uint8Array(Float64Array.of(1e-300, -2, 3).buffer)],
    } as Sample;
    const { '7fe00008': __, ...only } = double;
    expect([...(await decodeDicomFrames(dicomBytes(only))).data]).toEqual([1e-300, -2, 3]);
  });

  it('colour planes are interleaved', async () => {
    const colour: Sample = {
      ...bits(8),
      '00280002': ['US', 3],
      '00280004': ['CS', 'RGB'],
      '00280006': ['US', 1],
    };
    const { data } = await decodeDicomFrames(native(colour, Uint8Array.of(1, 2, 3, 11, 12, 13, 21, 22, 23)));
    expect([...data]).toEqual([1, 11, 21, 2, 12, 22, 3, 13, 23]);
  });

  it('a promise of more pixels than there are is truncation, before anything is allocated', async () => {
    const huge: Sample = {
      ...bits(16),
      '00280008': ['IS', '900000'],
      '00280010': ['US', 65535],
      '00280011': ['US', 65535],
    };
    await expect(decodeDicomFrames(native(huge, new Uint8Array(12)))).rejects.toMatchObject({
      code: 'limit-exceeded',
    });
    const large: Sample = { ...bits(16), '00280010': ['US', 60000], '00280011': ['US', 30000] };
    await expect(decodeDicomFrames(native(large, new Uint8Array(12)))).rejects.toMatchObject({
      code: 'file-truncated',
    });
  });
});
