import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openData } from '../../records/data-root.ts';
import { publishedContract } from '../published.contract.ts';
import pmcVqa from './pmc-vqa.ts';

publishedContract(pmcVqa);

describe('rows of PMC-VQA', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pmc-vqa-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function read(csv: string, columns: Record<string, string> = {}) {
    await writeFile(join(folder, 'test_clean.csv'), csv);
    const found = [];
    const options = { mode: 'clean', seed: '0', columns };
    for await (const record of pmcVqa.records(await openData(folder), options)) found.push(record);
    return found;
  }
  const head = 'Figure_path,Question,Answer,Choice A,Choice B,Choice C,Choice D';
  const measured = async (row: string, text: string, protocol: 'published' | 'strict') => {
    const [record] = await read(`${head}\n${row}\n`);
    const { item } = await pmcVqa.measure(record, { text, status: 'answered' }, { protocol, mode: 'clean' });
    return item.right;
  };

  it('the answer is a letter, a letter with its text, or the words of an option', async () => {
    const cells = ' A:liver , B:Left lung, C:heart, D:spleen';
    for (const [answer, letter] of [
      ['B', 'B'],
      [' B:Left lung', 'B'],
      ['left lung', 'B'],
      ['kidney', undefined],
    ] as const) {
      const [{ reference, item }] = await read(`${head}\nPMC7_F1.jpg,Which?,${answer},${cells}\n`);
      expect(reference.letter).toBe(letter);
      expect(item.options.map(({ text }) => text)).toEqual(['liver', 'Left lung', 'heart', 'spleen']);
      expect(item.patientId).toBe('PMC7');
    }
  });
  it('as released, the shortest option that holds the last character wins; strict reads the letter', async () => {
    const row = 'PMC7_F1.jpg,Which?,B, A:Blood, B:bone marrow, C:fat, D:skin';
    expect(await measured(row, 'The answer is B', 'strict')).toBe(1);
    // difflib: " A:Blood" holds the B and is shorter than " B:bone marrow".
    expect(await measured(row, 'The answer is B', 'published')).toBe(0);
    expect(await measured(row, 'w', 'published')).toBe(1);
    expect(await measured(row, 'B.', 'published')).toBe(0);
  });
  it('a row without a right option counts as published and is left out by strict', async () => {
    const row = 'PMC7_F1.jpg,Which?,kidney, A:a, B:b, C:c, D:d';
    expect(await measured(row, 'A', 'published')).toBe(0);
    expect(await measured(row, 'A', 'strict')).toBeNull();
  });
  it('a missing column is named, with how to name another', async () => {
    const other = head.replace('Question', 'Frage');
    const row = '\nPMC7_F1.jpg,Which?,B, A:a, B:b, C:c, D:d\n';
    await expect(read(`${other}${row}`)).rejects.toThrow(/no column "Question".*--column question=NAME/);
    expect((await read(`${other}${row}`, { question: 'Frage' }))[0].item.text).toBe('Which?');
  });
});
