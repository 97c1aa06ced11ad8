import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Report } from '../domain/report.ts';
import { subtypeName } from '../scoring/subtypes.ts';
import { breakableName, escapeHtml } from './escape.ts';
import { findings } from './findings.ts';
import { dollars, holdsChance, interval, percent, points, pValue, readerNames } from './format.ts';
import { renderHtml, renderMarkdown, renderTable } from './render.ts';
import { sampleReport } from './testing/sample.ts';
import { alignColumns, shownWidth } from './text-table.ts';

const report = sampleReport({ questions: 420, patients: 60 });
const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'a|b`c`**d**',
  '\u001b[31mred\n\u202e',
  '&lt;',
];
const hostile = sampleReport({ questions: 168, patients: 40, names: HOSTILE });
const empty: Report = {
  benchmark: { name: 'empty', contentHash: 'abc', questions: 0, patients: 0 },
  readers: [],
  ladder: [],
  pairs: [],
  notes: [],
};

interface Node {
  textContent: string;
  children: { length: number };
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Node[];
}
const documentOf = (html: string): Node => parseHTML(html).document as unknown as Node;

describe('numbers', () => {
  it('are percent with one digit, signed points, and a dash for none', () => {
    expect(percent(0.6342)).toBe('63.4');
    expect(percent(null)).toBe('–');
    expect(points(0.032)).toBe('+3.2');
    expect(points(-0.0149)).toBe('−1.5');
    expect(points(-0.0001)).toBe('+0.0');
    expect(interval([0.581, 0.682])).toBe('[58.1, 68.2]');
    expect(interval(null)).toBe('–');
    expect(pValue(0.00042)).toBe('< 0.001');
    expect(dollars(0.0042)).toBe('$0.0042');
    expect(dollars(null)).toBe('–');
  });
});

describe('text tables', () => {
  it('right-align numbers under each other, whatever a character’s width', () => {
    const lines = alignColumns([
      ['', 'score'],
      ['読影', '7.0'],
      ['reader', '70.0'],
    ]);
    expect(lines.map((line) => shownWidth(line))).toEqual([13, 13, 13]);
  });
  it('shorten long names in the middle, where readers differ least', () => {
    expect(alignColumns([['tools@model#oracle', '1']], { first: 11 })).toEqual(['tools…racle  1']);
  });
});

