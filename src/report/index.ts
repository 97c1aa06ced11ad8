// overread/report: a report as terminal table, Markdown or one HTML page.
export { renderHtml, renderMarkdown, renderTable } from './render.ts';
