import { describe, expect, it } from 'vitest';
import { items, number, numbers, text, texts } from './attributes.ts';
import { looksLikeDicom, parseDicom } from './parse.ts';
import { dicomBytes, type Sample, type SampleEncoding } from './testing/dicom-sample.ts';

const SAMPLE: Sample = {
  '00080005': ['CS', 'ISO_IR 192'],
  '00080060': ['CS', 'CT'],
  '00081140': [
    'SQ',
    [
      { '00081155': ['UI', '1.2.3'], '00400275': ['SQ', [{ '00400007': ['LO', 'größer'] }] as Sample[]] },
    ] as Sample[],
  ],
  '00280010': ['US', 512],
  '00280030': ['DS', '0.5\\0.25'],
  '00189087': ['FD', 0.125],
  '7fe00001': ['OV', [0, 4096]],
  '7fe00010': ['OW', Uint8Array.of(1, 2, 3, 4)],
};

const ENCODINGS: readonly (readonly [string, SampleEncoding])[] = [
  ['explicit little endian', {}],
  ['explicit little endian with undefined lengths', { undefinedLength: true }],
  ['implicit little endian', { explicit: false }],
  ['implicit with undefined lengths', { explicit: false, undefinedLength: true }],
  ['explicit big endian', { little: false }],
  ['deflated', { deflated: true }],
  ['explicit without header', { bare: true }],
  ['implicit without header', { bare: true, explicit: false }],
  ['implicit data under an explicit syntax', { explicit: false, transferSyntax: '1.2.840.10008.1.2.1' }],
];

describe('one data set reads the same in every encoding', () => {
  it.each(ENCODINGS)('%s', (_, encoding) => {
    const file = parseDicom(dicomBytes(SAMPLE, encoding), 'x');
    expect(file.brokenAt).toBeUndefined();
    expect(text(file, '00080060')).toBe('CT');
    expect(number(file, '00280010', 'US')).toBe(512);
    expect(numbers(file, '00280030', 'DS')).toEqual([0.5, 0.25]);
    expect(number(file, '00189087', 'FD')).toBe(0.125);
    expect(numbers(file, '7fe00001', 'OV')).toEqual([0, 4096]);
    const [item] = items(file, '00081140');
    expect(texts(item, '00081155')).toEqual(['1.2.3']);
    expect(text(items(item, '00400275')[0], '00400007')).toBe('größer');
    expect([...(file.elements.get('7fe00010')?.value ?? [])]).toEqual([1, 2, 3, 4]);
  });
});

it('a sequence that a copy made UN is read as the implicit sequence that it is', () => {
  // Item (0008,1155) "1.2", implicit, as the value of (0008,1140) with VR UN.
  const item = Uint8Array.from([
    0xfe, 0xff, 0, 0xe0, 12, 0, 0, 0, 8, 0, 0x55, 0x11, 4, 0, 0, 0, 0x31, 0x2e, 0x32, 0,
  ]);
  const file = parseDicom(dicomBytes({ '00080060': ['CS', 'CT'], '00081140': ['UN', item] }), 'x');
  expect(text(items(file, '00081140')[0], '00081155')).toBe('1.2');
});

describe('damaged files', () => {
  it('a file cut anywhere keeps the attributes before the cut and says where it broke', () => {
    const whole = dicomBytes(SAMPLE);
    for (let length = 200; length < whole.length - 4; length += 3) {
      const file = parseDicom(whole.subarray(0, length), 'x');
      for (const tag of file.elements.keys()) expect(Object.keys(SAMPLE)).toContain(tag);
    }
    const cut = parseDicom(whole.subarray(0, whole.length - 2), 'x');
    expect(cut.brokenAt).toBe('7fe00010');
    expect(cut.notes.join()).toContain('(7fe0,0010)');
  });

  it('sequences nested beyond any real object end in a note, not in a full stack', () => {
    let nested: Sample = { '00080060': ['CS', 'CT'] };
    for (let depth = 0; depth < 500; depth++) nested = { '00081140': ['SQ', [nested]] };
    const file = parseDicom(
      dicomBytes({ '00080016': ['UI', '1.2'], ...nested }, { undefinedLength: true }),
      'x',
    );
    expect(file.brokenAt).toBe('00081140');
  });

  it('bytes that are no DICOM are refused by name', () => {
    const noise = new TextEncoder().encode('# a list of things that are no image at all, on and on and on');
    expect(looksLikeDicom(noise)).toBe(false);
    expect(() => parseDicom(noise, 'list.txt')).toThrow('list.txt');
  });

  it('a deflate bomb stops at maxBytes', () => {
    const zeros = { ...SAMPLE, '7fe00010': ['OW', new Uint8Array(8 * 2 ** 20)] } as Sample;
    const bytes = dicomBytes(zeros, { deflated: true });
    expect(bytes.length).toBeLessThan(20_000);
    expect(() => parseDicom(bytes, 'x', { maxBytes: 2 ** 20 })).toThrow('maxBytes');
    expect(() => parseDicom(bytes, 'x', { maxRatio: 100 })).toThrow('maxRatio');
  });

  it('the pixel data can be left out', () => {
    const file = parseDicom(dicomBytes(SAMPLE), 'x', { untilPixels: true });
    expect(file.stoppedAt).toBe('7fe00001');
    expect(file.elements.has('7fe00010')).toBe(false);
  });
});
