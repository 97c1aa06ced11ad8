// MAG on synthetic longitudinal pairs: no history, the patient's own in whole and by region, and two controls.
// npx node bench/agents/mag.ts [--patients 150] [--seed 0]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { answerFromFilmAndWords } from '../../src/agents/readers/mag/check.ts';
import builder from '../../src/benchmarks/builders/longitudinal-pairs.ts';
import { silent } from '../../src/domain/progress.ts';
import type { SimulatedReader } from '../../src/experts/testing/simulated-reader.ts';
import { simulatedArm } from './arm.ts';
import { countedCell, header, percent, row } from './table.ts';

const { values } = parseArgs({
  options: { patients: { type: 'string', default: '150' }, seed: { type: 'string', default: '0' } },
});
const folder = mkdtempSync(join(tmpdir(), 'overread-mag-'));
try {
  const data = join(folder, 'pairs');
  const built = await builder.build({
    source: 'synthetic',
    out: data,
    seed: values.seed,
    protocol: 'strict',
    options: { synthetic: [values.patients], 'with-other': ['yes'], train: ['0'], validation: ['0'] },
    progress: silent,
    signal: new AbortController().signal,
  });
  process.stdout.write(`${built.items} synthetic pairs\n\n`);
  header('history', 'accuracy', 'to direct', 'characters sent');
  for (const history of ['none', 'global', 'regional', 'other', 'distractor']) {
    let characters = 0;
    const simulated: SimulatedReader = {
      seed: values.seed,
      answer(request, rng) {
        characters += request.asked.length;
        return answerFromFilmAndWords(request, rng);
      },
    };
    const { report } = await simulatedArm(simulated, {
      scratch: folder,
      data,
      readers: ['direct@compatible/sim', 'mag@compatible/sim'],
      options: { history },
    });
    const [pair] = report.pairs;
    // A pair is a − b with the baseline on one side or the other.
    const sign = pair?.a.startsWith('mag') ? 1 : -1;
    const ends = (pair?.ci95 ?? []).map((end) => end * sign).sort((a, b) => a - b);
    const toDirect = `${percent((pair?.difference ?? 0) * sign)} [${ends.map(percent).join(', ')}]`;
    row(history, countedCell(report.readers[1].overall[0]), toDirect, characters);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
