// HyperWalker on planted clusters: walk with lingering and plain top-k at equal budgets, in both regimes.
// npx node bench/agents/hyperwalker.ts [--seed 0]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  answerFromFacts,
  factsSent,
  ownStudySent,
  type Regime,
  writeRegime,
} from '../../src/agents/readers/hyperwalker/check.ts';
import { cellText, readArm } from './release-arm.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '0' } } });
const folder = mkdtempSync(join(tmpdir(), 'overread-hyperwalker-'));
try {
  process.stdout.write(
    '| regime | budget | arm | accuracy | attributes covered | passages | own study sent |\n| --- | --- | --- | --- | --- | --- | --- |\n',
  );
  for (const regime of ['two clusters', 'one cluster'] satisfies Regime[]) {
    const data = join(folder, regime.replace(' ', '-'));
    const options = await writeRegime(data, values.seed, regime);
    for (const budget of ['4', '8', '12'])
      for (const [arm, chosen] of [
        ['top-k', { retrieval: 'top-k' }],
        ['walk, no lingering', { retrieval: 'walk', lingers: '0' }],
        ['walk, two lingering rounds', { retrieval: 'walk' }],
      ] as const) {
        const seen = { requests: 0, facts: 0, passages: 0, leaks: 0 };
        const { readers } = await readArm({
          folder,
          data,
          readers: ['hyperwalker@compatible/sim'],
          seed: values.seed,
          options: { ...options, ...chosen, budget },
          answer(request, rng) {
            seen.requests++;
            seen.facts += factsSent(request.asked).filter((sign) => sign !== undefined).length;
            seen.passages += request.asked.match(/^\[\d+\] /gm)?.length ?? 0;
            if (ownStudySent(request.asked)) seen.leaks++;
            return answerFromFacts(request, rng);
          },
        });
        process.stdout.write(
          `| ${regime} | ${budget} | ${arm} | ${cellText(readers[0].overall[0])} | ${((100 * seen.facts) / (2 * seen.requests)).toFixed(1)} | ${(seen.passages / seen.requests).toFixed(1)} | ${seen.leaks} |\n`,
        );
      }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
