// What is optimised: the benchmark's main metric, turned so that more is better, for items and for whole parts.
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import type { Protocol } from '../../domain/report.ts';
import type { Summary } from '../../scoring/metric.ts';
import type { MeasuredItem } from '../../scoring/metric-cells.ts';
import { type LoadedItem, measureReply } from '../ask-items.ts';

/** An item with the reply of whoever knows the answer. */
export interface StudyItem extends LoadedItem {
  readonly oracle: string;
  /** Score of that reply; null where the metric leaves the item out. */
  readonly best: number | null;
}

export interface Objective {
  readonly metric: Summary<unknown>;
  /** Score of one item, more being better; null where the metric leaves it out or the reader could not be asked. */
  scoreOf(measured: MeasuredItem<unknown>): number | null;
  /** The metric over items, more being better; null where it is not defined. */
  valueOver(measured: readonly MeasuredItem<unknown>[]): number | null;
  /** Good enough to be shown as a solved example: at least nine tenths of what the right answer scores. */
  passes(score: number | null, item: StudyItem): boolean;
  /** The metric's own value of a turned one. */
  shown(value: number): number;
}

export interface Measuring {
  readonly plugin: PublishedBenchmark;
  readonly mode: string;
  readonly protocol: Protocol;
}

export function objectiveOf({ plugin, mode, protocol }: Measuring): Objective {
  const metrics = plugin.metrics(protocol, mode);
  const [metric] = metrics;
  // A metric of sets has no value for one item: single replies are then judged by the first metric that has one.
  const single = metrics.find(({ each, better }) => each !== undefined && better === metric.better);
  const ofOne = (item: unknown) =>
    metric.each === undefined ? (metric.of([item]) ?? single?.each?.(item) ?? null) : metric.each(item);
  const sign = metric.better === 'higher' ? 1 : -1;
  const turned = (value: number | null) => (value === null ? null : value * sign);
  const span = metric.range[1] - metric.range[0];
  return {
    metric,
    scoreOf: ({ item }) => (item === null ? null : turned(ofOne(item))),
    valueOver(measured) {
      const items = measured.flatMap(({ item }) => (item === null ? [] : [item]));
      return items.length === 0 ? null : turned(metric.of(items));
    },
    passes(score, { best }) {
      if (score === null || best === null) return false;
      return score >= best - (Number.isFinite(span) ? 0.1 * span : 0);
    },
    shown: (value) => value * sign,
  };
}

/** Items with their oracle replies, which only training ever shows. */
export async function studyItems(items: readonly LoadedItem[], measuring: Measuring): Promise<StudyItem[]> {
  const { scoreOf } = objectiveOf(measuring);
  return Promise.all(
    items.map(async (item) => {
      const oracle = measuring.plugin.oracle(item.record, measuring.mode);
      const measured = await measureReply(item.record, { raw: oracle, status: 'answered' }, measuring);
      return { ...item, oracle, best: scoreOf(measured) };
    }),
  );
}
