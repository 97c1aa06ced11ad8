// The figures of the HTML report, as inline SVG whose colours are the page's own.
import type { Calibration, LadderRung, ReaderReport } from '../domain/report.ts';
import { CAUSES, dollars, interval, oneLine, percent, STAGE_NAMES, stageCells } from './format.ts';
import type { Drawing, PlotLibrary } from './plot.ts';
import { cutMiddle } from './text-table.ts';

export interface NamedReader {
  readonly name: string;
  readonly reader: ReaderReport;
}

export interface Canvas {
  readonly plot: PlotLibrary;
  readonly draw: Drawing;
}

const WIDTH = 1120;
const LONGEST_NAME = 36;
const style = { fontFamily: 'inherit', fontSize: '12.5px', background: 'none', overflow: 'visible' };
const shown = (name: string): string => cutMiddle(name, LONGEST_NAME);
/** Margin that fits the longest of some names at the figures' size. */
const marginFor = (names: readonly string[]): number =>
  18 + 7.3 * Math.max(6, ...names.map((name) => shown(name).length));
/** Shortened names may coincide, so bands go by position and the axis names them. */
const nameOf =
  (readers: readonly { name: string }[]) =>
  (position: number): string =>
    shown(readers[position].name);
const quarters = [0, 0.25, 0.5, 0.75, 1];
const asPercent = (value: number): string => String(Math.round(value * 100));

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
        plot.gridY({ ticks: quarters, stroke: 'var(--grid)', strokeOpacity: 1 }),
        plot.axisY({
          ticks: quarters,
          tickFormat: asPercent,
          tickSize: 0,
          label: null,
          fill: 'var(--muted)',
        }),
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

/** Overall score against what it cost; readers that cost nothing stand at the left edge. */
export function costScatter({ plot, draw }: Canvas, readers: readonly NamedReader[]): string | undefined {
  const spent = spending(readers);
  if (spent === undefined) return undefined;
  const points = readers.flatMap(({ name, reader }) =>
    reader.overall.score === null
      ? []
      : [
          {
            name: shown(name),
            cost: spent.of(reader),
            score: reader.overall.score,
            ci95: reader.overall.ci95,
          },
        ],
  );
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
    title: `${point.name}: ${percent(point.score)} %, ${spent.unit.startsWith('US') ? dollars(point.cost) : Math.round(point.cost)}`,
  }));
  const top = Math.min(1, Math.max(...rows.map((row) => row.high)) + 0.08);
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
      y: { domain: [0, top], label: null },
      marks: [
        plot.gridY({ ticks: 5, stroke: 'var(--grid)', strokeOpacity: 1 }),
        plot.axisY({ ticks: 5, tickFormat: asPercent, tickSize: 0, label: null, fill: 'var(--muted)' }),
        plot.axisX({
          ticks,
          tickFormat: (v: number) => v.toLocaleString('en-US', { maximumFractionDigits: 4 }),
          label: spent.unit,
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
        plot.text(spread(rows, top, Math.log(most / free)), {
          x: 'at',
          y: 'labelAt',
          text: 'name',
          textAnchor: 'start',
          dx: 11,
          fill: 'var(--ink)',
        }),
      ],
    },
    'Overall score of every reader against what it cost',
  );
}

/** Moves labels apart vertically where their points lie closer than a line of text; `decades` is the axis’ length. */
function spread<T extends { at: number; score: number }>(
  rows: readonly T[],
  top: number,
  decades: number,
): (T & { labelAt: number })[] {
  const line = top * 0.052;
  const placed: (T & { labelAt: number })[] = [];
  for (const row of [...rows].sort((a, b) => a.score - b.score)) {
    const close = placed.filter((other) => Math.abs(Math.log(other.at / row.at)) < 0.32 * decades);
    const labelAt = Math.max(row.score, ...close.map((other) => other.labelAt + line));
    placed.push({ ...row, labelAt });
  }
  return placed;
}

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
        plot.axisFx({
          label: null,
          anchor: 'top',
          fontSize: 13,
          fontWeight: 600,
          dy: -8,
          tickFormat: nameOf(readers),
        }),
        plot.gridY({ ticks: quarters, stroke: 'var(--grid)', strokeOpacity: 1 }),
        plot.axisY({
          ticks: quarters,
          tickFormat: asPercent,
          tickSize: 0,
          label: null,
          fill: 'var(--muted)',
        }),
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
        plot.axisFx({
          label: null,
          anchor: 'top',
          fontSize: 13,
          fontWeight: 600,
          dy: -8,
          tickFormat: nameOf(readers),
        }),
        plot.gridY({ ticks: quarters, stroke: 'var(--grid)', strokeOpacity: 1 }),
        plot.axisY({
          ticks: quarters,
          tickFormat: asPercent,
          tickSize: 0,
          label: null,
          fill: 'var(--muted)',
        }),
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
