import { describe, expect, it } from 'vitest';
import { publishedContract } from '../published.contract.ts';
import type { PublishedItem, PublishedRecord } from '../published.ts';
import omnimedvqa from './omnimedvqa.ts';

publishedContract(omnimedvqa, {
  secrets: ({ item }) =>
    item.type === 'modality-recognition' ? ['modality_type', 'Tone_2020/', 'Shade Study/'] : [],
});

const options = ['Glioma', 'Meningioma', 'No tumor', 'Pituitary tumor'].map((text, at) => ({
  letter: 'ABCD'[at],
  text,
}));
const record: PublishedRecord<{ letter: string; answer: string }> = {
  item: { id: 'x', options, facets: {} } as unknown as PublishedItem,
  reference: { letter: 'C', answer: 'No tumor' },
};
const measured = (
  text: string,
  protocol: 'published' | 'strict',
  status: 'answered' | 'failed' = 'answered',
) => omnimedvqa.measure(record, { text, status }, { protocol, mode: 'candidates' });

describe('OmniMedVQA replies', () => {
  it.each([
    ['No tumor', 1, 1],
    ['no tumor.', 1, 1],
    ['There is no tumor', 1, 1],
    ['The answer is C', 0, 1],
    ['Not a tumour', 1, 0],
    ['zzz', 0, 0],
  ])('%j counts %i as published and %i strictly', async (text, published, strict) => {
    expect((await measured(text, 'published')).item.right).toBe(published);
    expect((await measured(text, 'strict')).item.right).toBe(strict);
  });

  it('requests that failed are in the strict denominator only', async () => {
    expect((await measured('', 'published', 'failed')).item.right).toBeNull();
    expect((await measured('', 'strict', 'failed')).item.right).toBe(0);
  });

  it('what asks for the modality says neither the modality nor the set', async () => {
    const { mkdtemp, rm } = await import('node:fs/promises');
    const { openData } = await import('../../records/data-root.ts');
    const folder = await mkdtemp('/tmp/omnimedvqa-');
    await omnimedvqa.fixture(folder, { items: 20, seed: '1' });
    for await (const { item } of omnimedvqa.records(await openData(folder), {
      mode: 'candidates',
      seed: '0',
    }))
      if (item.type === 'modality-recognition')
        expect(Object.keys(item.facets ?? {})).toEqual(['question type']);
    await rm(folder, { recursive: true });
  });
});
