// How scores of published benchmarks are shown: each metric in its own unit and direction, readers by distinct names.
import type { MetricCell, PublishedPair, PublishedReader, PublishedReport } from '../domain/report.ts';
import { count, holdsChance, oneLine } from './format.ts';

/** A value of a facet has this many neighbours at most before the rest is only counted. */
export const FACET_VALUES = 12;

/** A reader or trivial baseline under the name that the report calls it by. */
export interface PublishedRow {
  readonly name: string;
  readonly reader: PublishedReader;
  readonly trivial: boolean;
}

/** True for shares of one, which are shown in percent. */
export function isShare({ range, unit }: Pick<MetricCell, 'range' | 'unit'>): boolean {
  return unit === undefined && range !== undefined && range[0] === 0 && range[1] === 1;
}

const UNITS: Readonly<Record<string, string>> = { deg: '°', mm2: 'mm²', mm3: 'mm³', cm2: 'cm²', cm3: 'cm³' };

/** "%", "mm", "pixels"; empty where a metric has none. */
export function unitText(cell: Pick<MetricCell, 'range' | 'unit'>): string {
  if (isShare(cell)) return '%';
  const unit = cell.unit ?? '';
  return UNITS[unit] ?? unit.replace(/[{}]/g, '');
}

/** The unit with the direction in which readers improve: "% ↑", "pixels ↓". */
export function directionText(cell: MetricCell): string {
  return `${unitText(cell)} ${cell.better === 'higher' ? '↑' : '↓'}`.trim();
}

/** A value in the unit of its metric: one digit of a percentage, else what keeps three figures. */
export function scoreText(cell: Pick<MetricCell, 'range' | 'unit'>, value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const own = isShare(cell) ? value * 100 : value;
  const size = Math.abs(own);
  // Not "-0.0".
  const fixed = (digits: number) => own.toFixed(digits).replace(/^-(?=0\.?0*$)/, '');
  if (isShare(cell)) return fixed(1).replace('-', '−');
  if (size >= 1000) return count(own).replace('-', '−');
  return fixed(size >= 100 ? 1 : size >= 10 ? 2 : 3).replace('-', '−');
}

/** "[58.1, 68.2]" in the unit of the metric; "–" without an interval. */
export function intervalText(cell: MetricCell, ci95 = cell.ci95): string {
  return ci95 === null ? '–' : `[${scoreText(cell, ci95[0])}, ${scoreText(cell, ci95[1])}]`;
}

/** A signed difference in the unit of the metric. */
export function differenceText(cell: MetricCell, value: number): string {
  const text = scoreText(cell, value);
  return text.startsWith('−') ? text : `+${text}`;
}

/** Score with its interval and, where that holds chance, the mark. */
export function cellText(cell: MetricCell): string {
  if (cell.score === null) return '–';
  const interval = cell.ci95 === null ? '' : ` ${intervalText(cell)}`;
  return `${scoreText(cell, cell.score)}${interval}${holdsChance(cell) ? ' ≈' : ''}`;
}

/** A cell's interval, method, chance, n and outcomes in words. */
export function cellDetail(cell: MetricCell): string {
  const chance =
    cell.chance === null ? '' : `; chance ${scoreText(cell, cell.chance)} (${cell.chanceBaseline})`;
  return `${cell.about ?? cell.metric}: ${scoreText(cell, cell.score)} ${unitText(cell)}; 95 % interval ${intervalText(cell)} (${cell.interval})${chance}; ${count(cell.n)} reads of ${count(cell.nPatients)} clusters; unparsed ${cell.unparsed}, refused ${cell.refused}, failed ${cell.failed}, unsupported ${cell.unsupported}`;
}

/** Readers first, then trivial baselines; both best first by the main metric. Runs of one reader are told apart. */
export function rowsOf(report: PublishedReport): PublishedRow[] {
  const names = report.readers.map(({ reader }) => oneLine(reader));
  const readers = report.readers.map((reader, i): PublishedRow => {
    const twice = names.filter((name) => name === names[i]).length > 1;
    return {
      name: twice && reader.runId !== null ? `${names[i]} (${oneLine(reader.runId)})` : names[i],
      reader,
      trivial: false,
    };
  });
  const baselines = report.baselines.map(
    (reader): PublishedRow => ({ name: oneLine(reader.reader), reader, trivial: true }),
  );
  return [...byScore(readers), ...byScore(baselines)];
}

/** How far better a than b is: positive when a comes first; a reader without a score comes last. */
export function lead(a: MetricCell | undefined, b: MetricCell | undefined): number {
  if (a?.score === null || a === undefined) return b?.score === null || b === undefined ? 0 : -1;
  if (b?.score === null || b === undefined) return 1;
  return a.better === 'higher' ? a.score - b.score : b.score - a.score;
}

