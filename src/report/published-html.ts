// The report of a published benchmark as one HTML file: its protocols side by side, every number in reach.
import type { PublishedReport } from '../domain/report.ts';
import { escapeHtml } from './escape.ts';
import { type Canvas, shown, WIDTH } from './figures/canvas.ts';
import { scatter } from './figures/cost-scatter.ts';
import { metricBars, metricEnds, tickText } from './figures/metric-bars.ts';
import { OUTCOME_COLOURS, outcomeBars } from './figures/outcome-bars.ts';
import { count, dollars } from './format.ts';
import { page, swatch } from './page.ts';
import { loadPlot } from './plot.ts';
import { findingsOf } from './published-findings.ts';
import {
  bestTrivial,
  cardFacts,
  directionText,
  facetTables,
  isShare,
  metricsOf,
  OUTCOMES,
  outcomesOf,
  type PublishedRow,
  rowsOf,
  scoreText,
} from './published-format.ts';
import {
  facetHeatMap,
  outcomeTable,
  protocolTable,
  publishedCostTable,
  publishedPairTable,
  scoreTable,
} from './published-html-tables.ts';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly body: string;
}

interface Part {
  readonly report: PublishedReport;
  readonly rows: readonly PublishedRow[];
}

const HALF = 540;

const figure = (svg: string, caption = '', legend = ''): string =>
  `<figure>${caption === '' ? '' : `<figcaption>${escapeHtml(caption)}</figcaption>`}${legend}${svg}</figure>`;

/** A part of a section per protocol, the first open and the others under their names. */
function perProtocol(parts: readonly Part[], body: (part: Part) => string): string {
  return parts
    .map((part, at) => {
      const own = body(part);
      if (parts.length === 1 || own === '') return own;
      const name = `Protocol ${part.report.protocol}`;
      return at === 0 ? `<h3>${name}</h3>${own}` : `<details><summary>${name}</summary>${own}</details>`;
    })
    .join('');
}

function scores(canvas: Canvas, parts: readonly Part[]): Section {
  const cells = parts.flatMap(({ rows }) => rows.map(({ reader }) => reader.overall[0]));
  const legend = `<ul class="legend">
<li>${swatch('<rect y="2" width="26" height="10" rx="2" fill="var(--bar)"/>')}reader</li>
<li>${swatch('<rect y="2" width="26" height="10" rx="2" fill="var(--trivial)"/>')}computed from the words alone</li>
<li>${swatch('<path d="M2 7H24M2 3V11M24 3V11" stroke="var(--ink)" stroke-width="1.5"/>')}95 % interval by cluster</li>${
    cells.some((cell) => cell !== undefined && cell.chance !== null)
      ? `<li>${swatch('<path d="M13 0V14" stroke="var(--chance)" stroke-width="2.5"/>')}chance</li>`
      : ''
  }</ul>`;
  const figures = parts.flatMap(({ report, rows }) => {
    const [head] = metricsOf(report);
    const svg = metricBars(canvas, rows, parts.length > 1 ? HALF : WIDTH);
    if (svg === undefined || head === undefined) return [];
    const shorter = head.better === 'lower' ? '; a shorter bar is better' : '';
    return figure(svg, `Protocol ${report.protocol}: ${head.metric}, ${directionText(head)}${shorter}`);
  });
  const [first, second] = parts;
  const change = second === undefined ? '' : protocolTable([first.report, second.report], first.rows);
  return {
    id: 'scores',
    title: 'Scores',
    lead: 'Best first. Unparsed, refused and failed replies are in the denominator unless the protocol says otherwise. An interval that holds chance means that the reader cannot be told from guessing.',
    body: `${legend}<div class="side">${figures.join('')}</div>${perProtocol(parts, ({ report, rows }) => scoreTable(report, rows))}${change}`,
  };
}

