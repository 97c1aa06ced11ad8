// Readers that know nothing of the patient, on phantom cohorts of several seeds: each must stay at chance.
// npx node bench/controls/run.ts [--seeds 5] [--cases 40] [--no-write]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { progressBar } from '../../src/cli/progress-bar.ts';
import { writeSection } from '../masks/section.ts';
import { controlsCampaign } from './campaign.ts';
import { controlsTable } from './markdown.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    cases: { type: 'string', default: '40' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const [count, cases] = [Number(values.seeds), Number(values.cases)];
if (![count, cases].every((n) => Number.isInteger(n) && n > 0)) {
  process.stderr.write('--seeds and --cases are positive numbers.\n');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'overread-controls-'));
const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));
try {
  const result = await controlsCampaign({
    folder,
    seeds: Array.from({ length: count }, (_, i) => String(i)),
    cases,
    progress: progressBar(process.stderr),
    signal: abort.signal,
  });
  const { questions, patients } = result;
  const markdown = `## Controls: what is known without the patient

\`npx node bench/controls/run.ts --seeds ${count} --cases ${cases}\`

Phantom cohorts of the seeds 0 to ${count - 1}, ${cases} cases each: ${questions.toLocaleString('en')} questions about ${patients} patients in all. Multiple choice under the
\`strict\` protocol, in percent with 95 % intervals clustered by patient; † marks an interval that does not hold chance.
The last column says in how many of the cohorts' cells (overall and four stages, one cohort at a time) the interval holds
chance: about one in twenty should not. \`executor-shuffled\` concludes from other patients' tool results; the readers with names in
words look at options only, those of all other questions included. Another patient's answer to a question of the same type is right in
${(100 * result.resemblance).toFixed(1)} %.

${controlsTable(result)}
`;
  process.stdout.write(markdown);
  if (values.write)
    writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'controls', markdown);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
