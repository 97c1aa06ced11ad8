// The report of a published benchmark for a terminal: as wide as that is, in as many blocks of metrics as it takes.
import type { MetricCell, PublishedReport } from '../domain/report.ts';
import { count, dollars, holdsChance, oneLine } from './format.ts';
import {
  cardFacts,
  differenceText,
  directionText,
  facetTables,
  intervalText,
  metricsOf,
  outcomesOf,
  type PublishedRow,
  realPairs,
  restText,
  rowsOf,
  scoreText,
} from './published-format.ts';
import { alignColumns, shownWidth, wrapped } from './text-table.ts';

export interface PublishedTableOptions {
  /** Width of the terminal in characters; default 100. Narrower than 72 is treated as 72. */
  readonly columns?: number;
}

const NAME = 36;
const PAIRS_SHOWN = 24;
const FACET_VALUES_SHOWN = 6;

/** Plain text without colours or control characters. */
export function publishedTable(report: PublishedReport, options: PublishedTableOptions = {}): string {
  const width = Math.max(72, options.columns ?? 100);
  const rows = rowsOf(report);
  // Numbers stand for the names where several of them share a line.
  const names = rows.map(({ name, trivial }, i) => (trivial ? `  (${name})` : `${i + 1} ${name}`));
  const { id, mode, items, patients } = report.benchmark;
  const lines = [
    ...wrapped(
      `${oneLine(id)}, mode ${oneLine(mode)} · ${count(items)} items, ${count(patients)} clusters · protocol: ${report.protocol}`,
      width,
    ),
    '',
    ...blocks(report, rows, names, width),
    ...unanswered(rows, names),
    ...pairs(report, rows, width),
    ...facets(rows, width),
    ...costs(rows, names),
  ];
  if (rows.length === 0) lines.push('No run was scored.', '');
  lines.push(
    ...wrapped(
      '↑ higher is better, ↓ lower; ≈ the 95 % interval holds chance. Intervals resample whole clusters. Readers in brackets are computed: they never see a picture.',
      width,
    ),
  );
  const facts = cardFacts(report)
    .map(({ label, value }) => `${label}: ${oneLine(value)}`)
    .join(' · ');
  if (facts !== '') lines.push(...wrapped(`Data · ${facts}`, width));
  for (const note of report.notes) lines.push(...wrapped(`Note: ${oneLine(note)}`, width));
  return lines.join('\n').trimEnd();
}

interface Column {
  readonly lines: readonly string[];
}

/** A metric's column, two lines a reader: score, interval. */
function columnOf(head: MetricCell, at: number, rows: readonly PublishedRow[]): Column {
  const cells = rows.map(({ reader }) => reader.overall[at]);
  return {
    lines: [
      `${oneLine(head.metric)}  `,
      `${directionText(head)}  `,
      `${count(head.n)}  `,
      `${scoreText(head, head.chance)}  `,
      ...cells.flatMap((cell) => [
        cell === undefined ? '–  ' : `${scoreText(cell, cell.score)}${holdsChance(cell) ? ' ≈' : '  '}`,
        cell === undefined ? '' : `${cell.n === head.n ? '' : `n ${count(cell.n)} `}${intervalText(cell)}`,
      ]),
    ],
  };
}

/** As many tables as it takes for every metric to stand within the width. */
function blocks(
  report: PublishedReport,
  rows: readonly PublishedRow[],
  names: readonly string[],
  width: number,
): string[] {
  const heads = metricsOf(report);
  const first = ['', '', 'items', 'chance', ...names.flatMap((name) => [name, ''])];
  const lead = Math.min(NAME, Math.max(0, ...first.map(shownWidth)));
  const chosen: Column[][] = [];
  let left = 0;
  for (const [at, head] of heads.entries()) {
    const column = columnOf(head, at, rows);
    const own = 2 + Math.max(...column.lines.map(shownWidth));
    if (chosen.length === 0 || own > left) {
      chosen.push([]);
      left = width - lead;
    }
    chosen[chosen.length - 1].push(column);
    left -= own;
  }
  return chosen.flatMap((columns) => {
    const table = first.map((name, line) => [name, ...columns.map((column) => column.lines[line])]);
    const useful = table.filter(
      ([name, ...cells]) => name !== 'chance' || cells.some((cell) => cell.trim() !== '–'),
    );
    return [...alignColumns(useful, { first: NAME }), ''];
  });
}

