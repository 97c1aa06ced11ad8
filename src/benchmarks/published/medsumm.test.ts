import { expect, it } from 'vitest';
import { memoryData } from '../../records/testing/memory-source.ts';
import { checkData } from '../data-check.ts';
import { publishedContract } from '../published.contract.ts';
import type { PublishedBenchmark } from '../published.ts';
import medsumm from './medsumm.ts';

publishedContract(medsumm, { items: 12, secrets: ({ reference }) => [reference.summary] });

it('cells hold line breaks and doubled quotes, and a picture that is not there is said to be missing', async () => {
  const csv =
    'Codemixed_Question,image_path,Question_Summ_Updates\n' +
    '"Mujhe ""daag"" hai.\nDo hafte se.",Multimodal_images/skin rash/Image_1.jpg,"A rash, two weeks."\n';
  const data = memoryData({ 'sample.csv': Buffer.from(csv) });
  const found = [];
  for await (const one of medsumm.records(data, { mode: 'no-image', seed: '1' })) found.push(one);
  expect(found).toMatchObject([
    {
      item: { text: 'Mujhe "daag" hai.\nDo hafte se.', facets: { symptom: 'skin rash' } },
      reference: { summary: 'A rash, two weeks.' },
    },
  ]);
  const check = await checkData(medsumm as unknown as PublishedBenchmark, data);
  expect(check).toMatchObject({ pictures: 1, missingPictures: 1 });
});
