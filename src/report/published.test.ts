import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { PublishedReport } from '../domain/report.ts';
import { publishedHtml, publishedMarkdown, publishedTable } from './published.ts';
import { findingsOf, publishedFindings } from './published-findings.ts';
import { directionText, facetTables, realPairs, rowsOf, scoreText, unitText } from './published-format.ts';
import { publishedSample } from './testing/published-sample.ts';
import { shownWidth } from './text-table.ts';

const report = publishedSample();
const HOSTILE = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', 'a|b`c`\u001b[31m\n\u202e'];
const hostile = publishedSample({ names: HOSTILE });
const lower = publishedSample({ main: 'point-distance' });
const empty: PublishedReport = { ...report, readers: [], baselines: [], pairs: [] };

interface Node {
  textContent: string;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Node[];
}
const documentOf = (html: string): Node => parseHTML(html).document as unknown as Node;

describe('scores', () => {
  const share = { range: [0, 1] as [number, number] };
  const far = { range: [0, null] as [number, null], unit: '{pixels}' };
  it('are percent where a metric is a share, else in the unit of the metric', () => {
    expect([scoreText(share, 0.6342), unitText(share)]).toEqual(['63.4', '%']);
    expect([scoreText(far, 26.256), unitText(far)]).toEqual(['26.26', 'pixels']);
    expect([scoreText({ range: [0, 10] }, 7.0371), unitText({ range: [0, 10] })]).toEqual(['7.037', '']);
    expect(scoreText({ range: [-1, 1] }, -0.5)).toBe('−0.500');
    expect(unitText({ range: [0, null], unit: 'mm2' })).toBe('mm²');
    expect(scoreText(share, null)).toBe('–');
    expect(scoreText(share, -0.00001)).toBe('0.0');
  });
  it('say in which direction readers improve', () => {
    expect(lower.readers[0].overall.map(directionText)).toEqual(['pixels ↓', '% ↑']);
  });
});

describe('the order of readers', () => {
  const order = (of: PublishedReport) => rowsOf(of).map(({ name }) => name);
  it('is best first, trivial ones last, whichever direction is better', () => {
    const best = ['compatible/good', 'compatible/fair', 'compatible/poor', 'always-a'];
    expect(order(report)).toEqual(best);
    expect(order(lower)).toEqual(best);
  });
  it('tells two runs of one reader apart by their run ids', () => {
    const twins = publishedSample({ names: ['same', 'same', 'other'] });
    expect(new Set(order(twins))).toEqual(new Set(['same (r-0)', 'same (r-1)', 'other', 'always-a']));
  });
  it('turns pairs so that the better one comes first, with difference, interval and verdict', () => {
    const [first] = realPairs(report);
    const given = report.pairs.find(({ a, b }) => a === 'compatible/good' && b === 'compatible/fair');
    expect([first.a, first.b]).toEqual(['compatible/good', 'compatible/fair']);
    expect(first).toEqual(given);
    const turned = realPairs(report).find(({ b }) => b === 'compatible/poor');
    const [low, high] = report.pairs[0].ci95 ?? [Number.NaN, Number.NaN];
    expect(turned?.ci95).toEqual([-high, -low]);
    expect(report.pairs[0].verdict).toBe('loss');
    expect(turned?.verdict).toBe('win');
  });
});

describe('facets', () => {
  it('show the values with most items and say how many they leave out', () => {
    const many = publishedSample({ organs: 40, items: 400 });
    const [table] = facetTables(rowsOf(many), 12);
    expect(table.values).toHaveLength(12);
    expect(table.values[0].value).toBe('organ 0');
    expect(table.rest.values).toBe(28);
    expect(table.values.reduce((sum, { n }) => sum + n, 0) + table.rest.items).toBe(400);
    expect(publishedMarkdown(many)).toContain(`and 28 more values with ${table.rest.items} items`);
  });
});

describe('findings', () => {
  it('claim a lead only where the interval of the difference leaves zero out', () => {
    expect(publishedFindings(report)[1]).toMatch(
      /^Over compatible\/fair the difference is \+.*leaves zero out/,
    );
    const close = { ...report, pairs: report.pairs.map((pair) => ({ ...pair, verdict: 'tie' as const })) };
    expect(publishedFindings(close)[1]).toContain('is not shown');
  });
  it('say when readers were scored on different numbers of items', () => {
    const [first, ...rest] = report.readers;
    const cut = { ...first, overall: first.overall.map((cell) => ({ ...cell, n: 57 })) };
    expect(publishedFindings({ ...report, readers: [cut, ...rest] }).join(' ')).toContain(
      'Between 57 and 120 items count',
    );
    expect(publishedFindings(report).join(' ')).not.toContain('items count');
  });
  it('say once what every protocol says', () => {
    const both = findingsOf([report, { ...report, protocol: 'published' }]);
    expect(both.every((sentence) => sentence.startsWith('Under every protocol'))).toBe(true);
  });
  it('say that there is nothing where there is nothing', () => {
    expect(publishedFindings(empty)).toEqual(['No read could be scored.']);
  });
});

describe('the terminal table', () => {
  it('stays within the terminal, in as many blocks as that takes', () => {
    const metrics = report.readers[0].overall;
    const wide = (of: PublishedReport['readers'][number]) => ({
      ...of,
      overall: Array.from({ length: 9 }, (_, i) => ({ ...metrics[i % 2], metric: `a-metric-of-${i}` })),
    });
    const many = { ...report, readers: report.readers.map(wide), baselines: report.baselines.map(wide) };
    for (const columns of [72, 80, 100, 160]) {
      const lines = publishedTable(many, { columns }).split('\n');
      for (const line of lines) expect(shownWidth(line)).toBeLessThanOrEqual(columns);
      for (let i = 0; i < 9; i++) expect(lines.join('\n')).toContain(`a-metric-of-${i}`);
    }
  });
  it('shows licence, access, and that a format is not verified', () => {
    const text = publishedTable(report).replace(/\s+/g, ' ');
    expect(text).toContain('Licence: CC0-1.0 · Access: on request · Format: not verified');
    expect(text).toContain('Note: One thing that must be known.');
  });
  it('lets no control character of a name reach the terminal', () => {
    expect(publishedTable(hostile).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
  it('says that there is nothing where there is nothing', () => {
    expect(publishedTable(empty)).toContain('No run was scored.');
  });
});

describe('Markdown', () => {
  it('has as many cells in every row of a table as in its head, and no markup of names', () => {
    for (const text of [publishedMarkdown(report), publishedMarkdown(hostile), publishedMarkdown(lower)]) {
      expect(text).not.toMatch(/<script|<img/);
      for (const block of text.split(/\n\n/).filter((part) => part.startsWith('|'))) {
        const widths = block.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
        expect(new Set(widths).size).toBe(1);
      }
    }
  });
});

describe('the HTML report', () => {
  it('is one file that loads nothing and runs nothing', async () => {
    const html = await publishedHtml([hostile]);
    const page = documentOf(html);
    expect(page.querySelectorAll('script, link, img, iframe, object')).toHaveLength(0);
    expect(html).not.toMatch(/\son\w+="/);
    expect(page.querySelectorAll('main')[0].textContent).toContain('<script>alert(1)</script>');
  });
  it('has two protocols side by side, without an id twice', async () => {
    const page = documentOf(await publishedHtml([report, { ...report, protocol: 'published' }]));
    const ids = page.querySelectorAll('[id]').map((node) => node.getAttribute('id'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.querySelectorAll('#scores figure > svg')).toHaveLength(2);
    expect(page.querySelectorAll('#scores')[0].textContent).toContain('the protocol changes nothing here');
  });
  it('has as many cells in each row of a table as in its head', async () => {
    const page = documentOf(await publishedHtml([lower, { ...lower, protocol: 'published' }]));
    for (const table of page.querySelectorAll('table')) {
      const head = table.querySelectorAll('thead th').length;
      for (const row of table.querySelectorAll('tbody tr')) {
        const cells = row
          .querySelectorAll('th, td')
          .reduce((sum, cell) => sum + Number(cell.getAttribute('colspan') ?? 1), 0);
        expect(cells).toBe(head);
      }
    }
  });
  it('colours the better value deeper where lower is better', async () => {
    const page = documentOf(await publishedHtml([lower]));
    const cells = page.querySelectorAll('.heat tbody tr')[1].querySelectorAll('td.cell');
    const share = (node: Node) => Number(/--share:(\d+)%/.exec(node.getAttribute('style') ?? '')?.[1]);
    expect(share(cells[0])).toBeGreaterThan(share(cells[2]));
    expect(page.querySelectorAll('#scores figcaption')[0].textContent).toContain('a shorter bar is better');
  });
  it('warns of a format that was not verified and links the source', async () => {
    const page = documentOf(await publishedHtml([report]));
    expect(page.querySelectorAll('.warn').length).toBeGreaterThan(0);
    expect(page.querySelectorAll('dl.card a').map((node) => node.getAttribute('href'))).toContain(
      'https://example.org/data',
    );
  });
  it('says that there is nothing where there is nothing', async () => {
    const page = documentOf(await publishedHtml([empty]));
    expect(page.querySelectorAll('main')[0].textContent).toContain('No read could be scored.');
  });
});
