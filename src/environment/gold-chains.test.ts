import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Key, Question } from '../domain/question.ts';
import type { QuestionFormat } from '../domain/run.ts';
import type { ToolMode } from '../domain/tool.ts';
import { type BenchmarkFolder, openBenchmark } from '../questions/benchmark-folder.ts';
import { openKeys } from '../questions/keys.ts';
import { questionTypes } from '../questions/types/registry.generated.ts';
import { type PhantomBenchmark, phantomBenchmark } from '../runs/testing/phantom-benchmark.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { benchmarkEpisodes } from './benchmark-episodes.ts';
import { createEnvironment, type Environment, type EnvironmentOptions } from './episode.ts';
import { replay } from './replay.ts';
import type { EpisodeBenchmark } from './source.ts';
import { goldActions } from './testing.ts';
import { transcriptSchema } from './transcript.ts';

let built: PhantomBenchmark;
let benchmark: BenchmarkFolder;
let keys: Map<string, Key>;
/** One question of each type. */
let questions: Question[];
beforeAll(async () => {
  built = await phantomBenchmark({ seed: 1, cases: 10 });
  benchmark = await openBenchmark(built.benchmark);
  keys = await openKeys(built.benchmark);
  const byType = new Map((await benchmark.questions()).map((question) => [question.type, question]));
  questions = [...byType.values()];
});
afterAll(() => rmSync(built.folder, { recursive: true, force: true }));

const blobs = memoryBlobs();
/** Opened once: questions and cases are shared by every environment over them. */
const opened = new Map<string, Promise<EpisodeBenchmark>>();

async function environment({
  mode = 'oracle',
  format = 'mc',
  ...rest
}: Partial<EnvironmentOptions> & { mode?: ToolMode; format?: QuestionFormat } = {}): Promise<Environment> {
  const episodes = opened.get(mode + format) ?? benchmarkEpisodes({ benchmark, keys, mode, format, blobs });
  opened.set(mode + format, episodes);
  return createEnvironment({ ...(await episodes), blobs, stepBudget: 64, ...rest });
}

async function walk(at: Environment, question: Question, format: QuestionFormat) {
  const key = keys.get(question.id);
  if (key === undefined) throw new Error(`no key of ${question.id}`);
  await at.reset({ questionId: question.id });
  const actions = goldActions(key).slice(0, -1);
  for (const action of actions) {
    const { observation, reward } = await at.step(action);
    expect([question.type, observation.kind, observation.tool?.error, reward]).toEqual([
      question.type,
      'result',
      null,
      0,
    ]);
  }
  return at.step({ answer: format === 'mc' ? key.letter : key.answer });
}

describe('gold chains of all 42 subtypes', () => {
  it('are all there', () => {
    expect(questions.length).toBe(Object.keys(questionTypes).length);
    expect(questions.length).toBe(42);
  });
  it('earn every reward, in both formats, and replay to the same bytes', async () => {
    for (const format of ['mc', 'free'] as const) {
      const at = await environment({ format, rewards: 'answer,format,evidence' });
      const again = await environment({ format, rewards: 'answer,format,evidence' });
      for (const question of questions) {
        const end = await walk(at, question, format);
        expect([question.type, end.observation.info?.rewards]).toEqual([
          question.type,
          { answer: 1, format: 1, evidence: 1 },
        ]);
        const transcript = transcriptSchema.parse(JSON.parse(JSON.stringify(at.transcript())));
        expect([question.type, (await replay(again, transcript)).identical]).toEqual([question.type, true]);
      }
    }
  });
  it('fit the budget that they are said to need, and no shorter one', async () => {
    for (const question of questions) {
      const needed = goldActions(keys.get(question.id) as Key).length;
      const enough = await environment({ stepBudget: needed });
      expect((await walk(enough, question, 'mc')).observation.info).toMatchObject({
        outcome: 'answered',
        budget_short: null,
      });
      if (needed === 1) continue;
      const short = await environment({ stepBudget: needed - 1 });
      await short.reset({ questionId: question.id });
      expect(short.state().budget_short).toEqual({ needed, has: needed - 1 });
    }
  });
});

describe('a scan', () => {
  it('is shown in vision mode, where its organs can be cut out and nothing is measured', async () => {
    const at = await environment({ mode: 'vision', rewards: 'answer,evidence' });
    const [question] = questions;
    const { observation } = await at.reset({ questionId: question.id });
    const slices = observation.content.filter(({ type }) => type === 'image');
    expect(slices.length).toBeGreaterThan(0);
    expect(observation.tools.map(({ name }) => name)).not.toContain('measure');
    const crop = await at.step({ tool: 'crop_organ', arguments: { organ: 'liver' } });
    const [picture] = crop.observation.content.flatMap((part) => (part.type === 'image' ? [part.hash] : []));
    expect((await at.picture(picture))?.mediaType).toBe('image/png');
    expect((await at.step({ tool: 'measure', arguments: { target: 'liver' } })).observation.kind).toBe(
      'error',
    );
    // The gold chain measures, which these tools cannot, so nothing is said of evidence.
    expect((await at.step({ answer: 'A' })).observation.info?.rewards.evidence).toBeNull();
  });
});
