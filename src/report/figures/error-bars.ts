// Where tool agents break, as shares.
import { CAUSES } from '../format.ts';
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

/** Shares of wrong reads by the first deviation from the gold chain. */
export function errorBars({ plot, draw }: Canvas, readers: readonly NamedReader[]): string {
  const rows = readers.flatMap(({ name, reader }, position) =>
    CAUSES.flatMap((cause, i) => {
      const found = reader.errors;
      if (found === null || found.wrong === 0 || found.causes[cause] === 0) return [];
      const share = found.causes[cause] / found.wrong;
      return [
        {
          reader: position,
          share,
          colour: `var(--cause-${i})`,
          label: share >= 0.06 ? `${Math.round(share * 100)}` : '',
          title: `${name}: ${cause.replace('-', ' ')} ${found.causes[cause]} of ${found.wrong}`,
        },
      ];
    }),
  );
  const names = readers.map(({ name }) => name);
  return draw(
    {
      width: WIDTH,
      height: 46 + 36 * readers.length,
      marginLeft: marginFor(names),
      marginTop: 6,
      marginBottom: 34,
      marginRight: 16,
      style,
      x: { domain: [0, 1], label: null },
      y: { type: 'band', domain: names.map((_, i) => i), label: null, padding: 0.35 },
      marks: [
        plot.axisY({ label: null, tickSize: 0, tickPadding: 10, fontSize: 13, tickFormat: nameOf(readers) }),
        plot.axisX({
          ticks: quarters,
          tickFormat: (v: number) => `${asPercent(v)} %`,
          tickSize: 0,
          label: null,
          fill: 'var(--muted)',
        }),
        plot.barX(
          rows,
          plot.stackX({
            y: 'reader',
            x: 'share',
            fill: 'colour',
            title: 'title',
            order: null,
            insetLeft: 1,
            insetRight: 1,
          }),
        ),
        plot.text(
          rows,
          plot.stackX({
            y: 'reader',
            x: 'share',
            text: 'label',
            order: null,
            fill: 'var(--on-cause)',
            fontWeight: 600,
          }),
        ),
      ],
    },
    'Shares of wrong reads by their first deviation from the gold chain; the table below holds the counts',
  );
}
