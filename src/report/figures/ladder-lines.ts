// Scores by steps of evidence given.
import type { LadderRung } from '../../domain/report.ts';
import { oneLine, percent, STAGE_NAMES } from '../format.ts';
import { type Canvas, marginFor, percentsUp, shown, style, WIDTH } from './canvas.ts';

/** Own evidence against the twin's, by steps given; readers below one another, stages side by side. */
export function ladderLines({ plot, draw }: Canvas, rungs: readonly LadderRung[]): string {
  const readers = [...new Set(rungs.map((rung) => rung.reader))];
  // A stage whose questions have no lower step has nothing to show.
  const climbed = new Set(rungs.filter((rung) => rung.steps > 0).map((rung) => rung.stage));
  const stages = (Object.keys(STAGE_NAMES) as LadderRung['stage'][]).filter((stage) => climbed.has(stage));
  const rows = rungs
    .filter((rung) => climbed.has(rung.stage))
    .map((rung) => ({
      ...rung,
      reader: readers.indexOf(rung.reader),
      stage: STAGE_NAMES[rung.stage],
      low: rung.ci95 === null ? undefined : Math.max(0, rung.twin + rung.ci95[0]),
      high: rung.ci95 === null ? undefined : Math.min(1, rung.twin + rung.ci95[1]),
      title: `${rung.steps} steps given: own ${percent(rung.score)} %, twin ${percent(rung.twin)} %, n ${rung.n}`,
    }));
  const most = Math.max(1, ...rows.map((row) => row.steps));
  const at = { fx: 'stage', ...(readers.length > 1 ? { fy: 'reader' } : {}), x: 'steps' };
  return draw(
    {
      width: WIDTH,
      height: 70 + 170 * readers.length,
      marginLeft: 44,
      marginTop: 34,
      marginBottom: 44,
      marginRight: readers.length > 1 ? marginFor(readers) : 8,
      style,
      x: { domain: [0, most], inset: 14, label: null },
      y: { domain: [0, 1], label: null },
      fx: { domain: stages.map((stage) => STAGE_NAMES[stage]), label: null, padding: 0.12 },
      fy: { label: null, padding: 0.18 },
      marks: [
        plot.axisFx({ label: null, anchor: 'top', fontSize: 13, fontWeight: 600, dy: -8 }),
        ...(readers.length > 1
          ? [
              plot.axisFy({
                label: null,
                fontSize: 13,
                anchor: 'right',
                tickFormat: (position: number) => shown(oneLine(readers[position])),
              }),
            ]
          : []),
        ...percentsUp(plot),
        plot.axisX({
          ticks: Array.from({ length: most + 1 }, (_, i) => i),
          tickFormat: String,
          tickSize: 0,
          label: 'steps of evidence given',
          labelAnchor: 'center',
          labelArrow: 'none',
          fill: 'var(--muted)',
        }),
        plot.ruleX(
          rows.filter((row) => row.low !== undefined),
          { ...at, y1: 'low', y2: 'high', stroke: 'var(--bar)', strokeWidth: 7, strokeOpacity: 0.28 },
        ),
        plot.line(rows, {
          ...at,
          y: 'twin',
          stroke: 'var(--chance)',
          strokeWidth: 2,
          strokeDasharray: '5 4',
        }),
        plot.dot(rows, {
          ...at,
          y: 'twin',
          r: 3.5,
          fill: 'var(--card)',
          stroke: 'var(--chance)',
          strokeWidth: 2,
        }),
        plot.line(rows, { ...at, y: 'score', stroke: 'var(--bar)', strokeWidth: 2.5 }),
        plot.dot(rows, { ...at, y: 'score', r: 4, fill: 'var(--bar)', title: 'title' }),
      ],
    },
    'Score by steps of gold evidence given, against the same steps of another patient’s evidence',
  );
}
