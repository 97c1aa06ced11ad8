import { describe, expect, it } from 'vitest';
import { publishedContract } from '../../published.contract.ts';
import type { PublishedItem, PublishedRecord } from '../../published.ts';
import micro from './index.ts';

publishedContract(micro);

const options = ['neutrophil', 'basophil', 'none of the above'].map((text, at) => ({
  letter: 'ABC'[at],
  text,
}));
const record: PublishedRecord<{ letter: string }> = {
  item: { id: 'x', options, facets: { dataset: 'acevedo_et_al_2020' } } as unknown as PublishedItem,
  reference: { letter: 'B' },
};
const right = async (text: string, protocol: 'published' | 'strict') =>
  (await micro.measure(record, { text, status: 'answered' }, { protocol, mode: 'fine' })).item.right;

describe('μ-Bench replies', () => {
  it.each([
    ['B', 1, 1],
    ['B) basophil', 1, 1],
    ['  B', 1, 1],
    ['The cell is B) basophil', 1, 1],
    ['b', 0, 1],
    ['b) basophil', 0, 1],
    ['basophil', 0, 1],
    ['Because it is a neutrophil', 1, 0],
    ['A) neutrophil B) basophil C) none of the above', 1, 0],
    ['A', 0, 0],
    ['', 0, 0],
  ])('%j counts %i as published and %i strictly', async (text, published, strict) => {
    expect([await right(text, 'published'), await right(text, 'strict')]).toEqual([published, strict]);
  });

  it('the official fine total leaves two data sets out', () => {
    const item = (value: number, dataset: string) => ({ right: value, guess: 0.5, facets: { dataset } });
    const items = [
      item(1, 'kather_et_al_2016'),
      item(0, 'eulenberg_et_al_2017_darkfield'),
      item(0, 'eulenberg_et_al_2017_epifluorescence'),
    ];
    const values = micro.metrics('published', 'fine').map((metric) => [metric.id, metric.of(items)]);
    expect(Object.fromEntries(values)).toEqual({
      accuracy: 1,
      'accuracy-all': 1 / 3,
      'macro-dataset': 1 / 3,
      pathology: 1,
    });
  });
});
