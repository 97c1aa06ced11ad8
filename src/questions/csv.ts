// Comma-separated values (RFC 4180): quoted fields with doubled quotes and line breaks inside.

/** One row, without its line end. */
export function csvRow(fields: readonly unknown[]): string {
  return fields
    .map((field) => {
      const text = field === null || field === undefined ? '' : String(field);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}
