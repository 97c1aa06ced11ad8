// Differential fuzz: the `published` scorer against the released one, string by string and sum by sum.
// npx node bench/scorer-parity/run.ts --upstream METRICS_PY|REPOSITORY [--count 20000] [--seed 1]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Random, random } from '../../src/domain/random.ts';
import { aggregatePublished } from '../../src/scoring/published/aggregate.ts';
import {
  extractBinary,
  extractLetter,
  extractNumber,
  normalizeText,
  stripThink,
} from '../../src/scoring/published/extract.ts';
import {
  type Pair,
  scoreBinary,
  scoreCategorical,
  scoreChoice,
  scoreNumeric,
} from '../../src/scoring/published/metrics.ts';
import { PUBLISHED_STAGES, SUBTYPES } from '../../src/scoring/subtypes.ts';
import { adversarialString, adversarialStrings } from './strings.ts';

interface Question {
  qid: string;
  question_subtype: string;
  question_type: string;
  answer: string;
  correct_option: string;
}
interface Aggregate {
  format: 'mc' | 'freeform';
  questions: Question[];
  predictions: { qid: string; pred_answer?: string; raw_output?: string }[];
}
interface Upstream {
  unicode: string;
  known: { strings: boolean[]; pairs: boolean[]; aggregates: boolean[] };
  extracted: unknown[];
  scored: unknown[];
  aggregated: unknown[];
}

const { values: options } = parseArgs({
  options: {
    upstream: { type: 'string' },
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    python: { type: 'string', default: 'python3' },
  },
});

const PLAUSIBLE = [
  'Yes',
  'No',
  'A',
  'B',
  'C',
  'D',
  '0',
  '3',
  '12.5',
  '-41.2',
  '1432.1',
  'T2',
  'left',
  'G1',
  '0.83',
];

function truth(rng: Random): string {
  return rng.next() < 0.8 ? rng.pick(PLAUSIBLE) : adversarialString(rng);
}

function pairs(rng: Random): Pair[] {
  return Array.from({ length: rng.int(40) }, () => {
    const gold = truth(rng);
    return [rng.next() < 0.3 ? gold : rng.next() < 0.5 ? rng.pick(PLAUSIBLE) : adversarialString(rng), gold];
  });
}

/** A small benchmark with predictions that miss some questions, repeat others and name unknown ones. */
function aggregate(rng: Random): Aggregate {
  const questions = Array.from({ length: 1 + rng.int(120) }, (_, i): Question => {
    const subtype = rng.pick(SUBTYPES);
    return {
      qid: `q${i}`,
      question_subtype: rng.next() < 0.05 ? 'a type of our own' : subtype.published,
      question_type: rng.next() < 0.03 ? '' : PUBLISHED_STAGES[subtype.stage],
      answer: truth(rng),
      correct_option: rng.pick(['A', 'B', 'C', 'D', ' b', '']),
    };
  });
  const predictions = Array.from({ length: rng.int(150) }, () => {
    const question = rng.pick(questions);
    const text = rng.next() < 0.4 ? question.answer : rng.pick([...PLAUSIBLE, adversarialString(rng), '']);
    const qid = rng.next() < 0.05 ? 'unknown' : question.qid;
    return rng.next() < 0.7 ? { qid, pred_answer: text, raw_output: 'B' } : { qid, raw_output: text };
  });
  return { format: rng.next() < 0.5 ? 'mc' : 'freeform', questions, predictions };
}

/** Path of metrics.py: itself, inside a checkout, or written out of a repository's newest commit. */
function metricsFile(upstream: string, scratch: string): string {
  const inside = 'src/deeptumorvqa/eval/metrics.py';
  if (statSync(upstream).isFile()) return upstream;
  if (existsSync(join(upstream, inside))) return join(upstream, inside);
  const text = execFileSync('git', ['-C', upstream, 'show', `HEAD:${inside}`], { maxBuffer: 1 << 26 });
  const file = join(scratch, 'metrics.py');
  writeFileSync(file, text);
  return file;
}

const knownOf = (flags: readonly boolean[]): number => flags.filter(Boolean).length;

const shown = (value: number | undefined): unknown =>
  value === undefined ? null : Number.isFinite(value) ? value : value > 0 ? 'inf' : '-inf';

/** JSON with sorted keys; −0 is kept apart from 0 by neither side. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, v) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );

function main(upstream: string): number {
  const rng = random(options.seed, 'parity');
  const strings = adversarialStrings(options.seed, Number(options.count));
  const pairLists = Array.from({ length: 1500 }, () => pairs(rng));
  const aggregates = Array.from({ length: 600 }, () => aggregate(rng));
  const scratch = mkdtempSync(join(tmpdir(), 'scorer-parity-'));
  let theirs: Upstream;
  try {
    const driver = new URL('./upstream.py', import.meta.url).pathname;
    const output = execFileSync(options.python, [driver, metricsFile(upstream, scratch)], {
      input: JSON.stringify({ strings, pairs: pairLists, aggregates }),
      maxBuffer: 1 << 29,
    });
    theirs = JSON.parse(output.toString()) as Upstream;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }

  let differences = 0;
  let compared = 0;
  const compare = (what: string, input: unknown, ours: unknown, upstreamValue: unknown) => {
    compared++;
    if (canonical(ours) === canonical(upstreamValue)) return;
    differences++;
    if (differences <= 20)
      process.stdout.write(
        `${what} differs on ${JSON.stringify(input).slice(0, 300)}\n  ours     ${canonical(ours).slice(0, 300)}\n  upstream ${canonical(upstreamValue).slice(0, 300)}\n`,
      );
  };
  let skipped = 0;
  strings.forEach((text, i) => {
    if (!theirs.known.strings[i]) {
      skipped++;
      return;
    }
    const ours = [
      stripThink(text),
      extractLetter(text),
      shown(extractNumber(text)),
      extractBinary(text),
      normalizeText(text),
    ];
    compare('extraction', text, ours, theirs.extracted[i]);
  });
  pairLists.forEach((list, i) => {
    if (!theirs.known.pairs[i]) return;
    const ours = [scoreChoice(list), scoreNumeric(list), scoreBinary(list), scoreCategorical(list)];
    compare('metric', list, ours, theirs.scored[i]);
  });
  aggregates.forEach((a, i) => {
    if (!theirs.known.aggregates[i]) return;
    const index = new Map(
      a.questions.map((q) => [
        q.qid,
        {
          subtype: q.question_subtype,
          superType: q.question_type,
          answer: q.answer,
          correctOption: q.correct_option,
        },
      ]),
    );
    const said = a.predictions.map((p) => ({ qid: p.qid, prediction: p.pred_answer || p.raw_output || '' }));
    const ours = aggregatePublished(said, index, a.format === 'mc' ? 'mc' : 'free');
    compare('aggregate', a, ours, theirs.aggregated[i]);
  });
  process.stdout.write(
    `${compared} comparisons (${strings.length - skipped} strings by 5 functions, ${knownOf(theirs.known.pairs)} pair lists by 4 metrics, ${knownOf(theirs.known.aggregates)} aggregates), ${skipped} strings outside Unicode ${theirs.unicode} left out: ${differences} differences\n`,
  );
  return differences === 0 ? 0 : 1;
}

if (options.upstream === undefined) {
  process.stderr.write('Say where the released scorer lies: --upstream METRICS_PY|REPOSITORY.\n');
  process.exitCode = 2;
} else {
  process.exitCode = main(options.upstream);
}
