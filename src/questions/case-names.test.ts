import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutNames } from './case-names.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-names-'));
const source = join(folder, 'Ward 7 of St Elsewhere');
const item = 'DOE^Jane 1923';
beforeAll(() => {
  mkdirSync(join(source, item, 'segmentations'), { recursive: true });
  for (const name of [
    'Doe Jane CT.nii.gz',
    'segmentations/Doe Jane liver.nii.gz',
    'segmentations/liver.nii.gz',
  ])
    writeFileSync(join(source, item, name), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a sentence that a benchmark keeps', () => {
  it.each([
    ['Doe Jane CT.nii.gz ends early: copy it again.', 'A file of the case ends early: copy it again.'],
    ['The mask Doe Jane liver lies 9 mm off.', 'The mask a file of the case lies 9 mm off.'],
    ['DOE^Jane 1923 holds no scan.', 'The case holds no scan.'],
    ['Ward 7 of St Elsewhere cannot be read.', 'The case cannot be read.'],
    ['Jane-2.dcm is no image.', 'A file of the case is no image.'],
    ['The mask liver lies 608.00 mm from the scan.', 'The mask liver lies 608.00 mm from the scan.'],
  ])('says "%s" without names', (message, kept) => {
    expect(withoutNames(message, source, item)).toBe(kept);
  });

  it('is cleaned where the case is a file among others', () => {
    writeFileSync(join(source, 'Roe Richard.nii.gz'), '');
    expect(withoutNames('Roe Richard.nii.gz is cut.', source, 'Roe Richard')).toBe(
      'A file of the case is cut.',
    );
  });
});
