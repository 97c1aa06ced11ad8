// How numbers and names are shown, the same in every form of the report.
import { STAGES, type Stage } from '../domain/question.ts';
import type { Cell, PairRow, ReaderReport, Report } from '../domain/report.ts';

export const STAGE_NAMES: Readonly<Record<Stage | 'overall', string>> = {
  overall: 'Overall',
  recognition: 'Recognition',
  measurement: 'Measurement',
  'visual-reasoning': 'Visual reasoning',
  'medical-reasoning': 'Medical reasoning',
};

export const CAUSE_NAMES = {
  'no-tool': 'no tool called',
  'budget-short': 'step budget short',
  'wrong-tool': 'wrong tool',
  'wrong-argument': 'wrong argument',
  'wrong-measurement': 'wrong measurement',
  'wrong-rule': 'wrong rule',
  'wrong-conclusion': 'wrong conclusion',
} as const;
export type Cause = keyof typeof CAUSE_NAMES;
export const CAUSES = Object.keys(CAUSE_NAMES) as Cause[];

/** 0.634 → "63.4". */
export function percent(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : (value * 100).toFixed(digits);
}

/** A signed difference in percentage points: "+3.2", "−1.0". */
export function points(value: number): string {
  const shown = (Math.abs(value) * 100).toFixed(1);
  return value < 0 && shown !== '0.0' ? `−${shown}` : `+${shown}`;
}

/** "[58.1, 68.2]", or "–" without an interval. */
export function interval(
  ci95: readonly [number, number] | null,
  show: (v: number) => string = percent,
): string {
  return ci95 === null ? '–' : `[${show(ci95[0])}, ${show(ci95[1])}]`;
}

/** "< 0.001", "0.023". */
export function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** 12,345. */
export function count(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

/** "$1.24"; four decimals below a cent. */
export function dollars(usd: number | null): string {
  if (usd === null) return '–';
  return usd > 0 && usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** True when a cell's interval holds the score of guessing. */
export function holdsChance(cell: Cell): boolean {
  return (
    cell.chance !== null && cell.ci95 !== null && cell.ci95[0] <= cell.chance && cell.chance <= cell.ci95[1]
  );
}

/** One line: control characters, which could steer a terminal, and line breaks become spaces. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** Readers' names made distinct by format or run id where two share one. */
export function readerNames(readers: readonly ReaderReport[]): string[] {
  const names = readers.map((reader) => oneLine(reader.reader));
  const formatted = readers.map((reader, i) => `${names[i]} (${reader.format})`);
  const unique = (list: readonly string[], i: number) => list.filter((name) => name === list[i]).length === 1;
  return readers.map((reader, i) =>
    unique(names, i)
      ? names[i]
      : unique(formatted, i)
        ? formatted[i]
        : `${names[i]} (${oneLine(reader.runId)})`,
  );
}

/** Overall and the four stages of a reader, in the order of the hierarchy. */
export function stageCells(reader: ReaderReport): { stage: Stage | 'overall'; cell: Cell }[] {
  return [
    { stage: 'overall', cell: reader.overall },
    ...STAGES.map((stage) => ({ stage, cell: reader.stages[stage] })),
  ];
}

/** Question types of a report in the order of the hierarchy: a stage's types as the benchmark first lists them. */
export function typesOf(report: Report): string[] {
  return [...new Set(report.readers.flatMap((reader) => Object.keys(reader.types)))];
}

/** What a pair's row says in words. */
export function verdict(pair: PairRow): string {
  if (pair.pHolm < 0.05) return pair.difference > 0 ? 'a better' : 'b better';
  if (pair.equivalent) return `within ±${percent(pair.margin, 0)} points`;
  return 'not shown';
}

/** How the intervals of stages were made, once each, most used first. */
export function intervalMethods(report: Report): string[] {
  const counts = new Map<string, number>();
  for (const reader of report.readers)
    for (const cell of [reader.overall, ...Object.values(reader.stages)]) {
      const method = cell.interval.replace(/ effective n [\d.]+$/, ' the effective n');
      if (cell.ci95 !== null) counts.set(method, (counts.get(method) ?? 0) + 1);
    }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([method]) => method);
}

/** Protocols that a report's cells name. */
export function protocolOf(report: Report): string {
  return [...new Set(report.readers.map((reader) => reader.overall.protocol))].join(' and ') || 'none';
}
