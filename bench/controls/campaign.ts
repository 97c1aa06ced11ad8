// Controls on phantom cohorts of several seeds: readers that know nothing of the patient, each cohort alone and all pooled.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readPhantoms } from '../../src/cli/phantom-reads.ts';
import type { Progress } from '../../src/domain/progress.ts';
import { type Key, type Question, STAGES } from '../../src/domain/question.ts';
import type { Cell, ReaderReport } from '../../src/domain/report.ts';
import type { RunRecord } from '../../src/domain/run.ts';
import type { ScoringRow } from '../../src/domain/scoring-row.ts';
import { openBenchmark } from '../../src/questions/benchmark-folder.ts';
import { openKeys } from '../../src/questions/keys.ts';
import { buildReport } from '../../src/scoring/report.ts';
import { resemblance } from '../../src/scoring/resemblance.ts';
import { openStore } from '../../src/storage/store.ts';
import { blindReads } from './blind.ts';

/** Readers of the product that must stay at chance, and the one that must not. */
export const CONTROLS = [
  'executor-shuffled',
  'random',
  'constant',
  'most-frequent',
  'middle-option',
  'longest-option',
];
export const ORACLE = 'executor#oracle';

export const CELLS = ['overall', ...STAGES] as const;

export interface ControlsOptions {
  /** Scratch folder; each cohort is removed when it has been read. */
  readonly folder: string;
  readonly seeds: readonly string[];
  readonly cases: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

interface Material {
  readonly questions: Question[];
  readonly keys: Map<string, Key>;
  readonly rows: Map<string, ScoringRow[]>;
}

export interface ControlResult {
  readonly reader: string;
  /** Overall, then the four stages. */
  readonly cells: readonly Cell[];
}

export interface ControlsResult {
  readonly cohorts: readonly { readonly seed: string; readonly readers: readonly ControlResult[] }[];
  readonly pooled: readonly ControlResult[];
  readonly questions: number;
  readonly patients: number;
  /** What another patient's answer is worth, cohort by cohort on average. */
  readonly resemblance: number;
}

/** True when chance lies in the interval. */
export const holdsChance = ({ ci95, chance }: Cell): boolean =>
  ci95 !== null && chance !== null && ci95[0] <= chance && chance <= ci95[1];

/** Runs the campaign. The same options give the same result. */
export async function controlsCampaign(options: ControlsOptions): Promise<ControlsResult> {
  const { folder, seeds, cases, progress, signal } = options;
  const all: Material = { questions: [], keys: new Map(), rows: new Map() };
  const cohorts: { seed: string; readers: ControlResult[] }[] = [];
  let alike = 0;
  for (const seed of seeds) {
    const own = join(folder, `seed-${seed}`);
    await readPhantoms({
      folder: own,
      seed,
      cases,
      readers: [...CONTROLS, ORACLE],
      format: 'mc',
      protocol: 'strict',
      progress,
      signal,
    });
    const material = await materialOf(own);
    await rm(own, { recursive: true, force: true });
    cohorts.push({ seed, readers: resultsOf(material, seed) });
    alike += resemblance(material.questions, material.keys) ?? 0;
    all.questions.push(...material.questions);
    for (const [id, key] of material.keys) all.keys.set(id, key);
    for (const [reader, rows] of material.rows)
      all.rows.set(reader, [...(all.rows.get(reader) ?? []), ...rows]);
  }
  return {
    cohorts,
    pooled: resultsOf(all, 'pooled'),
    questions: all.questions.length,
    patients: new Set(all.questions.map(({ patientId }) => patientId)).size,
    resemblance: alike / seeds.length,
  };
}

/** Questions, keys and reads of a folder, with those of the blind readers. */
async function materialOf(folder: string): Promise<Material> {
  const benchmark = join(folder, 'benchmark');
  const questions = [...(await (await openBenchmark(benchmark)).questions())];
  const keys = await openKeys(benchmark);
  const rows = new Map<string, ScoringRow[]>();
  const store = await openStore(join(folder, 'overread.db'));
  try {
    for (const { id, reader } of await store.runs()) rows.set(reader, await store.scoringRows(id));
  } finally {
    await store.close();
  }
  for (const [reader, letters] of blindReads(questions))
    rows.set(
      reader,
      questions.map(({ id, patientId }) => rowOf(id, patientId, letters.get(id) ?? '')),
    );
  return { questions, keys, rows };
}

function rowOf(questionId: string, patientId: string, letter: string): ScoringRow {
  return {
    questionId,
    patientId,
    repeat: 0,
    status: 'answered',
    answer: { kind: 'choice', letter },
    raw: letter,
    inputTokens: 0,
    outputTokens: 0,
    milliseconds: 0,
    requests: 0,
  };
}

function resultsOf({ questions, keys, rows }: Material, name: string): ControlResult[] {
  const report = buildReport({
    benchmark: { name, contentHash: '' },
    questions,
    keys,
    runs: [...rows].map(([reader, own]) => ({ run: runOf(reader, own.length), rows: own })),
    protocol: 'strict',
    // Pairs are not asked for here; against one reader there are fewest of them.
    baseline: 'random',
  });
  return report.readers.map((one) => ({ reader: one.reader, cells: CELLS.map((cell) => cellOf(one, cell)) }));
}

const cellOf = (report: ReaderReport, cell: (typeof CELLS)[number]): Cell =>
  cell === 'overall' ? report.overall : report.stages[cell];

function runOf(reader: string, planned: number): RunRecord {
  return {
    id: `run-${reader}`,
    reader,
    benchmark: '',
    benchmarkHash: '',
    benchmarkName: '',
    format: 'mc',
    repeats: 1,
    seed: '0',
    settings: {},
    status: 'done',
    planned,
    resent: 0,
    createdAt: '',
    updatedAt: '',
    version: '',
  };
}
