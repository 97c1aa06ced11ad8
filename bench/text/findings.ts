// The fourteen findings read out of Open-i's reports, against the headings that people coded for the same reports.
// npx node bench/text/findings.ts --reports NLMCXR_reports.tgz [--no-write]
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readOpenI } from '../../src/benchmarks/published/iu-xray-reports/openi.ts';
import { openData } from '../../src/records/data-root.ts';
import { tarSamples } from '../../src/records/tar.ts';
import { FINDINGS, type Finding } from '../../src/scoring/clinical/finding-patterns.ts';
import {
  type FindingItem,
  findingBits,
  findingsMacroF1,
  labelScore,
} from '../../src/scoring/clinical/finding-scores.ts';
import { type Claim, findingsIn, isClaimed } from '../../src/scoring/clinical/findings.ts';
import { findingsOfMesh } from '../../src/scoring/clinical/mesh-findings.ts';
import { meanOf, type Summary } from '../../src/scoring/metric.ts';
import { metricCells } from '../../src/scoring/metric-cells.ts';
import { table, writeSection } from '../masks/section.ts';

const { values } = parseArgs({
  options: {
    reports: { type: 'string' },
    resamples: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
if (values.reports === undefined) {
  process.stderr.write('Give --reports NLMCXR_reports.tgz, as Open-i publishes it.\n');
  process.exit(2);
}

interface Row extends FindingItem {
  readonly id: string;
  readonly number: number;
  /** Doubted findings left out. */
  readonly sure: number;
  readonly claims: Readonly<Record<Finding, Claim>>;
}

const data = await openData(dirname(values.reports));
const rows: Row[] = [];
const left = { uncoded: 0, empty: 0 };
const started = performance.now();
for await (const { value } of tarSamples(await data.open(basename(values.reports)))) {
  const record = readOpenI(new TextDecoder().decode(value.files.get('xml')), value.key);
  const truth = findingsOfMesh(record.headings);
  const text = `${record.findings}\n${record.impression}`.trim();
  if (text === '') left.empty++;
  else if (truth === undefined) left.uncoded++;
  else {
    const claims = findingsIn(text);
    const bits = (holds: (claim: Claim) => boolean) =>
      findingBits(new Set(FINDINGS.filter((finding) => holds(claims[finding]))));
    rows.push({
      ...{ id: record.id, number: Number(record.id.slice(3)), claims },
      said: bits(isClaimed),
      sure: bits((claim) => claim === 'present'),
      wanted: findingBits(truth),
    });
  }
}
const seconds = (performance.now() - started) / 1000;

const summary = (id: string, of: Summary<FindingItem>['of']): Summary<FindingItem> => ({
  ...{ id, summary: id, better: 'higher', range: [0, 1], of },
});
const summaries = [
  ...FINDINGS.flatMap((finding) => {
    const bit = 1 << FINDINGS.indexOf(finding);
    // Proportions of the reports that claim the finding, or are coded with it: intervals of proportions.
    const share = (part: string, of: keyof FindingItem, by: keyof FindingItem) =>
      meanOf<FindingItem>({ id: `${finding}/${part}`, summary: part }, (item) =>
        item[of] & bit ? Number((item[by] & bit) !== 0) : null,
      );
    return [
      share('precision', 'said', 'wanted'),
      share('recall', 'wanted', 'said'),
      summary(`${finding}/f1`, (items) => labelScore(items, finding).f1),
    ];
  }),
  summary('macro', findingsMacroF1),
];
const examined = rows.filter(({ number }) => number % 2 === 0);
const seen = rows.filter(({ number }) => number % 2 === 1);
const cells = new Map(
  metricCells(
    examined.map((item) => ({ questionId: item.id, cluster: item.id, outcome: 'scored' as const, item })),
    summaries,
    { protocol: 'strict', seed: 'findings', resamples: Number(values.resamples) },
  ).map((cell) => [cell.metric, cell]),
);
const three = (value: number | null | undefined) => value?.toFixed(3) ?? '–';
const withInterval = (metric: string) => {
  const cell = cells.get(metric);
  const interval = cell?.ci95;
  return `${three(cell?.score)}${interval ? ` [${three(interval[0])}, ${three(interval[1])}]` : ''}`;
};
const wrongOf = (finding: Finding) => {
  const bit = 1 << FINDINGS.indexOf(finding);
  const invented = rows.filter(({ said, wanted }) => said & bit && !(wanted & bit));
  const doubted = invented.filter(({ claims }) => claims[finding] === 'uncertain').length;
  const missed = rows.filter(({ said, wanted }) => !(said & bit) && wanted & bit);
  const denied = missed.filter(({ claims }) => claims[finding] === 'denied').length;
  return [`${invented.length} (${doubted})`, `${missed.length} (${denied})`];
};
const surely = (items: readonly Row[]) => items.map(({ sure, wanted }) => ({ said: sure, wanted }));

const markdown = `## Findings read by rules: against Open-i's headings

\`npx node bench/text/findings.ts --reports ../shared/data/reports-openi/NLMCXR_reports.tgz\`

What \`src/scoring/clinical/findings.ts\` reads out of findings and impression of the 3,955 reports of Indiana University
(CC BY-NC-ND 4.0, not part of this repository), against the headings that people coded for them, mapped to the same fourteen
labels (\`mesh-findings.ts\`). Left out: ${left.uncoded} reports that nobody coded, ${left.empty} without text. The rules were written with an
eye on the ${seen.length} reports of odd number; the table is of the ${examined.length} even ones, with 95 % intervals over reports (the
release names no patients). A doubted finding counts as claimed. Macro F1: **${withInterval('macro')}** (odd numbers, which
the rules had seen: ${three(findingsMacroF1(seen))}; with doubted findings left out: ${three(findingsMacroF1(surely(examined)))}). ${rows.length} reports in ${seconds.toFixed(1)} s.

${table(
  ['finding', 'coded', 'precision', 'recall', 'F1'],
  FINDINGS.map((finding) => [
    finding,
    String(labelScore(examined, finding).wanted),
    ...(['precision', 'recall', 'f1'] as const).map((part) => withInterval(`${finding}/${part}`)),
  ]),
)}

What it gets wrong, over all ${rows.length} reports: claimed and not coded (of these doubted by the report), coded and not claimed (of
these denied by the report).

${table(
  ['finding', 'not coded (doubted)', 'missed (denied)'],
  FINDINGS.map((finding) => [finding, ...wrongOf(finding)]),
)}

Most of the surplus is doubt: "may represent pneumonia", "concerning for" a nodule or edema, which the coders left uncoded.
Words that were removed for privacy (XXXX) hide some devices and vessels. A nodule that is called a density is an opacity
here; a healed fracture, which the headings call a deformity, is a fracture. "No Finding" means that none of the other labels
but support devices applies: granulomas, scars and curved spines are no finding on either side.
`;
process.stdout.write(markdown);
if (values.write)
  writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'text/findings', markdown);
