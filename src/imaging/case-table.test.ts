import { afterAll, describe, expect, it } from 'vitest';
import { caseTable, parseCsv } from './case-table.ts';
import { testFolder } from './testing/folder.ts';

const folder = testFolder();
afterAll(folder.remove);

describe('the table of cases', () => {
  it('TotalSegmentator’s semicolons give age, sex and scanner', async () => {
    folder.file(
      'total/meta.csv',
      'image_id;age;gender;institute;manufacturer;scanner_model\ns0000;71.0;m;A;siemens;Flash\ns0001;;f;A;;\n',
    );
    const { row } = await caseTable(`${folder.path}/total`);
    expect(row('s0000').facts).toEqual({ ageYears: 71, sex: 'M', scanner: 'siemens Flash' });
    expect(row('s0001').facts).toEqual({ sex: 'F' });
    expect(row('s0002')).toEqual({ facts: {} });
  });

  it.each([
    ['Plain', 'unenhanced'],
    ['Venous', 'portal-venous'],
    ['Arterial', 'arterial'],
    ['Delay', 'delayed'],
    ['non-contrast', 'unenhanced'],
    ['', undefined],
    ['?', undefined],
  ])('the phase "%s" is %s', async (text, phase) => {
    folder.file('atlas/AbdomenAtlas_metadata.csv', `BDMAP ID,CT phase\nBDMAP_00000001,${text}\n`);
    expect((await caseTable(`${folder.path}/atlas`)).row('BDMAP_00000001').facts.phase).toBe(phase);
  });

  it('several cases may be of one patient', async () => {
    folder.file('own/metadata.csv', 'case,patient,age\nA,p1,061Y\nB,p1,\nC,p2,999\n');
    const { row } = await caseTable(`${folder.path}/own`);
    expect([row('a').patient, row('B').patient, row('C.nii.gz').patient]).toEqual(['p1', 'p1', 'p2']);
    expect([row('A').facts.ageYears, row('C').facts.ageYears]).toEqual([61, undefined]);
  });

  it('cases.json gives the same, with a scheme and a licence for all', async () => {
    const cases = {
      one: { patient: 'p', sex: 'F', age: 61, phase: 'portal-venous', scanner: 'phantom' },
      two: {},
    };
    folder.file(
      'json/cases.json',
      JSON.stringify({ format: 'overread-cases', scheme: 'abdomenatlas', licence: 'CC0-1.0', cases }),
    );
    const table = await caseTable(`${folder.path}/json`);
    expect(table.scheme).toBe('abdomenatlas');
    expect(table.row('one')).toEqual({
      facts: { licence: 'CC0-1.0', ageYears: 61, sex: 'F', phase: 'portal-venous', scanner: 'phantom' },
      patient: 'p',
    });
    expect(table.row('two').facts).toEqual({ licence: 'CC0-1.0' });
    folder.file('json/cases.json', '{"format": "something else"}');
    expect((await caseTable(`${folder.path}/json`)).row('one')).toEqual({ facts: {} });
  });

  it('a folder without one, or one without ids, says nothing', async () => {
    folder.file('none/readme.txt', '');
    folder.file('odd/metadata.csv', 'colour\nred\n');
    for (const name of ['none', 'odd', 'missing'])
      expect((await caseTable(`${folder.path}/${name}`)).row('red')).toEqual({ facts: {} });
  });

  it('quotes hold separators, line breaks and quotes', () => {
    expect(parseCsv('a,"b, c"\r\n"d ""e""\nf",\n')).toEqual([
      ['a', 'b, c'],
      ['d "e"\nf', ''],
    ]);
    expect(parseCsv('one cell')).toEqual([['one cell']]);
  });
});
