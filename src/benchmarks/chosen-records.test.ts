import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openData } from '../records/data-root.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { chosenRecords, countNodes } from './chosen-records.ts';
import gmai from './published/gmai-mmbench/index.ts';
import type { PublishedBenchmark } from './published.ts';
import { fingerprint, openPublished, recordOptions } from './published-source.ts';

const plugin = gmai as unknown as PublishedBenchmark;

describe('a tree of facets as a filter', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'facets-'));
    await gmai.fixture(folder, { items: 48, seed: '1' });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  type Split = 'validation' | 'any';
  const chosen = (facets: Record<string, string[]>, split: Split = 'validation') =>
    recordOptions(plugin, { facets, ...(split === 'any' ? {} : { split }) });
  const ids = async (facets: Record<string, string[]>, split?: Split) => {
    const found: string[] = [];
    for await (const { item } of chosenRecords(plugin, await openData(folder), chosen(facets, split)))
      found.push(item.id);
    return found;
  };

  it('nodes of one facet join, nodes of several cross, in any letter case', async () => {
    const all = await ids({});
    const boxes = await ids({ 'perceptual granularity': ['Box Level'] });
    const masks = await ids({ 'perceptual granularity': ['mask level'] });
    const either = await ids({ 'perceptual granularity': ['BOX LEVEL', 'Mask Level'] });
    const eyes = await ids({ department: ['Ophthalmology'] });
    const eyeBoxes = await ids({ 'perceptual granularity': ['Box Level'], department: ['Ophthalmology'] });
    expect([...boxes, ...masks].sort()).toEqual([...either].sort());
    expect(eyeBoxes).toEqual(boxes.filter((id) => eyes.includes(id)));
    expect(either.length).toBeLessThan(all.length);
    expect(boxes.length).toBeGreaterThan(0);
  });

  it('counts of nodes add up, within what is chosen', async () => {
    const { items, nodes } = await countNodes(plugin, await openData(folder), chosen({}));
    const sum = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((total, count) => total + count, 0);
    expect(items).toBe(48);
    expect(sum(nodes.department)).toBe(48);
    const within = await countNodes(
      plugin,
      await openData(folder),
      chosen({ department: ['Ophthalmology'] }),
    );
    expect(within.items).toBe(nodes.department.Ophthalmology);
    expect(Object.keys(within.nodes.department)).toEqual(['Ophthalmology']);
  });

  it('a chosen set is a source of its own, with an identity of its own', async () => {
    const data = await openData(folder);
    const facets = { department: ['Ophthalmology'] };
    const whole = await openPublished(plugin, data, memoryBlobs());
    const part = await openPublished(plugin, data, memoryBlobs(), { facets });
    const questions = async (source: typeof whole) => {
      const found: string[] = [];
      for await (const { id } of source.eachQuestion()) found.push(id);
      return found;
    };
    expect(await questions(part)).toEqual(await ids({ ...facets, stage: ['recognition'] }, 'any'));
    expect((await questions(part)).length).toBeLessThan((await questions(whole)).length);
    expect(part.manifest.contentHash).not.toBe(whole.manifest.contentHash);
    const order = (values: string[]) => fingerprint('x', data, { ...chosen({ department: values }) });
    expect(await order(['a', 'b'])).toBe(await order(['b', 'a']));
  });

  it('a facet that there is not is refused', () => {
    expect(() => chosen({ colour: ['red'] })).toThrow(
      /no facet "colour": use stage, type, clinical vqa task/,
    );
  });
});
