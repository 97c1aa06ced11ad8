// Prompt optimisers on scripted models: a gain where one can be had, none where no prompt helps.
// npx node bench/prompts/run.ts [--seeds 12] [--no-write]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { progressBar } from '../../src/cli/progress-bar.ts';
import { accuracyOf } from '../../src/studies/prompts/testing/stochastic-model.ts';
import { table, writeSection } from '../masks/section.ts';
import { ITEMS, promptsCampaign, type Row } from './campaign.ts';

const BUDGETS = [300, 600, 1200];
const DEAF_CALLS = 600;

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '12' }, write: { type: 'boolean', default: true } },
  allowNegative: true,
});
const seeds = Number(values.seeds);
if (!Number.isInteger(seeds) || seeds < 2) {
  process.stderr.write('--seeds is a whole number of at least 2.\n');
  process.exit(2);
}

const percent = (value: number) => (100 * value).toFixed(1).replace('-', '−');
const range = (value: number, [low, high]: readonly [number, number]) =>
  `${percent(value)} (${percent(low)} to ${percent(high)})`;
const lines = (rows: readonly Row[]) =>
  table(
    [
      'optimiser',
      'calls allowed',
      'calls used',
      'thousand tokens',
      'validation',
      'test',
      'gain over the base prompt',
      'over random search',
      'studies that show a gain (a loss)',
    ],
    rows.map((row) => [
      row.optimiser,
      String(row.budget),
      row.calls.toFixed(0),
      (row.tokens / 1000).toFixed(0),
      percent(row.validation),
      percent(row.test),
      range(row.gain, row.gainCi95),
      row.optimiser === 'random-search' ? '–' : range(row.over, row.overCi95),
      `${row.shown} (${row.lost}) of ${seeds}`,
    ]),
  );

const folder = mkdtempSync(join(tmpdir(), 'overread-prompts-'));
const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));
try {
  const found = await promptsCampaign({
    folder,
    seeds,
    budgets: BUDGETS,
    deafCalls: DEAF_CALLS,
    progress: progressBar(process.stderr),
    signal: abort.signal,
  });
  const told = { commits: true, brief: true, explains: false, looks: true, examples: 3, bothAnswers: true };
  const best = accuracyOf(told);
  const withoutExamples = accuracyOf({ ...told, examples: 0, bothAnswers: false });
  const examplesAlone = accuracyOf({ ...told, commits: false, brief: false, looks: false });
  const won = found.promptable.filter(({ overCi95 }) => overCi95[0] > 0);
  const [shown, lost] = [
    found.deaf.reduce((sum, row) => sum + row.shown, 0),
    found.deaf.reduce((sum, row) => sum + row.lost, 0),
  ];
  const markdown = `## Prompts: what optimisers gain

\`npx node bench/prompts/run.ts --seeds ${seeds}\`

Synthetic throughout: a scripted model on loopback looks at the fixture's bright and dark pictures and errs at random in
four ways (declines, rambles, judges at first glance, prefers bright), each of which a sentence in the instruction or an
example can mend; one kind of sentence does harm. It also writes the instructions that optimisers ask for, from the
replies that it is shown, and misses a third of the faults. Its accuracy is known for every prompt: the best with three
examples reaches ${percent(best)}. Each study has ${ITEMS.train} training, ${ITEMS.validation} validation and ${ITEMS.test} test items of its own; every optimiser has the same number of
calls, proposals and examples included. Values in percent, means over ${seeds} studies with 95 % intervals (Student's t over
studies). The base prompt scores ${percent(found.base)} on the test items.

${lines(found.promptable)}

Better than random search at equal calls, by the interval: ${won.length === 0 ? 'none' : won.map(({ optimiser, budget, over, overCi95 }) => `${optimiser} at ${budget} (${range(over, overCi95)})`).join(', ')}.
Without examples no instruction reaches more than ${percent(withoutExamples)} here, which is where gepa ends; without an instruction no examples
reach more than ${percent(examplesAlone)}, which is where bootstrap ends. Simba needs the larger budgets: each of its steps reads a batch several times.

A model that no prompt helps (right by a coin; its base scores ${percent(found.deafBase)}). What validation promises is luck, and the test
part shows none of it: of ${found.deaf.length * seeds} searches ${shown} report a gain and ${lost} a loss (chance alone would give 2.5 % of each), and all others
"no gain shown".

${lines(found.deaf)}
`;
  process.stdout.write(markdown);
  if (values.write)
    writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'prompts', markdown);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
