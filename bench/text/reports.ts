// Open-i's reports through the whole engine: what trivial readers score, and a scripted model's impressions.
// npx node bench/text/reports.ts --data ../shared/data [--seed 0] [--no-write]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { publishedPlugin } from '../../src/benchmarks/published-plugins.ts';
import { scorePublished } from '../../src/benchmarks/published-score.ts';
import { recordOptions } from '../../src/benchmarks/published-source.ts';
import { progressBar } from '../../src/cli/progress-bar.ts';
import type { PublishedReader, PublishedReport } from '../../src/domain/report.ts';
import { openData } from '../../src/records/data-root.ts';
import { table, writeSection } from '../masks/section.ts';
import { readSet } from '../published/campaign.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    seed: { type: 'string', default: '0' },
    resamples: { type: 'string', default: '500' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const resamples = Number(values.resamples);
const scratch = mkdtempSync(join(tmpdir(), 'overread-reports-'));

const percent = (value: number | null, digits = 1) => (value === null ? '–' : (100 * value).toFixed(digits));
function rowsOf(report: PublishedReport, shown: readonly string[]): string[][] {
  const cell = ({ overall }: PublishedReader, id: string) => {
    const found = overall.find(({ metric }) => metric === id);
    if (found === undefined) return '–';
    // CIDEr-D runs to 10 and is shown as it is.
    const scale = id.startsWith('cider') ? 0.01 : 1;
    const show = (value: number | null) =>
      scale === 1 ? percent(value) : percent(value === null ? null : value * scale, 2);
    const interval = found.ci95 === null ? '' : ` (${show(found.ci95[0])}–${show(found.ci95[1])})`;
    return `${show(found.score)}${interval}`;
  };
  return [...report.readers, ...report.baselines].map((reader) => [
    reader.reader.replace('compatible/scripted', 'scripted model'),
    ...shown.map((id) => cell(reader, id)),
  ]);
}

async function trivial(path: string): Promise<PublishedReport> {
  const plugin = publishedPlugin('iu-xray-reports');
  const options = recordOptions(plugin, { mode: 'report', seed: values.seed });
  const data = await openData(join(values.data, path));
  return scorePublished({
    ...{ plugin, data, options, contentHash: '', runs: [], protocol: 'strict', seed: values.seed, resamples },
  });
}

try {
  const all = await trivial('reports-openi');
  const list = await trivial('iu-xray-vqa');
  const impressions = await readSet(
    {
      ...{
        name: 'Open-i impressions',
        benchmark: 'iu-xray-reports',
        path: 'reports-openi',
        mode: 'impression',
      },
      ...{ split: 'test', licence: 'CC BY-NC-ND 4.0' },
    },
    {
      ...{ data: values.data, scratch, seed: values.seed, resamples },
      progress: progressBar(process.stderr),
      signal: new AbortController().signal,
    },
  );
  const shown = [
    'findings-macro-f1',
    'findings-micro-f1',
    'rouge-l-unicode',
    'bleu-4-unicode',
    'meteor',
    'cider-d',
  ];
  const section = (report: PublishedReport) => table(['reader', ...shown], rowsOf(report, shown));
  const markdown = `## Open-i's reports: what knowing nothing scores

\`npx node bench/text/reports.ts --data ../shared/data --seed ${values.seed}\`

Percent under the \`strict\` protocol (CIDEr-D in 0–10), 95 % percentile intervals over examinations. No picture is read: the first
two tables are what a report scores that is the same for everybody. A sentence that finds nothing shares a fair part of
its words with most reports and no finding with any that has one. The reports are not part of this repository (CC BY-NC-ND 4.0).

### Findings from pictures, the archive: ${all.benchmark.items} reports

${section(all)}

### Findings from pictures, R2Gen's test list: ${list.benchmark.items} reports

${section(list)}

### Impressions from findings, the archive: ${impressions.report.benchmark.items} reports

Through the whole engine; the scripted model on the loopback address gives the right impression with a chance of 70 %, else a
word that is in none.

${section(impressions.report)}
`;
  process.stdout.write(markdown);
  if (values.write)
    writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'text/reports', markdown);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
