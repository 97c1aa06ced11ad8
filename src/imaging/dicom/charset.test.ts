import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { items, text } from './attributes.ts';
import { parseDicom } from './parse.ts';
import { dicomBytes, type Sample } from './testing/dicom-sample.ts';

/** A file whose structure name, inside a sequence, is coded in a character set. */
function named(charset: string, bytes: readonly number[]): string | undefined {
  const roi: Sample = { '30060026': ['LO', Uint8Array.from(bytes)] };
  const file = parseDicom(
    dicomBytes({ '00080005': ['CS', charset], '00080060': ['CS', 'RTSTRUCT'], '30060020': ['SQ', [roi]] }),
    'x',
  );
  return text(items(file, '30060020')[0], '30060026');
}

describe('names of structures in the character sets of hospitals', () => {
  // Byte values by the code tables of the standards themselves.
  it.each([
    ['ISO_IR 100', [0x46, 0x6f, 0x69, 0x65, 0x20, 0xe9], 'Foie é'],
    ['ISO_IR 144', [0xbf, 0xd5, 0xe7, 0xd5, 0xdd, 0xec], 'Печень'],
    ['ISO_IR 126', [0xde, 0xf0, 0xe1, 0xf1], 'ήπαρ'],
    ['ISO_IR 192', [0xe8, 0x82, 0x9d], '肝'],
    ['GB18030', [0xb8, 0xce], '肝'],
    ['\\ISO 2022 IR 87', [0x1b, 0x24, 0x42, 0x34, 0x4e, 0x1b, 0x28, 0x42], '肝'],
    ['ISO 2022 IR 13\\ISO 2022 IR 87', [0xb6, 0xdd, 0x1b, 0x24, 0x42, 0x34, 0x4e, 0x1b, 0x28, 0x4a], 'ｶﾝ肝'],
    ['\\ISO 2022 IR 149', [0x1b, 0x24, 0x29, 0x43, 0xb0, 0xa3], '간'],
    ['', [0xe8, 0x82, 0x9d], '肝'],
    ['', [0x67, 0x72, 0xf6, 0xdf, 0x65, 0x72], 'größer'],
  ])('%s', (charset, bytes, wanted) => {
    expect(named(charset, bytes)).toBe(wanted);
  });
});

const folder = fileURLToPath(new URL('../../../../shared/data/dicom-odd/pydicom-charset/', import.meta.url));

describe.skipIf(!existsSync(folder))('published files in fifteen scripts', () => {
  it('every name comes out without a replacement character or an escape', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.dcm'));
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) {
      const value = text(parseDicom(readFileSync(folder + name), name), '00100010') ?? '';
      expect([name, value.includes('\ufffd') || /\p{Cc}/u.test(value)]).toEqual([name, false]);
    }
  });
});
