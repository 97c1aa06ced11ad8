import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openData } from '../../../records/data-root.ts';
import { checkData } from '../../data-check.ts';
import { publishedContract } from '../../published.contract.ts';
import type { PublishedItem, PublishedRecord } from '../../published.ts';
import { recordOptions } from '../../published-source.ts';
import gmai from './index.ts';

publishedContract(gmai);

type Reference = { readonly letters: readonly string[] };

const options = ['Pneumonia', 'Edema', 'Mass'].map((text, at) => ({ letter: 'ABC'[at], text }));
const asked = (letters: string): PublishedRecord<Reference> => ({
  item: { id: 'x', options, facets: {} } as unknown as PublishedItem,
  reference: { letters: [...letters] },
});
const measured = async (key: string, text: string, protocol: 'published' | 'strict') =>
  gmai.measure(asked(key), { text, status: 'answered' }, { protocol, mode: 'choice' });

describe('GMAI-MMBench scores', () => {
  it('several right options: AB answered with ABC hits 2 of 3 predicted and 2 of 2 wanted', async () => {
    const { item } = await measured('AB', 'A, B, C', 'strict');
    expect(item.several?.precision).toBeCloseTo(2 / 3, 12);
    expect(item.several?.recall).toBe(1);
    expect(item.right).toBeNull();
  });

  it.each([
    ['The answer is B.', 1, 1],
    ['Edema', 1, 1],
    ['A', 0, 0],
    ['A mass, no: B', 0, 1],
    ['B. It is because of the many bilateral opacities in this film', 0, 1],
    ['I cannot tell', 0, 0],
  ])('%j scores %i as published and %i strictly', async (text, published, strict) => {
    expect((await measured('B', text, 'published')).item.right).toBe(published);
    expect((await measured('B', text, 'strict')).item.right).toBe(strict);
  });

  it('a read that failed is wrong where one answer was wanted, and hits nothing where several were', async () => {
    const failed = (key: string) =>
      gmai.measure(asked(key), { text: '', status: 'failed' }, { protocol: 'strict', mode: 'choice' });
    expect((await failed('B')).item).toMatchObject({ right: 0 });
    expect((await failed('AB')).item).toMatchObject({ right: null, several: { precision: 0, recall: 0 } });
    expect((await failed('')).item.right).toBeNull();
  });

  it('withheld answers are in no denominator', async () => {
    const { outcome, item } = await measured('', 'A', 'strict');
    expect([outcome, item.right]).toEqual(['scored', null]);
  });

  it('the macro average counts groups alike', () => {
    const item = (right: number, department: string) => ({ right, guess: 0.5, facets: { department } });
    const items = [item(1, 'eye'), item(0, 'lung'), item(0, 'lung'), item(0, 'lung')];
    const [micro, , macro] = gmai.metrics('strict', 'choice');
    expect(micro.of(items)).toBe(0.25);
    expect(macro.of(items)).toBe(0.5);
  });
});

describe('GMAI-MMBench tables', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gmai-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('a table without a column is named with it', async () => {
    await writeFile(
      join(folder, 'GMAI-MMBench_VAL.tsv'),
      'index\timage\tquestion\tA\tB\tanswer\n1\tx\tq\ta\tb\tA\n',
    );
    const { findings } = await checkData(gmai as never, await openData(folder));
    expect(findings.map(({ message }) => message).join('\n')).toMatch(
      /record 1: "(clinical vqa task|department)"/,
    );
  });

  it('cells of 100 KB with quoted line breaks beside them, and a picture named by its row', async () => {
    const picture = Buffer.alloc(75_000, 7).toString('base64');
    const head = ['index', 'image', 'question', 'A', 'B', 'C', 'answer', 'category', 'clinical VQA task'];
    head.push('department', 'perceptual granularity', 'modality');
    const tail = ['label', 'Task', 'Department', 'Image Level', 'CT'];
    const rows = [
      ['1', picture, '"What is\nseen ""here""?"', 'one', 'two', '', 'A', ...tail],
      ['2', '1', 'And now?', 'one', 'two', 'three', 'C', ...tail],
      ['3', picture, 'Again?', 'one', 'two', '', 'B', ...tail],
    ];
    await writeFile(
      join(folder, 'GMAI-MMBench_VAL.tsv'),
      [head, ...rows].map((r) => r.join('\t')).join('\n'),
    );
    const found: PublishedRecord<unknown>[] = [];
    for await (const record of gmai.records(await openData(folder), recordOptions(gmai as never, {})))
      found.push(record);
    expect(found.map(({ item }) => item.text)).toEqual(['What is\nseen "here"?', 'And now?', 'Again?']);
    expect(found.map(({ item }) => item.options.length)).toEqual([2, 3, 2]);
    // One picture, one cluster.
    expect(new Set(found.map(({ item }) => item.patientId)).size).toBe(1);
    for (const { item } of found) {
      const part = item.prompt.find(({ type }) => type === 'image');
      expect(part?.type === 'image' && (await part.image.load()).length).toBe(75_000);
    }
    // The label is the answer in words: no reader may see it.
    expect(JSON.stringify(found.map(({ item }) => item))).not.toContain('label');
    expect((await readFile(join(folder, 'GMAI-MMBench_VAL.tsv'))).length).toBeGreaterThan(200_000);
  });
});
