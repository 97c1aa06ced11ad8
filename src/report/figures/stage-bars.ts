// Scores by reader and stage as bars.
import { interval, percent, STAGE_NAMES, stageCells } from '../format.ts';
import {
  asPercent,
  type Canvas,
  marginFor,
  type NamedReader,
  nameOf,
  quarters,
  style,
  WIDTH,
} from './canvas.ts';

/** One bar per reader and stage with its interval, chance as a tick, the score in figures. */
export function stageBars({ plot, draw }: Canvas, readers: readonly NamedReader[]): string {
  const rows = readers.flatMap(({ name, reader }, position) =>
    stageCells(reader).flatMap(({ stage, cell }) =>
      cell.score === null
        ? []
        : [
            {
              reader: position,
              stage: STAGE_NAMES[stage],
              score: cell.score,
              low: cell.ci95?.[0],
              high: cell.ci95?.[1],
              chance: cell.chance,
              label: percent(cell.score),
              title: `${name}, ${STAGE_NAMES[stage]}: ${percent(cell.score)} % ${interval(cell.ci95)}, chance ${percent(cell.chance)} %, ${cell.n} reads of ${cell.nPatients} patients`,
            },
          ],
    ),
  );
  const names = readers.map(({ name }) => name);
  const within = rows.filter((row) => row.low !== undefined);
  const at = { fx: 'stage', y: 'reader' };
  return draw(
    {
      width: WIDTH,
      height: 64 + 34 * readers.length,
      marginLeft: marginFor(names),
      marginTop: 34,
      marginBottom: 30,
      marginRight: 4,
      style,
      x: { domain: [0, 1.38], axis: null },
      y: { type: 'band', domain: names.map((_, i) => i), label: null, padding: 0.42 },
      fx: { domain: Object.values(STAGE_NAMES), label: null, padding: 0.08 },
      marks: [
        plot.axisFx({ label: null, anchor: 'top', fontSize: 13, fontWeight: 600, dy: -8 }),
        plot.axisY({ label: null, tickSize: 0, tickPadding: 10, fontSize: 13, tickFormat: nameOf(readers) }),
        plot.axisX({
          ticks: quarters,
          tickFormat: asPercent,
          tickSize: 0,
          label: null,
          fill: 'var(--muted)',
        }),
        plot.ruleX(quarters, { stroke: 'var(--grid)' }),
        plot.barX(rows, { ...at, x: 'score', fill: 'var(--bar)', title: 'title', rx2: 3 }),
        plot.ruleY(within, { ...at, x1: 'low', x2: 'high', stroke: 'var(--ink)', strokeWidth: 1.5 }),
        ...['low', 'high'].map((end) =>
          plot.tickX(within, { ...at, x: end, stroke: 'var(--ink)', strokeWidth: 1.5, inset: 4.5 }),
        ),
        plot.tickX(
          rows.filter((row) => row.chance !== null),
          { ...at, x: 'chance', stroke: 'var(--chance)', strokeWidth: 2.5, inset: -4 },
        ),
        plot.text(rows, {
          ...at,
          x: 1.38,
          text: 'label',
          textAnchor: 'end',
          fontSize: 13,
          fontWeight: 600,
          fontVariant: 'tabular-nums',
          fill: 'var(--ink)',
        }),
      ],
    },
    'Score of every reader at every stage with its 95 % interval and chance; the table below holds the numbers',
  );
}
