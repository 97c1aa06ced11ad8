// A benchmark folder as episodes: questions and cases to the policy, keys to the scorer.
import { volumeImages } from '../agents/volume-images.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Key, Question } from '../domain/question.ts';
import type { Protocol } from '../domain/report.ts';
import type { QuestionFormat } from '../domain/run.ts';
import type { CaseAccess, ToolMode } from '../domain/tool.ts';
import { DEFAULT_IMAGE_BUDGET, type ImageBudget } from '../experts/volume-message.ts';
import type { BenchmarkFolder, QuestionFilter } from '../questions/benchmark-folder.ts';
import { openCases } from '../runs/open-cases.ts';
import { scoreRead } from '../scoring/score.ts';
import { type CaseAccessOptions, caseOpener } from '../tools/case-access.ts';
import type { EpisodeBenchmark } from './source.ts';

export interface BenchmarkEpisodesOptions extends CaseAccessOptions {
  readonly benchmark: BenchmarkFolder;
  readonly keys: ReadonlyMap<string, Key>;
  readonly mode: ToolMode;
  /** Default mc. */
  readonly format?: QuestionFormat;
  /** Default strict. */
  readonly protocol?: Protocol;
  readonly filter?: QuestionFilter;
  /** Show the scan's slices at the start. Default: in vision mode only. */
  readonly showScan?: boolean;
  readonly imageBudget?: ImageBudget;
  /** Cases open at a time. Default 64 in oracle mode, whose cases are small, and 4 elsewhere. */
  readonly openCases?: number;
}

/**
 * The questions stay in memory (about 1 KB each). Throws `benchmark-invalid` for a question without a key, and
 * `bad-argument` where the filter leaves none.
 */
export async function benchmarkEpisodes(options: BenchmarkEpisodesOptions): Promise<EpisodeBenchmark> {
  const { benchmark, keys, mode, format = 'mc', protocol = 'strict' } = options;
  const questions = new Map<string, Question>();
  for await (const question of benchmark.eachQuestion(options.filter)) questions.set(question.id, question);
  const ids = [...questions.keys()];
  if (ids.length === 0)
    throw new OverreadError('bad-argument', 'No question is left to ask: choose another split.');
  if (ids.some((id) => !keys.has(id)))
    throw new OverreadError(
      'benchmark-invalid',
      'Some question has no key, so its episodes could not be scored: build the benchmark again.',
    );
  const opener = caseOpener(benchmark, options);
  const cases = openCases<CaseAccess | undefined>({
    open: (caseId) => opener(caseId, mode),
    capacity: options.openCases ?? (mode === 'oracle' ? 64 : 4),
  });
  const showScan = options.showScan ?? mode === 'vision';
  const slices = volumeImages({
    blobs: options.blobs,
    budget: options.imageBudget ?? DEFAULT_IMAGE_BUDGET,
  });
  const known = (id: string): Question => {
    const found = questions.get(id);
    if (found === undefined)
      throw new OverreadError('bad-argument', 'There is no such question here: reset without a question id.');
    return found;
  };
  return {
    source: {
      name: benchmark.manifest.name,
      contentHash: benchmark.manifest.contentHash,
      mode,
      hasCases: true,
      criteria: benchmark.manifest.criteria,
      format,
      size: ids.length,
      idAt: (index) => ids[index],
      has: (id) => questions.has(id),
      question: async (id) => known(id),
      caseOf: (question) =>
        benchmark.caseOf(question) ?? { id: question.caseId, patientId: question.patientId },
      using: (question, work) => cases.using(question.caseId, work),
      async shown(question, access) {
        if (!showScan || access === undefined) return [];
        const record = benchmark.caseOf(question) ?? access.record;
        const task = { question, case: record, access, format, repeat: 0, seed: '0', signal: NEVER };
        return (await slices(task)) ?? [];
      },
    },
    scorer: {
      async score(questionId, words) {
        const key = keys.get(questionId);
        if (key === undefined) return { score: null, outcome: 'failed' };
        const row = { status: 'answered' as const, raw: words };
        const { score, outcome } = scoreRead(known(questionId), key, row, { protocol, format });
        return { score, outcome: outcome === 'unsupported' ? 'failed' : outcome };
      },
      gold: (questionId) => keys.get(questionId)?.evidence,
    },
  };
}

const NEVER = new AbortController().signal;
