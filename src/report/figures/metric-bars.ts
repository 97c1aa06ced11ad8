// The main metric of a published benchmark by reader and trivial baseline, with interval and chance.
import type { MetricCell } from '../../domain/report.ts';
import { cellDetail, isShare, type PublishedRow, scoreText } from '../published-format.ts';
import { type Canvas, marginFor, nameOf, style } from './canvas.ts';

/** Ends of a metric's axis: all of a bounded range, else from 0 to a little above what there is. */
export function metricEnds(cells: readonly MetricCell[]): [number, number] {
  const [first] = cells;
  if (first !== undefined && isShare(first)) return [0, 1];
  const seen = cells.flatMap(({ score, ci95, chance }) => [
    ...(score === null ? [] : [score]),
    ...(ci95 ?? []),
    ...(chance === null ? [] : [chance]),
  ]);
  const low = Math.min(0, ...seen);
  const high = Math.max(0, ...seen);
  return high === low ? [0, 1] : [low, high + 0.04 * (high - low)];
}

/** One bar a reader, best first; a bar to the left is better where lower is better. */
export function metricBars(
  { plot, draw }: Canvas,
  rows: readonly PublishedRow[],
  width: number,
): string | undefined {
  const scored = rows.filter(({ reader }) => reader.overall[0]?.score !== null && reader.overall.length > 0);
  if (scored.length === 0) return undefined;
  const cells = scored.map(({ reader }) => reader.overall[0]);
  const [head] = cells;
  const [low, high] = metricEnds(cells);
  const data = cells.map((cell, at) => ({
    at,
    score: cell.score ?? 0,
    low: cell.ci95?.[0],
    high: cell.ci95?.[1],
    chance: cell.chance,
    fill: scored[at].trivial ? 'var(--trivial)' : 'var(--bar)',
    label: scoreText(cell, cell.score),
    title: `${scored[at].name}: ${cellDetail(cell)}`,
  }));
  const names = scored.map(({ name, trivial }) => ({ name: trivial ? `(${name})` : name }));
  const within = data.filter((row) => row.low !== undefined);
  // Room for the figures, whatever the width.
  const end = high + (width > 800 ? 0.12 : 0.24) * (high - low);
  return draw(
    {
      width,
      height: 34 + 30 * scored.length,
      marginLeft: marginFor(names.map(({ name }) => name)),
      marginTop: 6,
      marginBottom: 28,
      marginRight: 6,
      style,
      x: { domain: [low, end], axis: null },
      y: { type: 'band', domain: data.map(({ at }) => at), label: null, padding: 0.4 },
      marks: [
        plot.axisY({ label: null, tickSize: 0, tickPadding: 10, fontSize: 13, tickFormat: nameOf(names) }),
        plot.axisX({
          ticks: ticksOf(low, high),
          tickFormat: (v: number) => tickText(head, v),
          tickSize: 0,
          label: null,
          fill: 'var(--muted)',
        }),
        plot.ruleX(ticksOf(low, high), { stroke: 'var(--grid)' }),
        plot.barX(data, { y: 'at', x: 'score', fill: 'fill', title: 'title', rx2: 3 }),
        plot.ruleY(within, { y: 'at', x1: 'low', x2: 'high', stroke: 'var(--ink)', strokeWidth: 1.5 }),
        ...['low', 'high'].map((x) =>
          plot.tickX(within, { y: 'at', x, stroke: 'var(--ink)', strokeWidth: 1.5, inset: 4 }),
        ),
        plot.tickX(
          data.filter((row) => row.chance !== null),
          { y: 'at', x: 'chance', stroke: 'var(--chance)', strokeWidth: 2.5, inset: -4 },
        ),
        plot.text(data, {
          y: 'at',
          x: end,
          text: 'label',
          textAnchor: 'end',
          fontSize: 13,
          fontWeight: 600,
          fontVariant: 'tabular-nums',
          fill: 'var(--ink)',
        }),
      ],
    },
    `${head.metric} of every reader and trivial baseline with its 95 % interval and chance; the table below holds the numbers`,
  );
}

/** Four or five round values between the ends. */
export function ticksOf(low: number, high: number): number[] {
  if (low === 0 && high === 1) return [0, 0.25, 0.5, 0.75, 1];
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough) ?? rough;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

export function tickText(head: MetricCell, value: number): string {
  return isShare(head)
    ? String(Math.round(value * 100))
    : value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}
