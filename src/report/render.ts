// A report to a terminal table, Markdown, or one HTML file.
export { renderHtml } from './html.ts';
export { renderMarkdown } from './markdown.ts';
export { renderTable, type TableOptions } from './table.ts';
