// The page's look: light and dark, screen and print, no file but itself.

export const STYLE = `
:root {
  color-scheme: light dark;
  --surface: #f6f5f2; --card: #ffffff; --ink: #1d1c1a; --muted: #64615b; --line: #dedad2; --grid: #e9e6e0;
  --bar: #3a78b5; --trivial: #9b978f; --chance: #b9480f; --heat: #1f5f9e; --accent-ink: #1f5588;
  --cause-0: #2a72c8; --cause-1: #15835f; --cause-2: #b06f00; --cause-3: #4a7d1f; --cause-4: #6a5bc4; --cause-5: #d0443f; --cause-6: #7a6a5f;
  --on-cause: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --surface: #131416; --card: #1b1d20; --ink: #ecebe7; --muted: #a5a29b; --line: #34373c; --grid: #2b2e32;
    --bar: #5b9bd9; --trivial: #75726c; --chance: #f0915a; --heat: #6ab0f0; --accent-ink: #8ec1f0;
    --cause-0: #5a9ee8; --cause-1: #35b48d; --cause-2: #dba12f; --cause-3: #86b552; --cause-4: #a398ec; --cause-5: #ec7671; --cause-6: #b8a79b;
    --on-cause: #10151b;
  }
}
* { box-sizing: border-box; }
html { font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--surface); color: var(--ink); }
main { max-width: 1220px; margin: 0 auto; padding: 40px 24px 72px; }
.kicker { margin: 0 0 4px; color: var(--muted); font-size: 0.87rem; letter-spacing: 0.02em; }
h1 { margin: 0 0 8px; font-size: 2rem; line-height: 1.2; font-weight: 680; letter-spacing: -0.015em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 0 0 4px; font-size: 1.22rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.005em; }
h3 { margin: 20px 0 4px; font-size: 1.02rem; font-weight: 620; }
.facts { margin: 0; color: var(--muted); }
.facts code { font-size: 0.85em; }
nav { margin: 18px 0 0; display: flex; flex-wrap: wrap; gap: 6px 18px; font-size: 0.93rem; }
a { color: var(--accent-ink); text-underline-offset: 3px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 22px 24px 24px; margin-top: 22px; }
section p.lead { margin: 0 0 14px; color: var(--muted); max-width: 78ch; }
.findings { margin: 22px 0 0; padding: 0; list-style: none; display: grid; gap: 8px; font-size: 1.05rem; max-width: 104ch; }
.findings li { padding-left: 16px; border-left: 3px solid var(--bar); }
figure { margin: 10px 0 0; }
figcaption { color: var(--muted); font-size: 0.9rem; margin-bottom: 8px; }
.side { display: flex; flex-wrap: wrap; gap: 12px 32px; }
figure > svg { display: block; max-width: 100%; height: auto; color: var(--ink); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 6px 0 2px; padding: 0; list-style: none; font-size: 0.9rem; color: var(--muted); }
.legend svg { display: inline-block; width: 26px; height: 14px; vertical-align: -2px; margin-right: 6px; }
.scroll { overflow-x: auto; margin-top: 14px; }
.scroll:focus-visible, a:focus-visible, summary:focus-visible { outline: 2px solid var(--bar); outline-offset: 3px; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
th, td { padding: 7px 10px; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th:last-child, td:last-child { padding-right: 2px; }
thead th { color: var(--muted); font-weight: 560; vertical-align: bottom; white-space: normal; }
tbody th { font-weight: 560; text-align: left; white-space: normal; overflow-wrap: break-word; min-width: 15rem; max-width: 20rem; }
th.pair { font-weight: 450; } th .minus { display: block; color: var(--muted); }
tbody tr:last-child > * { border-bottom: 0; }
.sub { display: block; color: var(--muted); font-size: 0.83rem; font-weight: 400; }
td b { font-weight: 640; }
.near { color: var(--chance); font-weight: 600; }
td.words, th.words { text-align: left; white-space: normal; }
.heat td.cell { text-align: center; border: 2px solid var(--card); border-radius: 6px; padding: 4px 6px; min-width: 4.6rem; background: color-mix(in oklab, var(--heat) var(--share), var(--card)); }
.heat td.cell.deep { color: #fff; }
.heat td.none { text-align: center; color: var(--muted); }
.heat thead th { text-align: center; white-space: normal; overflow-wrap: break-word; min-width: 5.5rem; max-width: 9.5rem; }
.heat thead th:nth-child(-n+3) { min-width: 0; text-align: right; }
.heat thead th:first-child { text-align: left; }
.heat tbody th { font-weight: 450; padding: 4px 10px 4px 0; border-bottom: 0; }
.heat tbody td { padding-top: 4px; padding-bottom: 4px; border-bottom: 0; }
.heat tbody tr.stage th { padding-top: 16px; font-weight: 650; }
.heat td.plain { color: var(--muted); }
@media (prefers-color-scheme: dark) { .heat td.cell { color: var(--ink); } .heat td.cell.bright { color: #0c1420; } }
.forest { width: 190px; height: 20px; display: inline-block; vertical-align: -4px; }
details { margin-top: 14px; }
tr.trivial th { font-weight: 450; color: var(--muted); }
dl.card { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 10px 0 0; }
dl.card dt { color: var(--muted); }
dl.card dd { margin: 0; overflow-wrap: anywhere; }
.warn { color: var(--chance); font-weight: 600; }
summary { cursor: pointer; color: var(--accent-ink); }
ul.notes { margin: 8px 0 0; padding-left: 20px; max-width: 92ch; }
ul.notes li { margin: 4px 0; }
footer { margin-top: 26px; color: var(--muted); font-size: 0.87rem; }
@media (max-width: 720px) { main { padding: 24px 12px 48px; } section { padding: 16px 14px; border-radius: 10px; } h1 { font-size: 1.55rem; } figure { overflow-x: auto; } figure > svg { max-width: none; } }
@media print { body { background: #fff; } main { max-width: none; padding: 0; } section { break-inside: avoid; border: 0; padding: 12px 0; } nav, .scroll { overflow: visible; } }
`;
