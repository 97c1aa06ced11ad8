// The ladder as a run: every question asked again with more and more gold evidence, and with another patient's.
import { OverreadError } from '../domain/errors.ts';
import type { Key, Question } from '../domain/question.ts';
import type { Protocol } from '../domain/report.ts';
import type { RunRecord } from '../domain/run.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import type { BenchmarkFolder } from '../questions/benchmark-folder.ts';
import type { LadderRow } from '../scoring/ladder.ts';
import { ladderPlan, type PlannedRung, twinOf } from '../scoring/plan.ts';
import { scoreAnswer } from '../scoring/score.ts';
import { executeRun, type RunOptions, type RunSummary } from './engine.ts';
import { type Selection, selected } from './plan.ts';

export interface LadderRunOptions extends Omit<RunOptions, 'evidenceFor' | 'benchmark'> {
  readonly benchmark: BenchmarkFolder;
  /**
   * Keys of the benchmark. The composition root hands them in for this alone: a reader gets only the statements of
   * the steps below the answer.
   */
  readonly keys: ReadonlyMap<string, Key>;
}

/** Kept in the run's settings as `ladder`. */
type LadderSettings = Selection;

/**
 * Runs the ladder as a run of its own. Each rung of a question is a read whose question id carries the rung:
 * "q-1@2" had two steps of evidence, "q-1@2~" the twin's two. `limit` and `only` choose questions, each with all its
 * rungs. The run's settings hold `ladder`. Errors: as `executeRun`.
 */
export async function executeLadder(options: LadderRunOptions): Promise<RunSummary> {
  const { keys, benchmark, limit, only, ...rest } = options;
  const before = options.resume === undefined ? undefined : await options.store.run(options.resume);
  const chosen = (before?.settings.ladder as LadderSettings | undefined) ?? {
    ...(limit === undefined ? {} : { limit }),
    ...(only === undefined ? {} : { only }),
  };
  const plans = rungPlanner(benchmark, keys, before?.seed ?? options.seed ?? '0');
  return executeRun({
    ...rest,
    settings: { ...options.settings, ladder: chosen },
    benchmark: {
      path: benchmark.path,
      manifest: benchmark.manifest,
      caseOf: benchmark.caseOf,
      async *eachQuestion() {
        for await (const question of selected(benchmark.eachQuestion(), chosen))
          for (const rung of (await plans(question)).rungs)
            yield { ...question, id: rungId(question.id, rung) };
      },
    },
    evidenceFor: async (question) => {
      const rung = parseRungId(question.id);
      if (rung === undefined) return undefined;
      const { rungs, twinPatient } = await plans({ ...question, id: rung.questionId });
      const found = rungs.find(({ steps, twin }) => steps === rung.steps && twin === rung.twin);
      if (found === undefined) return undefined;
      const { evidence: statements, twin } = found;
      return twin && twinPatient !== undefined ? { statements, patientId: twinPatient } : { statements };
    },
  });
}

interface Rungs {
  readonly rungs: readonly PlannedRung[];
  /** Whose evidence the twins are told. */
  readonly twinPatient?: string;
}

/** The rungs of a question. Its twin is another patient's question of the same type. */
function rungPlanner(
  benchmark: BenchmarkFolder,
  keys: ReadonlyMap<string, Key>,
  seed: string,
): (question: Question) => Promise<Rungs> {
  const byType = new Map<string, Promise<Question[]>>();
  return async (question) => {
    const key = keys.get(question.id);
    if (key === undefined)
      throw new OverreadError(
        'benchmark-invalid',
        `There is no key for ${question.id}: build the benchmark again.`,
      );
    const candidates = byType.get(question.type) ?? benchmark.questions({ types: [question.type] });
    byType.set(question.type, candidates);
    const twin = twinOf(question, await candidates, keys, seed);
    if (twin === undefined) return { rungs: ladderPlan(question, key) };
    return { rungs: ladderPlan(question, key, keys.get(twin.id)), twinPatient: twin.patientId };
  };
}

export function rungId(questionId: string, rung: Pick<PlannedRung, 'steps' | 'twin'>): string {
  return `${questionId}@${rung.steps}${rung.twin ? '~' : ''}`;
}

/** The rung that a ladder run's question id carries; undefined for an id that carries none. */
export function parseRungId(id: string): { questionId: string; steps: number; twin: boolean } | undefined {
  const match = /^(.+)@(\d+)(~?)$/.exec(id);
  return match === null
    ? undefined
    : { questionId: match[1], steps: Number(match[2]), twin: match[3] === '~' };
}

export function isLadderRun(run: Pick<RunRecord, 'settings'>): boolean {
  return run.settings.ladder !== undefined;
}

/** The reads of a ladder run as the report takes them: scored, with the rung of each. */
export function ladderRowsOf(
  run: Pick<RunRecord, 'format'>,
  rows: Iterable<ScoringRow>,
  questions: ReadonlyMap<string, Question>,
  keys: ReadonlyMap<string, Key>,
  protocol: Protocol,
): LadderRow[] {
  const scored: LadderRow[] = [];
  for (const row of rows) {
    const rung = parseRungId(row.questionId);
    const question = rung === undefined ? undefined : questions.get(rung.questionId);
    const key = rung === undefined ? undefined : keys.get(rung.questionId);
    if (rung === undefined || question === undefined || key === undefined) continue;
    const score = scoreAnswer(question, key, row, { protocol, format: run.format });
    if (score === null) continue;
    scored.push({
      questionId: rung.questionId,
      patientId: row.patientId,
      stage: question.stage,
      stepsGiven: rung.steps,
      twin: rung.twin,
      repeat: row.repeat,
      score,
    });
  }
  return scored;
}