function facets(parts: readonly Part[]): Section[] {
  const shownRows = ({ rows }: Part) => {
    const trivial = bestTrivial(rows);
    return [...rows.filter((row) => !row.trivial), ...(trivial === undefined ? [] : [trivial])];
  };
  const some = parts.some((part) => facetTables(shownRows(part)).length > 0);
  if (!some) return [];
  return [
    {
      id: 'facets',
      title: 'By facet',
      lead: 'The main metric by value of each facet, those with most items first; a stronger colour is better. In brackets the best trivial reader. Point at a cell for its interval and n.',
      body: perProtocol(parts, (part) => {
        const rows = shownRows(part);
        return facetHeatMap(facetTables(rows), rows);
      }),
    },
  ];
}

function outcomes(canvas: Canvas, parts: readonly Part[]): Section[] {
  const asked = parts.map(({ report, rows }) => ({
    report,
    rows: rows.filter(({ reader }) => OUTCOMES.some((outcome) => outcomesOf(reader)[outcome] > 0)),
  }));
  if (asked.every(({ rows }) => rows.every(({ trivial }) => trivial))) return [];
  const readers = asked.map(({ report, rows }) => ({ report, rows: rows.filter((row) => !row.trivial) }));
  return [
    {
      id: 'outcomes',
      title: 'How reads ended',
      lead: 'What could be read as an answer depends on the protocol’s parser. Unsupported items were not asked for and are in no denominator.',
      body: perProtocol(readers, ({ rows }) =>
        figure(
          outcomeBars(canvas, rows, WIDTH),
          '',
          `<ul class="legend">${OUTCOMES.map((outcome) => `<li>${swatch(`<rect y="1" width="26" height="12" rx="2" fill="${OUTCOME_COLOURS[outcome]}"/>`)}${outcome}</li>`).join('')}</ul>`,
        ).concat(outcomeTable(rows)),
      ),
    },
  ];
}

function cost(canvas: Canvas, [{ report, rows }]: readonly Part[]): Section[] {
  const [head] = metricsOf(report);
  const readers = rows.filter(
    ({ trivial, reader }) => !trivial && reader.cost !== null && reader.overall[0]?.score !== null,
  );
  const money = readers.some(({ reader }) => (reader.cost?.usd ?? 0) > 0);
  /** Dollars per 1,000 reads, or tokens per read. */
  const spent = ({ reader }: PublishedRow): number => {
    const counts = outcomesOf(reader);
    const reads = Math.max(
      1,
      OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0),
    );
    return money
      ? ((reader.cost?.usd ?? 0) / reads) * 1000
      : ((reader.cost?.inputTokens ?? 0) + (reader.cost?.outputTokens ?? 0)) / reads;
  };
  if (head === undefined || !readers.some((row) => spent(row) > 0)) return [];
  const points = readers.map((row) => {
    const [cell] = row.reader.overall;
    const price = spent(row);
    return {
      name: shown(row.name),
      cost: price,
      score: cell.score ?? 0,
      ci95: cell.ci95,
      title: `${row.name}: ${scoreText(cell, cell.score)}, ${money ? dollars(price) : count(price)}`,
    };
  });
  const svg = scatter(canvas, points, {
    cost: money ? 'US dollars per 1,000 reads' : 'tokens per read',
    label: `${head.metric} of every reader against what it cost`,
    reversed: head.better === 'lower',
    tickFormat: (value) => tickText(head, value),
    ...(isShare(head) ? {} : { scores: metricEnds(readers.map(({ reader }) => reader.overall[0])) }),
  });
  return [
    {
      id: 'cost',
      title: 'Cost against score',
      lead: `Each point is a reader with the 95 % interval of its ${head.metric} (${directionText(head)}, protocol ${report.protocol}); higher on the page is better. Readers that ask no model stand at the left.`,
      body: figure(svg) + publishedCostTable(readers),
    },
  ];
}

