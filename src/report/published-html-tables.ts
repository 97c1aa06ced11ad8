// The tables of a published benchmark's HTML report: scores, differences, facets, outcomes and cost.
import type { MetricCell, PublishedReport } from '../domain/report.ts';
import { breakableName, escapeHtml } from './escape.ts';
import { count, dollars, holdsChance } from './format.ts';
import { rowHead, table } from './html-tables.ts';
import {
  cellDetail,
  differenceText,
  directionText,
  type FacetTable,
  intervalText,
  isShare,
  metricsOf,
  OUTCOMES,
  outcomesOf,
  type PublishedRow,
  realPairs,
  restText,
  scoreText,
} from './published-format.ts';

const PAIRS_SHOWN = 20;

const near = (cell: MetricCell): string =>
  holdsChance(cell) ? ' <span class="near" title="the interval holds chance">≈</span>' : '';

const metricHead = (cell: MetricCell): string => `${cell.metric}, ${directionText(cell)}`;

/** Every metric of every reader; a metric's n stands under it where readers differ or it is not that of the first. */
export function scoreTable(report: PublishedReport, rows: readonly PublishedRow[]): string {
  const heads = metricsOf(report);
  const main = Math.max(0, ...rows.map(({ reader }) => reader.overall[0]?.n ?? 0));
  const body = rows.map(({ name, reader, trivial }) => {
    const [first] = reader.overall;
    const sub = `${trivial ? 'computed · ' : ''}n ${count(first?.n ?? 0)} · ${count(first?.nPatients ?? 0)} clusters`;
    const cells = heads.map((_, at) => {
      const cell = reader.overall[at];
      if (cell === undefined) return '<td>–</td>';
      const n = at > 0 && cell.n > 0 && cell.n !== main ? `<span class="sub">n ${count(cell.n)}</span>` : '';
      return `<td title="${escapeHtml(cellDetail(cell))}"><b>${scoreText(cell, cell.score)}</b>${near(cell)}<span class="sub">${intervalText(cell)}</span>${n}</td>`;
    });
    return `<tr${trivial ? ' class="trivial"' : ''}>${rowHead(name, sub)}${cells.join('')}</tr>`;
  });
  const named = heads.find(({ chance }) => chance !== null);
  if (named !== undefined)
    body.push(
      `<tr class="trivial">${rowHead('chance', named.chanceBaseline)}${heads.map((cell) => `<td>${scoreText(cell, cell.chance)}</td>`).join('')}</tr>`,
    );
  return table(`Scores, protocol ${report.protocol}`, ['Reader', ...heads.map(metricHead)], body);
}

/** What the choice of protocol changes, reader by reader, on metrics that both have. */
export function protocolTable(
  [a, b]: readonly [PublishedReport, PublishedReport],
  rows: readonly PublishedRow[],
): string {
  const other = new Map(metricsOf(b).map(({ metric }, at) => [metric, at]));
  const shared = metricsOf(a).flatMap((cell, at) => {
    const there = other.get(cell.metric);
    return there === undefined ? [] : [{ cell, at, there }];
  });
  if (shared.length === 0) return '';
  let changed = false;
  const body = rows.map(({ name, reader, trivial }) => {
    const twin = [...b.readers, ...b.baselines].find(
      ({ reader: own, runId }) => own === reader.reader && runId === reader.runId,
    );
    const cells = shared.map(({ cell, at, there }) => {
      const [x, y] = [reader.overall[at], twin?.overall[there]];
      if (typeof x?.score !== 'number' || typeof y?.score !== 'number') return '<td>–</td>';
      changed ||= x.score !== y.score || x.n !== y.n;
      const sizes = x.n === y.n ? '' : `<span class="sub">n ${count(x.n)} → ${count(y.n)}</span>`;
      return `<td>${scoreText(cell, x.score)} → <b>${scoreText(cell, y.score)}</b><span class="sub">${differenceText(cell, y.score - x.score)}</span>${sizes}</td>`;
    });
    return `<tr${trivial ? ' class="trivial"' : ''}>${rowHead(name)}${cells.join('')}</tr>`;
  });
  if (!changed)
    return `<p class="lead">On the metrics that ${escapeHtml(a.protocol)} and ${escapeHtml(b.protocol)} share, the protocol changes nothing here.</p>`;
  return `<h3>From ${escapeHtml(a.protocol)} to ${escapeHtml(b.protocol)}</h3>${table(
    'What the protocol changes',
    ['Reader', ...shared.map(({ cell }) => metricHead(cell))],
    body,
  )}`;
}

