// The report of a published benchmark to a terminal table, Markdown, or one HTML file.
export { publishedHtml } from './published-html.ts';
export { publishedMarkdown } from './published-markdown.ts';
export { type PublishedTableOptions, publishedTable } from './published-table.ts';
