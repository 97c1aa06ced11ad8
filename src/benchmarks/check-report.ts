// What a method's check reads off a report: one reader's overall score, one pair's overall difference.
import { OverreadError } from '../domain/errors.ts';
import type { Report } from '../domain/report.ts';

export interface CheckCell {
  readonly score: number;
  readonly ci95: [number, number] | null;
  readonly chance: number | null;
}

/** Overall cell of a reader. Throws `check-failed` when it is missing or empty. */
export function cellOf(report: Report, reader: string): CheckCell {
  const cell = report.readers.find((entry) => entry.reader === reader)?.overall;
  if (cell === undefined || cell.score === null)
    throw new OverreadError(
      'check-failed',
      `The reader ${reader} left no score: run the check with --debug.`,
    );
  return { score: cell.score, ci95: cell.ci95, chance: cell.chance };
}

/** Overall difference a − b with the lower end of its interval, whichever way round the report lists the pair. */
export function pairOf(report: Report, a: string, b: string): { difference: number; low: number } {
  for (const row of report.pairs) {
    if (row.stage !== 'overall') continue;
    if (row.a === a && row.b === b) return { difference: row.difference, low: row.ci95?.[0] ?? -1 };
    if (row.a === b && row.b === a) return { difference: -row.difference, low: -(row.ci95?.[1] ?? 1) };
  }
  throw new OverreadError(
    'check-failed',
    `The report does not compare ${a} with ${b}: run the check with --debug.`,
  );
}
