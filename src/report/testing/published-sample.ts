// A report of a published benchmark with everything in it, from drawn reads of readers of known skill.
import { random } from '../../domain/random.ts';
import type { MetricCell, Protocol, PublishedReader, PublishedReport } from '../../domain/report.ts';
import { meanOf, type Summary } from '../../scoring/metric.ts';
import { type MeasuredItem, metricCells, metricPair } from '../../scoring/metric-cells.ts';

interface Item {
  readonly right: number;
  readonly pixels: number;
}

const accuracy: Summary<Item> = meanOf(
  {
    id: 'accuracy',
    summary: 'share of right answers',
    chance: { name: 'one of four', of: () => 0.25 },
  },
  ({ right }) => right,
);
const distance: Summary<Item> = meanOf(
  {
    id: 'point-distance',
    summary: 'how far the point lies from the true one',
    better: 'lower',
    range: [0, Number.POSITIVE_INFINITY],
    unit: '{pixels}',
  },
  ({ pixels }) => pixels,
);

const READERS = [
  { name: 'compatible/poor', skill: 0.3, usd: 0.2 },
  { name: 'compatible/good', skill: 0.8, usd: 1.1 },
  { name: 'compatible/fair', skill: 0.55, usd: 0.4 },
];

export interface PublishedSampleOptions {
  readonly protocol?: Protocol;
  /** Replaces the readers' names. */
  readonly names?: readonly string[];
  /** Main metric; the other follows. Default accuracy. */
  readonly main?: 'accuracy' | 'point-distance';
  /** Values of the facet "organ". Default 4. */
  readonly organs?: number;
  readonly items?: number;
}

/** The same every time. */
export function publishedSample(options: PublishedSampleOptions = {}): PublishedReport {
  const protocol = options.protocol ?? 'strict';
  const items = options.items ?? 120;
  const organs = options.organs ?? 4;
  const metrics = options.main === 'point-distance' ? [distance, accuracy] : [accuracy, distance];
  const cellOptions = { protocol, seed: 'sample', resamples: 200 };
  const cellsOf = (rows: readonly MeasuredItem<Item>[]): MetricCell[] =>
    metricCells(rows, metrics, cellOptions);
  const tracks = READERS.map(({ skill, usd, name }, r) => ({
    name: options.names?.[r] ?? name,
    usd,
    rows: rowsOf(name, skill, items),
  }));
  const reader = (
    name: string,
    runId: string | null,
    rows: readonly MeasuredItem<Item>[],
  ): PublishedReader => ({
    reader: name,
    runId,
    overall: cellsOf(rows),
    facets: {
      organ: Object.fromEntries(
        Array.from({ length: organs }, (_, o) => [
          `organ ${o}`,
          cellsOf(rows.filter((__, i) => organOf(i, organs) === o)),
        ]),
      ),
    },
    cost: null,
  });
  return {
    benchmark: {
      id: 'sample-benchmark',
      title: 'A benchmark that was never published',
      mode: 'choice',
      contentHash: '0123456789abcdef0123',
      items,
      patients: Math.ceil(items / 3),
    },
    protocol,
    card: {
      source: 'Nobody',
      url: 'https://example.org/data',
      paper: 'https://example.org/paper',
      licence: 'CC0-1.0',
      access: 'on-request',
      format: 'unverified',
    },
    readers: tracks.map(({ name, usd, rows }, r) => ({
      ...reader(name, `r-${r}`, rows),
      cost: { usd, inputTokens: 1000 * items, outputTokens: 20 * items, seconds: 30, requests: items },
    })),
    baselines: [reader('always-a', null, rowsOf('always-a', 0.25, items))],
    pairs: tracks.flatMap((a, at) =>
      tracks
        .slice(at + 1)
        .map((b) =>
          metricPair(
            { reader: a.name, rows: a.rows },
            { reader: b.name, rows: b.rows },
            metrics[0],
            cellOptions,
          ),
        ),
    ),
    notes: ['One thing that must be known.'],
  };
}

/** Uneven on purpose: the first organ has most items. */
const organOf = (i: number, organs: number): number => (i % 2 === 0 ? 0 : ((i - 1) / 2) % organs);

function rowsOf(name: string, skill: number, items: number): MeasuredItem<Item>[] {
  const draw = random('sample', name);
  return Array.from({ length: items }, (_, i) => {
    const right = draw.next() < skill ? 1 : 0;
    const unparsed = right === 0 && draw.next() < 0.2;
    return {
      questionId: `q${i}`,
      cluster: `p${Math.floor(i / 3)}`,
      outcome: unparsed ? 'unparsed' : 'scored',
      item: { right, pixels: (1 - right) * 40 + 4 * draw.next() },
    };
  });
}
