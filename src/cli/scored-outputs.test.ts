import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedPlugin } from '../benchmarks/published-plugins.ts';
import { recordOptions } from '../benchmarks/published-source.ts';
import { openData } from '../records/data-root.ts';
import { scoredOutputs } from './reading-published.ts';

const plugin = publishedPlugin('vqa-rad');
let folder: string;
const oracle = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'overread-outputs-'));
  await plugin.fixture(folder, { items: 24, seed: '1' });
  const chosen = recordOptions(plugin, { seed: '0', split: 'test' });
  for await (const record of plugin.records(await openData(folder), chosen))
    oracle.set(record.item.id, plugin.oracle(record, chosen.mode));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function scored(replies: Iterable<readonly [string, string]>) {
  const path = join(folder, 'replies.jsonl');
  await writeFile(
    path,
    [...replies].map(([id, prediction]) => JSON.stringify({ id, prediction })).join('\n'),
  );
  const [report] = await scoredOutputs({
    benchmark: 'vqa-rad',
    path,
    data: folder,
    split: 'test',
    protocols: ['strict'],
    seed: '0',
    signal: new AbortController().signal,
  });
  return report;
}

describe('replies of another harness beside a release', () => {
  it('score in full when all are right, without a remark on ids', async () => {
    const { readers, notes } = await scored(oracle);
    expect(readers[0].overall[0].score).toBe(1);
    expect(notes.join(' ')).not.toMatch(/no reply|left out/);
  });
  it('are counted where items have none, and where no item has their id', async () => {
    const [first] = oracle;
    const { readers, notes } = await scored([first, ['nobody', 'yes']]);
    expect(readers[0].overall[0].failed).toBe(oracle.size - 1);
    expect(notes).toContain(`${oracle.size - 1} of ${oracle.size} items have no reply and count as failed.`);
    expect(notes).toContain('Replies that meet none of the items chosen and were left out: 1.');
  });
  it('of other ids throughout are an error and not 0 %', async () => {
    const renamed = [...oracle].map(([id, reply]) => [`x-${id}`, reply] as const);
    await expect(scored(renamed)).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
