// The campaign's section of the benchmarks page.
import type { MetricCell } from '../../src/domain/report.ts';
import { FIELD_IDS } from '../../src/privacy/statements/statement.ts';
import { type ArmReport, armReports } from '../../src/studies/phi/leakage.ts';
import { shown } from '../../src/studies/phi/tables.ts';
import { table } from '../masks/section.ts';
import type { FileResult } from './files.ts';
import type { PageResults } from './pages.ts';

export interface PhiSection extends PageResults {
  readonly command: string;
  readonly seed: string;
  readonly redacted: FileResult;
}

const NAMES: Readonly<Record<string, string>> = {
  none: 'nothing masked',
  boxes: 'true boxes',
  'published-boxes': 'true boxes of name, birth date, address',
  'detected-boxes': 'detected boxes (what `redact` paints)',
  v3: 'V3–V5: tokens of 16 px',
  v6: 'V6, V8, V9: tokens of 64 px',
  v7: 'V7: both',
};
/** One picture for several places of the network: the first stands for all. */
const SHOWN = Object.keys(NAMES);

const title = ({ arm, hybrid }: ArmReport) => `${NAMES[arm] ?? arm}${hybrid ? ' + text' : ''}`;
const percent = (cell: MetricCell | undefined) =>
  cell === undefined || cell.score === null ? '–' : (100 * cell.score).toFixed(1);

export function phiMarkdown({ command, seed, main, variants, unseen, redacted }: PhiSection): string {
  const reports = armReports(main, seed).filter(({ arm }) => SHOWN.includes(arm));
  const pages = new Set(main.map(({ page }) => page)).size;
  const instances = reports[0]?.instances ?? 0;
  const copied = armReports(
    main.filter(({ condition }) => condition === 'copied'),
    seed,
  ).find(({ arm, hybrid }) => arm === 'detected-boxes' && !hybrid);
  return `## Identifiers: what masking leaves, and what redaction leaves

\`${command}\`

### ${pages} billing statements, ${instances.toLocaleString('en')} identifiers

Every value is invented and stands on one page only; four layouts, half of the pages as a worn copier leaves them. A
masked square shows paper; the reader is tesseract.js with its English data. "+ text" adds redaction of the text that is
read: the hybrid, measured. Removed: the exact value is in no text read from its page; the next columns forgive case,
punctuation and look-alikes, and then a fifth of the characters. Painted over: nine tenths of the value's true box,
whoever reads. Percent with 95 % intervals clustered by page; categories of the paper's seven that leak on no page at
all, and its score (removed categories of seven).

${table(
  [
    'masking',
    'removed',
    'up to look-alikes',
    'not even nearly',
    'painted over',
    'amounts and codes kept',
    'of 7',
    'score',
  ],
  reports.map((r) => [
    title(r),
    shown(r.removed),
    shown(r.removedNormalised),
    shown(r.removedNear),
    shown(r.painted),
    shown(r.kept),
    String(r.categoriesRemoved.length),
    (100 * r.categoryScore).toFixed(1),
  ]),
)}

Exact values that are still read, by category (%). The paper finds name, birth date and address removed by every
strategy and the rest kept, which is 3 of 7 = 42.9 %; it supposes a text filter of 80 % effect, which makes 88.6 %. Masks
of those three categories reproduce the first figure as regions of the picture; the second is measured here.

${leakTable(reports)}

What this cannot show: in a network a zeroed token's neighbours know of it. On pictures all places on one grid are the
same, and leaks come from tokens that a box does not choose. On the first ${new Set(variants.map(({ page }) => page)).size} pages, with a token chosen only when its
centre lies in the box (a box that holds no centre chooses none, and dilating none gives none):

${table(
  ['tokens : rule : radius', 'removed', 'painted over', 'amounts and codes kept'],
  armReports(variants, seed)
    .filter(({ hybrid }) => !hybrid)
    .map((r) => [
      r.arm.replace('v3', '16 px').replace('v6', '64 px').replaceAll(':', ' : '),
      shown(r.removed),
      shown(r.painted),
      shown(r.kept),
    ]),
)}

${copied === undefined ? '' : `On the copied pages alone, detected boxes paint over ${shown(copied.painted)} and remove ${shown(copied.removed)}.`}

The detectors were written with these four layouts in sight, so their 100 % say that nothing slips through by accident,
not how other pages will fare. A fifth layout, a typed note without labels or titles, was drawn after them (the first
${new Set(unseen.map(({ page }) => page)).size} statements); exact values still read, in percent:

${table(
  ['the note', 'removed', 'painted over', ...FIELD_IDS],
  armReports(unseen, seed)
    .filter(({ arm, hybrid }) => (arm === 'none' ? hybrid : !hybrid))
    .map((r) => [
      title(r),
      shown(r.removed),
      shown(r.painted),
      ...FIELD_IDS.map((id) => percent(r.leaked[id])),
    ]),
)}

### ${redacted.dicomFiles} DICOM files with as many reports in text and in JSON, through \`overread redact\`

Phantom slices of five kinds (CT of 12 bits, RGB, inverted, cine, JPEG with a comment), canaries in standard, private,
nested, binary and unlisted attributes, in overlays, thumbnails, padding, preamble and JPEG comment, and text of 13 to 20
pixels burned in; on half of the CT and inverted images one date stands over anatomy. Canaries are looked for in the bytes
of every file written, the account of the redaction included, in any case and as UTF-16.

${table(
  ['canaries', 'planted', 'found before', 'found after'],
  [
    ['headers', ...counts(redacted.header)],
    ['reports', ...counts(redacted.text)],
  ],
)}

${table(
  ['burned into pixels', '%'],
  [
    [`values (${redacted.burned}) that OCR reads before`, shown(redacted.readBefore)],
    ['values that OCR reads after', shown(redacted.readAfter)],
    ['values of which nine tenths of the ink is gone', shown(redacted.painted)],
    ...Object.entries(redacted.paintedBy).map(([by, cell]) => [`… ${by}`, shown(cell)]),
    ['image pixels lost beside the text', shown(redacted.lost)],
  ],
)}
`;
}

function counts({ planted, before, after }: FileResult['header']): string[] {
  return [planted, before, after.length].map((n) => n.toLocaleString('en'));
}

function leakTable(reports: readonly ArmReport[]): string {
  const wanted = reports.filter(({ arm, hybrid }) => !hybrid || arm === 'none' || arm === 'published-boxes');
  return table(
    ['', ...wanted.map(title)],
    FIELD_IDS.map((id) => [id, ...wanted.map((r) => percent(r.leaked[id]))]),
  );
}
