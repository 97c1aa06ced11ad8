import { describe, expect, it } from 'vitest';
import { publishedContract } from '../published.contract.ts';
import type { PublishedItem, PublishedRecord } from '../published.ts';
import medxpertqa from './medxpertqa-mm.ts';

publishedContract(medxpertqa);

const options = [...'ABCDE'].map((letter) => ({ letter, text: `finding ${letter.toLowerCase()}${letter}x` }));
const record: PublishedRecord<{ letter: string }> = {
  item: { id: 'MM-1', options, facets: {} } as unknown as PublishedItem,
  reference: { letter: 'D' },
};
const right = async (text: string, protocol: 'published' | 'strict') =>
  (await medxpertqa.measure(record, { text, status: 'answered' }, { protocol, mode: 'reasoning' })).item
    .right;

describe('MedXpertQA replies', () => {
  it.each([
    ['D', 1, 1],
    ['(D).', 1, 1],
    ['A patient like this needs \\boxed{D}', 1, 1],
    ['\\boxed{\\text{(D)}}', 1, 1],
    ['<think>A</think>\nD', 1, 1],
    ['A patient like this needs D', 0, 0],
    ['A rash is seen. The answer is D.', 0, 1],
    ['D or E', 1, 0],
    ['\\boxed{C} since D is worse', 0, 0],
    ['F', 0, 0],
  ])('%j counts %i as published and %i strictly', async (text, published, strict) => {
    expect([await right(text, 'published'), await right(text, 'strict')]).toEqual([published, strict]);
  });
});
