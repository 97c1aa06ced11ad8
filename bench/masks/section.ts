// Puts a campaign's results into its own place of a Markdown page, and leaves the rest of the page alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** The page with the section between its marks replaced, or added at the end. */
export function withSection(page: string, id: string, markdown: string): string {
  const [begin, end] = [`<!-- ${id} -->`, `<!-- /${id} -->`];
  const section = `${begin}\n${markdown.trim()}\n${end}`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from >= 0 && to > from) return page.slice(0, from) + section + page.slice(to + end.length);
  return `${page.trimEnd()}${page.trim() === '' ? '' : '\n\n'}${section}\n`;
}

/** Writes the section; the page is read anew just before, since others write to it too. */
export function writeSection(path: string, id: string, markdown: string): void {
  const page = existsSync(path) ? readFileSync(path, 'utf8') : '# Benchmarks\n';
  writeFileSync(path, withSection(page, id, markdown));
}

/** A Markdown table; numbers (all columns after the first) to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
