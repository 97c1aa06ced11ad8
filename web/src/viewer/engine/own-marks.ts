// The visitor's rulers and regions: measured, labelled, and told of.
import type { ScanFacts } from '../../../../src/server/workbench/shapes/scan.ts';
import type { VisitorMeasurement } from '../props.ts';
import { ellipseStatistics, rulerLength } from './measuring.ts';
import type { DrawnMark } from './state.ts';
import type { ImageValues } from './windowing.ts';

/** The mark with its length, or the statistics of the values under it. */
export function measured(mark: DrawnMark, facts: ScanFacts, values: ImageValues | undefined): DrawnMark {
  const plane = facts.planes[mark.plane];
  const { millimetres: _, statistics: __, ...bare } = mark;
  if (mark.kind === 'ruler') return { ...bare, millimetres: rulerLength(mark.from, mark.to, plane.spacing) };
  const statistics = values && ellipseStatistics(values, plane, mark.from, mark.to);
  return statistics === undefined ? bare : { ...bare, statistics };
}

const unitOf = (units: ScanFacts['units']) => (units === 'arbitrary' ? '' : ` ${units}`);

/** Beside the mark on the canvas. */
export function ownLabel({ kind, millimetres, statistics }: DrawnMark, units: ScanFacts['units']): string {
  if (kind === 'ruler') return `${(millimetres ?? 0).toFixed(1)} mm`;
  if (statistics === undefined) return '';
  return `${signed(statistics.mean, 1)} ± ${statistics.sd.toFixed(1)}${unitOf(units)}`;
}

/** In words, for the list of marks and for who does not see the canvas. */
export function ownSentence(mark: DrawnMark, units: ScanFacts['units']): string {
  const where = `${mark.plane} slice ${mark.index}`;
  if (mark.kind === 'ruler') return `Ruler ${(mark.millimetres ?? 0).toFixed(1)} mm, ${where}`;
  const { statistics } = mark;
  if (statistics === undefined) return `Region without a pixel, ${where}`;
  const { mean, sd, min, max, pixels, squareMillimetres } = statistics;
  const unit = unitOf(units);
  return (
    `Region mean ${signed(mean, 1)}${unit}, SD ${sd.toFixed(1)}, ${signed(min)} to ${signed(max)}, ` +
    `${squareMillimetres.toFixed(1)} mm², ${pixels} pixels, ${where}`
  );
}
const signed = (value: number, digits?: number) =>
  (digits === undefined ? String(Number(value.toFixed(2))) : value.toFixed(digits)).replace('-', '−');

/** What a page is told of it; undefined for a region without a pixel. */
export function toldOf(mark: DrawnMark): VisitorMeasurement | undefined {
  const { kind, plane, index, millimetres, statistics } = mark;
  if (kind === 'ruler') return { kind, plane, index, millimetres: millimetres ?? 0 };
  return statistics && { kind, plane, index, ...statistics };
}
