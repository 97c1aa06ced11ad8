// CarePilot at the simulated desk: steps from screenshots and whole tasks live in Chromium, through `overread run`'s parts.
// npx node bench/agents/carepilot.ts [--tasks 40] [--live 12] [--seed 0]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DESK_ERRORS, type DeskErrors, simulatedOperator } from '../../src/agents/readers/carepilot/check.ts';
import builder from '../../src/benchmarks/builders/careflow-desk.ts';
import { publishedReports, readPublished } from '../../src/cli/reading-published.ts';
import { silent } from '../../src/domain/progress.ts';
import { startSimulatedReader } from '../../src/experts/testing/simulated-reader.ts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '40' },
    live: { type: 'string', default: '12' },
    seed: { type: 'string', default: '0' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'overread-carepilot-'));
const { signal } = new AbortController();
const percent = (value: number | null) => (value === null ? '–' : (100 * value).toFixed(1));

async function arm(name: string, mode: 'step' | 'live', errors: DeskErrors, options: Record<string, string>) {
  const server = await startSimulatedReader({ seed: values.seed, answer: simulatedOperator(errors) });
  try {
    const store = join(folder, `${name.replaceAll(/\W+/g, '-')}-${mode}.db`);
    const [summary] = await readPublished({
      benchmark: 'careflow',
      data: join(folder, mode),
      mode,
      readers: ['carepilot@compatible/operator'],
      readerOptions: options,
      baseUrl: server.url,
      allow: [new URL(server.url).origin],
      experts: mode === 'live' ? ['operate=desk'] : [],
      store,
      seed: values.seed,
      concurrency: mode === 'live' ? 2 : 'auto',
      progress: silent,
      signal,
    });
    if (summary.error !== undefined) throw summary.error;
    const [report] = await publishedReports({ store, runs: [summary.runId], protocols: ['strict'] });
    const cells = report.readers[0].overall;
    const told = cells.map(
      ({ score, ci95, n }) =>
        `${percent(score)}${ci95 === null ? '' : ` [${percent(ci95[0])}, ${percent(ci95[1])}]`} (n ${n})`,
    );
    process.stdout.write(`| ${mode} | ${name} | ${told.join(' | ')} |\n`);
  } finally {
    await server.close();
  }
}

try {
  for (const [mode, tasks] of [
    ['step', values.tasks],
    ['live', values.live],
  ] as const)
    await builder.build({
      source: 'simulated',
      out: join(folder, mode),
      seed: values.seed,
      protocol: 'strict',
      options: { tasks: [tasks] },
      progress: silent,
      signal,
    });
  process.stdout.write(
    '| mode | arm | steps right (action and target) | tasks whole | kinds of action right |\n| --- | --- | --- | --- | --- |\n',
  );
  const blind = { ...DESK_ERRORS, detect: DESK_ERRORS.alarm };
  for (const mode of ['step', 'live'] as const) {
    await arm('actor, critic, both memories', mode, DESK_ERRORS, {});
    await arm('no critic', mode, DESK_ERRORS, { critic: 'off' });
    await arm('no critic, short memory', mode, DESK_ERRORS, { critic: 'off', memory: 'short' });
    await arm('no critic, no memory', mode, DESK_ERRORS, { critic: 'off', memory: 'none' });
    await arm('a blind critic (must not win)', mode, blind, {});
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
