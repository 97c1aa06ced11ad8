// Encoding: what is written is read back, by our own reader and by pydicom.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { items, texts } from '../../imaging/dicom/attributes.ts';
import type { Element } from '../../imaging/dicom/elements.ts';
import { parseDicom } from '../../imaging/dicom/parse.ts';
import { ctSlice, dicomBytes } from '../../imaging/dicom/testing/dicom-sample.ts';
import { encodeDicom, littleEndian, shortElement, textElement } from './encode.ts';
import { redactDicom } from './redact-dicom.ts';

const PYTHON = '/usr/bin/python3';
const meta = {
  sopClass: '1.2.840.10008.5.1.4.1.1.7',
  sopInstance: '2.25.7',
  transferSyntax: '1.2.840.10008.1.2.1',
};
const folder = mkdtempSync(join(tmpdir(), 'overread-encode-'));
afterAll(() => rmSync(folder, { recursive: true }));

function hasPydicom(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import pydicom'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('encoded data sets', () => {
  it('come back with every text and number, nested ones too', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9 ]{1,60}[A-Za-z0-9]$/);
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 65535 }), (outer, inner, rows) => {
        const elements = new Map<string, Element>([
          ['00280010', shortElement(rows)],
          ['00081030', textElement('LO', outer)],
          [
            '00400275',
            {
              vr: 'SQ',
              value: new Uint8Array(0),
              items: [{ littleEndian: true, elements: new Map([['00400007', textElement('LO', inner)]]) }],
            },
          ],
        ]);
        const file = parseDicom(encodeDicom({ littleEndian: true, elements }, meta), 'x');
        expect(file.notes).toEqual([]);
        expect(texts(file, '00081030')).toEqual([outer.trim()]);
        expect(items(file, '00400275').map((item) => texts(item, '00400007'))).toEqual([[inner.trim()]]);
        expect(file.elements.get('00280010')?.value).toEqual(shortElement(rows).value);
      }),
    );
  });
  it('big-endian values are turned round by the size of their numbers', () => {
    expect(littleEndian('US', Uint8Array.of(1, 2, 3, 4), false)).toEqual(Uint8Array.of(2, 1, 4, 3));
    expect(littleEndian('FD', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), false)).toEqual(
      Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1),
    );
    expect(littleEndian('LO', Uint8Array.of(1, 2), false)).toEqual(Uint8Array.of(1, 2));
  });
  it.skipIf(!hasPydicom())(
    'pydicom reads a redacted slice of any encoding: same pixels, no name',
    async () => {
      for (const encoding of [{}, { explicit: false }, { little: false }, { deflated: true }]) {
        const values = Array.from({ length: 16 }, (_, n) => n * 100);
        const stored = Buffer.alloc(32);
        for (const [n, value] of values.entries())
          if ('little' in encoding) stored.writeUInt16BE(value, n * 2);
          else stored.writeUInt16LE(value, n * 2);
        const more = {
          '00100010': ['PN', 'Quillby^Zelda'],
          '7fe00010': ['OW', new Uint8Array(stored)],
        } as const;
        const slice = dicomBytes(ctSlice({ columns: 4, rows: 4 }, more), encoding);
        const { bytes } = await redactDicom(slice, { secret: 'a secret for the test' });
        const path = join(folder, 'a.dcm');
        writeFileSync(path, bytes);
        const code =
          'import pydicom,sys; d=pydicom.dcmread(sys.argv[1]); print(d.PatientName); print(" ".join(map(str,d.pixel_array.flatten()))); print(d.PatientIdentityRemoved)';
        const [name, pixels, removed] = execFileSync(PYTHON, ['-c', code, path])
          .toString()
          .trim()
          .split('\n');
        expect(name).toMatch(/^patient-[a-z2-7]{16}$/);
        expect(pixels.split(' ').map(Number)).toEqual(values);
        expect(removed).toBe('YES');
      }
    },
  );
});
