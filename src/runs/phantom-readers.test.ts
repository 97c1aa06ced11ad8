import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReader, type ReaderDeps } from '../agents/create-reader.ts';
import { trainPrior } from '../agents/prior.ts';
import { type Key, type Question, STAGES, type Stage } from '../domain/question.ts';
import { openSegmenter } from '../experts/segmenter.ts';
import { type BenchmarkFolder, openBenchmark } from '../questions/benchmark-folder.ts';
import { openKeys } from '../questions/keys.ts';
import { scoreAnswer } from '../scoring/score.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { openStore, type Store } from '../storage/store.ts';
import { type CaseAccessOptions, caseOpener } from '../tools/case-access.ts';
import { executeRun } from './engine.ts';
import { otherCases } from './other-cases.ts';
import { type PhantomBenchmark, phantomBenchmark } from './testing/phantom-benchmark.ts';

let phantoms: PhantomBenchmark;
let benchmark: BenchmarkFolder;
let questions: ReadonlyMap<string, Question>;
let keys: ReadonlyMap<string, Key>;
let store: Store;

beforeAll(async () => {
  phantoms = await phantomBenchmark({ seed: 11, cases: 16 });
  benchmark = await openBenchmark(phantoms.benchmark);
  keys = await openKeys(phantoms.benchmark);
  questions = new Map((await benchmark.questions()).map((question) => [question.id, question]));
  store = await openStore(':memory:');
});
afterAll(async () => {
  await store.close();
  rmSync(phantoms.folder, { recursive: true, force: true });
});

interface StageScore {
  readonly n: number;
  readonly score: number;
  /** Mean of 1/options. */
  readonly chance: number;
}

async function scoresOf(
  name: string,
  segmenter?: string,
  limit?: number,
): Promise<Record<Stage, StageScore>> {
  const blobs = memoryBlobs();
  const options: CaseAccessOptions = {
    blobs,
    ...(segmenter === undefined ? {} : { segmenter: await openSegmenter(segmenter), cache: store }),
  };
  const deps: ReaderDeps = {
    blobs,
    criteria: benchmark.manifest.criteria,
    prior: trainPrior(questions.values(), (id) => keys.get(id)),
    others: otherCases(benchmark, options),
  };
  const reader = await createReader(name, deps);
  const { runId } = await executeRun({
    benchmark,
    reader,
    store,
    openCase: caseOpener(benchmark, options),
    limit,
  });
  const sums = new Map<Stage, { n: number; score: number; chance: number }>();
  for (const row of await store.scoringRows(runId)) {
    const question = questions.get(row.questionId);
    const key = keys.get(row.questionId);
    if (question === undefined || key === undefined) throw new Error(`no question ${row.questionId}`);
    const score = scoreAnswer(question, key, row, { protocol: 'strict', format: 'mc' });
    const sum = sums.get(question.stage) ?? { n: 0, score: 0, chance: 0 };
    sum.n++;
    sum.score += score ?? 0;
    sum.chance += 1 / question.options.length;
    sums.set(question.stage, sum);
  }
  const mean = (stage: Stage): StageScore => {
    const { n, score, chance } = sums.get(stage) ?? { n: 0, score: Number.NaN, chance: Number.NaN };
    return { n, score: score / n, chance: chance / n };
  };
  return Object.fromEntries(STAGES.map((stage) => [stage, mean(stage)])) as Record<Stage, StageScore>;
}

describe('readers on the phantom cohort', () => {
  it('the executor on annotated masks is right every time, in all four stages', async () => {
    const scores = await scoresOf('executor#oracle');
    for (const stage of STAGES) {
      expect(scores[stage].n).toBeGreaterThan(20);
      expect(scores[stage].score).toBe(1);
    }
  });

  it('under the published step rule, chains of more than four calls visibly fail', async () => {
    const scores = await scoresOf('executor-published#oracle');
    expect(scores.recognition.score).toBe(1);
    expect(scores['visual-reasoning'].score).toBeLessThan(1);
  });

  it("on another patient's tool results the executor falls to about chance", async () => {
    const scores = await scoresOf('executor-shuffled#oracle');
    for (const stage of STAGES) {
      const { n, score, chance } = scores[stage];
      // Answers cluster in patients, so the band is wider than independent draws would ask for.
      expect(Math.abs(score - chance)).toBeLessThan(0.08 + 3 * Math.sqrt((chance * (1 - chance)) / n));
    }
  });

  it('random guessing is at chance', async () => {
    const scores = await scoresOf('random');
    for (const stage of STAGES) {
      const { n, score, chance } = scores[stage];
      expect(Math.abs(score - chance)).toBeLessThan(4 * Math.sqrt((chance * (1 - chance)) / n));
    }
  });

  it("on a segmenter's masks the executor loses measurements first, and more of them the noisier the masks", async () => {
    const clean = await scoresOf('executor#predicted', 'noise:sd=0', 400);
    const noisy = await scoresOf('executor#predicted', 'noise:sd=4', 400);
    for (const stage of STAGES) expect(clean[stage].score).toBe(1);
    expect(noisy.measurement.score).toBeLessThan(0.97);
    expect(noisy.measurement.score).toBeGreaterThan(noisy.measurement.chance);
    expect(noisy.recognition.score).toBeGreaterThan(noisy.measurement.score);
  });
});
