// CarePilot at the simulated desk: steps from screenshots and whole tasks live in Chromium, through `overread run`'s parts.
// npx node bench/agents/carepilot.ts [--tasks 40] [--live 12] [--seed 0]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DESK_ERRORS, type DeskErrors, simulatedOperator } from '../../src/agents/readers/carepilot/check.ts';
import builder from '../../src/benchmarks/builders/careflow-desk.ts';
import { silent } from '../../src/domain/progress.ts';
import { simulatedArm } from './arm.ts';
import { header, percentCell, row } from './table.ts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '40' },
    live: { type: 'string', default: '12' },
    seed: { type: 'string', default: '0' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'overread-carepilot-'));

async function arm(name: string, mode: 'step' | 'live', errors: DeskErrors, options: Record<string, string>) {
  const simulated = { seed: values.seed, answer: simulatedOperator(errors) };
  const { cells } = await simulatedArm(simulated, {
    scratch: folder,
    benchmark: 'careflow',
    data: join(folder, mode),
    mode,
    readers: ['carepilot@compatible/operator'],
    options,
    ...(mode === 'live' ? { experts: ['operate=desk'], concurrency: 2 } : {}),
  });
  row(mode, name, ...cells.map((cell) => `${percentCell(cell)} (n ${cell.n})`));
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
      signal: new AbortController().signal,
    });
  header('mode', 'arm', 'steps right (action and target)', 'tasks whole', 'kinds of action right');
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