export function publishedPairTable(report: PublishedReport): string {
  const pairs = realPairs(report);
  const [head] = metricsOf(report);
  if (pairs.length === 0 || head === undefined) return '';
  const ends = pairs.flatMap(({ difference, ci95 }) => [
    Math.abs(difference),
    ...(ci95 ?? []).map((end) => Math.abs(end)),
  ]);
  const scale = Math.max(Number.MIN_VALUE, ...ends);
  const x = (value: number) => (95 + (value / scale) * 88).toFixed(1);
  const lines = pairs.map(({ a, b, difference, ci95, n, nPatients, verdict }) => {
    const [low, high] = ci95 ?? [difference, difference];
    const forest = `<svg class="forest" viewBox="0 0 190 20" aria-hidden="true"><path d="M95 0V20" stroke="var(--muted)"/><path d="M${x(low)} 10H${x(high)}" stroke="var(--ink)" stroke-width="1.5"/><circle cx="${x(difference)}" cy="10" r="4" fill="var(--bar)"/></svg>`;
    const interval = ci95 === null ? '–' : `[${ci95.map((end) => differenceText(head, end)).join(', ')}]`;
    const word =
      verdict === 'tie' ? 'not shown' : `<b>${breakableName(verdict === 'win' ? a : b)} better</b>`;
    return `<tr><th scope="row" class="pair">${breakableName(a)}<span class="minus">− ${breakableName(b)}</span></th><td><b>${differenceText(head, difference)}</b></td><td>${forest}</td><td>${interval}</td><td>${count(n)}<span class="sub">${count(nPatients)} clusters</span></td><td class="words">${word}</td></tr>`;
  });
  const heads = ['', metricHead(head), '', '95 %', 'items', ''];
  const shown = table('Paired differences', heads, lines.slice(0, PAIRS_SHOWN));
  const rest = lines.slice(PAIRS_SHOWN);
  if (rest.length === 0) return shown;
  return `${shown}<details><summary>${count(rest.length)} more pairs</summary>${table('More paired differences', heads, rest)}</details>`;
}

/** 0…1 from worst to best: of a share itself, else between the extremes on the page. */
function goodness(cell: MetricCell, [low, high]: readonly [number, number]): number {
  const score = cell.score ?? low;
  const at = isShare(cell) ? score : high === low ? 0.5 : (score - low) / (high - low);
  return Math.min(1, Math.max(0, cell.better === 'higher' ? at : 1 - at));
}

export function facetHeatMap(tables: readonly FacetTable[], rows: readonly PublishedRow[]): string {
  const scores = tables.flatMap(({ values }) =>
    values.flatMap(({ cells }) => cells.flatMap((cell) => cell?.score ?? [])),
  );
  const ends = [Math.min(...scores), Math.max(...scores)] as const;
  const body = tables.flatMap((facet) => [
    `<tr class="stage"><th scope="rowgroup" colspan="${rows.length + 3}">${escapeHtml(facet.facet)}</th></tr>`,
    ...facet.values.map(({ value, n, cells }) => {
      const some = cells.find((cell) => cell !== undefined && cell.chance !== null);
      return `<tr>${rowHead(value)}<td class="plain">${count(n)}</td><td class="plain">${some === undefined ? '–' : scoreText(some, some.chance)}</td>${cells.map((cell) => heatCell(cell, ends)).join('')}</tr>`;
    }),
    ...(facet.rest.values === 0
      ? []
      : [
          `<tr><td class="plain" colspan="${rows.length + 3}">${restText(facet)}: see --format json</td></tr>`,
        ]),
  ]);
  const names = rows.map(({ name, trivial }) => (trivial ? `(${name})` : name));
  return table('Scores by facet', ['', 'n', 'Chance', ...names], body, 'heat');
}

function heatCell(cell: MetricCell | undefined, ends: readonly [number, number]): string {
  if (cell === undefined || cell.score === null)
    return `<td class="none"${cell === undefined ? '' : ` title="${escapeHtml(cellDetail(cell))}"`}>–</td>`;
  const share = Math.round(8 + 92 * goodness(cell, ends));
  // The same steps as the main report's: contrast stays over 4 in light and dark.
  const text = `${share > 78 ? ' deep' : ''}${share > 58 ? ' bright' : ''}`;
  const shown = isShare(cell) ? (cell.score * 100).toFixed(0) : scoreText(cell, cell.score);
  return `<td class="cell${text}" style="--share:${share}%" title="${escapeHtml(cellDetail(cell))}">${shown}${holdsChance(cell) ? ' ≈' : ''}</td>`;
}

export function outcomeTable(rows: readonly PublishedRow[]): string {
  const body = rows.map(({ name, reader }) => {
    const found = outcomesOf(reader);
    return `<tr>${rowHead(name)}${OUTCOMES.map((outcome) => `<td>${count(found[outcome])}</td>`).join('')}</tr>`;
  });
  return table('How reads ended', ['Reader', ...OUTCOMES], body);
}

export function publishedCostTable(rows: readonly PublishedRow[]): string {
  const body = rows.flatMap(({ name, reader: { cost } }) =>
    cost === null
      ? []
      : [
          `<tr>${rowHead(name)}${[
            dollars(cost.usd),
            count(cost.inputTokens),
            count(cost.outputTokens),
            count(cost.requests),
            cost.seconds < 10 ? cost.seconds.toFixed(1) : count(cost.seconds),
          ]
            .map((cell) => `<td>${cell}</td>`)
            .join('')}</tr>`,
        ],
  );
  return table('Cost', ['Reader', 'US dollars', 'tokens in', 'tokens out', 'requests', 'seconds'], body);
}
