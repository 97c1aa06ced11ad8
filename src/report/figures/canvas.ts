// What the figures share: readers with names, the canvas, measures and number formats.
import type { ReaderReport } from '../../domain/report.ts';
import type { Drawing, PlotLibrary } from '../plot.ts';
import { cutMiddle } from '../text-table.ts';

export interface NamedReader {
  readonly name: string;
  readonly reader: ReaderReport;
}

export interface Canvas {
  readonly plot: PlotLibrary;
  readonly draw: Drawing;
}

export const WIDTH = 1120;
const LONGEST_NAME = 36;
export const style = { fontFamily: 'inherit', fontSize: '12.5px', background: 'none', overflow: 'visible' };
export const shown = (name: string): string => cutMiddle(name, LONGEST_NAME);
/** Margin that fits the longest of some names at the figures' size. */
export const marginFor = (names: readonly string[]): number =>
  18 + 7.3 * Math.max(6, ...names.map((name) => shown(name).length));
/** Shortened names may coincide, so bands go by position and the axis names them. */
export const nameOf =
  (readers: readonly { name: string }[]) =>
  (position: number): string =>
    shown(readers[position].name);
export const quarters = [0, 0.25, 0.5, 0.75, 1];
export const asPercent = (value: number): string => String(Math.round(value * 100));

/** Readers' names above their panels. */
export function readerHeads(plot: PlotLibrary, readers: readonly { name: string }[]): unknown {
  return plot.axisFx({
    label: null,
    anchor: 'top',
    fontSize: 13,
    fontWeight: 600,
    dy: -8,
    tickFormat: nameOf(readers),
  });
}

/** Grid and axis of scores from 0 to 100 %, upwards. */
export function percentsUp(plot: PlotLibrary): unknown[] {
  return [
    plot.gridY({ ticks: quarters, stroke: 'var(--grid)', strokeOpacity: 1 }),
    plot.axisY({ ticks: quarters, tickFormat: asPercent, tickSize: 0, label: null, fill: 'var(--muted)' }),
  ];
}
