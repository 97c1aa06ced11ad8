// overread/report: a report as terminal table, Markdown or one HTML page.
export { publishedHtml, publishedMarkdown, publishedTable } from './published.ts';
export { renderHtml, renderMarkdown, renderTable } from './render.ts';
