// Tables as CSV (RFC 4180) that a spreadsheet can open without obeying what a model wrote.

export type CsvValue = string | number | boolean | null | undefined;

/** A number may begin with a sign; any other text that does so is a formula to a spreadsheet. */
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const FORMULA = /^[=+\-@\t\r]/;

/** One line with its break. Text that a spreadsheet would run gets an apostrophe before it. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

/** A head and rows. Starts with a byte-order mark: without it spreadsheets take UTF-8 for something else. */
export function csv(head: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  let text = `\uFEFF${csvLine(head)}`;
  for (const row of rows) text += csvLine(row);
  return text;
}

function field(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Headers of a download. The name holds letters, digits, dots and hyphens only, whatever was asked for. */
export function csvHeaders(name: string): Record<string, string> {
  const safe = name.replaceAll(/[^\w.-]+/g, '-').slice(0, 80) || 'table';
  return {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="${safe}.csv"`,
  };
}
