// Published sets of a data folder: loaded, baselines with intervals, read by a scripted model through the whole engine.
// npx node bench/published/run.ts --data ../shared/data [--seed 0] [--only NAME] [--no-write]
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { progressBar } from '../../src/cli/progress-bar.ts';
import { OverreadError } from '../../src/domain/errors.ts';
import { writeSection } from '../masks/section.ts';
import { readSet, type SetResult } from './campaign.ts';
import { publishedSection, publishedTable } from './markdown.ts';
import { PUBLISHED_SETS } from './sets.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    seed: { type: 'string', default: '0' },
    only: { type: 'string', multiple: true },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const scratch = mkdtempSync(join(tmpdir(), 'overread-published-'));
const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));
const progress = progressBar(process.stderr);
try {
  const results: SetResult[] = [];
  for (const set of PUBLISHED_SETS) {
    if (values.only !== undefined && !values.only.includes(set.name)) continue;
    if (!existsSync(join(values.data, set.path))) {
      process.stderr.write(`${set.name}: not there, left out\n`);
      continue;
    }
    const result = await readSet(set, {
      data: values.data,
      scratch,
      seed: values.seed,
      progress,
      signal: abort.signal,
    });
    results.push(result);
    process.stdout.write(`${publishedTable([result]).split('\n').at(-1)} ${result.seconds.toFixed(1)} s\n`);
  }
  // The full list only: a part of it would look like all there is.
  if (values.write && values.only === undefined)
    writeSection(
      fileURLToPath(new URL('../README.md', import.meta.url)),
      'published/sets',
      publishedSection(
        results,
        `npx node bench/published/run.ts --data ../shared/data --seed ${values.seed}`,
      ),
    );
} catch (error) {
  if (!OverreadError.isInstance(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
