// The report of a published benchmark as GitHub-flavoured Markdown.
import type { MetricCell, PublishedReport } from '../domain/report.ts';
import { count, dollars } from './format.ts';
import { markdownTable, safe } from './markdown.ts';
import { publishedFindings } from './published-findings.ts';
import {
  cardFacts,
  cellText,
  differenceText,
  directionText,
  facetTables,
  metricsOf,
  OUTCOMES,
  outcomesOf,
  type PublishedRow,
  realPairs,
  restText,
  rowsOf,
  scoreText,
} from './published-format.ts';

const headOf = (cell: MetricCell): string => `${safe(cell.metric)}, ${directionText(cell)}`;
const nameOf = ({ name, trivial }: PublishedRow): string => (trivial ? `(${safe(name)})` : safe(name));

/** The whole, differences, facets by the main metric, outcomes, cost, and what the data are. */
export function publishedMarkdown(report: PublishedReport): string {
  const rows = rowsOf(report);
  const { benchmark, protocol } = report;
  return [
    `## ${safe(benchmark.id)}, mode ${safe(benchmark.mode)}, protocol ${protocol}`,
    '',
    `${safe(benchmark.title)}. ${count(benchmark.items)} items, ${count(benchmark.patients)} clusters, content hash \`${benchmark.contentHash.slice(0, 16).replace(/[^\w:-]/g, '')}\`.`,
    '',
    ...publishedFindings(report).map((sentence) => `- ${safe(sentence)}`),
    '',
    ...scores(report, rows),
    'Readers in brackets are computed and never see a picture. ↑ higher is better, ↓ lower; ≈ the 95 % interval holds chance.',
    '',
    ...pairs(report),
    ...facets(rows),
    ...outcomes(rows),
    ...costs(rows),
    ...about(report),
  ]
    .join('\n')
    .trimEnd();
}

function scores(report: PublishedReport, rows: readonly PublishedRow[]): string[] {
  const heads = metricsOf(report);
  const body = rows.map((row) => [
    nameOf(row),
    count(row.reader.overall[0]?.n ?? 0),
    count(row.reader.overall[0]?.nPatients ?? 0),
    ...heads.map((_, at) => {
      const cell = row.reader.overall[at];
      if (cell === undefined) return '–';
      return `${cellText(cell)}${cell.n === row.reader.overall[0]?.n ? '' : ` (n ${count(cell.n)})`}`;
    }),
  ]);
  const named = heads.find(({ chance }) => chance !== null);
  if (named !== undefined)
    body.push([
      `chance: ${safe(named.chanceBaseline)}`,
      '',
      '',
      ...heads.map((cell) => scoreText(cell, cell.chance)),
    ]);
  return markdownTable(['Reader', 'n', 'clusters', ...heads.map(headOf)], body);
}

function pairs(report: PublishedReport): string[] {
  const [head] = metricsOf(report);
  const all = realPairs(report);
  if (head === undefined || all.length === 0) return [];
  return [
    '### Differences',
    '',
    ...markdownTable(
      ['a − b', headOf(head), '95 %', 'items', 'verdict'],
      all.map(({ a, b, difference, ci95, n, verdict }) => [
        `${safe(a)} − ${safe(b)}`,
        differenceText(head, difference),
        ci95 === null ? '–' : `[${ci95.map((end) => differenceText(head, end)).join(', ')}]`,
        count(n),
        verdict === 'tie' ? 'not shown' : `${safe(verdict === 'win' ? a : b)} better`,
      ]),
    ),
  ];
}

function facets(rows: readonly PublishedRow[]): string[] {
  const readers = rows.filter(({ trivial }) => !trivial);
  const shown = readers.length > 0 ? readers : rows;
  return facetTables(shown).flatMap((table) => {
    const rest = restText(table);
    return [
      `### By ${safe(table.facet)}`,
      '',
      ...markdownTable(
        [safe(table.facet), 'n', ...shown.map(nameOf)],
        table.values.map(({ value, n, cells }) => [
          safe(value),
          count(n),
          ...cells.map((cell) => (cell === undefined ? '–' : cellText(cell))),
        ]),
      ),
      ...(rest === '' ? [] : [`… ${rest}: see --format json.`, '']),
    ];
  });
}

function outcomes(rows: readonly PublishedRow[]): string[] {
  const readers = rows.filter(({ trivial }) => !trivial);
  if (readers.length === 0) return [];
  return [
    '### How reads ended',
    '',
    ...markdownTable(
      ['Reader', ...OUTCOMES],
      readers.map((row) => {
        const found = outcomesOf(row.reader);
        return [nameOf(row), ...OUTCOMES.map((outcome) => count(found[outcome]))];
      }),
    ),
  ];
}

function costs(rows: readonly PublishedRow[]): string[] {
  const body = rows.flatMap((row) => {
    const { cost } = row.reader;
    if (cost === null || cost.requests === 0) return [];
    return [
      [
        nameOf(row),
        dollars(cost.usd),
        count(cost.inputTokens),
        count(cost.outputTokens),
        count(cost.requests),
        cost.seconds.toFixed(1),
      ],
    ];
  });
  if (body.length === 0) return [];
  return [
    '### Cost',
    '',
    ...markdownTable(['Reader', 'US dollars', 'tokens in', 'tokens out', 'requests', 'seconds'], body),
  ];
}

function about(report: PublishedReport): string[] {
  const facts = cardFacts(report).map(({ label, value, url }) =>
    url === undefined || url === value
      ? `- ${label}: ${safe(value)}`
      : `- ${label}: ${safe(value)}, ${safe(url)}`,
  );
  const meanings = metricsOf(report).flatMap((cell) =>
    cell.about === undefined ? [] : [`- ${headOf(cell)}: ${safe(cell.about)}`],
  );
  return [
    '### Data, metrics, protocol',
    '',
    ...facts,
    ...meanings,
    ...report.notes.map((note) => `- ${safe(note)}`),
  ];
}
