// Tables of studies: the same rows for a terminal and as Markdown.

export type Rows = readonly (readonly string[])[];

/** Columns padded and two spaces apart; the first row is the head. */
export function alignedTable(rows: Rows): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(rows: Rows): string {
  const line = (row: readonly string[]) =>
    `| ${row.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  return [
    line(head),
    `| ${head.map((_, at) => (at === 0 ? '---' : '---:')).join(' | ')} |`,
    ...rest.map(line),
  ].join('\n');
}

/** Three digits, or a dash where there is no value. */
export function shown(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(3);
}

/** "0.812 [0.761, 0.858]". */
export function withInterval(value: number | null, ci95: readonly [number, number] | null): string {
  return ci95 === null ? shown(value) : `${shown(value)} [${shown(ci95[0])}, ${shown(ci95[1])}]`;
}