function unanswered(rows: readonly PublishedRow[], names: readonly string[]): string[] {
  const table = rows.flatMap(({ reader }, i) => {
    const found = outcomesOf(reader);
    const counts = [found.unparsed, found.refused, found.failed, found.unsupported];
    return counts.some((n) => n > 0) ? [[names[i], ...counts.map(count)]] : [];
  });
  if (table.length === 0) return [];
  return [
    'Replies without an answer; unsupported ones do not count',
    ...alignColumns([['', 'unparsed', 'refused', 'failed', 'unsupported'], ...table], { first: NAME }),
    '',
  ];
}

function pairs(report: PublishedReport, rows: readonly PublishedRow[], width: number): string[] {
  const all = realPairs(report);
  const [head] = metricsOf(report);
  if (all.length === 0 || head === undefined) return [];
  const numbered = (name: string) => `${rows.findIndex((row) => row.name === oneLine(name)) + 1 || name}`;
  const table = all
    .slice(0, PAIRS_SHOWN)
    .map(({ a, b, difference, ci95, n, verdict }) => [
      `${numbered(a)} − ${numbered(b)}`,
      differenceText(head, difference),
      ci95 === null ? '–' : `[${ci95.map((end) => differenceText(head, end)).join(', ')}]`,
      count(n),
      verdict === 'tie' ? 'not shown' : `${verdict === 'win' ? numbered(a) : numbered(b)} better`,
    ]);
  return [
    ...wrapped(`Differences by number in ${oneLine(head.metric)}, ${directionText(head)}`, width),
    ...alignColumns([['', 'difference', '95 %', 'items', ''], ...table]),
    ...(all.length > table.length
      ? [`… and ${count(all.length - table.length)} more in --format md, html or json`]
      : []),
    '',
  ];
}

/** The main metric by facet; readers stand by their numbers, as many as fit. */
function facets(rows: readonly PublishedRow[], width: number): string[] {
  const NUMBER = 9;
  const LABEL = 30;
  const readers = rows
    .filter(({ trivial }) => !trivial)
    .slice(0, Math.floor((width - LABEL - NUMBER) / NUMBER));
  const head = readers[0]?.reader.overall[0];
  if (head === undefined) return [];
  return facetTables(readers, FACET_VALUES_SHOWN).flatMap((table) => [
    ...alignColumns(
      [
        [
          `${oneLine(head.metric)} by ${table.facet}`,
          'items',
          ...readers.map((_, i) => `${i + 1}`.padEnd(3)),
        ].map((text, c) => (c > 1 ? text.padStart(NUMBER - 2) : text)),
        ...table.values.map(({ value, n, cells }) => [
          `  ${value}`,
          count(n),
          ...cells.map((cell) =>
            cell === undefined ? '–  ' : `${scoreText(cell, cell.score)}${holdsChance(cell) ? ' ≈' : '  '}`,
          ),
        ]),
      ],
      { first: LABEL + 6 },
    ),
    ...(table.rest.values === 0 ? [] : [`  ${restText(table)}`]),
    '',
  ]);
}

function costs(rows: readonly PublishedRow[], names: readonly string[]): string[] {
  const table = rows.flatMap(({ reader: { cost } }, i) =>
    cost === null || cost.requests === 0
      ? []
      : [
          [
            names[i],
            dollars(cost.usd),
            count(cost.inputTokens),
            count(cost.outputTokens),
            count(cost.requests),
            `${cost.seconds.toFixed(cost.seconds < 10 ? 1 : 0)} s`,
          ],
        ],
  );
  if (table.length === 0) return [];
  return [
    'Cost',
    ...alignColumns([['', 'USD', 'tokens in', 'tokens out', 'requests', 'model time'], ...table], {
      first: NAME,
    }),
    '',
  ];
}
