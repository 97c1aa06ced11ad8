// Confusable pairs mined in VQA-RAD's pictures by two hand-made feature extractors, counted anew over all pairs.
// npx node bench/builders/pairs.ts --data ../shared/data [--seed 0] [--above 0.90] [--below 0.75] [--keep DIR] [--python python3]
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import mediconfusionPairs from '../../src/benchmarks/builders/mediconfusion/index.ts';
import { confusablePairs, type Vectors } from '../../src/benchmarks/builders/mediconfusion/search.ts';
import mediconfusion from '../../src/benchmarks/published/mediconfusion/index.ts';
import type { PublishedBenchmark } from '../../src/benchmarks/published.ts';
import { scorePublished } from '../../src/benchmarks/published-score.ts';
import { progressBar } from '../../src/cli/progress-bar.ts';
import { random } from '../../src/domain/random.ts';
import { openData } from '../../src/records/data-root.ts';
import { table, writeSection } from '../masks/section.ts';
import { scoreText } from '../published/markdown.ts';
import { counted } from './python.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    seed: { type: 'string', default: '0' },
    above: { type: 'string', default: '0.90' },
    below: { type: 'string', default: '0.75' },
    rows: { type: 'string', default: '40000' },
    keep: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const scratch =
  values.keep === undefined ? mkdtempSync(join(tmpdir(), 'overread-pairs-')) : resolve(values.keep);
const out = join(scratch, 'pairs');
mkdirSync(scratch, { recursive: true });
const progress = progressBar(process.stderr);
const signal = new AbortController().signal;

/** Unit vectors around `centres` directions, as embeddings of a real set lie in groups. */
function grouped(rows: number, dims: number, centres: number, spread: number, seed: string): Vectors {
  const rng = random(seed);
  const middle = Array.from({ length: centres }, () =>
    Float64Array.from({ length: dims }, () => rng.normal()),
  );
  const data = new Float32Array(rows * dims);
  for (let row = 0; row < rows; row++) {
    const centre = middle[rng.int(centres)];
    let squares = 0;
    for (let at = 0; at < dims; at++) {
      const value = centre[at] + spread * (2 * rng.next() - 1) * Math.sqrt(3);
      data[row * dims + at] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    for (let at = 0; at < dims; at++) data[row * dims + at] /= length;
  }
  return { count: rows, dims, data };
}

try {
  rmSync(out, { recursive: true, force: true });
  const source = join(resolve(values.data), 'vqa-rad');
  const pictures = join(source, 'images');
  const features = counted<{ pictures: number; dims: Record<string, number> }>(
    values.python,
    'pairs_features.py',
    [pictures, scratch],
  );
  const embeddings = (kind: string) => [`embeddings/${join(scratch, `${kind}.npz`)}`];
  const summary = await mediconfusionPairs.build({
    ...{ source, out, seed: values.seed, protocol: 'published', progress, signal },
    options: {
      similar: embeddings('histogram'),
      apart: embeddings('thumbnail'),
      above: [values.above],
      below: [values.below],
      'per-picture': ['2'],
      pairs: ['200'],
      table: ['testset.json', 'trainset.json'],
      column: ['picture=image_name', 'category=image_organ'],
      licence: ['CC0-1.0'],
    },
  });
  const count = counted<{ pictures: number; alike: number; pairs: string[] }>(
    values.python,
    'pairs_features.py',
    [...[pictures, scratch, values.above, values.below]],
  );
  const lines = readFileSync(join(out, 'pairs.jsonl'), 'utf8').trim().split('\n');
  const known = new Set(count.pairs);
  const strange = lines
    .map((line) => JSON.parse(line) as { im_1: string; im_2: string })
    .filter(
      ({ im_1, im_2 }) =>
        !known.has(
          [im_1, im_2]
            .map((name) => name.replace(/^images\//, ''))
            .sort()
            .join(' '),
        ),
    );
  const agree = strange.length === 0 && count.pairs.length === summary.counts['confusable pairs'];
  const release = await openData(out);
  const report = await scorePublished({
    ...{
      plugin: mediconfusion as unknown as PublishedBenchmark,
      data: release,
      contentHash: summary.contentHash,
    },
    ...{ options: { mode: 'mc', seed: values.seed }, runs: [], protocol: 'strict', seed: values.seed },
  });
  const rows = Number(values.rows);
  const [alike, apart] = [grouped(rows, 512, 400, 0.3, 'alike'), grouped(rows, 512, 400, 1.5, 'apart')];
  const before = process.cpuUsage();
  const mined = await confusablePairs(alike, apart, { above: 0.9, below: 0.75, keep: 100_000, signal });
  const seconds = process.cpuUsage(before).user / 1e6;
  const section = [
    '## Confusable pairs in real pictures',
    '',
    `\`npx node bench/builders/pairs.ts --data ../shared/data --seed ${values.seed} --above ${values.above} --below ${values.below}\``,
    '',
    'No pair of picture encoders is small and free enough to lie beside this project, so the two here are hand-made: shares of greys',
    `and slopes (${features.dims.histogram} dimensions, blind to where things lie) and principal components of thumbnails (${features.dims.thumbnail} dimensions, blind to`,
    `texture), handed in as vectors computed before. Of ${count.pictures} pictures of VQA-RAD, ${count.alike} pairs have a cosine from ${values.above} on by the`,
    `first; ${summary.counts['confusable pairs']} of them are below ${values.below} by the second. An exhaustive count in Python finds ${agree ? 'the same pairs' : `OTHER PAIRS (${count.pairs.length}, strange ${strange.length})`}.`,
    `${summary.counts['pairs with a question']} pairs (no picture in more than two) are asked what radiologists asked of both pictures and answered differently.`,
    'That such pairs confuse a model is not claimed: the features are no models’.',
    '',
    table(
      ['reader that sees nothing', 'set accuracy', 'individual accuracy', 'confusion'],
      report.baselines.map(({ reader, overall }) => [reader, ...overall.slice(0, 3).map(scoreText)]),
    ),
    '',
    `Search: ${rows} × 512 made-up unit vectors in 400 groups, every pair compared exactly, ${mined.found} found in ${seconds.toFixed(0)} s of one core`,
    `(${((rows * (rows - 1)) / 2 / 1e6 / seconds).toFixed(1)} million pairs a second; time grows with the square) with at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MB resident, of which`,
    `${Math.round((2 * rows * 512 * 4) / 2 ** 20)} MB are the vectors.`,
    '',
    ...summary.skipped.map(({ reason, count: n }) => `- left out ${n}: ${reason}`),
  ].join('\n');
  process.stdout.write(`${section}\n`);
  if (!agree) process.exitCode = 1;
  if (values.write)
    writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'builders/pairs', section);
} finally {
  if (values.keep === undefined) rmSync(scratch, { recursive: true, force: true });
}
