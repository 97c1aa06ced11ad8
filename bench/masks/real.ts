// Real segmentations as predicted masks: a second model, three annotators, an earlier edition, and what each stage loses.
// npx node bench/masks/real.ts --data ../shared/data [--seed 0] [--no-write]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { progressBar } from '../../src/cli/progress-bar.ts';
import { OverreadError } from '../../src/domain/errors.ts';
import { type PairingResult, readPairing } from './real-campaign.ts';
import { agreementTable, stageTable } from './real-markdown.ts';
import { annotatorsPairing, ctPairing, editionsPairing } from './real-pairings.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    seed: { type: 'string', default: '0' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const INTRODUCTION = `## Masks: what real differences cost

\`npx node bench/masks/real.ts --data ../shared/data --seed ${values.seed}\`

Each pair of segmentations of the same scans: one is the annotation that questions and keys come from, the other what
\`executor#predicted\` measures (segmenter \`mask-file\`). Dice and the 95th percentile of surface distances (HD95)
per structure; volume, largest axial diameter and number of lesions as annotated → predicted. Scores in percent under
the \`strict\` protocol with 95 % intervals (Clopper–Pearson on an effective number of patients, since there are few);
on the annotated masks the executor is right throughout, so what lacks to 100 is the loss. A chance score of the free
form would be learnt from these few keys themselves and is left out. The data are not part of this repository: examples
of TotalSegmentator (Apache-2.0) and masks of KiTS19 and KiTS23 (CC BY-NC-SA 4.0).`;
const scratch = mkdtempSync(join(tmpdir(), 'overread-real-masks-'));
const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));
const progress = progressBar(process.stderr);
try {
  const results: PairingResult[] = [];
  for (const [name, make] of Object.entries({
    ct: ctPairing,
    annotators: annotatorsPairing,
    editions: editionsPairing,
  })) {
    const folder = join(scratch, name);
    results.push(
      await readPairing(await make(values.data, folder), {
        folder,
        seed: values.seed,
        progress,
        signal: abort.signal,
      }),
    );
  }
  const sections = results.map(
    (result) =>
      `### ${result.pairing.name}\n\n${result.pairing.note}\n\n${agreementTable(result.agreement)}\n\n${stageTable(result)}`,
  );
  process.stdout.write(`${sections.join('\n\n')}\n`);
  if (values.write)
    writeSection(
      fileURLToPath(new URL('../README.md', import.meta.url)),
      'masks/real',
      `${INTRODUCTION}\n\n${sections.join('\n\n')}`,
    );
} catch (error) {
  if (!OverreadError.isInstance(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