/** A web address as a link; anything else stays text. */
function linked(value: string, url: string | undefined): string {
  if (url === undefined || !/^https?:\/\//.test(url)) return escapeHtml(value);
  return value === url
    ? `<a href="${escapeHtml(url)}">${escapeHtml(value)}</a>`
    : `${escapeHtml(value)}: <a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`;
}

function about(parts: readonly Part[]): Section {
  const [{ report }] = parts;
  const facts = cardFacts(report).map(({ label, value, url }) => {
    const warn = label === 'Format' && report.card?.format === 'unverified';
    return `<dt>${label}</dt><dd${warn ? ' class="warn"' : ''}>${linked(value, url)}</dd>`;
  });
  const metrics = new Map(
    parts.flatMap(({ report: own }) =>
      metricsOf(own).map((cell) => [`${cell.metric}, ${directionText(cell)}`, cell.about ?? ''] as const),
    ),
  );
  const methods = new Set(
    parts.flatMap(({ rows }) =>
      rows.flatMap(({ reader }) =>
        reader.overall.flatMap(({ ci95, interval }) =>
          ci95 === null ? [] : interval.replace(/ effective n [\d.]+$/, ' the effective n'),
        ),
      ),
    ),
  );
  const notes = [
    '“published” scores as the released evaluator does, its faults included; “strict” mends what is named here.',
    `Intervals: ${[...methods].join('; ') || 'none'}.`,
    ...new Set(parts.flatMap(({ report: own }) => own.notes)),
  ];
  const list = [...metrics].flatMap(([metric, meaning]) =>
    meaning === '' ? [] : [`<dt>${escapeHtml(metric)}</dt><dd>${escapeHtml(meaning)}</dd>`],
  );
  return {
    id: 'about',
    title: 'The data, the metrics and the protocol',
    lead: 'What these numbers rest on.',
    body: `<dl class="card">${facts.join('')}</dl>${list.length === 0 ? '' : `<h3>Metrics</h3><dl class="card">${list.join('')}</dl>`}<h3>Notes</h3><ul class="notes">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`,
  };
}

/** Reports of the same runs, one per protocol, as one page. Whatever a model or user wrote is text in it. */
export async function publishedHtml(reports: readonly PublishedReport[]): Promise<string> {
  const parts = reports.map((report): Part => ({ report, rows: rowsOf(report) }));
  const [first] = parts;
  if (first === undefined)
    return page({ kicker: 'Overread report', name: 'no report', facts: '', nav: '', body: '' });
  const canvas = await loadPlot();
  const pairs = perProtocol(parts, ({ report }) => publishedPairTable(report));
  const [head] = metricsOf(first.report);
  const sections: Section[] = [
    scores(canvas, parts),
    ...(pairs === ''
      ? []
      : [
          {
            id: 'pairs',
            title: 'Is a difference real?',
            lead: `Paired on the items that both read, whole clusters resampled together; a difference is shown when its 95 % interval leaves zero out. ${head?.better === 'lower' ? 'Lower is better: a difference below zero favours the first.' : 'A difference above zero favours the first.'}`,
            body: pairs,
          },
        ]),
    ...facets(parts),
    ...outcomes(canvas, parts),
    ...cost(canvas, parts),
    about(parts),
  ];
  const { benchmark, readers, card } = first.report;
  const protocols = reports.map(({ protocol }) => protocol);
  const facts = [
    benchmark.id,
    `mode ${benchmark.mode}`,
    `${count(benchmark.items)} items`,
    `${count(benchmark.patients)} clusters`,
    `${readers.length} ${readers.length === 1 ? 'reader' : 'readers'}`,
    `protocol ${protocols.join(' and ')}`,
    ...(card === undefined ? [] : [`licence: ${card.licence}`]),
  ].map(escapeHtml);
  return page({
    kicker: 'Overread report of a published benchmark',
    name: escapeHtml(benchmark.title),
    facts: `${facts.join(' · ')} · content hash <code>${escapeHtml(benchmark.contentHash.slice(0, 16))}</code>${card?.format === 'unverified' ? ' · <span class="warn">format not verified</span>' : ''}`,
    nav: `<nav aria-label="Contents">${sections.map(({ id, title }) => `<a href="#${id}">${escapeHtml(title)}</a>`).join('')}</nav>`,
    body: `<ul class="findings">${findingsOf(reports)
      .map((finding) => `<li>${escapeHtml(finding)}</li>`)
      .join('')}</ul>
${sections
  .map(
    ({ id, title, lead, body }) =>
      `<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${escapeHtml(title)}</h2><p class="lead">${escapeHtml(lead)}</p>${body}</section>`,
  )
  .join('\n')}`,
  });
}