function byScore(rows: readonly PublishedRow[]): PublishedRow[] {
  return [...rows].sort((a, b) => lead(b.reader.overall[0], a.reader.overall[0]));
}

/** The cells that name the report's metrics: the first reader's, else the first baseline's. */
export function metricsOf(report: PublishedReport): readonly MetricCell[] {
  return report.readers[0]?.overall ?? report.baselines[0]?.overall ?? [];
}

/** The best trivial baseline: the last bar that a reader must clear. */
export function bestTrivial(rows: readonly PublishedRow[]): PublishedRow | undefined {
  return rows.find(({ trivial, reader }) => trivial && reader.overall[0]?.score !== null);
}

/**
 * Pairs over items that both have, the better ranked reader first; those against one chosen reader stay as they are.
 */
export function realPairs(report: PublishedReport): readonly PublishedPair[] {
  const pairs = report.pairs.filter(
    ({ n, ci95, difference }) => n > 0 && (ci95 !== null || difference !== 0),
  );
  if (pairs.length > 1 && new Set(pairs.map(({ b }) => b)).size === 1) return pairs;
  const rank = new Map(rowsOf(report).map(({ name }, at) => [name, at]));
  const place = (name: string) => rank.get(oneLine(name)) ?? rank.size;
  return pairs
    .map((pair) => (place(pair.a) <= place(pair.b) ? pair : turned(pair)))
    .sort((x, y) => place(x.a) - place(y.a) || place(x.b) - place(y.b));
}

const TURNED = { win: 'loss', loss: 'win', tie: 'tie' } as const;

function turned(pair: PublishedPair): PublishedPair {
  const { a, b, difference, ci95, verdict } = pair;
  return {
    ...pair,
    a: b,
    b: a,
    difference: -difference,
    ci95: ci95 === null ? null : [-ci95[1], -ci95[0]],
    verdict: TURNED[verdict],
  };
}

/** A value of a facet over some readers. */
export interface FacetValue {
  readonly value: string;
  readonly n: number;
  /** Main metric of each row; undefined where the row has no such item. */
  readonly cells: readonly (MetricCell | undefined)[];
}

export interface FacetTable {
  readonly facet: string;
  readonly values: readonly FacetValue[];
  /** Values left out, and how many items they have. */
  readonly rest: { readonly values: number; readonly items: number };
}

/** Facets with their values, those with most items first and no more than `most` of them. */
export function facetTables(rows: readonly PublishedRow[], most = FACET_VALUES): FacetTable[] {
  const facets = [...new Set(rows.flatMap(({ reader }) => Object.keys(reader.facets)))];
  return facets.map((facet) => {
    const names = [...new Set(rows.flatMap(({ reader }) => Object.keys(reader.facets[facet] ?? {})))];
    const values = names
      .map((value): FacetValue => {
        const cells = rows.map(({ reader }) => reader.facets[facet]?.[value]?.[0]);
        return { value: oneLine(value), n: Math.max(0, ...cells.map((cell) => cell?.n ?? 0)), cells };
      })
      .filter(({ n, cells }) => n > 0 && cells.some((cell) => typeof cell?.score === 'number'))
      .sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1));
    const rest = values.slice(most);
    return {
      facet: oneLine(facet),
      values: values.slice(0, most),
      rest: { values: rest.length, items: rest.reduce((sum, { n }) => sum + n, 0) },
    };
  });
}

/** "and 34 more values with 120 items"; empty when none is left out. */
export function restText({ rest }: FacetTable): string {
  return rest.values === 0
    ? ''
    : `and ${count(rest.values)} more ${rest.values === 1 ? 'value' : 'values'} with ${count(rest.items)} items`;
}

/** How the reads of a reader ended. Unsupported ones are in no denominator. */
export const OUTCOMES = ['scored', 'unparsed', 'refused', 'failed', 'unsupported'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Reads by outcome: the same for every metric. */
export function outcomesOf({ overall }: PublishedReader): Record<Outcome, number> {
  const { scored = 0, unparsed = 0, refused = 0, failed = 0, unsupported = 0 } = overall[0] ?? {};
  return { scored, unparsed, refused, failed, unsupported };
}

/** Facts of the data in the order in which a reader of the report asks for them. */
export function cardFacts(report: PublishedReport): { label: string; value: string; url?: string }[] {
  const { card } = report;
  if (card === undefined) return [];
  return [
    { label: 'Source', value: card.source, ...(card.url === undefined ? {} : { url: card.url }) },
    ...(card.paper === undefined ? [] : [{ label: 'Paper', value: card.paper, url: card.paper }]),
    { label: 'Licence', value: card.licence },
    { label: 'Access', value: card.access.replace('-', ' ') },
    {
      label: 'Format',
      value:
        card.format === 'verified'
          ? 'verified on the release'
          : 'not verified: columns were taken as the data card says',
    },
  ];
}
