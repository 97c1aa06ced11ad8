// The check of tasks at the desk: made in a real browser, right only where action and target both are.
import type { CheckContext, CheckResult } from '../domain/method.ts';
import { random } from '../domain/random.ts';
import { hasBrowser } from '../experts/desk/browser.ts';
import { openData } from '../records/data-root.ts';
import builder from './builders/careflow-desk.ts';
import careflow from './published/careflow.ts';

/**
 * The true actions must score 1; the same kinds of action on another step's target, which the released evaluator takes
 * for right, must not.
 */
export async function checkCareflow(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const data = `${context.scratch}/careflow`;
  const browser = await hasBrowser();
  if (browser)
    await builder.build({
      source: 'simulated',
      out: data,
      seed: context.seed,
      protocol: 'strict',
      options: { tasks: ['4'] },
      progress: context.progress,
      signal: context.signal,
    });
  else await careflow.fixture(data, { items: 40, seed: context.seed });
  const rng = random(context.seed, 'careflow-check');
  const right = new Map<string, string>();
  const misplaced = new Map<string, string>();
  for await (const { item, reference } of careflow.records(await openData(data), {
    mode: 'step',
    seed: context.seed,
  })) {
    const [gold] = reference.gold;
    right.set(item.id, JSON.stringify(gold));
    const target = gold.action === 'COMPLETE' ? '' : `not ${gold.target} ${rng.int(9)}`;
    misplaced.set(item.id, JSON.stringify({ ...gold, target }));
  }
  const read = async (replies: ReadonlyMap<string, string>, protocol: 'strict' | 'published') => {
    const report = await context.readPublished({
      benchmark: 'careflow',
      data,
      mode: 'step',
      protocol,
      replies,
    });
    return report.readers[0].overall[0];
  };
  const result = await read(right, 'strict');
  const strict = await read(misplaced, 'strict');
  const published = await read(misplaced, 'published');
  const score = (cell: { readonly score: number | null }) => cell.score ?? Number.NaN;
  const held = score(strict) < 0.2;
  return {
    passed: score(result) === 1 && held && score(published) === 1,
    baseline: { name: 'right kinds of action on wrong targets (strict)', value: score(strict) },
    result: { name: 'the tasks’ own actions (strict)', value: score(result) },
    ...(result.ci95 === null ? {} : { ci95: result.ci95 }),
    mustNotWin: { regime: 'right kinds of action on wrong targets', value: score(strict), held },
    detail: `${right.size} steps ${browser ? 'carried out in Chromium' : 'of a fixture (no Chromium here: apt-get install chromium)'}; as published those wrong targets score ${score(published)}`,
  };
}
