// Figures of a check's report.
import type { MetricCell, PublishedReport } from '../../domain/report.ts';

/** The cell of the reader at `reader` (from 0) in a metric, by default the first. Throws where the report has none. */
export function cellOf(report: PublishedReport, reader = 0, metric?: string): MetricCell {
  const cell = report.readers[reader]?.overall.find((each) => metric === undefined || each.metric === metric);
  if (cell === undefined)
    throw new TypeError(`The report has no ${metric ?? 'metric'} of reader ${reader + 1}.`);
  return cell;
}
