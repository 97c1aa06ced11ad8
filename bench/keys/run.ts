// Every key once more: an independent program answers benchmarks' questions from masks and scans by the written rules.
// npx node bench/keys/run.ts [--cases 32] [--kits 60] [--data ../shared/data] [--seed 0] [--no-write]
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { progressBar } from '../../src/cli/progress-bar.ts';
import { hardCases, phantomCohort, writeCohort } from '../../src/phantoms/cohort.ts';
import { allTypes } from '../../src/questions/ask.ts';
import { buildBenchmark } from '../../src/questions/build.ts';
import { table, writeSection } from '../masks/section.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '32' },
    kits: { type: 'string', default: '60' },
    data: { type: 'string', default: '../shared/data' },
    seed: { type: 'string', default: '0' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

/** What the program prints of one benchmark. */
interface Recomputed {
  readonly cases: number;
  readonly types: Readonly<Record<string, { questions: number; mismatches: number }>>;
  readonly examples: readonly { type: string; item: string; slots: object; here: string; key: string }[];
}

const scratch = mkdtempSync(join(tmpdir(), 'overread-keys-'));
const progress = progressBar(process.stderr);

/** Neither balanced nor limited: what thins a benchmark out has no part in its keys. */
async function built(source: string, name: string, criteria: 'guideline' | 'published'): Promise<string> {
  const out = join(scratch, `benchmark-${name}-${criteria}`);
  const everything = { balance: Number.POSITIVE_INFINITY, perTypeAndCase: 1000 };
  await buildBenchmark({ source, out, seed: values.seed, criteria, ...everything, progress });
  return out;
}

async function phantoms(): Promise<string> {
  const folder = join(scratch, 'phantoms');
  const cohort = [...phantomCohort({ seed: values.seed, cases: Number(values.cases) }), ...hardCases()];
  progress.start('Drawing phantoms', cohort.length);
  await writeCohort(folder, cohort, { onCase: () => progress.advance(1) });
  progress.finish();
  return folder;
}

/** The first cases of KiTS23, in a folder of their own; undefined where the data are not on this machine. */
function kits(): string | undefined {
  const from = join(values.data, 'kits-masks', 'kits23');
  if (!existsSync(from) || Number(values.kits) < 1) return undefined;
  const folder = join(scratch, 'kits23');
  mkdirSync(folder);
  const cases = readdirSync(from).filter((name) => /^case_\d+$/.test(name));
  const kept = cases.sort().slice(0, Number(values.kits));
  for (const name of [...kept, 'kits.json'])
    if (existsSync(join(from, name))) cpSync(join(from, name), join(folder, name), { recursive: true });
  return folder;
}

async function recompute(benchmarks: readonly string[]): Promise<Recomputed[]> {
  const program = fileURLToPath(new URL('recompute.py', import.meta.url));
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [program, ...benchmarks], {
    maxBuffer: 1 << 28,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recomputed);
}

const sum = (counts: readonly number[]) => counts.reduce((total, n) => total + n, 0);

try {
  const source = await phantoms();
  const masks = kits();
  const sets = [
    { name: 'phantoms, `guideline` criteria', path: await built(source, 'phantoms', 'guideline') },
    { name: 'phantoms, `published` criteria', path: await built(source, 'phantoms', 'published') },
    ...(masks === undefined ? [] : [{ name: 'KiTS23 masks', path: await built(masks, 'kits', 'guideline') }]),
  ];
  const results = await recompute(sets.map(({ path }) => path));
  const counted = results.map(({ cases, types, examples }, at) => ({
    name: sets[at].name,
    cases,
    types,
    examples,
    questions: sum(Object.values(types).map((type) => type.questions)),
    mismatches: sum(Object.values(types).map((type) => type.mismatches)),
  }));
  const ofType = (id: string, what: 'questions' | 'mismatches') =>
    sum(counted.map(({ types }) => types[id]?.[what] ?? 0));
  const byType = allTypes().map(({ id }) => [
    id,
    String(ofType(id, 'questions')),
    String(ofType(id, 'mismatches')),
  ]);
  const bySet = counted.map((set) => [
    set.name,
    String(set.cases),
    String(Object.keys(set.types).length),
    set.questions.toLocaleString('en'),
    String(set.mismatches),
  ]);
  const summary = table(['benchmark', 'cases', 'types', 'questions', 'mismatches'], bySet);
  process.stdout.write(`${summary}\n\n${table(['type', 'questions', 'mismatches'], byType)}\n`);
  for (const { name, examples } of counted)
    for (const example of examples) process.stdout.write(`${name}: ${JSON.stringify(example)}\n`);
  const unasked = byType.filter(([, questions]) => questions === '0').map(([id]) => id);
  if (unasked.length > 0) process.stdout.write(`never asked: ${unasked.join(', ')}\n`);
  const asked =
    unasked.length === 0 ? `All ${byType.length}` : `${byType.length - unasked.length} of ${byType.length}`;
  if (values.write)
    writeSection(
      fileURLToPath(new URL('../README.md', import.meta.url)),
      'keys',
      `## Keys: every answer once more

\`npx node bench/keys/run.ts --cases ${values.cases} --kits ${values.kits} --seed ${values.seed}\`

\`recompute.py\` (nibabel, numpy, scipy) answers each question from its type and slots, the masks and the scan, and
compares with the key: numbers to the digits shown, classes in their words. It reads no evidence and no measurement of
ours. ${asked} types, neither balanced nor limited in number; phantoms with the hard cases (ties, values on a limit, specks).

${summary}

What is published of DeepTumorVQA and RadGPT gives the definitions: voxel counts, 26-connected components of at least
10 mm³, diameters between voxel centres of one axial slice, chains and limits of the released knowledge base. Taken from
this project's pages as data, and so not checked here: the \`guideline\` limits ([knowledge](../docs/knowledge.md)); what
the literature leaves open, by its defaults ([questions](../docs/questions.md): ties within 5 %, twice as much, the main
part, the worse grade, the sign of a difference); the angle of contact with a vessel, and how one label for both kidneys
is parted ([measurements](../docs/measurements.md)). The wording of classes is ours.`,
    );
  process.exitCode = counted.every((set) => set.mismatches === 0) ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
