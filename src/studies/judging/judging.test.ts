// The judge study: labelled items as lines, agreement of scripted judges, and what a kind judge is worth.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptedJudges } from './check.ts';
import { agreementRows, readLabelled } from './labelled.ts';

async function withFile<T>(text: string, work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'overread-judging-'));
  try {
    const path = join(folder, 'items.jsonl');
    await writeFile(path, text);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('labelled items', () => {
  it('are lines with a reference, an answer and a label', async () => {
    const items = await withFile(
      '{"reference":"a","answer":"b","label":1}\n{"id":7,"cluster":"p","question":"q","reference":"a","answer":"a","label":5}\n',
      readLabelled,
    );
    expect(items).toEqual([
      { id: '1', item: { question: '', reference: 'a', answer: 'b' }, label: 1 },
      { id: '7', cluster: 'p', item: { question: 'q', reference: 'a', answer: 'a' }, label: 5 },
    ]);
  });

  it('end in a typed error where a label is missing or nothing is there', async () => {
    await expect(withFile('{"reference":"a","answer":"b"}\n', readLabelled)).rejects.toThrow(
      /record 1: "label"/,
    );
    await expect(withFile('', readLabelled)).rejects.toMatchObject({ code: 'bad-argument' });
  });
});

describe('agreement', () => {
  it('tells a careful judge from a kind one', async () => {
    const { careful, kind } = await scriptedJudges('4', 100);
    // One in ten turned over: equal in 90 %.
    expect(careful.equal.value).toBeCloseTo(0.9, 12);
    expect(careful.kappa.ci95?.[0]).toBeGreaterThan(0.5);
    expect(kind.kappa.value).toBeCloseTo(0, 12);
    expect(kind.bias.value).toBeCloseTo(1 - (kind.equal.value ?? 0), 12);
    const { measures, table } = agreementRows(careful);
    expect(measures[0]).toEqual(['agreement with people', '100 of 100 items']);
    expect(table).toHaveLength(3);
  });
});
