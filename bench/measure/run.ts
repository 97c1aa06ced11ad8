// Case to all measurements and questions with one and two workers, against the same measurements (no questions) by
// nibabel + scipy + scikit-image, interleaved.
// npx node bench/measure/run.ts [--rounds 3] [--every 3] [--all] [--no-whole]   (--all: --every 1)
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { kitsCases } from './kits-cases.ts';
import type { BenchCase } from './measure-files.ts';
import { type PeerTask, runPeer } from './peer.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    every: { type: 'string', default: '3' },
    all: { type: 'boolean', default: false },
    'no-whole': { type: 'boolean', default: false },
  },
});
const data = new URL('../../../shared/data/', import.meta.url);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const at = (path: string) => fileURLToPath(new URL(path, data));
const say = (line: string) => process.stdout.write(`${line}\n`);

/** KiTS masks, and the two abdominal CTs whose labels nibabel can read beside them. */
function benchCases(): BenchCase[] {
  const names = JSON.parse(readFileSync(at('ct-abdomen-totalseg/labels_total.json'), 'utf8')) as Record<
    string,
    string
  >;
  const labels = Object.fromEntries(Object.entries(names).map(([id, organ]) => [organ, Number(id)]));
  const scans = [
    ['example_ct_sm.nii.gz', 'example_seg.nii.gz'],
    ['example_ct.nii.gz', 'example_seg_fast_force_split.nii.gz'],
  ].map(([image, mask]) => ({
    mask: at(`ct-abdomen-totalseg/${mask}`),
    image: at(`ct-abdomen-totalseg/${image}`),
    labels,
    scheme: 'totalsegmentator',
  }));
  return [
    ...scans,
    ...kitsCases(at('kits-masks')).map(({ mask, labels: own }) => ({
      mask,
      labels: own,
      scheme: Object.hasOwn(own, 'kidney_cyst') ? 'kits23' : 'kits19',
    })),
  ];
}

interface Timing {
  readonly seconds: number;
  /** Processor time, which other work on the machine does not stretch much. */
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  /** Put by our side alone. */
  readonly questions?: number;
}

async function ours(task: { cases: BenchCase[] }, workers: number): Promise<Timing> {
  const child = spawn(process.execPath, [here('../../.tmp/bench/bench/measure/pool.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ ...task, workers }));
  let out = '';
  for await (const chunk of child.stdout) out += String(chunk);
  return JSON.parse(out) as Timing;
}

async function peer(task: PeerTask): Promise<Timing> {
  const results = await runPeer(task);
  return {
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
    cpuSeconds: results.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakRssMb: Math.max(...results.map(({ peakRssMb }) => peakRssMb)),
  };
}

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

if (!existsSync(at('kits-masks'))) {
  say('The benchmark needs ../shared/data beside the checkout.');
  process.exit(2);
}
// Users run compiled files; from source, Node's stripping of types alone would take 40 MB.
execFileSync('npx', ['tsc', '-p', here('tsconfig.json')], { stdio: 'inherit' });
const everything = benchCases();
const every = values.all ? 1 : Number(values.every);
const cases = everything.filter((_, n) => n < 2 || n % every === 0);
// Chords stay out of the peer's work: it samples them densely for accuracy, which would not be a fair race.
const base = { cases, chords: false, minInstanceMm3: 10 };
/** Whole arrays take minutes, so they run in the first round only. */
const WHOLE = 'nibabel + scipy + scikit-image, whole arrays';
const contestants: [string, () => Promise<Timing>][] = [
  [WHOLE, () => peer({ ...base, crop: false })],
  ['nibabel + scipy + scikit-image, cut to the labels first', () => peer({ ...base, crop: true })],
  ['Overread, one worker', () => ours(base, 1)],
  ['Overread, two workers', () => ours(base, 2)],
];
const timings = new Map<string, Timing[]>(contestants.map(([name]) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++)
  for (const [name, run] of contestants) {
    if (name === WHOLE && (round > 0 || values['no-whole'])) continue;
    const timing = await run();
    timings.get(name)?.push(timing);
    process.stderr.write(
      `round ${round + 1}, ${name}: ${timing.seconds.toFixed(1)} s (${timing.cpuSeconds.toFixed(1)} s of processor), ${timing.peakRssMb.toFixed(0)} MB\n`,
    );
  }

const questions = timings.get('Overread, two workers')?.[0]?.questions;
say(`${cases.length} cases, ${questions} questions, medians of ${values.rounds} interleaved rounds`);
say('');
say(
  '| | seconds | per case (ms) | processor seconds | peak memory (MB) | faster than cut first | by processor time |',
);
say('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
type Figure = 'seconds' | 'cpuSeconds' | 'peakRssMb';
const figures = (name: string, field: Figure) => (timings.get(name) ?? []).map((timing) => timing[field]);
const of = (name: string, field: Figure) => median(figures(name, field));
/** Median of the ratios within each round: what else the machine does weighs on both. */
const faster = (name: string, field: Figure) =>
  median(figures(name, field).map((value, round) => (figures(CUT, field)[round] ?? Number.NaN) / value));
const CUT = contestants[1][0];
for (const [name] of contestants) {
  if ((timings.get(name) ?? []).length === 0) continue;
  const cells = [
    name,
    of(name, 'seconds').toFixed(2),
    ((1000 * of(name, 'seconds')) / cases.length).toFixed(0),
    of(name, 'cpuSeconds').toFixed(2),
    of(name, 'peakRssMb').toFixed(0),
    faster(name, 'seconds').toFixed(1),
    faster(name, 'cpuSeconds').toFixed(1),
  ];
  say(`| ${cells.join(' | ')} |`);
}
