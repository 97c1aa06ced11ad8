import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePng } from '../../imaging/write-png.ts';
import { criteriaSet } from '../criteria.ts';
import { criteriaPassages } from './criteria-passages.ts';
import { tokenRows } from './late-interaction.ts';
import { letterTokens, letterVector } from './letter-tokens.ts';
import { memoryBudget } from './memory.ts';
import { type LocalPassage, readPassages } from './passage-files.ts';
import { type PassageIndexOptions, passageIndex } from './passage-index.ts';
import { patchTokens } from './patch-tokens.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'passages-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function corpus(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = join(folder, name);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(root, file, '..'), { recursive: true });
    await writeFile(join(root, file), content);
  }
  return root;
}

const page = (level: number) =>
  encodePng({
    width: 16,
    height: 16,
    channels: 1,
    data: new Uint8Array(256).map((_, at) => (at % 2) * level),
  });

describe('passages of a folder', () => {
  it('come from lines, texts and pages, with their domain, source and text', async () => {
    const root = await corpus('mixed', {
      'reports.jsonl': '{"id": 7, "text": "Clear lungs.", "domain": "radiology", "patient": 12}\n\n',
      'pathology/notes.md': `${'Glands. '.repeat(70)}\n`,
      'pathology/page-1.png': await page(200),
      'pathology/page-1.txt': 'Tall cell variant',
      'pathology/page-2.png': await page(90),
    });
    const { passages } = await readPassages(root, { ocr: async () => 'read by OCR' });
    expect(passages.map(({ id, domain }) => [id, domain])).toEqual([
      ['7', 'radiology'],
      ['pathology/notes.md#0', 'pathology'],
      [expect.stringMatching(/^pathology\/notes\.md#\d+$/), 'pathology'],
      ['pathology/page-1.png', 'pathology'],
      ['pathology/page-2.png', 'pathology'],
    ]);
    expect(passages[0]).toMatchObject({ patientId: '12', source: 'reports.jsonl' });
    expect(passages[1].text.length).toBeLessThanOrEqual(400);
    expect(passages.slice(3).map(({ text }) => text)).toEqual(['Tall cell variant', 'read by OCR']);
    expect(await passages[4].picture?.()).toEqual(await page(90));
  });
  it('have a hash that a changed page changes', async () => {
    const first = await readPassages(await corpus('h1', { 'p.png': await page(100) }));
    const same = await readPassages(await corpus('h2', { 'p.png': await page(100) }));
    const other = await readPassages(await corpus('h3', { 'p.png': await page(101) }));
    expect(first.hash).toBe(same.hash);
    expect(first.hash).not.toBe(other.hash);
  });
  it.each([
    ['no-text', '{"id": 1}', 'file-corrupt', /record 1: it has neither text nor picture/],
    ['no-json', '{"id": ', 'file-truncated', /record 0|record 1/],
    ['twice', '{"id": 1, "text": "a"}\n{"id": "1", "text": "b"}', 'file-corrupt', /twice/],
    ['outside', '{"id": 1, "picture": "../../secret.png"}', 'path-escape', /outside/],
  ])('are refused with their record: %s', async (name, lines, code, words) => {
    const root = await corpus(name, { 'p.jsonl': lines });
    await expect(readPassages(root)).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  });
  it('end in a sentence when there are none, or too many for the memory', async () => {
    await expect(readPassages(await corpus('none', { 'a.csv': 'x' }))).rejects.toMatchObject({
      code: 'format-unknown',
    });
    const root = await corpus('much', { 'a.txt': 'lung '.repeat(4000) });
    await expect(readPassages(root, { memory: memoryBudget(10_000) })).rejects.toMatchObject({
      code: 'limit-exceeded',
    });
  });
  it('are the built-in criteria with their sources, when those are asked for', () => {
    const { passages } = criteriaPassages();
    expect(passages).toHaveLength(criteriaSet('guideline').criteria.length);
    for (const { source } of passages) expect(source).not.toBe('');
  });
});

const reports: LocalPassage[] = [
  {
    id: 'own',
    text: 'Left pleural effusion, moderate in size.',
    source: 's',
    domain: 'radiology',
    patientId: 'p1',
  },
  {
    id: 'other',
    text: 'Small pleural effusion on the left side.',
    source: 's',
    domain: 'radiology',
    patientId: 'p2',
  },
  {
    id: 'again',
    text: 'Small pleural effusion, on the LEFT side',
    source: 's',
    domain: 'radiology',
    patientId: 'p3',
  },
  {
    id: 'bone',
    text: 'Fracture of a rib without effusion.',
    source: 's',
    domain: 'radiology',
    patientId: 'p4',
  },
  {
    id: 'gland',
    text: 'Effusion cytology shows gland cells.',
    source: 's',
    domain: 'pathology',
    patientId: 'p5',
  },
  { id: 'general', text: 'Pleural effusion is fluid around the lung.', source: 's' },
];
const encoder = {
  id: 'letters',
  hash: 'l',
  text: async (texts: readonly string[]) => texts.map(letterVector),
};
const tokens = {
  ...{ id: 'letters', hash: 'l', joint: false },
  text: async (texts: readonly string[]) => texts.map(letterTokens),
  picture: ({ bytes }: { bytes: Uint8Array }) => patchTokens(bytes),
};
const search = async (
  options: PassageIndexOptions,
  query: Parameters<Awaited<ReturnType<typeof passageIndex>>['search']>[0],
) => (await passageIndex(reports, options)).search(query);

describe('a search', () => {
  const methods: PassageIndexOptions[] = [
    { method: 'bm25' },
    { method: 'vectors', encoder },
    { method: 'late', tokens },
    { method: 'fusion', encoder, tokens },
    { method: 'fusion', fuse: 'scores', encoder, tokens },
    { method: 'random' },
  ];
  it.each(
    methods,
  )('by $method never returns the patient’s own passage, another domain’s, or one twice', async (options) => {
    const found = await search(options, {
      text: 'left pleural effusion',
      k: 6,
      domain: 'Radiology',
      notOf: 'p1',
    });
    const ids = found.map(({ passage }) => passage.id);
    expect(ids).not.toContain('own');
    expect(ids).not.toContain('gland');
    expect(ids.filter((id) => id === 'other' || id === 'again')).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
  });
  it.each(methods.slice(0, 5))('by $method finds the passage that says it', async (options) => {
    const [first] = await search(options, { text: 'broken rib, fracture', k: 3 });
    expect(first.passage.id).toBe('bone');
  });
  it('shows fewer than k where the scores fall off', async () => {
    const all = await search({ method: 'bm25' }, { text: 'rib fracture', k: 5 });
    const cut = await search(
      { method: 'bm25', threshold: 1.5 },
      { text: 'small effusion rib fracture', k: 5 },
    );
    expect(all).toHaveLength(1);
    expect(cut.every(({ score }) => cut[0].score / score < 1.5)).toBe(true);
    expect(cut.length).toBeLessThan(5);
  });
  it('says how peaky the evidence is, of late interaction', async () => {
    const [first] = await search({ method: 'late', tokens }, { text: 'fracture', k: 1 });
    expect(first.spread).toMatchObject({ tokens: 4, max: expect.closeTo(1, 5) });
  });
  it('looks for pictures in pictures of pages', async () => {
    const stripes = (from: number) =>
      encodePng({
        width: 32,
        height: 32,
        channels: 1,
        data: new Uint8Array(1024).map((_, at) => ((at >> from) & 2) * 90),
      });
    const [upright, lying] = [await stripes(0), await stripes(5)];
    const pages: LocalPassage[] = [
      { id: 'lying', text: 'a', source: 's', picture: async () => lying },
      { id: 'upright', text: 'b', source: 's', picture: async () => upright },
    ];
    const index = await passageIndex(pages, { method: 'late', tokens });
    const [first] = await index.search({ picture: { bytes: upright }, k: 2 });
    expect(first).toMatchObject({ passage: { id: 'upright' }, score: expect.closeTo(1, 5) });
  });
  it('looks at pages and not at their text where words and pictures share a space', async () => {
    const joint = {
      ...{ id: 'joint', hash: 'j', joint: true },
      text: async (texts: readonly string[]) =>
        texts.map((text) => tokenRows([text === 'red' ? [1, 0] : [0, 1]])),
      picture: async ({ bytes }: { bytes: Uint8Array }) => tokenRows([bytes[0] === 1 ? [1, 0] : [0, 1]]),
    };
    const pages: LocalPassage[] = [
      { id: 'says-red', text: 'red', source: 's', picture: async () => new Uint8Array([2]) },
      { id: 'is-red', text: 'blue', source: 's', picture: async () => new Uint8Array([1]) },
    ];
    const index = await passageIndex(pages, { method: 'late', tokens: joint });
    expect((await index.search({ text: 'red', k: 1 }))[0].passage.id).toBe('is-red');
  });
  it('says what it lacks', async () => {
    await expect(search({ method: 'vectors' }, { text: 'a', k: 1 })).rejects.toMatchObject({
      code: 'bad-argument',
    });
    await expect(search({ method: 'bm25' }, { picture: { bytes: new Uint8Array() }, k: 1 })).rejects.toThrow(
      /compares words/,
    );
    await expect(search({ method: 'bm25' }, { text: ' ', k: 1 })).rejects.toThrow(/words or a picture/);
    await expect(
      passageIndex(reports, { method: 'vectors', encoder, memory: memoryBudget(2000) }),
    ).rejects.toMatchObject({ code: 'limit-exceeded' });
  });
});
