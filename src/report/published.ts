// The report of a published benchmark: one table of metrics per reader and baseline, and one per facet.

import type { MetricCell, PublishedReader, PublishedReport } from '../domain/report.ts';
import { escapeHtml } from './escape.ts';
import { STYLE } from './style.ts';

const digits = (value: number | null): string =>
  value === null
    ? '–'
    : Number.isInteger(value)
      ? String(value)
      : value.toFixed(Math.abs(value) < 10 ? 3 : 1);

function cellText({ score, ci95 }: MetricCell): string {
  return ci95 === null ? digits(score) : `${digits(score)} [${digits(ci95[0])}, ${digits(ci95[1])}]`;
}

/** Heads and rows of a table: a reader per row, a metric per column. */
function tableOf(readers: readonly { name: string; cells: readonly MetricCell[] }[]): string[][] {
  const metrics =
    readers[0]?.cells.map(({ metric, better }) => `${metric} ${better === 'higher' ? '↑' : '↓'}`) ?? [];
  return [
    ['reader', 'n', 'clusters', ...metrics, 'unparsed', 'failed'],
    ...readers.map(({ name, cells }) => [
      name,
      String(cells[0]?.n ?? 0),
      String(cells[0]?.nPatients ?? 0),
      ...cells.map(cellText),
      String(cells[0]?.unparsed ?? 0),
      String(cells[0]?.failed ?? 0),
    ]),
  ];
}

function rowsOf(report: PublishedReport): string[][] {
  const named = (reader: PublishedReader) => ({
    name: reader.runId === null ? `(${reader.reader})` : reader.reader,
    cells: reader.overall,
  });
  const rows = tableOf([...report.readers.map(named), ...report.baselines.map(named)]);
  const cells = report.readers[0]?.overall ?? report.baselines[0]?.overall ?? [];
  if (cells.some(({ chance }) => chance !== null))
    rows.push([
      `(chance: ${cells.find(({ chance }) => chance !== null)?.chanceBaseline})`,
      '',
      '',
      ...cells.map(({ chance }) => digits(chance)),
      '',
      '',
    ]);
  return rows;
}

function pairLine({ a, b, metric, difference, ci95, verdict, n }: PublishedReport['pairs'][number]): string {
  const interval = ci95 === null ? '' : ` [${digits(ci95[0])}, ${digits(ci95[1])}]`;
  return `${a} − ${b}: ${metric} ${digits(difference)}${interval}, ${verdict} (n ${n})`;
}

function titleOf({ benchmark, protocol }: PublishedReport): string {
  return `${benchmark.id}, mode ${benchmark.mode}, protocol ${protocol}: ${benchmark.items} items, ${benchmark.patients} clusters`;
}

/** Aligned text for a terminal. */
export function publishedTable(report: PublishedReport): string {
  const rows = rowsOf(report);
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  const lines = rows.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at]))
      .join('  ')
      .trimEnd(),
  );
  return [
    titleOf(report),
    ...lines,
    ...report.pairs.map(pairLine),
    ...report.notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

const markdownTable = (rows: readonly (readonly string[])[]): string =>
  [
    `| ${rows[0].join(' | ')} |`,
    `| ${rows[0].map(() => '---').join(' | ')} |`,
    ...rows.slice(1).map((row) => `| ${row.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`),
  ].join('\n');

/** Markdown: the whole, then each facet of each reader. */
export function publishedMarkdown(report: PublishedReport): string {
  const facets = report.readers.flatMap(({ reader, facets: own }) =>
    Object.entries(own).map(
      ([facet, values]) =>
        `### ${reader}, by ${facet}\n\n${markdownTable(
          tableOf(Object.entries(values).map(([name, cells]) => ({ name, cells }))).map((row, at) =>
            at === 0 ? [facet, ...row.slice(1)] : row,
          ),
        )}`,
    ),
  );
  return [
    `## ${titleOf(report)}`,
    markdownTable(rowsOf(report)),
    ...report.pairs.map((pair) => `- ${pairLine(pair)}`),
    ...report.notes.map((note) => `- ${note}`),
    ...facets,
  ].join('\n\n');
}

const htmlTable = (rows: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${rows[0].map((text) => `<th>${escapeHtml(text)}</th>`).join('')}</tr></thead><tbody>${rows
    .slice(1)
    .map((row) => `<tr>${row.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}</tr>`)
    .join('')}</tbody></table>`;

/** One HTML file that opens from disk and loads nothing. */
export function publishedHtml(reports: readonly PublishedReport[]): string {
  const sections = reports.map(
    (report) =>
      `<section><h2>${escapeHtml(titleOf(report))}</h2>${htmlTable(rowsOf(report))}${report.pairs
        .map((pair) => `<p>${escapeHtml(pairLine(pair))}</p>`)
        .join('')}${report.readers
        .flatMap(({ reader, facets }) =>
          Object.entries(facets).map(
            ([facet, values]) =>
              `<h3>${escapeHtml(`${reader}, by ${facet}`)}</h3>${htmlTable(
                tableOf(Object.entries(values).map(([name, cells]) => ({ name, cells }))),
              )}`,
          ),
        )
        .join('')}<ul>${report.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul></section>`,
  );
  const title = escapeHtml(reports[0]?.benchmark.title ?? 'Overread');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style><body><main><h1>${title}</h1>${sections.join('')}</main></body></html>\n`;
}
