// Kills a run twenty times at random points, in direct and in tool mode, and compares its table with one left alone.
// npx node bench/kill-resume/run.ts [--kills 20] [--cases 8] [--per-case 40] [--seed 1]
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killCampaign } from '../../src/runs/testing/kill-campaign.ts';
import { phantomBenchmark } from '../../src/runs/testing/phantom-benchmark.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    cases: { type: 'string', default: '8' },
    'per-case': { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
});
const { folder, benchmark } = await phantomBenchmark({
  seed: 1,
  cases: Number(values.cases),
  perCase: Number(values['per-case']),
});
process.stdout.write('| reader | reads | kills | re-sent | extra requests | overwritten | same table |\n');
process.stdout.write('|---|---|---|---|---|---|---|\n');
for (const reader of ['direct@compatible/loopback', 'tools@compatible/loopback#oracle']) {
  const scratch = join(folder, reader.replace(/\W/g, '-'));
  mkdirSync(scratch);
  const result = await killCampaign({
    benchmark,
    scratch,
    reader,
    kills: Number(values.kills),
    seed: values.seed,
    onKill: (kill, committed) =>
      process.stderr.write(`${reader}: kill ${kill}, ${committed} reads committed\n`),
  });
  const same = result.disturbed === result.undisturbed;
  process.stdout.write(
    `| ${reader} | ${result.reads} (${Object.entries(result.byStatus)
      .map(([status, n]) => `${n} ${status}`)
      .join(
        ', ',
      )}) | ${result.kills} | ${result.resent} | ${result.extraRequests} | ${result.overwritten} | ${same ? 'yes' : 'NO'} |\n`,
  );
  if (!same || result.overwritten > 0) process.exitCode = 1;
}
rmSync(folder, { recursive: true });
