// The study's check: scripted models whose best prompt is known, one of which no prompt helps.
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { studentQuantile } from '../../scoring/statistics/distributions.ts';
import type { Gain } from './gain.ts';
import { BASELINE } from './optimisers.ts';
import type { PromptStudy } from './study.ts';
import { scriptedStudy } from './testing/scripted-study.ts';

const STUDIES = 10;
const CALLS = 300;
const OPTIMISER = 'mipro';
const ITEMS = { train: 40, validation: 40, test: 60 };

/**
 * Small studies of a scripted model, each with its own items: over all of them the optimiser must beat random search at
 * equal calls on the held-out items; and on a model that does not heed its prompt no gain may be shown.
 */
export async function promptsCheck({
  seed,
  scratch,
  progress,
  signal,
}: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const run = async (kind: 'promptable' | 'deaf', at: number): Promise<PromptStudy> => {
    const study = await scriptedStudy({
      folder: join(scratch, `${kind}-${at}`),
      seed: `${seed}/${at}`,
      kind,
      optimisers: [OPTIMISER],
      calls: CALLS,
      items: ITEMS,
      signal,
    });
    progress.advance(1);
    return study;
  };
  progress.start('studies', STUDIES + 1);
  const studies: PromptStudy[] = [];
  for (let at = 0; at < STUDIES; at++) studies.push(await run('promptable', at));
  const deaf = await run('deaf', 0);
  progress.finish();
  const tests = (id: string) =>
    studies.map(({ results }) => results.find(({ optimiser }) => optimiser === id)?.test ?? 0);
  const over = pooled(
    studies.flatMap(({ results }) =>
      results.flatMap(({ against }) => (against === undefined ? [] : [against])),
    ),
  );
  const unhelped = deaf.results.find(({ optimiser }) => optimiser === OPTIMISER);
  const held = unhelped?.gain.verdict !== 'gain';
  return {
    passed: over.ci95[0] > 0 && held,
    baseline: { name: `${BASELINE}, accuracy on held-out items`, value: mean(tests(BASELINE)) },
    result: { name: `${OPTIMISER} over ${BASELINE} at equal calls`, value: over.absolute },
    ci95: over.ci95,
    mustNotWin: {
      regime: 'a model that no prompt helps (gain on held-out items)',
      value: unhelped?.gain.absolute ?? 0,
      held,
    },
    detail: `${STUDIES} studies of a scripted model, ${CALLS} calls each, ${ITEMS.test} held-out items; ${OPTIMISER} reaches ${mean(tests(OPTIMISER)).toFixed(3)}`,
  };
}

/** The mean gain of several studies, with the interval that their items' intervals give: which prompts were found stands. */
function pooled(gains: readonly Gain[]): { readonly absolute: number; readonly ci95: [number, number] } {
  const absolute = mean(gains.map((gain) => gain.absolute));
  const squares = gains.map(({ ci95 }) => ((ci95 ?? [-1, 1])[1] - (ci95 ?? [-1, 1])[0]) ** 2 / 4);
  const reach = Math.sqrt(squares.reduce((sum, square) => sum + square, 0)) / gains.length;
  return { absolute, ci95: [absolute - reach, absolute + reach] };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Student's interval of a mean over studies, which are independent; they are few. */
export function meanInterval(values: readonly number[]): [number, number] {
  const n = values.length;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1);
  const reach = studentQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return [centre - reach, centre + reach];
}
