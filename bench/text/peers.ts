// Text metrics on random corpora against NLTK, sacrebleu and definitions written out in Python.
// npx node bench/text/peers.ts [--python /usr/bin/python3] [--corpora 400] [--reports NLMCXR_reports.tgz] [--no-write]
import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from '../../src/domain/random.ts';
import { openData } from '../../src/records/data-root.ts';
import { tarSamples } from '../../src/records/tar.ts';
import type { Metric, TextPair } from '../../src/scoring/metric.ts';
import { type BleuSmoothing, bleuMetric } from '../../src/scoring/text/bleu.ts';
import { chrfMetric } from '../../src/scoring/text/chrf.ts';
import { ciderMetric } from '../../src/scoring/text/cider.ts';
import { meteorMetric } from '../../src/scoring/text/meteor.ts';
import { porterStem } from '../../src/scoring/text/porter.ts';
import { table, writeSection } from '../masks/section.ts';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: '/usr/bin/python3' },
    corpora: { type: 'string', default: '400' },
    reports: { type: 'string' },
    seed: { type: 'string', default: '0' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const WORDS = [
  ...['the', 'a', 'no', 'there', 'is', 'are', 'was', 'with', 'and', 'heart', 'size', 'enlarged', 'enlarging'],
  ...[
    'enlargement',
    'normal',
    'normally',
    'effusion',
    'effusions',
    'opacity',
    'opacities',
    'opaque',
    'lungs',
  ],
  ...[
    'clear',
    'clearly',
    '3.5',
    '12-mm',
    '(left)',
    'right,',
    'mild',
    'mildly',
    '.',
    'phổi',
    'état',
    '心',
    'agreed',
  ],
];

const rng = random(values.seed, 'text-peers');
const corpora = Array.from({ length: Number(values.corpora) }, () =>
  Array.from({ length: 1 + rng.int(6) }, (): TextPair => {
    const text = () =>
      Array.from({ length: 1 + rng.int(14) }, () => rng.pick(WORDS.slice(0, 6 + rng.int(27))));
    const references = Array.from({ length: 1 + rng.int(3) }, text);
    const prediction = (rng.next() < 0.6 ? rng.pick(references) : text()).map((word) =>
      rng.next() < 0.25 ? rng.pick(WORDS) : word,
    );
    return {
      prediction: (rng.next() < 0.1 ? prediction.slice(0, 1) : prediction).join(' '),
      references: references.map((words) => words.join(' ')),
    };
  }),
);

const words = new Set(WORDS.filter((word) => /^[a-z]+$/.test(word)));
if (values.reports !== undefined)
  for await (const { value } of tarSamples(
    await (await openData(dirname(values.reports))).open(basename(values.reports)),
  ))
    for (const [word] of new TextDecoder()
      .decode(value.files.get('xml'))
      .toLowerCase()
      .matchAll(/[a-z]+/g))
      words.add(word);

const peer = spawnSync(values.python, [fileURLToPath(new URL('peer.py', import.meta.url))], {
  input: JSON.stringify({ corpora, words: [...words] }),
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (peer.status !== 0) {
  process.stderr.write(`The peer did not run (python3-nltk is needed):\n${peer.stderr.slice(-800)}\n`);
  process.exit(1);
}
const theirs = JSON.parse(peer.stdout) as {
  readonly corpora: readonly Readonly<Record<string, number | null>>[];
  readonly stems: readonly string[];
  readonly sacrebleu: string | null;
};

const bleu = (order: 1 | 2 | 3 | 4, smoothing: BleuSmoothing, tokenizer: 'whitespace' | '13a') =>
  bleuMetric({ id: 'bleu', order, smoothing, tokenizer }) as Metric<TextPair, unknown>;
const orders = [1, 2, 3, 4] as const;
const ours = new Map<string, Metric<TextPair, unknown>>([
  ...orders.map((n) => [`nltk method1 ${n}`, bleu(n, 'method-1', 'whitespace')] as const),
  ...orders.map((n) => [`nltk method4 ${n}`, bleu(n, 'method-4', 'whitespace')] as const),
  ...orders.map((n) => [`sacrebleu none ${n}`, bleu(n, 'none', '13a')] as const),
  ['sacrebleu exp', bleu(4, 'exp', '13a')],
  ['sacrebleu chrF', chrfMetric('chrf') as Metric<TextPair, unknown>],
  ['sacrebleu chrF++', chrfMetric('chrf++', { words: 2 }) as Metric<TextPair, unknown>],
  ['nltk meteor', meteorMetric('meteor', 'unicode-whitespace') as Metric<TextPair, unknown>],
  ['cider', ciderMetric('cider', { tokenizer: 'whitespace' }) as Metric<TextPair, unknown>],
  ['cider-d', ciderMetric('cider-d', { variant: 'd', tokenizer: 'whitespace' }) as Metric<TextPair, unknown>],
]);

const compared = new Map<string, { count: number; worst: number }>();
for (const [at, corpus] of corpora.entries())
  for (const [name, value] of Object.entries(theirs.corpora[at])) {
    const metric = ours.get(name);
    if (metric === undefined || value === null) continue;
    const own = metric.of(corpus.map((pair) => metric.item(pair))) ?? Number.NaN;
    const entry = compared.get(name) ?? { count: 0, worst: 0 };
    const gap = Math.abs(own - value);
    compared.set(name, {
      count: entry.count + 1,
      worst: Number.isNaN(gap) ? Infinity : Math.max(entry.worst, gap),
    });
  }
const list = [...words];
const stems = list.filter((word, at) => porterStem(word) !== theirs.stems[at]);
const worst = Math.max(...[...compared.values()].map((entry) => entry.worst));
const markdown = `## Text metrics: against other programs

\`npx node bench/text/peers.ts --reports ../shared/data/reports-openi/NLMCXR_reports.tgz\`

${corpora.length} random corpora of one to six pairs with up to three references each, scored here and by Python: BLEU and METEOR by
NLTK (a WordNet without entries), BLEU and chrF by sacrebleu${theirs.sacrebleu === null ? ' (not installed in this run)' : ` ${theirs.sacrebleu}`}, CIDEr by its definition written out. chrF is compared
where all pairs have equally many references, as sacrebleu asks.

${table(
  ['metric', 'corpora', 'largest difference'],
  [...compared]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, entry]) => [
      name,
      String(entry.count),
      entry.worst === 0 ? '0' : entry.worst.toExponential(1),
    ]),
)}

Porter stems of ${list.length} words (all of Open-i's reports): ${stems.length} differ from NLTK's in Martin Porter's own mode.
`;
process.stdout.write(markdown);
if (values.write)
  writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'text/peers', markdown);
if (!(worst < 1e-9) || stems.length > 0) process.exitCode = 1;
