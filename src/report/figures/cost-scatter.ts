// Score against what it cost.
import type { ReaderReport } from '../../domain/report.ts';
import { dollars, percent } from '../format.ts';
import { asPercent, type Canvas, type NamedReader, shown, style, WIDTH } from './canvas.ts';

/** What is spent, in the best unit that all readers have: money where any is known, else tokens. */
export function spending(
  readers: readonly NamedReader[],
): { unit: string; of(reader: ReaderReport): number } | undefined {
  const per = (reader: ReaderReport, value: number) => (value / Math.max(1, reader.overall.n)) * 1000;
  if (readers.some(({ reader }) => (reader.cost.usd ?? 0) > 0))
    return { unit: 'US dollars per 1,000 reads', of: (reader) => per(reader, reader.cost.usd ?? 0) };
  if (readers.some(({ reader }) => reader.cost.inputTokens + reader.cost.outputTokens > 0))
    return {
      unit: 'tokens per read',
      of: (reader) => per(reader, reader.cost.inputTokens + reader.cost.outputTokens) / 1000,
    };
  return undefined;
}

export interface CostPoint {
  readonly name: string;
  /** In the unit of the axis; 0 stands at the left edge. */
  readonly cost: number;
  readonly score: number;
  readonly ci95: readonly [number, number] | null;
  readonly title: string;
}

export interface CostAxes {
  readonly cost: string;
  /** What the figure shows, for those who cannot see it. */
  readonly label: string;
  /** Ends of the score's axis; the default begins at 0 and ends a little above the highest interval, at most at 1. */
  readonly scores?: readonly [number, number];
  /** Default: percent. */
  readonly tickFormat?: (value: number) => string;
  /** Lower scores are better: they stand higher. Default false. */
  readonly reversed?: boolean;
}

/** Overall score against what it cost; readers that cost nothing stand at the left edge. */
export function costScatter(canvas: Canvas, readers: readonly NamedReader[]): string | undefined {
  const spent = spending(readers);
  if (spent === undefined) return undefined;
  const points = readers.flatMap(({ name, reader }): CostPoint[] => {
    const { score, ci95 } = reader.overall;
    if (score === null) return [];
    const cost = spent.of(reader);
    const title = `${shown(name)}: ${percent(score)} %, ${spent.unit.startsWith('US') ? dollars(cost) : Math.round(cost)}`;
    return [{ name: shown(name), cost, score, ci95, title }];
  });
  return scatter(canvas, points, {
    cost: spent.unit,
    label: 'Overall score of every reader against what it cost',
  });
}

/** Points with their intervals over a logarithmic axis of cost; some point must cost something. */
export function scatter({ plot, draw }: Canvas, points: readonly CostPoint[], axes: CostAxes): string {
  const positive = points.map((point) => point.cost).filter((cost) => cost > 0);
  const least = Math.min(...positive);
  const most = Math.max(...positive);
  const free = least / 3;
  const ticks = [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6]
    .flatMap((power) => [1, 2, 5].map((digit) => Number((digit * 10 ** power).toPrecision(1))))
    .filter((tick) => tick >= least * 0.7 && tick <= most * 1.4);
  const rows = points.map((point) => ({
    ...point,
    name: point.cost > 0 ? point.name : `${point.name} (asks no model)`,
    at: point.cost > 0 ? point.cost : free,
    low: point.ci95?.[0] ?? point.score,
    high: point.ci95?.[1] ?? point.score,
  }));
  const [bottom, top] = axes.scores ?? [0, Math.min(1, Math.max(...rows.map((row) => row.high)) + 0.08)];
  return draw(
    {
      width: WIDTH,
      height: 380,
      marginLeft: 44,
      marginTop: 14,
      marginBottom: 48,
      marginRight: 220,
      style,
      x: {
        type: 'log',
        domain: [positive.length < points.length ? free * 0.8 : least * 0.7, most * 1.4],
        label: null,
      },
      y: { domain: axes.reversed === true ? [top, bottom] : [bottom, top], label: null },
      marks: [
        plot.gridY({ ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 }),
        plot.axisY({
          ticks: 5,
          tickFormat: axes.tickFormat ?? asPercent,
          tickSize: 0,
          label: null,
          fill: 'var(--muted)',
        }),
        plot.axisX({
          ticks,
          tickFormat: (v: number) => v.toLocaleString('en-US', { maximumFractionDigits: 4 }),
          label: axes.cost,
          labelAnchor: 'center',
          labelArrow: 'none',
          tickSize: 4,
          fill: 'var(--muted)',
        }),
        plot.ruleX(rows, {
          x: 'at',
          y1: 'low',
          y2: 'high',
          stroke: 'var(--bar)',
          strokeWidth: 2,
          strokeOpacity: 0.75,
        }),
        plot.dot(rows, {
          x: 'at',
          y: 'score',
          r: 5.5,
          fill: 'var(--bar)',
          stroke: 'var(--card)',
          strokeWidth: 1.5,
          title: 'title',
        }),
        plot.text(spread(rows, top - bottom, Math.log(most / free)), {
          x: 'at',
          y: 'labelAt',
          text: 'name',
          textAnchor: 'start',
          dx: 11,
          fill: 'var(--ink)',
        }),
      ],
    },
    axes.label,
  );
}

/** Moves labels apart vertically where their points lie closer than a line of text; `height` and `decades` are the axes’ lengths. */
function spread<T extends { at: number; score: number }>(
  rows: readonly T[],
  height: number,
  decades: number,
): (T & { labelAt: number })[] {
  const line = height * 0.052;
  const placed: (T & { labelAt: number })[] = [];
  for (const row of [...rows].sort((a, b) => a.score - b.score)) {
    const close = placed.filter((other) => Math.abs(Math.log(other.at / row.at)) < 0.32 * decades);
    const labelAt = Math.max(row.score, ...close.map((other) => other.labelAt + line));
    placed.push({ ...row, labelAt });
  }
  return placed;
}
