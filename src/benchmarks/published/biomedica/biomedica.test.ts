// BIOMEDICA: its shards by the common contract, and shards that the builder made out of article packages.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silent } from '../../../domain/progress.ts';
import { openData } from '../../../records/data-root.ts';
import { articleBody, articleText, writePackages } from '../../builders/biomedica/check.ts';
import builder from '../../builders/biomedica/index.ts';
import { licenceGroup, readArticle } from '../../builders/biomedica/nxml.ts';
import { publishedContract } from '../../published.contract.ts';
import biomedica from './index.ts';

publishedContract(biomedica, { items: 30, secrets: ({ reference }) => [reference.caption] });

it.each([
  ['B', 1],
  ['A plot is shown: B', 1],
  ['<think>A or C?</think>B. Microscopy', 1],
  ['A', 0],
  ['A or B', 0],
])('the reply "%s" about a picture of class B scores %i', async (text, right) => {
  const options = ['Maps', 'Microscopy', 'Tables', 'PCR'].map((name, at) => ({
    letter: 'ABCD'[at],
    text: name,
  }));
  const record = {
    item: { options },
    reference: { caption: '', classes: ['Microscopy'] },
  } as unknown as Parameters<typeof biomedica.measure>[0];
  const measured = await biomedica.measure(
    record,
    { text, status: 'answered' },
    { protocol: 'strict', mode: 'class' },
  );
  expect(biomedica.metrics('strict', 'class')[0].of([measured.item])).toBe(right);
  const cut = biomedica.breakdowns?.(
    [measured.item, { ...measured.item, class: 'Maps' }],
    'strict',
    'class',
  ).class;
  expect(Object.keys(cut ?? {})).toEqual(['Maps', 'Microscopy']);
});

describe('an article', () => {
  const text = articleText(articleBody(7));

  it('as released loses the caption of the nested graphic and mentions outside plain paragraphs', () => {
    const { figures, context } = readArticle(text, 'a.nxml', 'published');
    expect(figures.map(({ graphic, caption }) => [graphic, caption])).toEqual([
      ['gr7a', 'Plain caption 7.'],
      ['gr7b', 'No caption found'],
      ['gr7b_small', 'No caption found'],
      ['gr7c', 'No caption found'],
    ]);
    expect(context).toEqual({ gr7a: ['See Figure 1 for the plain one.'] });
  });

  it('read strictly has them', () => {
    const article = readArticle(text, 'a.nxml', 'strict');
    expect(article.figures.map(({ caption }) => caption)).toEqual([
      'Plain caption 7.',
      'Nested caption 7.',
      'Nested caption 7.',
      '',
    ]);
    expect(article.context.gr7a).toEqual(['See Figure 1 for the plain one.', 'Both figures are shown.']);
    expect(article.context.gr7b).toEqual(['Both figures are shown.', 'Listed: Figure 2.']);
    expect(article).toMatchObject({
      title: 'A title',
      journal: 'A Journal',
      pmid: '123',
      date: '2024-04-03',
      licence: 'CC-BY-4.0',
      keywords: ['one', 'two'],
      abstract: 'In short.',
    });
  });

  it('read strictly has a group’s caption where a figure has none of its own', () => {
    const body = `<fig-group id="g"><caption><p>Of the group.</p></caption>
<fig id="f1"><graphic xlink:href="one"/></fig>
<fig id="f2"><caption><p>Its own.</p></caption><graphic xlink:href="two"/></fig></fig-group>
<boxed-text><caption><title>A box</title></caption><fig id="f3"><graphic xlink:href="three"/></fig></boxed-text>`;
    const { figures } = readArticle(articleText(body), 'a.nxml', 'strict');
    expect(figures.map(({ graphic, caption }) => [graphic, caption])).toEqual([
      ['one', 'Of the group.'],
      ['two', 'Its own.'],
      // A box of text is about more than the figure in it.
      ['three', ''],
    ]);
  });

  it.each([
    ['CC-BY-4.0', 'commercial'],
    ['CC0-1.0', 'commercial'],
    ['CC-BY-ND-4.0', 'commercial'],
    ['CC-BY-NC-SA-4.0', 'noncommercial'],
    ['', 'other'],
  ])('under %s belongs to the group %s', (licence, group) => {
    expect(licenceGroup(licence)).toBe(group);
  });

  it.each([
    '',
    'no xml at all',
    '<other/>',
    text.slice(0, 40),
  ])('that is none ends in a typed error', (broken) => {
    expect(() => readArticle(broken, 'a.nxml', 'strict')).toThrow(/no article|no XML/);
  });
});

describe('the builder', () => {
  let scratch = '';
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'overread-biomedica-'));
    await writePackages(join(scratch, 'packages'), 6);
    await writeFile(
      join(scratch, 'labels.json'),
      JSON.stringify({
        '5': {
          panel_type: 'single',
          panel_subtype: 'single panel',
          global_class: ['Microscopy'],
          local_class: [],
        },
      }),
    );
    await writeFile(
      join(scratch, 'clusters.jsonl'),
      '{"image":"gr0a.jpg","cluster":5}\n{"image":"gr1a.jpg","cluster":"5"}\n',
    );
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  const make = (out: string, options: Record<string, string[]> = {}) =>
    builder.build({
      source: join(scratch, 'packages'),
      out: join(scratch, out),
      protocol: 'strict',
      seed: '1',
      options,
      progress: silent,
      signal: new AbortController().signal,
    });

  it('makes shards that the benchmark reads, labels and licences with them', async () => {
    const labels = [join(scratch, 'labels.json')];
    const summary = await make('a', { shard: ['5'], labels, clusters: [join(scratch, 'clusters.jsonl')] });
    expect(summary.items).toBe(12);
    expect(summary.files.filter((file) => file.endsWith('.tar'))).toHaveLength(3);
    expect(summary.counts).toMatchObject({
      articles: 6,
      'labelled by cluster': 2,
      'licence noncommercial': 4,
    });
    const data = await openData(join(scratch, 'a'));
    const captions: string[] = [];
    for await (const { reference, item } of biomedica.records(data, { mode: 'caption', seed: '0' })) {
      captions.push(reference.caption);
      expect(item.licence).toMatch(/^CC-BY/);
    }
    expect(captions.sort()).toEqual(
      [0, 1, 2, 3, 4, 5].flatMap((n) => [`Nested caption ${n}.`, `Plain caption ${n}.`]).sort(),
    );
    const classes: string[] = [];
    for await (const { item, reference } of biomedica.records(data, { mode: 'class', seed: '0' })) {
      classes.push(...reference.classes);
      // What stands beside the question must not be its answer.
      expect(Object.values(item.facets ?? {})).not.toContain('Microscopy');
    }
    expect(classes).toEqual(['Microscopy', 'Microscopy']);
    expect((await readFile(join(scratch, 'a', 'parquet/000000.parquet'))).subarray(0, 4).toString()).toBe(
      'PAR1',
    );
  });

  it('makes the same twice', async () => {
    expect((await make('b')).contentHash).toBe((await make('c')).contentHash);
  });

  it('says what it skipped, and refuses half of the labels', async () => {
    const { skipped } = await make('d');
    expect(skipped).toContainEqual({ reason: 'a figure without a caption', count: 6 });
    expect(skipped).toContainEqual({ reason: 'a picture that no figure of its article names', count: 6 });
    await expect(make('e', { labels: ['x'] })).rejects.toThrow(/together/);
  });
});
