// The page around a report: one HTML document that opens from disk and loads nothing.
import { STYLE } from './style.ts';

/** Parts of a page as markup: whatever a model or user wrote is escaped by then. */
export interface Page {
  readonly kicker: string;
  readonly name: string;
  readonly facts: string;
  readonly nav: string;
  readonly body: string;
}

/** A mark of a legend on a field of 26 by 14. */
export const swatch = (mark: string): string => `<svg viewBox="0 0 26 14" aria-hidden="true">${mark}</svg>`;

export function page({ kicker, name, facts, nav, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${name}: Overread report</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="kicker">${kicker}</p>
<h1>${name}</h1>
<p class="facts">${facts}</p>
${nav}
</header>
${body}
<footer>Made by Overread. Everything is in this file; it loads nothing.</footer>
</main>
</body>
</html>
`;
}
