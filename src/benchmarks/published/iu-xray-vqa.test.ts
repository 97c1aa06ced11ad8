import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openData } from '../../records/data-root.ts';
import { publishedContract } from '../published.contract.ts';
import iuXrayVqa from './iu-xray-vqa.ts';

publishedContract(iuXrayVqa);

describe('answers that a model wrote', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iu-xray-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function reference(answer: string, question = 'Is the heart enlarged?', mode = 'no-image') {
    const row = {
      question_id: 1,
      image: 'CXR1_IM-1/0.png',
      answer,
      question: `${question} \n<image>`,
      text: `${question} Please choose\n<image>`,
      report: 'The heart is of normal size.',
    };
    await writeFile(join(folder, 'iuxray_test.jsonl'), `${JSON.stringify(row)}\n`);
    for await (const record of iuXrayVqa.records(await openData(folder), { mode, seed: '0' })) return record;
    throw new Error('nothing was read');
  }

  it.each([
    ['Yes.', 'yes', 'yes'],
    ['- No', undefined, 'no'],
    ['No, not indicated.', 'no', 'no'],
    ['No information on ribs is provided.', 'no', undefined],
    ['Not mentioned', 'no', undefined],
    ['The report does not say.', undefined, undefined],
    ['', undefined, undefined],
  ])('%j: %s as the release counts, %s as it is stated', async (answer, released, stated) => {
    expect((await reference(answer)).reference).toMatchObject({ released, stated });
  });
  it.each([
    ['Are the bones intact? - Yes', true],
    ['Is there an effusion? No.', true],
    ['Is there any sign of disease, yes or no?', false],
    ['Is there a nodule?', false],
  ])('%j gives its answer away: %s', async (question, leaks) => {
    const { item, reference: said } = await reference('Yes', question);
    expect(item.facets?.wording === 'gives the answer away').toBe(leaks);
    expect(said.stated).toBe(leaks ? undefined : 'yes');
  });
  it('the report is shown in its own mode only', async () => {
    const words = async (mode: string) =>
      JSON.stringify((await reference('No', undefined, mode)).item.prompt).includes('normal size');
    expect([await words('report'), await words('no-image'), await words('picture')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
