// The prompt study on scripted models, over several seeds and budgets: each seed has pictures and errors of its own.
import { join } from 'node:path';
import type { Progress } from '../../src/domain/progress.ts';
import { meanInterval } from '../../src/studies/prompts/check.ts';
import { BASELINE, OPTIMISERS } from '../../src/studies/prompts/optimisers.ts';
import type { OptimiserResult, PromptStudy } from '../../src/studies/prompts/study.ts';
import {
  type ScriptedStudyOptions,
  scriptedStudy,
} from '../../src/studies/prompts/testing/scripted-study.ts';

export const ITEMS = { train: 60, validation: 60, test: 200 } as const;

export interface CampaignOptions {
  readonly folder: string;
  readonly seeds: number;
  readonly budgets: readonly number[];
  /** Budget of the model that no prompt helps. */
  readonly deafCalls: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** An optimiser under one budget, over all seeds. */
export interface Row {
  readonly optimiser: string;
  readonly budget: number;
  readonly calls: number;
  readonly tokens: number;
  readonly validation: number;
  readonly test: number;
  readonly gain: number;
  readonly gainCi95: readonly [number, number];
  /** Against random search with the same calls. */
  readonly over: number;
  readonly overCi95: readonly [number, number];
  /** Studies whose own interval shows a gain, and a loss. */
  readonly shown: number;
  readonly lost: number;
}

export interface Campaign {
  readonly base: number;
  readonly promptable: readonly Row[];
  readonly deafBase: number;
  readonly deaf: readonly Row[];
  readonly seeds: number;
}

export async function promptsCampaign(options: CampaignOptions): Promise<Campaign> {
  const { folder, seeds, budgets, deafCalls, progress, signal } = options;
  progress.start('studies', seeds * (budgets.length + 1));
  const run = async (kind: ScriptedStudyOptions['kind'], calls: number): Promise<PromptStudy[]> => {
    const studies: PromptStudy[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      studies.push(
        await scriptedStudy({
          folder: join(folder, `${kind}-${calls}-${seed}`),
          seed: String(seed),
          kind,
          optimisers: OPTIMISERS.map(({ id }) => id),
          calls,
          items: ITEMS,
          signal,
        }),
      );
      progress.advance(1);
    }
    return studies;
  };
  const byBudget: { readonly budget: number; readonly studies: PromptStudy[] }[] = [];
  for (const budget of budgets) byBudget.push({ budget, studies: await run('promptable', budget) });
  const deaf = await run('deaf', deafCalls);
  progress.finish();
  return {
    base: mean(byBudget.flatMap(({ studies }) => studies.map(({ base }) => base.test ?? 0))),
    promptable: byBudget.flatMap(({ budget, studies }) => rowsOf(budget, studies)),
    deafBase: mean(deaf.map(({ base }) => base.test ?? 0)),
    deaf: rowsOf(deafCalls, deaf),
    seeds,
  };
}

function rowsOf(budget: number, studies: readonly PromptStudy[]): Row[] {
  return OPTIMISERS.map(({ id }): Row => {
    const own = studies.flatMap(({ results }) => results.filter(({ optimiser }) => optimiser === id));
    const random = studies.flatMap(({ results }) =>
      results.filter(({ optimiser }) => optimiser === BASELINE),
    );
    const of = (value: (result: OptimiserResult) => number) => own.map(value);
    const gains = of(({ gain }) => gain.absolute);
    const over = own.map(({ test }, at) => (test ?? 0) - (random[at].test ?? 0));
    return {
      optimiser: id,
      budget,
      calls: mean(of(({ spent }) => spent.calls)),
      tokens: mean(of(({ spent }) => spent.inputTokens + spent.outputTokens)),
      validation: mean(of(({ validation }) => validation)),
      test: mean(of(({ test }) => test ?? 0)),
      gain: mean(gains),
      gainCi95: meanInterval(gains),
      over: mean(over),
      overCi95: meanInterval(over),
      shown: own.filter(({ gain }) => gain.verdict === 'gain').length,
      lost: own.filter(({ gain }) => gain.verdict === 'loss').length,
    };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
