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
import type { SimulatedReader } from '../../src/experts/testing/simulated-reader.ts';
import { simulatedArm } from './arm.ts';
import { countedCell, header, row } from './table.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '0' } } });
const folder = mkdtempSync(join(tmpdir(), 'overread-hyperwalker-'));
try {
  header('regime', 'budget', 'arm', 'accuracy', 'attributes covered', 'passages', 'own study sent');
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
        const simulated: SimulatedReader = {
          seed: values.seed,
          answer(request, rng) {
            seen.requests++;
            seen.facts += factsSent(request.asked).filter((sign) => sign !== undefined).length;
            seen.passages += request.asked.match(/^\[\d+\] /gm)?.length ?? 0;
            if (ownStudySent(request.asked)) seen.leaks++;
            return answerFromFacts(request, rng);
          },
        };
        const { cells } = await simulatedArm(simulated, {
          ...{ scratch: folder, data, readers: ['hyperwalker@compatible/sim'] },
          options: { ...options, ...chosen, budget },
        });
        const covered = ((100 * seen.facts) / (2 * seen.requests)).toFixed(1);
        const passages = (seen.passages / seen.requests).toFixed(1);
        row(regime, budget, arm, countedCell(cells[0]), covered, passages, seen.leaks);
      }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
