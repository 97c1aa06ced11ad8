import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Grounder } from '../../../domain/expert.ts';
import { notes } from '../../regions/logged-reads.ts';
import { readPictures } from '../../regions/testing/reading.ts';
import abnormalityGrounding from '../abnormality-grounding.ts';
import { cardsIn, cardsWith, type NamedCard } from './card.ts';
import k2sight from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'k2sight-'));
});
afterAll(() => rm(folder, { recursive: true }));

const names = (text: string, cards: readonly NamedCard[]) => cardsIn(text, cards).map(({ name }) => name);
const picture = { width: 40, height: 20, channels: 1 as const, data: new Uint8Array(800).fill(9) };
const asked = {
  pictures: [picture],
  text: 'Where are the white blood cells?',
  question: { text: 'Where are the white blood cells?', options: [], answerKind: 'text' as const },
};

describe('cards', () => {
  it('are found by name, synonym and plural; a longer name hides the shorter one in it', async () => {
    const cards = await cardsWith(undefined);
    expect(names('Is there a Ground Glass Opacity or a lung mass?', cards)).toEqual([
      'ground-glass opacity',
      'pulmonary mass',
    ]);
    expect(names('Mark all RBCs and the leukocytes.', cards)).toEqual(['red blood cell', 'white blood cell']);
    expect(names('The massive bar', cards)).toEqual([]);
  });
  it('say for each finding what it looks like, in more than one way, and where that is from', async () => {
    const cards = await cardsWith(undefined);
    expect(cards.length).toBeGreaterThanOrEqual(25);
    for (const { name, attributes, description, source } of cards) {
      expect(Object.keys(attributes).length, name).toBeGreaterThanOrEqual(2);
      expect(description, name).toMatch(/^[A-Z].*\.$/);
      expect(source, name).toMatch(/./);
    }
    const all = cards.flatMap(({ name, synonyms }) => [name, ...synonyms]).map((word) => word.toLowerCase());
    expect(new Set(all).size).toBe(all.length);
  });
  it('of a file come over the built-in ones; one without a sentence is told by its attributes', async () => {
    const file = join(folder, 'cards.json');
    await writeFile(
      file,
      JSON.stringify({ vexoma: { attributes: { shape: 'ring', density: 'dark' }, source: 'x' } }),
    );
    const cards = await cardsWith(file);
    expect(cards.find(({ name }) => name === 'vexoma')?.description).toBe('shape: ring; density: dark.');
    await writeFile(file, '{"vexoma": {"attributes": {}}}');
    await expect(cardsWith(file)).rejects.toMatchObject({ code: 'file-corrupt' });
    await expect(cardsWith(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'file-not-found' });
  });
  it('are looked for in any text without an exception', async () => {
    const cards = await cardsWith(undefined);
    fc.assert(
      fc.property(fc.string(), (text) => void cardsIn(text, cards)),
      { numRuns: 50 },
    );
  });
});

describe('k2sight and abnormality-grounding', () => {
  it('tell attributes or a sentence, and turn the model’s thousandths into pixels', async () => {
    for (const [plugin, words] of [
      [k2sight, '- texture:'],
      [abnormalityGrounding, 'means: A large cell'],
    ] as const) {
      const { outcome, seen } = await readPictures(plugin, {
        ...asked,
        replies: ['[{"box": [250, 500, 500, 1000]}]'],
      });
      const text = seen[0].turns.at(-1)?.text ?? '';
      expect(text).toContain(plugin === k2sight ? '- size: the largest cells' : words);
      expect(text).toContain('thousandths');
      expect(outcome.raw).toBe('[{"box":[10,10,20,20]}]');
      expect(notes(outcome, `${plugin.id}:cards`)[0].result).toMatchObject({ names: ['white blood cell'] });
    }
  });
  it('ask once more for boxes that cannot be read, and give the reply itself when that does not help', async () => {
    const { outcome, seen } = await readPictures(k2sight, {
      ...asked,
      replies: ['In the middle.', 'Still there.'],
    });
    expect(seen).toHaveLength(2);
    expect(outcome.raw).toBe('Still there.');
  });
  it('take the boxes of an expert that is told the same words, unsure ones left out', async () => {
    const phrases: string[] = [];
    const ground: Grounder = {
      id: 'test',
      hash: 'test',
      async ground(_, phrase) {
        phrases.push(phrase);
        return [
          { box: [1, 2, 11, 12], score: 0.9 },
          { box: [0, 0, 40, 20], score: 0.1 },
        ];
      },
    };
    const { outcome, seen } = await readPictures(k2sight, {
      ...asked,
      experts: { ground },
      options: { by: 'expert' },
      replies: [],
    });
    expect(seen).toHaveLength(0);
    expect(phrases[0]).toContain('dark violet nucleus');
    expect(JSON.parse(outcome.raw)).toEqual([{ box: [1, 2, 11, 12], score: 0.9 }]);
  });
  it('leave a benchmark its own form of answer when asked to', async () => {
    const { outcome, seen } = await readPictures(k2sight, {
      ...asked,
      options: { reply: 'as-asked', concept: 'platelet' },
      replies: ['<box>[[1, 2, 3, 4]]</box>'],
    });
    expect(outcome.raw).toBe('<box>[[1, 2, 3, 4]]</box>');
    expect(seen[0].turns.at(-1)?.text).toContain('much smaller than a red cell');
    expect(seen[0].turns.at(-1)?.text).not.toContain('thousandths');
  });
  it('without a card ask by the name alone', async () => {
    const question = { ...asked.question, text: 'Where is the vexoma?' };
    const { outcome } = await readPictures(k2sight, { ...asked, question, replies: ['[]'] });
    expect(notes(outcome, 'k2sight:cards')[0].result).toMatchObject({ names: [] });
    expect(outcome.raw).toBe('[]');
  });
});