describe('the terminal table', () => {
  const lines = renderTable(report, { columns: 110 }).split('\n');
  it('shows every reader with score, interval, n, patients and chance', () => {
    const text = lines.join('\n');
    for (const { overall } of report.readers) {
      expect(text).toContain(percent(overall.score));
      expect(text).toContain(interval(overall.ci95));
    }
    expect(text).toMatch(/questions read +420 /);
    expect(text).toMatch(/patients +60 /);
    expect(text).toMatch(/chance .*33\.9/);
  });
  it('marks intervals that hold chance', () => {
    const row = lines.find((line) => line.startsWith('5 random')) ?? '';
    const marks = [
      ...Object.values(report.readers[4].stages),
      report.readers[4].overall,
      report.readers[4].macroOverall,
    ];
    expect(row.match(/≈/g)?.length ?? 0).toBe(marks.filter(holdsChance).length);
  });
  it('keeps the stage table within the terminal, dropping the macro mean or digits where it is narrow', () => {
    expect(renderTable(report, { columns: 140 })).toContain('Macro');
    for (const columns of [72, 80, 100, 140]) {
      const table = renderTable(report, { columns }).split('\n');
      const end = table.indexOf('', 3);
      for (const line of table.slice(2, end)) expect(shownWidth(line)).toBeLessThanOrEqual(columns);
    }
  });
  it('lets no control character of a reader’s name reach the terminal', () => {
    expect(renderTable(hostile).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
  it('says that there is nothing where there is nothing', () => {
    expect(renderTable(empty)).toContain('No run was scored.');
  });
});

describe('Markdown', () => {
  it('has as many cells in every row of a table as in its head', () => {
    for (const text of [renderMarkdown(report), renderMarkdown(hostile)])
      for (const table of text.split(/\n\n/).filter((block) => block.startsWith('|'))) {
        const widths = table.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
        expect(new Set(widths).size).toBe(1);
      }
  });
  it('neutralises markup in names', () => {
    expect(renderMarkdown(hostile)).not.toMatch(/<script|<img/);
  });
  it('lists every type and pair', () => {
    const text = renderMarkdown(report);
    for (const type of Object.keys(report.readers[0].types))
      expect(text.replaceAll('\\', '')).toContain(`| ${subtypeName(type)} |`);
    expect(text.match(/stages? reasoning|Overall|Recognition|Measurement/g)?.length).toBeGreaterThan(
      report.pairs.length / 2,
    );
  });
});

describe('the HTML report', () => {
  it('is one file that loads nothing and runs nothing', async () => {
    for (const html of [await renderHtml(report), await renderHtml(hostile)]) {
      const document = documentOf(html);
      for (const selector of ['script', 'img', 'link', 'iframe', 'object', 'base', 'form', 'foreignObject'])
        expect(document.querySelectorAll(selector)).toHaveLength(0);
      for (const node of document.querySelectorAll('*'))
        for (const name of ['src', 'xlink:href', 'onerror', 'onload', 'onclick'])
          expect(node.getAttribute(name)).toBeNull();
      for (const link of document.querySelectorAll('a')) expect(link.getAttribute('href')).toMatch(/^#/);
      expect(html).not.toMatch(/url\(|@import|https?:\/\/(?!www\.w3\.org\/)/);
      expect(html).toContain("default-src 'none'");
    }
  });
  it('shows names as the text they are', async () => {
    const document = documentOf(await renderHtml(hostile));
    const heads = document.querySelectorAll('table.stages tbody th').map((node) => node.textContent);
    expect(heads[0]).toContain('<script>alert(1)</script>');
    expect(heads[1]).toContain('"><img src=x onerror=alert(1)>');
  });
  it('has a figure for stages, ladder, errors, cost and confidence, each with a text for those who do not see it', async () => {
    const document = documentOf(await renderHtml(report));
    const figures = document.querySelectorAll('figure > svg');
    expect(figures).toHaveLength(6);
    for (const svg of figures) {
      expect(svg.getAttribute('role')).toBe('img');
      expect(svg.getAttribute('aria-label')?.length).toBeGreaterThan(20);
    }
  });
  it('draws one bar per reader and stage, as long as its score', async () => {
    const document = documentOf(await renderHtml(report));
    const bars = document.querySelectorAll(
      '#stages figure [aria-label="bar"] path, #stages figure [aria-label="bar"] rect',
    );
    expect(bars).toHaveLength(report.readers.length * 5);
  });
  it('every table has as many cells in each row as in its head', async () => {
    const document = documentOf(await renderHtml(report));
    const tables = document.querySelectorAll('table');
    expect(tables.length).toBeGreaterThanOrEqual(5);
    for (const table of tables) {
      const [head, ...rows] = table.querySelectorAll('tr');
      for (const row of rows) {
        if (row.getAttribute('class') === 'stage') continue;
        expect(row.children.length).toBe(head.children.length);
      }
    }
  });
  it('the heat map has every type under its stage', async () => {
    const document = documentOf(await renderHtml(report));
    const heads = document.querySelectorAll('table.heat tbody th').map((node) => node.textContent);
    expect(heads).toHaveLength(42 + 4);
    expect(heads.indexOf('liver lesion existence')).toBeGreaterThan(heads.indexOf('Recognition'));
    expect(heads.indexOf('liver lesion existence')).toBeLessThan(heads.indexOf('Measurement'));
  });
  it('two protocols share a page without sharing an id', async () => {
    const html = await renderHtml([report, { ...report, readers: report.readers.slice(0, 2) }]);
    const ids = documentOf(html)
      .querySelectorAll('section[id^="p"]')
      .map((node) => node.getAttribute('id'));
    expect(ids.length).toBeGreaterThan(6);
    expect(new Set(ids).size).toBe(ids.length);
  });
  it('is the same every time, and stands without readers', async () => {
    expect(await renderHtml(report)).toBe(await renderHtml(report));
    expect(await renderHtml(empty)).toContain('No read could be scored.');
  });
});

describe('findings', () => {
  it('name the best reader and claim a lead only where the test shows it', () => {
    const [first, second] = findings(report);
    expect(first).toContain('tools@compatible/qwen3-vl-30b#oracle scores highest');
    const pair = report.pairs[0];
    expect(second.includes('is not shown')).toBe(pair.pHolm >= 0.05);
    const shaky = { ...report, pairs: report.pairs.map((row) => ({ ...row, pHolm: 0.4 })) };
    expect(findings(shaky)[1]).toContain('is not shown');
  });
});

describe('names', () => {
  it('two runs of one reader are told apart', () => {
    const twice = [report.readers[0], { ...report.readers[0], runId: 'other' }];
    expect(new Set(readerNames(twice)).size).toBe(2);
  });
  it('escape all five characters and break at natural places', () => {
    expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;');
    expect(breakableName('tools@a/b#oracle')).toBe('tools@<wbr>a/<wbr>b<wbr>#oracle');
  });
});
