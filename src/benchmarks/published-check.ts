// The check that every published benchmark shares: its fixture, read by a scripted model through the whole engine.
import type { CheckContext, CheckResult } from '../domain/method.ts';
import type { MetricCell, Protocol } from '../domain/report.ts';
import { openData } from '../records/data-root.ts';
import type { PublishedBenchmark } from './published.ts';

export interface PublishedCheckOptions {
  /** Items of the fixture. Default 60. */
  readonly items?: number;
  readonly mode?: string;
  /** Default "strict". */
  readonly protocol?: Protocol;
}

/**
 * Writes the fixture and has a scripted model read it: one that replies as the oracle does, and one that gives every
 * item the oracle's reply to another cluster's. The first must beat the best trivial baseline, the second must not.
 */
export function publishedCheck<Reference, Item>(
  plugin: () => PublishedBenchmark<Reference, Item>,
  options: PublishedCheckOptions = {},
): (context: CheckContext) => Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  return async (context) => {
    const benchmark = plugin() as unknown as PublishedBenchmark;
    const { items = 60, mode = benchmark.modes[0], protocol = 'strict' } = options;
    const folder = `${context.scratch}/${benchmark.id}`;
    await benchmark.fixture(folder, { items, seed: context.seed });
    const data = await openData(folder);
    const own = new Map<string, string>();
    const clusters = new Map<string, string>();
    for await (const record of benchmark.records(data, { mode, seed: context.seed })) {
      own.set(record.item.id, benchmark.oracle(record, mode));
      clusters.set(record.item.id, record.item.patientId);
    }
    const ids = [...own.keys()];
    const others = new Map(
      ids.map((id, at) => {
        const step = ids.findIndex(
          (_, n) => clusters.get(ids[(at + n + 1) % ids.length]) !== clusters.get(id),
        );
        return [id, own.get(ids[(at + Math.max(step, 0) + 1) % ids.length]) ?? ''];
      }),
    );
    const read = (replies: ReadonlyMap<string, string>) =>
      context.readPublished({ benchmark: benchmark.id, data: folder, mode, protocol, replies });
    const right = await read(own);
    const wrong = await read(others);
    const result = right.readers[0].overall[0];
    const shuffled = wrong.readers[0].overall[0];
    const sign = result.better === 'higher' ? 1 : -1;
    const score = (cell: MetricCell) => (cell.score ?? Number.NaN) * sign;
    const baseline = right.baselines.reduce((best, one) =>
      score(one.overall[0]) > score(best.overall[0]) ? one : best,
    );
    const best = baseline.overall[0];
    const reach = Math.max(score(best), (shuffled.chance ?? Number.NEGATIVE_INFINITY) * sign);
    const nearest =
      shuffled.ci95 === null ? score(shuffled) : Math.min(shuffled.ci95[0] * sign, shuffled.ci95[1] * sign);
    const held = nearest <= reach || score(shuffled) < score(result) / 2;
    return {
      passed: score(result) > score(best) && held,
      baseline: { name: `${baseline.reader} (${best.metric})`, value: best.score ?? Number.NaN },
      result: {
        name: `oracle replies through the engine (${result.metric})`,
        value: result.score ?? Number.NaN,
      },
      ...(result.ci95 === null ? {} : { ci95: result.ci95 }),
      mustNotWin: {
        regime: "replies that belong to another cluster's items",
        value: shuffled.score ?? Number.NaN,
        held,
      },
      detail: `fixture of ${ids.length} items in the release format, mode ${mode}, protocol ${protocol}`,
    };
  };
}
