// The executor on masks with more and more of one kind of mistake: one benchmark, one run per kind, level and format.
import { join } from 'node:path';
import { readBenchmark } from '../../src/cli/reading.ts';
import type { Manifest } from '../../src/domain/benchmark.ts';
import type { Vec3 } from '../../src/domain/geometry.ts';
import type { Progress } from '../../src/domain/progress.ts';
import { STAGES, type Stage } from '../../src/domain/question.ts';
import type { Cell } from '../../src/domain/report.ts';
import type { QuestionFormat, RunRecord } from '../../src/domain/run.ts';
import { phantomCohort, writeCohort } from '../../src/phantoms/cohort.ts';
import { openBenchmark } from '../../src/questions/benchmark-folder.ts';
import { buildBenchmark } from '../../src/questions/build.ts';
import { openKeys } from '../../src/questions/keys.ts';
import { reportOf } from '../../src/report/run-reports.ts';
import { indexQuestions, scoreRun } from '../../src/scoring/scored-run.ts';
import { openStore } from '../../src/storage/store.ts';
import { type Decay, decayOf, type LevelReads } from './decay.ts';

export interface Noise {
  /** Option of the segmenter `noise`. */
  readonly option: 'sd' | 'drop' | 'false';
  readonly name: string;
  /** What the levels are, for axis and table. */
  readonly axis: string;
  /** Ascending, from 0. */
  readonly levels: readonly number[];
}

const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 1];

export const NOISES: readonly Noise[] = [
  {
    option: 'sd',
    name: 'Boundary shift',
    axis: 'standard deviation of the shift (mm)',
    levels: [0, 0.5, 1, 2, 3, 4],
  },
  { option: 'drop', name: 'Dropped component', axis: 'probability that a lesion is missed', levels: SHARES },
  {
    option: 'false',
    name: 'False component',
    axis: 'probability of a false lesion',
    levels: SHARES,
  },
];

export const FORMATS: readonly QuestionFormat[] = ['mc', 'free'];

export interface NoiseOptions {
  /** Scratch folder: phantoms, benchmark and store are written there. */
  readonly folder: string;
  readonly cases: number;
  readonly seed: string;
  readonly shape?: Vec3;
  readonly noises?: readonly Noise[];
  readonly formats?: readonly QuestionFormat[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface LevelResult {
  readonly level: number;
  readonly runId: string;
  readonly stages: Readonly<Record<Stage, Cell>>;
}

export interface NoiseCurves {
  readonly noise: Noise;
  readonly format: QuestionFormat;
  readonly points: readonly LevelResult[];
  readonly decay: Decay;
}

export interface NoiseResult {
  readonly manifest: Manifest;
  /** mm per voxel. */
  readonly spacing: Vec3;
  readonly curves: readonly NoiseCurves[];
}

/** Runs the whole campaign in `folder`, which the caller removes. The same options give the same result. */
export async function noiseCampaign(options: NoiseOptions): Promise<NoiseResult> {
  const { folder, cases, seed, shape, progress, signal } = options;
  const noises = options.noises ?? NOISES;
  const formats = options.formats ?? FORMATS;
  const phantoms = phantomCohort({ seed, cases, ...(shape === undefined ? {} : { shape }) });
  const { spacing } = phantoms[0].description.grid;
  progress.start('Drawing phantoms', cases);
  await writeCohort(join(folder, 'scans'), phantoms, { onCase: () => progress.advance(1) });
  progress.finish();
  const benchmark = join(folder, 'benchmark');
  const manifest = await buildBenchmark({
    source: join(folder, 'scans'),
    out: benchmark,
    layout: 'mask-folder',
    name: 'phantoms',
    seed,
    workers: 1,
    progress,
    signal,
  });

  const store = join(folder, 'reads.db');
  const segmenters = [
    'noise',
    ...noises.flatMap(({ option, levels }) =>
      levels.filter((level) => level > 0).map((level) => `noise:${option}=${level}`),
    ),
  ];
  const runs = new Map<string, string>();
  const runName = (segmenter: string, format: QuestionFormat) => `${segmenter} ${format}`;
  for (const [done, segmenter] of segmenters.entries())
    for (const format of formats) {
      const [summary] = await readBenchmark({
        benchmark,
        readers: ['executor#predicted'],
        store,
        format,
        seed,
        segmenter,
        progress: named(progress, `[${done + 1}/${segmenters.length}] ${segmenter}, ${format}`),
        signal,
      });
      signal.throwIfAborted();
      if (summary.status !== 'done') throw summary.error ?? new Error(`${segmenter} ended ${summary.status}`);
      runs.set(runName(segmenter, format), summary.runId);
    }

  const curves: NoiseCurves[] = [];
  for (const format of formats) {
    progress.start(`Scoring ${format}`, noises.length);
    const cells = await stageCells(
      { store, benchmark, seed },
      segmenters.map((segmenter) => runs.get(runName(segmenter, format)) ?? ''),
    );
    for (const noise of noises) {
      const points = noise.levels.map((level): LevelResult => {
        const runId =
          runs.get(runName(level === 0 ? 'noise' : `noise:${noise.option}=${level}`, format)) ?? '';
        const stages = cells.get(runId);
        if (stages === undefined) throw new Error(`no report of ${noise.option}=${level}`);
        return { level, runId, stages };
      });
      const decay = decayOf(await readsOf(store, benchmark, points), {
        seed,
        chance: STAGES.map((stage) => points[0].stages[stage].chance ?? 0),
      });
      curves.push({ noise, format, points, decay });
      progress.advance(1);
    }
    progress.finish();
  }
  return { manifest, spacing, curves };
}

/** Scores per stage of each run, as every report has them. */
async function stageCells(
  at: { store: string; benchmark: string; seed: string },
  runs: readonly string[],
): Promise<Map<string, LevelResult['stages']>> {
  const report = await reportOf({ ...at, runs, protocol: 'strict', baseline: runs[0] });
  return new Map(report.readers.map((reader) => [reader.runId, reader.stages]));
}

/** Every read of the points' runs, for statistics over levels and stages at once. */
async function readsOf(
  path: string,
  folder: string,
  points: readonly LevelResult[],
): Promise<readonly LevelReads[]> {
  const benchmark = await openBenchmark(folder);
  const index = indexQuestions(await benchmark.questions(), await openKeys(folder));
  const store = await openStore(path);
  try {
    return await Promise.all(
      points.map(async ({ level, runId }): Promise<LevelReads> => {
        const run = (await store.run(runId)) as RunRecord;
        const scored = scoreRun(run, await store.scoringRows(runId), index, 'strict');
        return {
          level,
          stage: [...scored.question].map((question) => index.stage[question]),
          patient: [...scored.question].map((question) => index.patient[question]),
          score: [...scored.score],
        };
      }),
    );
  } finally {
    await store.close();
  }
}

/** The same progress under a name of ours. */
export function named(progress: Progress, name: string): Progress {
  return { ...progress, start: (_, total) => progress.start(name, total) };
}
