// Reliability and risk–coverage of stated confidence.
import type { Calibration } from '../../domain/report.ts';
import { percent } from '../format.ts';
import { asPercent, type Canvas, percentsUp, quarters, readerHeads, style, WIDTH } from './canvas.ts';

/** Accuracy by stated confidence; a calibrated reader lies on the diagonal. */
export function reliability(
  { plot, draw }: Canvas,
  readers: readonly { name: string; calibration: Calibration }[],
): string {
  const rows = readers.flatMap(({ name, calibration }, position) =>
    calibration.bins
      .filter((bin) => bin.n > 0)
      .map((bin) => ({
        reader: position,
        confidence: bin.confidence,
        accuracy: bin.accuracy,
        n: bin.n,
        title: `${name}: said ${percent(bin.confidence)} %, right ${percent(bin.accuracy)} %, ${bin.n} reads`,
      })),
  );
  const size = Math.min(WIDTH, 50 + 240 * readers.length);
  return draw(
    {
      width: size,
      height: 300,
      marginLeft: 44,
      marginTop: 34,
      marginBottom: 44,
      style,
      x: { domain: [0, 1], label: null },
      y: { domain: [0, 1], label: null },
      r: { range: [2, 11] },
      fx: { label: null, padding: 0.12 },
      marks: [
        readerHeads(plot, readers),
        ...percentsUp(plot),
        plot.axisX({
          ticks: quarters,
          tickFormat: asPercent,
          tickSize: 0,
          label: 'stated confidence, %',
          labelAnchor: 'center',
          labelArrow: 'none',
          fill: 'var(--muted)',
        }),
        plot.link([0], {
          x1: 0,
          y1: 0,
          x2: 1,
          y2: 1,
          stroke: 'var(--chance)',
          strokeDasharray: '5 4',
          strokeWidth: 1.5,
        }),
        plot.line(rows, {
          fx: 'reader',
          x: 'confidence',
          y: 'accuracy',
          stroke: 'var(--bar)',
          strokeWidth: 2,
        }),
        plot.dot(rows, {
          fx: 'reader',
          x: 'confidence',
          y: 'accuracy',
          r: 'n',
          fill: 'var(--bar)',
          fillOpacity: 0.75,
          title: 'title',
        }),
      ],
    },
    'Share of right answers by stated confidence',
  );
}

/** Error rate among the most confident share of reads: a reader that knows what it knows starts low. */
export function riskCurves(
  { plot, draw }: Canvas,
  readers: readonly { name: string; calibration: Calibration }[],
): string {
  const rows = readers.flatMap(({ calibration }, position) =>
    calibration.riskCoverage.map((point) => ({ reader: position, ...point })),
  );
  const ends = rows.filter((row) => row.coverage === 1);
  return draw(
    {
      width: Math.min(WIDTH, 50 + 240 * readers.length),
      height: 300,
      marginLeft: 44,
      marginTop: 34,
      marginBottom: 44,
      style,
      x: { domain: [0, 1], label: null },
      y: { domain: [0, 1], label: null },
      fx: { label: null, padding: 0.12 },
      marks: [
        readerHeads(plot, readers),
        ...percentsUp(plot),
        plot.axisX({
          ticks: quarters,
          tickFormat: asPercent,
          tickSize: 0,
          label: 'most confident share of reads, %',
          labelAnchor: 'center',
          labelArrow: 'none',
          fill: 'var(--muted)',
        }),
        plot.ruleY(ends, {
          fx: 'reader',
          y: 'risk',
          stroke: 'var(--chance)',
          strokeDasharray: '5 4',
          strokeWidth: 1.5,
        }),
        plot.line(rows, { fx: 'reader', x: 'coverage', y: 'risk', stroke: 'var(--bar)', strokeWidth: 2 }),
      ],
    },
    'Error rate among the most confident share of reads',
  );
}
