import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openData } from '../../../records/data-root.ts';
import { tarSamples } from '../../../records/tar.ts';
import { findingBits, findingsMacroF1, labelScore } from '../../../scoring/clinical/finding-scores.ts';
import { claimedFindings } from '../../../scoring/clinical/findings.ts';
import { findingsOfMesh } from '../../../scoring/clinical/mesh-findings.ts';
import { publishedContract } from '../../published.contract.ts';
import iuXrayReports from './index.ts';
import { readOpenI } from './openi.ts';

publishedContract(iuXrayReports, { items: 12, secrets: ({ reference }) => [reference.text] });

describe('Open-i’s XML', () => {
  it('gives sections, headings and pictures, entities undone', () => {
    const xml = `<eCitation><uId id="CXR9"/><!-- <uId id="no"/> --><Abstract>
      <AbstractText Label="FINDINGS">Size &lt; 3 cm &amp; <i>round</i>&#46;</AbstractText>
      <AbstractText Label="IMPRESSION"/></Abstract>
      <MeSH><major>Nodule/lung</major><automatic>nodule</automatic></MeSH>
      <parentImage id='CXR9_1'></parentImage></eCitation>`;
    expect(readOpenI(xml, '9.xml')).toMatchObject({
      ...{ id: 'CXR9', findings: 'Size < 3 cm & round .', impression: '' },
      ...{ headings: ['Nodule/lung'], pictures: ['CXR9_1'] },
    });
  });
  it.each([
    ['', 'file-corrupt'],
    ['<eCitation><uId id="CXR1"/>', 'file-truncated'],
    ['<eCitation></eCitation>', 'file-corrupt'],
  ])('"%s" is refused', (xml, code) => {
    expect(() => readOpenI(xml, '1.xml')).toThrow(expect.objectContaining({ code }));
  });
});

const shared = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));

describe.skipIf(!existsSync(shared))('the reports of Open-i', () => {
  it('are 3,955, of which 3,425 have findings and 7,470 pictures are named', async () => {
    const data = await openData(`${shared}reports-openi`);
    const found = { all: 0, findings: 0, impression: 0, neither: 0, pictures: 0, normal: 0 };
    const items = {
      odd: [] as { said: number; wanted: number }[],
      even: [] as { said: number; wanted: number }[],
    };
    for await (const { value } of tarSamples(await data.open('NLMCXR_reports.tgz'))) {
      const record = readOpenI(new TextDecoder().decode(value.files.get('xml')), value.key);
      found.all++;
      if (record.findings !== '') found.findings++;
      if (record.impression !== '') found.impression++;
      if (record.findings === '' && record.impression === '') found.neither++;
      if (record.headings.includes('normal')) found.normal++;
      found.pictures += record.pictures.length;
      const truth = findingsOfMesh(record.headings);
      if (truth === undefined) continue;
      const said = findingBits(claimedFindings(`${record.findings}\n${record.impression}`));
      items[Number(record.id.slice(3)) % 2 === 1 ? 'odd' : 'even'].push({ said, wanted: findingBits(truth) });
    }
    expect(found).toEqual({
      ...{ all: 3955, findings: 3425, impression: 3921, neither: 28, pictures: 7470, normal: 1391 },
    });
    // The rules were written with an eye on the odd numbers; the even ones are their examination.
    expect(findingsMacroF1(items.even)).toBeGreaterThan(0.8);
    expect(findingsMacroF1(items.odd)).toBeGreaterThan(0.8);
    expect(labelScore(items.even, 'Cardiomegaly').f1).toBeGreaterThan(0.95);
  }, 30_000);
  it('the test list has 590 items', async () => {
    const data = await openData(`${shared}iu-xray-vqa`);
    let count = 0;
    for await (const { item } of iuXrayReports.records(data, { mode: 'report', seed: '1' }))
      count += item.split === 'test' ? 1 : 0;
    expect(count).toBe(590);
  });
});
