// How each stage suffers from each kind of mistake in the masks: curves of executor#predicted on the phantom cohort.
// npx node bench/masks/noise.ts [--cases 40] [--seed 0] [--shape 168,168,80] [--no-write] [--json FILE] [--from FILE]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { progressBar } from '../../src/cli/progress-bar.ts';
import type { Vec3 } from '../../src/domain/geometry.ts';
import { FORMATS, type NoiseResult, noiseCampaign } from './noise-campaign.ts';
import { drawCurves } from './noise-figure.ts';
import { FORMAT_NAMES, noiseTables } from './noise-markdown.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '40' },
    seed: { type: 'string', default: '0' },
    shape: { type: 'string', default: '168,168,80' },
    write: { type: 'boolean', default: true },
    /** Where to keep the numbers … */
    json: { type: 'string' },
    /** … and to take them from, to draw and write anew without running anything. */
    from: { type: 'string' },
  },
  allowNegative: true,
});
const cases = Number(values.cases);
const shape = values.shape.split(',').map(Number) as unknown as Vec3;
if (!(Number.isInteger(cases) && cases > 0 && shape.length === 3 && shape.every((n) => n > 0))) {
  process.stderr.write('--cases is a positive number, --shape three voxel counts such as 168,168,80.\n');
  process.exit(2);
}
const root = new URL('../../', import.meta.url);
const at = (path: string) => fileURLToPath(new URL(path, root));
const folder = mkdtempSync(join(tmpdir(), 'overread-mask-noise-'));
const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));
const began = performance.now();
try {
  const result =
    values.from === undefined
      ? await noiseCampaign({
          folder,
          cases,
          seed: values.seed,
          shape,
          progress: progressBar(process.stderr),
          signal: abort.signal,
        })
      : (JSON.parse(readFileSync(values.from, 'utf8')) as NoiseResult);
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(result));
  const tables = noiseTables(result);
  process.stdout.write(`${tables}\n\n${((performance.now() - began) / 60_000).toFixed(1)} minutes\n`);
  if (values.write) {
    for (const format of FORMATS)
      await drawCurves(
        result.curves.filter((curve) => curve.format === format),
        at(`docs/figures/mask-noise-${format}`),
      );
    writeSection(at('bench/README.md'), 'masks/noise', sectionOf(result, tables));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function sectionOf({ manifest, spacing }: NoiseResult, tables: string): string {
  const { counts } = manifest;
  const voxel = spacing.map((mm) => Number(mm.toFixed(2))).join(' × ');
  const figures = FORMATS.map(
    (format) =>
      `![Scores per stage under three kinds of mask noise, ${FORMAT_NAMES[format].toLowerCase()}](../docs/figures/mask-noise-${format}.png)`,
  ).join('\n\n');
  return `## Masks: what noise does to each stage

\`npx node bench/masks/noise.ts --cases ${counts.cases} --seed ${manifest.seed} --shape ${shape.join(',')}\`

\`executor#predicted\` on ${counts.cases} phantoms of ${counts.patients} patients (${counts.questions.toLocaleString('en')} questions, voxels of ${voxel} mm),
its masks the annotated ones with one kind of mistake at a time (\`noise:sd=…\`, \`noise:drop=…\`, \`noise:false=…\`).
Scores in percent, \`strict\` protocol, with 95 % intervals clustered by patient.

- The same draws are scaled from level to level (a structure that shrinks at 2 mm shrinks at 4 mm; a lesion missed at
  0.25 is missed at 0.5), so the points of a curve depend on one another and share their luck.
- A boundary moves by whole voxels, and only where the drawn shift reaches one: at \`sd\` 0.5 and 1 few structures move.
- A chain that ends without an answer ("the largest lesion" where none was found) counts as wrong, not as a guess, so
  a score can fall below chance. In multiple choice the executor takes the option nearest to what it measured.
- \`false\` gives each lesion structure that was looked for one false lesion of 6 mm radius with that probability.
- Chance is one over the options in multiple choice; in free form it is what "always the median, always the most
  frequent answer of the train split" scores, which for numbers is high.
- Where a stage is wholly right its interval rests on the number of patients alone.
- Mean loss: share of what the score without noise has above chance that is gone, averaged over the levels. Its
  interval, and how often stages come in the same order (or the same one first), are from 2,000 patient resamples.
  The levels of different noises are not comparable with one another.

${figures}

${tables}`;
}
