// MMed-RAG on the real text of IU-Xray: questions and reports are real, films and encoder are stand-ins with declared noise.
// npx node bench/agents/mmed-rag.ts [--data ../shared/data] [--seed 0] [--limit 0] [--noise 0.5]
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { referencesIn, statedAnswer } from '../../src/agents/readers/mmed-rag/stated.ts';
import { sha256 } from '../../src/domain/content-hash.ts';
import { random } from '../../src/domain/random.ts';
import { type SeenRequest, startSimulatedReader } from '../../src/experts/testing/simulated-reader.ts';
import { encodePng } from '../../src/imaging/write-png.ts';
import { letterVector } from '../../src/knowledge/retrieval/letter-tokens.ts';
import { readArm } from './arm.ts';
import { header, percentCell, row } from './table.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    seed: { type: 'string', default: '0' },
    limit: { type: 'string', default: '0' },
    /** Length of the encoder's noise against the report's direction. */
    noise: { type: 'string', default: '0.5' },
  },
});
const FILE = 'iuxray_test.jsonl';
const source = join(values.data, 'iu-xray-vqa', FILE);
const scratch = mkdtempSync(join(tmpdir(), 'overread-mmed-rag-'));
const folder = join(scratch, 'release');
const noise = Number(values.noise);

/**
 * The error model of the reader: it sees nothing in a film. Of each reference that it is sent it takes what is stated
 * about the question, negation heeded, counts yes against no, says no where neither leads (most answers are no), and
 * slips to the opposite in 5 %.
 */
const SLIP = 0.05;
function reply({ turns }: SeenRequest, rng: { next(): number }): string {
  const words = turns.findLast(({ role }) => role === 'user')?.text ?? '';
  const question = words
    .slice(words.lastIndexOf('</references>'))
    .replace('</references>', '')
    .split('Please choose')[0];
  let votes = 0;
  for (const reference of referencesIn(words)) {
    const stated = statedAnswer(reference, question);
    if (stated !== undefined) votes += stated === 'yes' ? 1 : -1;
  }
  const isYes = rng.next() < SLIP ? votes <= 0 : votes > 0;
  return isYes ? 'yes' : 'no';
}

/** Stand-in films of 8 × 8 noise, and vectors: a report's direction, a film's that of its own report and noise. */
async function writeStandIns(): Promise<{ items: number; films: number }> {
  const rows = readFileSync(source, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as { image: string; report: string });
  mkdirSync(folder);
  const films = new Map(rows.map(({ image, report }) => [image, report.trim()]));
  copyFileSync(source, join(folder, FILE));
  const rng = random(values.seed, 'mmed-rag-bench');
  const vectors: string[] = [];
  const passages: string[] = [];
  for (const [image, report] of films) {
    const data = new Uint8Array(64).map(() => rng.int(256));
    const png = await encodePng({ width: 8, height: 8, channels: 1, data });
    mkdirSync(dirname(join(folder, 'images', image)), { recursive: true });
    writeFileSync(join(folder, 'images', image), png);
    const direction = letterVector(report);
    const blurred = [...direction].map(
      (value) => value + (noise * rng.normal()) / Math.sqrt(direction.length),
    );
    vectors.push(JSON.stringify({ image: sha256(png), embedding: blurred }));
    vectors.push(JSON.stringify({ text: report, embedding: [...direction] }));
    passages.push(
      JSON.stringify({ id: image, text: report, domain: 'radiology', patient: image.split('/')[0] }),
    );
  }
  writeFileSync(join(folder, 'vectors.jsonl'), `${vectors.join('\n')}\n`);
  mkdirSync(join(folder, 'corpus'));
  mkdirSync(join(folder, 'normal'));
  writeFileSync(
    join(folder, 'normal', 'normal.jsonl'),
    JSON.stringify({ id: 'normal', text: NORMAL_FILM, patient: 'nobody' }),
  );
  writeFileSync(join(folder, 'corpus', 'reports.jsonl'), `${passages.join('\n')}\n`);
  return { items: rows.length, films: films.size };
}

/** A control of our own: the same healthy film for everybody, so that only the wording of a question decides. */
const NORMAL_FILM =
  'The heart is of normal size. The mediastinum is normal. The lungs are clear. No effusion. No pneumothorax. ' +
  'No consolidation. No opacity. No edema. No nodule. No fracture. The bones are intact.';

const server = await startSimulatedReader({ seed: values.seed, answer: reply });
try {
  const { items, films } = await writeStandIns();
  process.stdout.write(
    `Real data: ${items} questions and ${films} reports of IU-Xray; stand-in films; encoder noise ${noise}; ${new Date().toISOString().slice(0, 10)}\n\n`,
  );
  header('arm', 'accuracy', 'balanced accuracy', 'F1 of yes', 'n', 'requests');
  const similar = `${join(folder, 'corpus')},method=vectors,repeats=drop,embed=embeddings/${join(folder, 'vectors.jsonl')}`;
  const corpus = join(folder, 'corpus');
  const arms: [name: string, reader: string, how: string | undefined, options: Record<string, string>][] = [
    ['no references (says the majority)', 'direct', undefined, {}],
    ['one invented healthy report for all', 'mmed-rag', `${join(folder, 'normal')},method=random`, {}],
    ['random reports of others, 5 (must not win)', 'mmed-rag', `${corpus},method=random`, {}],
    ['similar reports of others, always 5', 'mmed-rag', similar, { threshold: '1000000' }],
    ['similar reports of others, adaptive k', 'mmed-rag', similar, {}],
    [
      'the true report (upper bound)',
      'mmed-rag',
      similar.replace('drop', 'keep'),
      { 'own-report': 'allowed', k: '1' },
    ],
  ];
  for (const [name, reader, how, options] of arms) {
    const { report, cells } = await readArm(
      { scratch, url: server.url, seed: values.seed },
      {
        benchmark: 'iu-xray-vqa',
        data: folder,
        mode: 'picture',
        readers: [`${reader}@compatible/sim`],
        ...(reader === 'direct' ? {} : { options: { domain: 'radiology', ...options } }),
        experts: how === undefined ? [] : [`retrieve=passages:${how}`],
        ...(values.limit === '0' ? {} : { limit: Number(values.limit) }),
        resamples: 500,
      },
    );
    row(name, ...cells.map(percentCell), cells[0].n, report.readers[0].cost?.requests ?? 0);
  }
} finally {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
}
