// How reads ended, as shares of all reads of a reader.
import { count } from '../format.ts';
import { OUTCOMES, type Outcome, outcomesOf, type PublishedRow } from '../published-format.ts';
import { type Canvas, marginFor, nameOf, quarters, style } from './canvas.ts';

export const OUTCOME_COLOURS: Readonly<Record<Outcome, string>> = {
  scored: 'var(--bar)',
  unparsed: 'var(--cause-2)',
  refused: 'var(--cause-4)',
  failed: 'var(--cause-5)',
  unsupported: 'var(--trivial)',
};

/** One bar a reader, from scored to unsupported. */
export function outcomeBars({ plot, draw }: Canvas, rows: readonly PublishedRow[], width: number): string {
  const data = rows.flatMap(({ name, reader }, at) => {
    const found = outcomesOf(reader);
    const all = Math.max(
      1,
      OUTCOMES.reduce((sum, outcome) => sum + found[outcome], 0),
    );
    return OUTCOMES.filter((outcome) => found[outcome] > 0).map((outcome) => ({
      at,
      share: found[outcome] / all,
      colour: OUTCOME_COLOURS[outcome],
      label: found[outcome] / all >= 0.06 ? count(found[outcome]) : '',
      title: `${name}: ${count(found[outcome])} of ${count(all)} ${outcome}`,
    }));
  });
  return draw(
    {
      width,
      height: 34 + 28 * rows.length,
      marginLeft: marginFor(rows.map(({ name }) => name)),
      marginTop: 4,
      marginBottom: 28,
      marginRight: 16,
      style,
      x: { domain: [0, 1], label: null },
      y: { type: 'band', domain: rows.map((_, at) => at), label: null, padding: 0.3 },
      marks: [
        plot.axisY({ label: null, tickSize: 0, tickPadding: 10, fontSize: 13, tickFormat: nameOf(rows) }),
        plot.axisX({
          ticks: quarters,
          tickFormat: (v: number) => `${Math.round(v * 100)} %`,
          tickSize: 0,
          label: null,
          fill: 'var(--muted)',
        }),
        plot.barX(
          data,
          plot.stackX({ y: 'at', x: 'share', fill: 'colour', title: 'title', order: null, insetRight: 1 }),
        ),
        plot.text(
          data,
          plot.stackX({
            y: 'at',
            x: 'share',
            text: 'label',
            order: null,
            fill: 'var(--on-cause)',
            fontWeight: 600,
          }),
        ),
      ],
    },
    'How the reads of every reader ended; the table below holds the counts',
  );
}
