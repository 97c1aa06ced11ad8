import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rasterOfBytes } from '../../imaging/picture-bytes.ts';
import { writeTable } from '../longitudinal/check.ts';
import { ownItem } from '../published/own-items/format.ts';
import builder from './longitudinal-pairs.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pairs-'));
});
afterAll(() => rm(folder, { recursive: true }));

let runs = 0;
async function build(source: string, options: Record<string, readonly string[]> = {}, protocol = 'strict') {
  const out = join(folder, `out-${++runs}`);
  const summary = await builder.build({
    source,
    out,
    seed: '7',
    protocol: protocol as 'strict' | 'published',
    options,
    progress: { start() {}, advance() {}, finish() {} },
    signal: new AbortController().signal,
  });
  const lines = (await readFile(join(out, 'items.jsonl'), 'utf8')).trim().split('\n');
  return { summary, out, items: lines.map((line) => ownItem.parse(JSON.parse(line))) };
}

describe('longitudinal-pairs', () => {
  it('makes items of one’s own from a table of visits, films and all', async () => {
    const source = await writeTable(join(folder, 'table'), '3', 4);
    const { summary, items, out } = await build(source);
    expect(summary.items).toBe(4 * 6);
    expect(summary.skipped).toEqual([
      { reason: 'a statement of an earlier report speaks of change', count: 4 },
    ]);
    const [first] = items;
    expect(first.pictures).toHaveLength(2);
    expect((await rasterOfBytes(await readFile(join(out, first.pictures[1])))).width).toBe(32);
    expect(JSON.stringify(items)).not.toMatch(/synthetic-\d/);
    expect(first.patient).toMatch(/^patient-[a-z2-7]{16}$/);
  });
  it('the same seed gives the same folder', async () => {
    const options = { synthetic: ['3'], 'synthetic-visits': ['3'], visits: ['2'] };
    const [a, b] = [await build('any', options), await build('any', options)];
    expect(a.summary.contentHash).toBe(b.summary.contentHash);
    expect(a.summary.items).toBe(3 * 2 * 6);
    expect(a.items.every(({ facets }) => facets?.source === 'synthetic')).toBe(true);
  });
  it('reads one row a region, grades in words, and dates in any order of rows', async () => {
    const source = join(folder, 'long.csv');
    await writeFile(
      source,
      [
        'patient,study,date,region,grade,report',
        'p1,s2,2021-05-01,left lung base,severe,Left base worse.',
        'p1,s1,2020-05-01,left lower lobe,mild,Left base hazy.',
        'p1,s1,2020-05-01,heart,none,Left base hazy.',
        'p1,s2,2021-05-01,heart,purple,Left base worse.',
        'p2,s3,2021-05-01,heart,none,Normal.',
      ].join('\n'),
    );
    const { items, summary } = await build(source);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ answer: 'worse', pictures: [] });
    expect(items[0].question).toContain('left lower lung zone');
    expect(items[0].materials?.map(({ text }) => text)).toEqual(['Left base hazy.', 'Left base hazy.']);
    expect(summary.skipped.map(({ reason }) => reason)).toEqual([
      '"purple" is no grade',
      'a patient has one visit only',
    ]);
  });
  it('keeps what earlier reports say of change as published, and takes it out as strict', async () => {
    const source = await writeTable(join(folder, 'change'), '3', 2);
    const said = async (protocol: string) => JSON.stringify((await build(source, {}, protocol)).items);
    expect(await said('published')).toContain('Compared with the prior film');
    expect(await said('strict')).not.toContain('Compared with');
  });
  it('refuses shares above 1, and a source without a pair', async () => {
    await expect(build('any', { synthetic: ['2'], train: ['0.9'] })).rejects.toMatchObject({
      code: 'bad-argument',
    });
    const source = join(folder, 'one.csv');
    await writeFile(source, 'patient,study,region,grade\np,s,heart,1\n');
    await expect(build(source)).rejects.toMatchObject({ code: 'mask-empty' });
  });
});
