// The study's check: scripted models whose best prompt is known, one of which no prompt helps.
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { studentQuantile } from '../../scoring/statistics/distributions.ts';
import { BASELINE } from './optimisers.ts';
import type { PromptStudy } from './study.ts';
import { scriptedStudy } from './testing/scripted-study.ts';

const STUDIES = 8;
const CALLS = 400;
const OPTIMISER = 'mipro';

/**
 * Small studies of a scripted model, each with its own items: the optimiser must beat random search at equal calls on
 * the test part, by an interval over studies; and on a model that does not heed its prompt no gain may be shown.
 */
export async function promptsCheck({
  seed,
  scratch,
  progress,
  signal,
}: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const run = (kind: 'promptable' | 'deaf', at: number) =>
    scriptedStudy({
      folder: join(scratch, `${kind}-${at}`),
      seed: `${seed}/${at}`,
      kind,
      optimisers: [OPTIMISER],
      calls: CALLS,
      items: { train: 40, validation: 40, test: 100 },
      signal,
    });
  progress.start('studies', STUDIES + 1);
  const studies: PromptStudy[] = [];
  for (let at = 0; at < STUDIES; at++) {
    studies.push(await run('promptable', at));
    progress.advance(1);
  }
  const deaf = await run('deaf', 0);
  progress.finish();
  const tests = (id: string) =>
    studies.map(({ results }) => results.find(({ optimiser }) => optimiser === id)?.test ?? 0);
  const [found, drawn] = [tests(OPTIMISER), tests(BASELINE)];
  const difference = found.map((value, at) => value - drawn[at]);
  const ci95 = meanInterval(difference);
  const unhelped = deaf.results.find(({ optimiser }) => optimiser === OPTIMISER);
  const held = unhelped?.gain.verdict !== 'gain';
  return {
    passed: ci95[0] > 0 && held,
    baseline: { name: `${BASELINE}, test accuracy`, value: mean(drawn) },
    result: { name: `${OPTIMISER} over ${BASELINE} at equal calls`, value: mean(difference) },
    ci95,
    mustNotWin: {
      regime: 'a model that no prompt helps (gain on the test part)',
      value: unhelped?.gain.absolute ?? 0,
      held,
    },
    detail: `${STUDIES} studies of a scripted model, ${CALLS} calls each; ${OPTIMISER} reaches ${mean(found).toFixed(3)}`,
  };
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
