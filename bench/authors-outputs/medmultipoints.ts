// MedMultiPoints' protocol on its authors' released outputs, against the values that are known for them.
// npx node bench/authors-outputs/medmultipoints.ts --outputs FOLDER [--no-write]
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import medmultipoints from '../../src/benchmarks/published/medmultipoints/index.ts';
import type { Protocol } from '../../src/domain/report.ts';
import { openData } from '../../src/records/data-root.ts';
import { table, writeSection } from '../masks/section.ts';

const { values } = parseArgs({
  options: { outputs: { type: 'string' }, write: { type: 'boolean', default: true } },
  allowNegative: true,
});
if (values.outputs === undefined) {
  process.stderr.write('Give --outputs FOLDER: qwen_outputs of simula/PointDetectCount at commit 8c139ad.\n');
  process.exit(2);
}

const FILES = [
  { name: 'fine-tuned, 500', file: 'qwen-finetuned-6task-test500-result.jsonl' },
  { name: 'public, 2,500', file: 'qwen-public-6task-test2500-result.jsonl' },
] as const;

/** What an independent Python computation over the same files gave, with the digits that it was noted with. */
const KNOWN: readonly (readonly [metric: string, fineTuned: string | null, open: string | null])[] = [
  ['counting-mae', '0.2571', '7.701'],
  ['counting-mse', '2.619', '223.73'],
  ['pointing-point-mae', '1.243', '74.344'],
  ['pointing-point-rmse', '1.642', null],
  ['pointing-point-10px', '0.9945', '0.3411'],
  ['pointing-zero-cases', '0', '105'],
  ['count-and-point-mae', '1.5204', '4.606'],
  ['count-and-point-mse', '18.194', '72.81'],
  ['count-and-point-point-mae', '17.779', '101.368'],
  ['count-and-point-point-rmse', '23.396', null],
  ['count-and-point-point-10px', '0.9061', '0.284'],
  ['count-and-point-zero-cases', '29', '214'],
  ['bounding-iou', '0.9731', '0.2189'],
  ['count-and-box-mae', '1.3737', '5.111'],
  ['count-and-box-mse', '43.03', '150.75'],
  ['count-and-box-iou', '0.8856', '0.2346'],
];
const UNPARSED = ['53', '273'];

async function score(file: string, protocol: Protocol) {
  const options = { mode: 'json', seed: '0' };
  const data = await openData(join(values.outputs ?? '', file));
  const items: Parameters<ReturnType<typeof medmultipoints.metrics>[number]['of']>[0][number][] = [];
  for await (const { record, reply } of medmultipoints.outputs?.(data, options) ?? [])
    items.push((await medmultipoints.measure(record, reply, { protocol, mode: 'json' })).item);
  const of = new Map(medmultipoints.metrics(protocol, 'json').map((metric) => [metric.id, metric.of(items)]));
  return { of, unparsed: items.filter(({ parsed }) => !parsed).length };
}

const published = await Promise.all(FILES.map(({ file }) => score(file, 'published')));
const strict = await Promise.all(FILES.map(({ file }) => score(file, 'strict')));
let differing = 0;
const wrong = (shown: string): string => {
  differing++;
  return shown;
};
/** Known digits may have been rounded or cut. */
const same = (value: number | null | undefined, known: string | null): string => {
  if (value === null || value === undefined) return '–';
  if (known === null) return value.toFixed(3);
  if (Number.isInteger(value) && !known.includes('.'))
    return String(value) === known ? known : wrong(`${value} ≠ ${known}`);
  const digits = known.split('.')[1]?.length ?? 0;
  const cut = (Math.floor(value * 10 ** digits) / 10 ** digits).toFixed(digits);
  const agrees = known === value.toFixed(digits) || known === cut;
  const shown = value.toFixed(Math.max(digits, 3));
  return agrees ? shown : wrong(`${shown} ≠ ${known}`);
};
const rows = [
  ...KNOWN.map(([metric, ...known]) => [
    metric,
    ...published.flatMap(({ of }, at) => [same(of.get(metric), known[at]), known[at] ?? '–']),
  ]),
  ['unparsed', ...published.flatMap(({ unparsed }, at) => [same(unparsed, UNPARSED[at]), UNPARSED[at]])],
];
const maps = [
  'bounding-map',
  'bounding-map50',
  'bounding-map75',
  'count-and-box-map',
  'count-and-box-map50',
  'count-and-box-map75',
];
const digits = (value: number | null | undefined) => value?.toFixed(4) ?? '–';
const markdown = `## MedMultiPoints: the authors' own outputs

\`npx node bench/authors-outputs/medmultipoints.ts --outputs FOLDER\`

The 3,000 replies that the authors of Point, Detect, Count released (simula/PointDetectCount at commit 8c139ad, \`qwen_outputs/\`;
no licence, so read in place and not passed on), scored by \`overread score medmultipoints FILE --protocol published\`. The
columns "known" were computed from the same files in Python beforehand; ${differing === 0 ? 'all agree to the digits given' : `${differing} differ`}.

${table(['metric', ...FILES.flatMap(({ name }) => [name, 'known'])], rows)}

Average precision of boxes of all classes together, all equally sure and ranked in the files' order (no known values):

${table(
  ['metric', ...FILES.map(({ name }) => name)],
  maps.map((id) => [id, ...published.map(({ of }) => digits(of.get(id)))]),
)}

What the released protocol hides, under \`strict\`: points are matched one to one, so that missed and invented ones cost, and an
unread count costs the whole count. ${digits(published[0].of.get('pointing-point-10px'))} of the fine-tuned model's points lie near a true one, but only where it gave any.

${table(
  ['metric', ...FILES.map(({ name }) => name)],
  [...strict[0].of.keys()].map((id) => [id, ...strict.map(({ of }) => digits(of.get(id)))]),
)}
`;
process.stdout.write(markdown);
if (values.write)
  writeSection(
    fileURLToPath(new URL('../README.md', import.meta.url)),
    'authors-outputs/medmultipoints',
    markdown,
  );
if (differing > 0) process.exitCode = 1;
