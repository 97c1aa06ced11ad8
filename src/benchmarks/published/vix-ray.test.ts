import { expect, it } from 'vitest';
import { memoryData } from '../../records/testing/memory-source.ts';
import { publishedContract } from '../published.contract.ts';
import vixRay from './vix-ray.ts';

publishedContract(vixRay, { items: 12, secrets: ({ reference }) => [reference.text] });

it('a Vietnamese column is found, and a text read alike, whether marks are apart from letters or not', async () => {
  const line = (form: 'NFC' | 'NFD') =>
    JSON.stringify({
      image: '',
      findings: 'Hai phổi sáng',
      impressions: 'Bình thường',
      'Kỹ thuật': 'Chụp thẳng',
    }).normalize(form);
  const data = memoryData({ 'test.jsonl': Buffer.from(`${line('NFC')}\n${line('NFD')}\n`) });
  const found = [];
  for await (const one of vixRay.records(data, { mode: 'findings', seed: '1' })) found.push(one);
  expect(found.map(({ item }) => item.facets?.technique)).toEqual(['chụp thẳng', 'chụp thẳng']);
  expect(new Set(found.map(({ reference }) => reference.text)).size).toBe(1);
});
