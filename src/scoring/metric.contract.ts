// What every metric must hold to; each metric's test imports it.
import { describe, expect, it } from 'vitest';
import { random } from '../domain/random.ts';
import type { Metric } from './metric.ts';

export interface MetricExamples<Input> {
  /** Inputs of mixed worth, at least four. */
  readonly inputs: readonly Input[];
  /** Inputs in which nothing is wrong. */
  readonly perfect: readonly Input[];
  /** The value of perfect inputs; default: the better end of the range. */
  readonly best?: number;
  /** Equally sure detections are counted in the order of pictures. Default false. */
  readonly orderMatters?: boolean;
}

/** Range, order, emptiness and the value of perfect inputs. */
export function metricContract<Input, Item>(
  metric: Metric<Input, Item>,
  examples: MetricExamples<Input>,
): void {
  describe(`metric ${metric.id}`, () => {
    const items = examples.inputs.map((input) => metric.item(input));
    const [low, high] = metric.range;

    it('is named in kebab-case and says what it is and who defines it', () => {
      expect(metric.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(metric.summary.length).toBeGreaterThan(10);
      expect(metric.source.length).toBeGreaterThan(3);
    });

    it('has no value over nothing', () => {
      expect(metric.of([])).toBeNull();
    });

    it('stays within its range', () => {
      const value = metric.of(items);
      expect(value).not.toBeNull();
      expect(value).toBeGreaterThanOrEqual(low);
      expect(value).toBeLessThanOrEqual(high);
    });

    it('is best when nothing is wrong, and worse otherwise', () => {
      const best = metric.of(examples.perfect.map((input) => metric.item(input)));
      expect(best).toBeCloseTo(examples.best ?? (metric.better === 'higher' ? high : low), 10);
      const sign = metric.better === 'higher' ? 1 : -1;
      expect(sign * (metric.of(items) ?? 0)).toBeLessThan(sign * (best ?? 0));
    });

    it('does not change what it is given, nor with being asked again', () => {
      const before = JSON.stringify(examples.inputs, replaceMaps);
      const first = metric.of(items);
      expect(metric.of(items)).toBe(first);
      expect(metric.of(examples.inputs.map((input) => metric.item(input)))).toBe(first);
      expect(JSON.stringify(examples.inputs, replaceMaps)).toBe(before);
    });

    it.skipIf(examples.orderMatters === true)('does not depend on the order of items', () => {
      const value = metric.of(items) ?? 0;
      for (let trial = 0; trial < 5; trial++)
        expect(metric.of(random(trial, 'order').shuffle(items))).toBeCloseTo(value, 10);
    });

    it('weighs an item that is there twice twice, as resampling needs', () => {
      expect(metric.of([...items, ...items])).not.toBeNull();
    });
  });
}

function replaceMaps(_: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}
